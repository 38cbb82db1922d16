/** Azimuths of the polar image, 1° each, and bytes of a row with its repetition. */
export const STEPS = 360;
export const ROW = 432;
/** The second best angle of a template is at least this many degrees from the best. */
export const APART = 8;

/** Templates as the kernel reads them. */
export interface PackedTemplates {
  /** Template t owns the spots offset[t] … offset[t + 1] − 1. */
  readonly offset: Uint32Array;
  /** Two words per spot: radius · bytes of a row; azimuth [deg] + 65536 · weight, the weight at most 257. */
  readonly spots: Uint32Array;
}

/** What a kernel is made for. */
export interface SearchShape {
  /** Columns and rows of the pattern. */
  readonly size: number;
  /** First radius of the polar images and the one after the last [px]; none outside is read. */
  readonly first: number;
  readonly radii: number;
  readonly coarse: PackedTemplates;
  readonly fine: PackedTemplates;
}

/** The loops of the template search. Arrays it returns hold until its next call. */
export interface SearchKernel {
  readonly kind: "wasm" | "plain";
  /** Makes the polar image of min(255, round(scale·√value)) about a centre in 1/65536 px; returns its sum. */
  image(values: Float32Array, scale: number, centreX: number, centreY: number): number;
  /** Best sum of every coarse template at an even angle. */
  coarse(): Uint16Array;
  /** For each fine template of the list: best angle, its sum, second best angle at least 8° away, its sum. */
  everyAngle(list: Uint32Array): Uint16Array;
  /** The same, looked for at even angles, and then from 3° before to 4° after the best and the second best of them. */
  evenFirst(list: Uint32Array): Uint16Array;
}

/** Pairs (cos, sin) of the azimuths of the polar image in 1/65536. */
export function directions(): Int32Array {
  return Int32Array.from({ length: 2 * STEPS }, (_, i) => {
    const angle = ((i >> 1) * 2 * Math.PI) / STEPS;
    return Math.round(65536 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)));
  });
}
