import { describe, expect, it } from "vitest";
import { fromAxisAngle, multiply, type Quaternion } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { alternatives } from "./alternatives.ts";

const models = [{ rotations: laueRotations("m-3m") }, { rotations: laueRotations("m-3m") }];
const best: Quaternion = fromAxisAngle([1, 2, 3], 33);
const answer = (phase: number, quaternion: Quaternion, explained: number) => ({
  phase,
  quaternion,
  explained,
});
const turned = (deg: number) => multiply(fromAxisAngle([0, 0, 1], deg), best);

describe("alternatives", () => {
  it("tell neighbours, the 180° partner, other answers and other phases apart", () => {
    const near = answer(0, turned(5), 0.9);
    const partner = answer(0, turned(180.5), 0.8);
    const far = answer(0, turned(40), 0.7);
    const other = answer(1, best, 0.6);
    const fits = [answer(0, best, 1), near, partner, far, other];
    expect(alternatives(fits, models)).toEqual({ second: far, partner, otherPhase: other });
    expect(alternatives(fits.toSpliced(3, 1), models).second).toBe(other);
  });

  it("are missing where nothing else was refined, and no crystal is its own partner", () => {
    const none = { second: undefined, partner: undefined, otherPhase: undefined };
    expect(alternatives([], models)).toEqual(none);
    const upright: Quaternion = [1, 0, 0, 0];
    const same = multiply(fromAxisAngle([0, 0, 1], 90), upright);
    expect(alternatives([answer(0, upright, 1), answer(0, same, 0.9)], models)).toEqual(none);
  });
});
