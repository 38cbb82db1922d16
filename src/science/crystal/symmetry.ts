import { LithoscopeError } from "../../core/errors.ts";
import { angleDeg, conjugate, fromAxisAngle, multiply, type Quaternion, type Vector3 } from "./rotation.ts";

/** The 11 Laue groups by their short Hermann–Mauguin symbols. */
export const LAUE_GROUPS = [
  "-1",
  "2/m",
  "mmm",
  "4/m",
  "4/mmm",
  "-3",
  "-3m",
  "6/m",
  "6/mmm",
  "m-3",
  "m-3m",
] as const;
export type LaueGroup = (typeof LAUE_GROUPS)[number];

const X: Vector3 = [1, 0, 0];
const Y: Vector3 = [0, 1, 0];
const Z: Vector3 = [0, 0, 1];
const DIAGONAL: Vector3 = [1, 1, 1];

/** Generators of the proper rotations in the frame a ∥ x, c* ∥ z: axis and angle in degrees. */
const GENERATORS: Readonly<Record<LaueGroup, readonly (readonly [Vector3, number])[]>> = {
  "-1": [],
  "2/m": [[Y, 180]],
  mmm: [
    [X, 180],
    [Z, 180],
  ],
  "4/m": [[Z, 90]],
  "4/mmm": [
    [Z, 90],
    [X, 180],
  ],
  "-3": [[Z, 120]],
  "-3m": [
    [Z, 120],
    [X, 180],
  ],
  "6/m": [[Z, 60]],
  "6/mmm": [
    [Z, 60],
    [X, 180],
  ],
  "m-3": [
    [Z, 180],
    [DIAGONAL, 120],
  ],
  "m-3m": [
    [Z, 90],
    [DIAGONAL, 120],
  ],
};

/**
 * The proper rotations of a Laue group as unit quaternions (w, x, y, z), identity first, in the crystal frame
 * a ∥ x, c* ∥ z in its usual setting: monoclinic 2-fold along b = y, hexagonal axes for trigonal groups with the
 * 2-folds of -3m along a = x. A crystal in another setting carries its own rotations (`Crystal.rotations`).
 *
 * @throws LithoscopeError "Usage" for a name that is not one of the eleven.
 */
export function laueRotations(laueGroup: string): Quaternion[] {
  const generators = GENERATORS[laueGroup as LaueGroup];
  if (generators === undefined) {
    throw new LithoscopeError(
      "Usage",
      `"${laueGroup}" is not a Laue group; one of ${LAUE_GROUPS.join(", ")}.`,
      {
        laueGroup,
      },
    );
  }
  const steps = generators.map(([axis, deg]) => fromAxisAngle(axis, deg));
  const group: Quaternion[] = [[1, 0, 0, 0]];
  for (let i = 0; i < group.length; i++) {
    for (const step of steps) {
      const candidate = multiply(step, group[i]!);
      if (!group.some((member) => sameRotation(member, candidate))) group.push(candidate);
    }
  }
  return group;
}

/** True when two unit quaternions turn by the same rotation, to about 0.01°; the sign does not matter. */
export function sameRotation(a: Quaternion, b: Quaternion): boolean {
  return angleDeg(multiply(conjugate(a), b)) < 0.01;
}

/**
 * The smallest rotation angle in degrees between two orientations of one crystal, given as crystal → sample
 * quaternions; `rotations` are the crystal's own symmetry rotations, which act on the right.
 */
export function disorientationDeg(
  qa: Quaternion,
  qb: Quaternion,
  rotations: readonly (readonly [number, number, number, number])[],
): number {
  const difference = multiply(conjugate(qa), qb);
  const [w, x, y, z] = difference;
  // One loop is enough: the angle of s1⁻¹ d s2 equals that of d s2 s1⁻¹, and s2 s1⁻¹ runs through the group. The
  // smallest angle has the largest |w|, the only component that the loop has to work out.
  let nearest = rotations[0]!;
  let largest = -1;
  for (const rotation of rotations) {
    const cosine = Math.abs(w * rotation[0] - x * rotation[1] - y * rotation[2] - z * rotation[3]);
    if (cosine > largest) {
      largest = cosine;
      nearest = rotation;
    }
  }
  return angleDeg(multiply(difference, nearest));
}
