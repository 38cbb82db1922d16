import { describe, expect, it } from "vitest";
import {
  angleDeg,
  conjugate,
  fromAxisAngle,
  fromBungeEuler,
  fromMatrix,
  multiply,
  type Quaternion,
  rotateVector,
  toBungeEuler,
  toMatrix,
} from "./rotation.ts";
import { disorientationDeg, LAUE_GROUPS, laueRotations } from "./symmetry.ts";

function expectSame(a: Quaternion, b: Quaternion): void {
  expect(angleDeg(multiply(conjugate(a), b))).toBeLessThan(1e-5);
}

describe("rotations", () => {
  it("turn vectors actively and right-handed", () => {
    const [x, y, z] = rotateVector(fromAxisAngle([0, 0, 2], 90), [1, 0, 0]);
    expect(x).toBeCloseTo(0, 12);
    expect(y).toBeCloseTo(1, 12);
    expect(z).toBeCloseTo(0, 12);
  });

  it("multiply as 'second, then first'", () => {
    const a = fromAxisAngle([1, 0, 0], 90);
    const b = fromAxisAngle([0, 0, 1], 90);
    const direct = rotateVector(multiply(a, b), [1, 0, 0]);
    rotateVector(a, rotateVector(b, [1, 0, 0])).forEach((v, k) => {
      expect(direct[k]).toBeCloseTo(v, 12);
    });
  });

  it("survive matrices and Euler angles, also at the half turns and at Φ = 0 and 180", () => {
    const samples: Quaternion[] = [
      fromBungeEuler(30, 0, 50),
      fromBungeEuler(30, 180, 50),
      fromBungeEuler(200, 60, 310),
    ];
    for (const axis of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 2, -3],
    ] as const) {
      for (const deg of [0, 1e-3, 90, 179.999, 180, 270]) samples.push(fromAxisAngle(axis, deg));
    }
    for (const q of samples) {
      expect(q[0]).toBeGreaterThanOrEqual(0);
      expectSame(fromMatrix(toMatrix(q)), q);
      expectSame(fromBungeEuler(...toBungeEuler(q)), q);
    }
    const [phi1, Phi, phi2] = toBungeEuler(fromBungeEuler(200, 60, 310));
    expect([phi1, Phi, phi2].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([200, 60, 310]);
  });

  it("have Bunge's matrix as their transpose", () => {
    // g for (φ1, Φ, φ2) = (90, 90, 0) takes sample x to crystal −... here: crystal x lies along sample y.
    const [x, y, z] = rotateVector(fromBungeEuler(90, 90, 0), [1, 0, 0]);
    expect([x, y, z].map((v) => Math.round(v) + 0)).toEqual([0, 1, 0]);
  });
});

describe("Laue symmetry", () => {
  it("has the tabulated number of rotations and is closed", () => {
    const orders = LAUE_GROUPS.map((group) => laueRotations(group).length);
    expect(orders).toEqual([1, 2, 4, 4, 8, 3, 6, 6, 12, 12, 24]);
    for (const group of LAUE_GROUPS) {
      const rotations = laueRotations(group);
      for (const a of rotations) {
        for (const b of rotations)
          expect(disorientationDeg([1, 0, 0, 0], multiply(a, b), rotations)).toBeLessThan(1e-5);
      }
    }
  });

  it("refuses other names", () => {
    expect(() => laueRotations("m3m")).toThrow(/not a Laue group/);
  });

  it("acts on the right of crystal → sample orientations", () => {
    const rotations = laueRotations("m-3m");
    const q = fromBungeEuler(12, 34, 56);
    for (const s of rotations) expect(disorientationDeg(q, multiply(q, s), rotations)).toBeLessThan(1e-5);
    expect(disorientationDeg(q, multiply(fromAxisAngle([1, 1, 1], 60), q), laueRotations("-1"))).toBeCloseTo(
      60,
      9,
    );
  });

  it("knows Mackenzie's largest cubic disorientation, 62.8 degrees about (1, 1, √2 − 1)", () => {
    const q = fromAxisAngle([1, 1, Math.SQRT2 - 1], 62.7994);
    expect(disorientationDeg([1, 0, 0, 0], q, laueRotations("m-3m"))).toBeCloseTo(62.7994, 3);
  });
});
