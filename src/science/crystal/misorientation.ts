/**
 * Misorientations of many pairs without allocation. Orientations are rows w, x, y, z of one flat array, crystal to
 * sample; symmetry rotations are packed the same way and act on the crystal side (right).
 */
import { atan2 } from "../../math/portable.ts";
import { multiply, normalize, type Quaternion, type Vector3 } from "./rotation.ts";

const DEG = Math.PI / 180;

/** Symmetry rotations as one flat array, four numbers each. */
export function packRotations(rotations: readonly Quaternion[]): Float64Array {
  return Float64Array.from(rotations.flat());
}

/**
 * The largest |w| of all symmetry-equivalent misorientations between rows `i` and `j`: cos(ω/2) of the
 * disorientation ω. NaN where a row is NaN.
 */
export function largestW(orientation: Float64Array, i: number, j: number, packed: Float64Array): number {
  const a = 4 * i;
  const b = 4 * j;
  const aw = orientation[a]!;
  const ax = orientation[a + 1]!;
  const ay = orientation[a + 2]!;
  const az = orientation[a + 3]!;
  const bw = orientation[b]!;
  const bx = orientation[b + 1]!;
  const by = orientation[b + 2]!;
  const bz = orientation[b + 3]!;
  const dw = aw * bw + ax * bx + ay * by + az * bz;
  const dx = aw * bx - ax * bw - ay * bz + az * by;
  const dy = aw * by + ax * bz - ay * bw - az * bx;
  const dz = aw * bz - ax * by + ay * bx - az * bw;
  if (Number.isNaN(dw)) return Number.NaN;
  let best = 0;
  for (let s = 0; s < packed.length; s += 4) {
    const w = dw * packed[s]! - dx * packed[s + 1]! - dy * packed[s + 2]! - dz * packed[s + 3]!;
    if (w > best) best = w;
    else if (-w > best) best = -w;
  }
  return best;
}

/** The disorientation in degrees between rows `i` and `j`; NaN where a row is NaN. */
export function disorientationAt(
  orientation: Float64Array,
  i: number,
  j: number,
  packed: Float64Array,
): number {
  return (2 * Math.acos(Math.min(1, largestW(orientation, i, j, packed)))) / DEG;
}

/** Rotation angle and unit axis. */
export interface AxisAngle {
  readonly deg: number;
  readonly axis: Vector3;
}

/**
 * The smallest misorientation a⁻¹ b of two orientations of one crystal; the axis is in crystal coordinates, one of
 * its symmetry equivalents.
 */
export function disorientation(qa: Quaternion, qb: Quaternion, rotations: readonly Quaternion[]): AxisAngle {
  const difference = multiply(normalize([qa[0], -qa[1], -qa[2], -qa[3]]), qb);
  let best: Quaternion = difference;
  for (const rotation of rotations) {
    const candidate = multiply(difference, rotation);
    if (candidate[0] > best[0]) best = candidate;
  }
  const length = Math.hypot(best[1], best[2], best[3]);
  const deg = (2 * atan2(length, best[0])) / DEG;
  const axis: Vector3 = length < 1e-12 ? [0, 0, 1] : [best[1] / length, best[2] / length, best[3] / length];
  return { deg, axis };
}

/**
 * The symmetry equivalent q·s of an orientation with the smallest rotation angle: its representative in the
 * fundamental zone around the identity. Of equals the first in the order of `rotations`.
 */
export function toFundamentalZone(q: Quaternion, rotations: readonly Quaternion[]): Quaternion {
  let best = normalize(q);
  for (const rotation of rotations) {
    const candidate = multiply(q, rotation);
    if (candidate[0] > best[0] + 1e-12) best = candidate;
  }
  return best;
}

/**
 * The mean of orientations that lie close together: the eigenvector of the largest eigenvalue of Σ q qᵀ, every q
 * first replaced by its symmetry equivalent nearest to the running mean; two rounds.
 *
 * @param rows indices into `orientation`, taken from … to − 1
 * @see Markley et al., J. Guid. Control Dyn. 30 (2007) 1193
 */
export function meanOrientation(
  orientation: Float64Array,
  rows: ArrayLike<number>,
  from: number,
  to: number,
  packed: Float64Array,
): Quaternion {
  const first = 4 * rows[from]!;
  const mean = [
    orientation[first]!,
    orientation[first + 1]!,
    orientation[first + 2]!,
    orientation[first + 3]!,
  ];
  const m = new Float64Array(16);
  const q = new Float64Array(4);
  for (let round = 0; round < 2; round++) {
    m.fill(0);
    for (let k = from; k < to; k++) {
      nearestEquivalent(orientation, 4 * rows[k]!, mean, packed, q);
      for (let r = 0; r < 4; r++) for (let c = 0; c < 4; c++) m[4 * r + c]! += q[r]! * q[c]!;
    }
    powerIterate(m, mean);
  }
  return normalize(mean as unknown as Quaternion);
}

/** Writes to `out` the equivalent q·s of the row at `at` that is nearest to `reference`. */
function nearestEquivalent(
  orientation: Float64Array,
  at: number,
  reference: ArrayLike<number>,
  packed: Float64Array,
  out: Float64Array,
): void {
  const w = orientation[at]!;
  const x = orientation[at + 1]!;
  const y = orientation[at + 2]!;
  const z = orientation[at + 3]!;
  let best = -1;
  for (let s = 0; s < packed.length; s += 4) {
    const sw = packed[s]!;
    const sx = packed[s + 1]!;
    const sy = packed[s + 2]!;
    const sz = packed[s + 3]!;
    const ew = w * sw - x * sx - y * sy - z * sz;
    const ex = w * sx + x * sw + y * sz - z * sy;
    const ey = w * sy - x * sz + y * sw + z * sx;
    const ez = w * sz + x * sy - y * sx + z * sw;
    const dot = Math.abs(ew * reference[0]! + ex * reference[1]! + ey * reference[2]! + ez * reference[3]!);
    if (dot > best) {
      best = dot;
      out[0] = ew;
      out[1] = ex;
      out[2] = ey;
      out[3] = ez;
    }
  }
}

/** The leading eigenvector of a 4 × 4 positive matrix, into `vector`: enough steps for a dominant eigenvalue. */
function powerIterate(m: Float64Array, vector: number[]): void {
  for (let step = 0; step < 12; step++) {
    const next = [0, 1, 2, 3].map((r) => {
      const at = 4 * r;
      return (
        m[at]! * vector[0]! + m[at + 1]! * vector[1]! + m[at + 2]! * vector[2]! + m[at + 3]! * vector[3]!
      );
    });
    const length = Math.hypot(...next);
    for (let r = 0; r < 4; r++) vector[r] = next[r]! / length;
  }
}
