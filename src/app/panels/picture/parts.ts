import type { DType, Numeric } from "../../../core/contracts.ts";

/** What of complex numbers is shown. */
export type ComplexPart = "modulus" | "phase" | "real" | "imaginary";
export const COMPLEX_PARTS = ["modulus", "phase", "real", "imaginary"] as const;

/** One real number for each complex one; the phase is in degrees. */
export function complexPart(pairs: Numeric, part: ComplexPart): Float32Array {
  const make: Readonly<Record<ComplexPart, (re: number, im: number) => number>> = {
    modulus: Math.hypot,
    phase: (re, im) => (Math.atan2(im, re) * 180) / Math.PI,
    real: (re) => re,
    imaginary: (_, im) => im,
  };
  const of = make[part];
  return Float32Array.from({ length: pairs.length / 2 }, (_, i) => of(pairs[2 * i]!, pairs[2 * i + 1]!));
}

/** Values of one pixel in words. */
export function pixelNumbers(values: Numeric, dtype: DType, at: number): number[] {
  const per = dtype === "rgb8" ? 3 : dtype.startsWith("c") ? 2 : 1;
  return Array.from(values.subarray(at * per, at * per + per));
}
