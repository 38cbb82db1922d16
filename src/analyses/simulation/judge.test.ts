import { describe, expect, it } from "vitest";
import type { Crystal } from "../../core/contracts.ts";
import { fromAxisAngle, multiply, type Quaternion } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { type FoundMap, judge } from "./judge.ts";
import type { OrientationTruth } from "./scan.ts";

const ROTATIONS = laueRotations("m-3m");
const CRYSTALS = ["A", "B"].map((name) => ({ name, rotations: ROTATIONS }) as unknown as Crystal);
const LATTICE = fromAxisAngle([3, 1, 2], 40);

/** Nine points of one grain, the last amorphous. */
function truthOf(quaternion: Quaternion): OrientationTruth {
  const n = 9;
  return {
    size: 3,
    step: 1,
    phase1: new Int32Array(n),
    phase2: new Int32Array(n).fill(-1),
    q1: Float32Array.from(Array.from({ length: n }, () => [...quaternion]).flat()),
    q2: new Float32Array(4 * n).fill(Number.NaN),
    w: new Float32Array(n).fill(1),
    w_thickness: new Float32Array(n).fill(1),
    amorphous: Float32Array.from({ length: n }, (_, i) => (i === 8 ? 1 : 0)),
    grain1: new Int32Array(n),
    nspots: new Int32Array(n).fill(20),
    thickness: new Float32Array(n).fill(50),
  };
}

function found(quaternion: Quaternion, change: Partial<FoundMap> = {}): FoundMap {
  const truth = truthOf(quaternion);
  const { phase1: phase, q1: orientation, amorphous, grain1: grain } = truth;
  return { phase, orientation, amorphous, grain, trustworthy: new Uint8Array(9).fill(1), ...change };
}

describe("the judge of a map", () => {
  const truth = truthOf(LATTICE);

  it("finds everything right in the truth and in its symmetry equivalents", () => {
    for (const rotation of ROTATIONS) {
      const verdict = judge(truth, found(multiply(LATTICE, rotation)), CRYSTALS);
      expect(verdict).toMatchObject({ crystalline: 8, right: 1, rightForgiven: 1, phaseRight: 1 });
      expect(verdict.medianError).toBeLessThan(1e-4);
      expect([verdict.grainsTrue, verdict.grainsFound, verdict.amorphousError]).toEqual([1, 1, 0]);
    }
  });

  it("forgives half a turn about the beam and nothing else", () => {
    const turned = judge(truth, found(multiply([0, 0, 0, 1], LATTICE)), CRYSTALS);
    expect([turned.right, turned.rightForgiven]).toEqual([0, 1]);
    const mirrored = judge(truth, found([LATTICE[0], LATTICE[1], -LATTICE[2], -LATTICE[3]]), CRYSTALS);
    expect([mirrored.right, mirrored.rightForgiven]).toEqual([0, 0]);
    const off = judge(truth, found(multiply(fromAxisAngle([1, 2, 3], 1), LATTICE)), CRYSTALS);
    expect(off.right).toBe(1);
    expect(off.medianError).toBeCloseTo(1, 4);
  });

  it("counts points without an answer and of another phase as wrong", () => {
    const none = judge(truth, found(LATTICE, { phase: new Int32Array(9).fill(-1) }), CRYSTALS);
    expect([none.right, none.phaseRight]).toEqual([0, 0]);
    const other = judge(truth, found(LATTICE, { phase: new Int32Array(9).fill(1) }), CRYSTALS);
    expect([other.right, other.phaseRight]).toEqual([0, 0]);
  });
});
