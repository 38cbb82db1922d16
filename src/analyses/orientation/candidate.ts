import { cos, sin } from "../../math/portable.ts";
/** A candidate orientation of one phase. */
export interface Candidate {
  readonly phase: number;
  /** Crystal to sample, w, x, y, z. */
  readonly quaternion: [number, number, number, number];
  readonly score: number;
}

/** Rotation about the beam by 2·`half` [rad] after `q`. */
export function inPlane(half: number, q: ArrayLike<number>): [number, number, number, number] {
  return turnedBy(cos(half), sin(half), q);
}

/** The same for the cosine `c` and the sine `s` of the half angle. */
export function turnedBy(c: number, s: number, q: ArrayLike<number>): [number, number, number, number] {
  return [c * q[0]! - s * q[3]!, c * q[1]! - s * q[2]!, c * q[2]! + s * q[1]!, c * q[3]! + s * q[0]!];
}

/** The partner of `q`, turned 180° about the beam. */
export function aboutBeam(q: ArrayLike<number>): [number, number, number, number] {
  return [-q[3]!, -q[2]!, q[1]!, q[0]!];
}

/** Less than 2.4° apart, symmetry not considered: only neighbours on the search grid are meant. */
export function closeTo(a: readonly number[], b: readonly number[]): boolean {
  return Math.abs(a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]! + a[3]! * b[3]!) > 0.99978;
}

/** exp(ω)·q, unit, for a small rotation vector in sample axes [rad]. */
export function turned(
  q: readonly number[],
  wx: number,
  wy: number,
  wz: number,
): [number, number, number, number] {
  const angle = Math.hypot(wx, wy, wz);
  const c = cos(angle / 2);
  const s = angle > 1e-12 ? sin(angle / 2) / angle : 0.5;
  const [x, y, z] = [wx * s, wy * s, wz * s];
  const [e, f, g, h] = q as [number, number, number, number];
  return [
    c * e - x * f - y * g - z * h,
    c * f + x * e + y * h - z * g,
    c * g - x * h + y * e + z * f,
    c * h + x * g - y * f + z * e,
  ];
}
