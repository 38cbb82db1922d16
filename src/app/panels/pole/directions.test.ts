import { describe, expect, it } from "vitest";
import type { OrientationMap } from "../../../core/orientation-map.ts";
import { fromAxisAngle } from "../../../science/crystal/rotation.ts";
import { laueRotations } from "../../../science/crystal/symmetry.ts";
import { toDisc } from "../../../science/crystal/texture.ts";
import { directionsAt, fromDisc } from "./directions.ts";

/** Four points of a cubic crystal: as the sample, turned by 45° about z, tilted by 20° about x, not indexed. */
const turns = [fromAxisAngle([0, 0, 1], 0), fromAxisAngle([0, 0, 1], 45), fromAxisAngle([1, 0, 0], 20)];
const map = {
  kind: "orientation-map",
  width: 4,
  height: 1,
  phases: [
    { name: "cubic", laueGroup: "m-3m", cell: [4, 4, 4, 90, 90, 90], rotations: laueRotations("m-3m") },
  ],
  phase: Int16Array.of(0, 0, 0, -1),
  orientation: Float64Array.from([...turns.flat(), ...Array(4).fill(Number.NaN)]),
  extra: {},
} as unknown as OrientationMap;

describe("directions of points", () => {
  it("gives the equivalents of a direction on the upper half sphere", () => {
    const found = directionsAt(map, 2, [0, 0, 1]);
    expect(found.every(([, , z]) => z >= 0)).toBe(true);
    const tilt = (20 * Math.PI) / 180;
    const near = found.some(([x, y, z]) => Math.hypot(x, y + Math.sin(tilt), z - Math.cos(tilt)) < 1e-9);
    expect(near).toBe(true);
    expect(directionsAt(map, 3, [0, 0, 1])).toEqual([]);
  });

  it("goes from the disc to a direction and back", () => {
    for (const [x, y] of [
      [0, 0],
      [0.3, -0.5],
      [-0.7, 0.7],
    ] as const) {
      const v = fromDisc(x, y)!;
      expect(Math.hypot(...v)).toBeCloseTo(1, 12);
      const [u, w] = toDisc(v);
      expect([u, w].map((c) => Number(c.toFixed(9)) + 0)).toEqual([x, y]);
    }
    expect(fromDisc(0.8, 0.8)).toBeUndefined();
  });
});
