import { rotateVector } from "../../science/crystal/rotation.ts";
import type { Optics, PhaseModel } from "./bank.ts";
import { type Indexer, indexPattern } from "./index-pattern.ts";
import type { Pattern } from "./pattern.ts";
import type { Fit } from "./refine.ts";

/**
 * One scale and one ellipse for all phases, from the spots of the best candidates of sample frames: the symmetric
 * matrix that takes predicted to measured positions, least squares without outliers; and the error of the two-beam amplitudes.
 *
 * @returns the optics with pixel, ellipse and modelError found; undefined with fewer than 60 matched spots
 */
export function calibrate(indexer: Indexer, frames: readonly ArrayLike<number>[]): Optics | undefined {
  let optics = indexer.optics;
  for (let round = 0; round < 2; round++) {
    const pairs: [number, number, number, number][] = [];
    const amplitudes: number[] = [];
    for (const raw of frames) {
      const { pattern, fits, margin } = indexPattern({ ...indexer, optics }, raw);
      const best = fits[0];
      if (!best || best.used < 6 || margin < 8) continue;
      if (best.amplitudeMisfit >= 0) amplitudes.push(best.amplitudeMisfit);
      const model = indexer.models[best.phase]!;
      for (const [gx, gy, x, y] of matchedSpots(pattern, model, optics, best)) pairs.push([gx, gy, x, y]);
    }
    if (pairs.length < 60) return undefined;
    // x = a gx + b gy, y = b gx + c gy [px]
    let [a, b, c] = [1 / optics.pixel, 0, 1 / optics.pixel];
    for (let pass = 0; pass < 4; pass++) {
      const m = new Float64Array(9);
      const v = new Float64Array(3);
      for (const [gx, gy, x, y] of pairs) {
        if (pass > 0 && Math.hypot(x - a * gx - b * gy, y - b * gx - c * gy) > 0.8) continue;
        m[0]! += gx * gx;
        m[1]! += gx * gy;
        m[4]! += gx * gx + gy * gy;
        m[5]! += gx * gy;
        m[8]! += gy * gy;
        v[0]! += gx * x;
        v[1]! += gy * x + gx * y;
        v[2]! += gy * y;
      }
      const det = m[0]! * (m[4]! * m[8]! - m[5]! * m[5]!) - m[1]! * m[1]! * m[8]!;
      a = (v[0]! * (m[4]! * m[8]! - m[5]! * m[5]!) - m[1]! * (v[1]! * m[8]! - m[5]! * v[2]!)) / det;
      b = (m[0]! * (v[1]! * m[8]! - m[5]! * v[2]!) - v[0]! * m[1]! * m[8]!) / det;
      c = (v[2]! - m[5]! * b) / m[8]!;
    }
    const pixel = 2 / (a + c);
    // A median deviation is 0.67 standard deviations; scale and thickness were fitted to the same spots, so 1.3 for 1.
    const middle = amplitudes.sort((p, q) => p - q)[amplitudes.length >> 1] ?? 0.1;
    const modelError = Math.min(0.2, Math.max(0.04, 1.3 * (middle / 0.67)));
    optics = { ...optics, pixel, ellipse: [a * pixel, b * pixel, c * pixel], modelError };
  }
  return optics;
}

/** Pairs (g_x, g_y, x, y) of predicted reciprocal vectors [1/Å] and measured spots [px] of one fit. */
function matchedSpots(
  pattern: Pattern,
  { list }: PhaseModel,
  optics: Optics,
  fit: Fit,
): [number, number, number, number][] {
  const pairs: [number, number, number, number][] = [];
  const [mxx, mxy, myy] = optics.ellipse;
  for (let i = 0; i < list.count; i++) {
    const [gx, gy, gz] = rotateVector(fit.quaternion, [
      list.g[3 * i]!,
      list.g[3 * i + 1]!,
      list.g[3 * i + 2]!,
    ]);
    const r2 = gx * gx + gy * gy;
    if (Math.abs(r2 / (2 * optics.k) + gz) > optics.precession * Math.sqrt(r2)) continue;
    const x = (mxx * gx + mxy * gy) / optics.pixel;
    const y = (mxy * gx + myy * gy) / optics.pixel;
    const spot = pattern.spots.find((s) => Math.hypot(s.x - x, s.y - y) < 1.6);
    if (spot && spot.intensity > 8 * Math.sqrt(spot.variance)) pairs.push([gx, gy, spot.x, spot.y]);
  }
  return pairs;
}
