import { describe, expect, it } from "vitest";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { grainAt, outlineOf, pointOfGrain } from "./grain-places.ts";

const grain = Float64Array.of(0, 0, 1, 0, -1, 1, 0, 0, 1);
const map = {
  width: 3,
  height: 3,
  extra: { grain: { unit: "1", values: grain } },
} as unknown as OrientationMap;

describe("the places of grains", () => {
  it("finds the grain of a point and a point of the grain", () => {
    expect([grainAt(map, 0, 0), grainAt(map, 1, 1), grainAt(map, 2, 2)]).toEqual([0, undefined, 1]);
    expect(pointOfGrain(map, 1)).toEqual({ x: 2, y: 1 });
    // The centroid of a bent grain may lie outside it; its point does not.
    const bent = pointOfGrain(map, 0)!;
    expect(grainAt(map, bent.x, bent.y)).toBe(0);
    expect(pointOfGrain(map, 7)).toBeUndefined();
  });

  it("outlines a column of three points by its eight sides", () => {
    expect(outlineOf(map, 1).length / 4).toBe(8);
  });
});
