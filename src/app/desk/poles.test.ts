import { describe, expect, it } from "vitest";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { fromAxisAngle } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { pointsAlong } from "./poles.ts";

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
  it("finds the points with a cube axis along the beam", async () => {
    const asked = { map, phase: 0, direction: [0, 0, 1], along: [0, 0, 1] } as const;
    expect([...(await pointsAlong({ ...asked, withinDeg: 10 }))]).toEqual([1, 1, 0, 0]);
    expect([...(await pointsAlong({ ...asked, withinDeg: 21 }))]).toEqual([1, 1, 1, 0]);
    // Along x only the first and the tilted one have a cube axis.
    expect([...(await pointsAlong({ ...asked, along: [1, 0, 0], withinDeg: 10 }))]).toEqual([1, 0, 1, 0]);
  });
});
