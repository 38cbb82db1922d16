import { median } from "../../../math/order-statistics.ts";
import { modulus, type Spectrum } from "../../../science/electrochemistry/spectrum.ts";

/**
 * Modulus of Z at every frequency as its phase alone makes it, by the Z-HIT relation
 * ln|Z(ω0)| = const + (2/π)∫ φ d ln ω − (π/6) dφ/d ln ω, the constant from all points by their median. What the measured
 * modulus lies above or below it at low frequencies is drift.
 *
 * @returns |Z| [Ω], NaN where there are fewer than five points
 * @see Ehm, Göhr, Kaus, Röseler & Schiller (2000), ACH Models in Chemistry 137, 145
 */
export function zHit(spectrum: Spectrum): Float64Array {
  const { z, frequency } = spectrum;
  const n = frequency.length;
  if (n < 5) return new Float64Array(n).fill(Number.NaN);
  const log = frequency.map(Math.log);
  const phase = Float64Array.from({ length: n }, (_, i) => Math.atan2(z[2 * i + 1]!, z[2 * i]!));
  for (let i = 1; i < n; i++)
    phase[i] += 2 * Math.PI * Math.round((phase[i - 1]! - phase[i]!) / (2 * Math.PI));
  const smooth = Float64Array.from(phase, (_, i) => local(log, phase, i).value);
  const slope = Float64Array.from(phase, (_, i) => local(log, phase, i).slope);
  const integral = new Float64Array(n);
  for (let i = 1; i < n; i++) {
    const step = log[i]! - log[i - 1]!;
    // Trapezium with the slopes at its ends: exact for cubics.
    const bend = (step * step * (slope[i - 1]! - slope[i]!)) / 12;
    integral[i] = integral[i - 1]! + (step * (smooth[i - 1]! + smooth[i]!)) / 2 + bend;
  }
  const shape = integral.map((value, i) => (2 / Math.PI) * value - (Math.PI / 6) * slope[i]!);
  const size = modulus(z).map(Math.log);
  const offset = median(shape.map((value, i) => size[i]! - value));
  return shape.map((value) => Math.exp(value + offset));
}

/** Value and slope at point i of a parabola through the five points around it, by least squares. */
function local(x: Float64Array, y: Float64Array, i: number): { value: number; slope: number } {
  const from = Math.max(0, Math.min(x.length - 5, i - 2));
  const s = new Float64Array(5);
  const t = new Float64Array(3);
  for (let k = from; k < from + 5; k++) {
    const d = x[k]! - x[i]!;
    for (let p = 0; p < 5; p++) s[p] += d ** p;
    for (let p = 0; p < 3; p++) t[p] += y[k]! * d ** p;
  }
  const [s0, s1, s2, s3, s4] = s as unknown as [number, number, number, number, number];
  const det = (
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
    k: number,
  ) => a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g);
  const whole = det(s0, s1, s2, s1, s2, s3, s2, s3, s4);
  const [t0, t1, t2] = t as unknown as [number, number, number];
  return {
    value: det(t0, s1, s2, t1, s2, s3, t2, s3, s4) / whole,
    slope: det(s0, t0, s2, s1, t1, s3, s2, t2, s4) / whole,
  };
}
