import { atan2, cos, sin } from "../../math/portable.ts";
/**
 * Rotations as unit quaternions (w, x, y, z) with w ≥ 0. An orientation is the active rotation that takes
 * crystal coordinates to sample coordinates: v_sample = rotateVector(q, v_crystal). Angles are in degrees.
 * Conventions: Rowenhorst et al., Modelling Simul. Mater. Sci. Eng. 23 (2015) 083501, with P = +1.
 */

export type Quaternion = readonly [number, number, number, number];
export type Vector3 = readonly [number, number, number];
/** Row-major 3 × 3. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

const DEG = Math.PI / 180;

/** The same rotation, of length 1 and with w ≥ 0; for w = 0 the first non-zero of x, y, z is positive. */
export function normalize(q: Quaternion): Quaternion {
  const length = Math.hypot(...q);
  const first = q.find((v) => Math.abs(v) > 1e-12 * length) ?? 1;
  const k = (first < 0 ? -1 : 1) / length;
  const [w, x, y, z] = q.map((v) => v * k + 0) as unknown as Quaternion;
  return [Math.max(w, 0), x, y, z];
}

/** The rotation "b first, then a" (Hamilton product a b). */
export function multiply(a: Quaternion, b: Quaternion): Quaternion {
  const [aw, ax, ay, az] = a;
  const [bw, bx, by, bz] = b;
  return normalize([
    aw * bw - ax * bx - ay * by - az * bz,
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
  ]);
}

/** The inverse rotation. */
export function conjugate(q: Quaternion): Quaternion {
  return normalize([q[0], -q[1], -q[2], -q[3]]);
}

/** The quaternion of a proper rotation matrix; small departures from orthogonality are averaged out. */
export function fromMatrix(m: Matrix3): Quaternion {
  const [a, b, c, d, e, f, g, h, i] = m;
  // Four equivalent formulas; the one with the largest component keeps full precision.
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i];
  const largest = squares.indexOf(Math.max(...squares));
  const s = squares[largest]!;
  if (largest === 0) return normalize([s, h - f, c - g, d - b]);
  if (largest === 1) return normalize([h - f, s, b + d, c + g]);
  if (largest === 2) return normalize([c - g, b + d, s, f + h]);
  return normalize([d - b, c + g, f + h, s]);
}

/** The active rotation matrix, row-major: v' = M v. */
export function toMatrix(q: Quaternion): Matrix3 {
  const [w, x, y, z] = q;
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}

/** The vector after the rotation. */
export function rotateVector(q: Quaternion, v: Vector3): Vector3 {
  const m = toMatrix(q);
  return [
    m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
    m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
    m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
  ];
}

/** Right-handed rotation by `deg` degrees about an axis of any non-zero length. */
export function fromAxisAngle(axis: Vector3, deg: number): Quaternion {
  const half = (deg * DEG) / 2;
  const k = sin(half) / Math.hypot(...axis);
  return normalize([cos(half), axis[0] * k, axis[1] * k, axis[2] * k]);
}

/** Rotation angle in degrees, 0 to 180; exact near 0, where acos(w) is not. */
export function angleDeg(q: Quaternion): number {
  return (2 * atan2(Math.hypot(q[1], q[2], q[3]), Math.abs(q[0]))) / DEG;
}

/**
 * The crystal → sample rotation of Bunge's angles (φ1, Φ, φ2) in degrees: Rz(φ1) Rx(Φ) Rz(φ2), active.
 * Bunge's own matrix g is its transpose (sample → crystal).
 */
export function fromBungeEuler(phi1: number, Phi: number, phi2: number): Quaternion {
  const half = (Phi * DEG) / 2;
  const sum = ((phi1 + phi2) * DEG) / 2;
  const difference = ((phi1 - phi2) * DEG) / 2;
  return normalize([
    cos(half) * cos(sum),
    sin(half) * cos(difference),
    sin(half) * sin(difference),
    cos(half) * sin(sum),
  ]);
}

/**
 * Bunge's angles (φ1, Φ, φ2) in degrees, φ1 and φ2 in [0, 360), Φ in [0, 180], of a crystal → sample rotation.
 * At Φ = 0 or 180, where only a sum or difference is defined, φ2 = 0.
 */
export function toBungeEuler(q: Quaternion): Vector3 {
  const [w, x, y, z] = q;
  const tilt = Math.hypot(x, y);
  const spin = Math.hypot(w, z);
  const Phi = (2 * atan2(tilt, spin)) / DEG;
  if (tilt < 1e-9) return [turn((2 * atan2(z, w)) / DEG), 0, 0];
  if (spin < 1e-9) return [turn((2 * atan2(y, x)) / DEG), 180, 0];
  const sum = atan2(z, w);
  const difference = atan2(y, x);
  return [turn((sum + difference) / DEG), Phi, turn((sum - difference) / DEG)];
}

/** An angle in degrees brought into [0, 360). */
function turn(deg: number): number {
  const wrapped = ((deg % 360) + 360) % 360;
  return 360 - wrapped < 1e-9 ? 0 : wrapped;
}
