import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Axis } from "./contracts.ts";
import { countOf, placeTile, planTiles, positionsOf } from "./tile-plan.ts";

function axes(navigation: readonly number[], pattern: readonly number[]): Axis[] {
  const axis = (role: "nav" | "signal") => (size: number, i: number) =>
    ({ name: `${role}${i}`, role, size, unit: "px", scale: 1, offset: 0, from: "none" }) as const;
  return [...navigation.map(axis("nav")), ...pattern.map(axis("signal"))];
}

describe("planTiles", () => {
  it("covers every position once, in scan order, within the limits", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 0, maxLength: 4 });
    const long = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3000 }));
    fc.assert(
      fc.property(fc.oneof(sizes, long), fc.integer({ min: 1, max: 600 }), (navigation, side) => {
        const tiles = planTiles({ axes: axes(navigation, [side, side]) });
        const total = countOf(navigation);
        const seen = new Int32Array(total);
        let last = -1;
        tiles.forEach((region, tile) => {
          const count = positionsOf(region, navigation.length);
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(512);
          expect(region.stop.slice(-2)).toEqual([side, side]);
          const mark = new Int32Array(total);
          placeTile(new Int32Array(count).fill(tile + 1), region, navigation, 1, mark);
          expect(mark.indexOf(tile + 1)).toBeGreaterThan(last);
          last = mark.indexOf(tile + 1);
          mark.forEach((value, i) => {
            if (value > 0) seen[i]!++;
          });
        });
        expect(seen.every((count) => count === 1)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("joins short rows, keeps middling ones and cuts long ones evenly", () => {
    const counts = (navigation: readonly number[], side: number) =>
      planTiles({ axes: axes(navigation, [side, side]) }).map((r) => positionsOf(r, navigation.length));
    expect(counts([5, 20], 96)).toEqual([40, 40, 20]);
    expect(counts([2, 256], 96)).toEqual([256, 256]);
    expect(counts([1, 1025], 96)).toEqual([341, 342, 342]);
    expect(counts([1, 64], 2048)).toEqual([8, 8, 8, 8, 8, 8, 8, 8]);
    expect(counts([], 96)).toEqual([1]);
    expect(counts([3, 0], 96)).toEqual([]);
  });
});
