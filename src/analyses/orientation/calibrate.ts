import type { Optics } from "./bank.ts";
import { type Indexer, indexPattern, refinerOf } from "./index-pattern.ts";
import { modelErrorOf } from "./model-error.ts";
import type { ModelCheck } from "./refine.ts";

/** Optics with pixel, ellipse and modelError found, and how well. */
export interface Calibration {
  readonly optics: Optics;
  /** Relative standard uncertainty of the pixel size, from the scatter of the spots. */
  readonly pixelSigma: number;
  /** Standard uncertainty of `optics.modelError`; NaN where unknown. */
  readonly modelErrorSigma: number;
  /** Spots that the calibration rests on. */
  readonly spots: number;
}

/** Fewer spots than this calibrate nothing. */
const FEWEST = 60;
/** A spot further than this many standard deviations from its place is somebody else's. */
const OUTLIER = 3.5;

/**
 * One scale and one ellipse for all phases, from the spots of the best candidates of sample frames: the symmetric
 * matrix that takes predicted to measured positions, weighted least squares without outliers; and the error of the
 * two-beam amplitudes.
 *
 * @returns undefined with fewer than 60 matched spots
 */
export function calibrate(indexer: Indexer, frames: readonly ArrayLike<number>[]): Calibration | undefined {
  let found: Calibration | undefined;
  for (let round = 0; round < 2; round++) {
    const optics = found?.optics ?? indexer.optics;
    const checks = checkFrames({ ...indexer, optics }, frames);
    const pairs = checks.flatMap((check) => check.pairs);
    if (pairs.length < FEWEST) return found;
    const { matrix, scatter } = fitMatrix(pairs, optics);
    const [a, b, c] = matrix;
    const pixel = 2 / (a + c);
    const modelError = modelErrorOf(checks.map((check) => check.amplitudes));
    found = {
      optics: {
        ...optics,
        pixel,
        ellipse: [a * pixel, b * pixel, c * pixel],
        modelError: modelError.value,
      },
      modelErrorSigma: modelError.sigma,
      pixelSigma: scatter,
      spots: pairs.length,
    };
  }
  return found;
}

/** The best answers of the frames, as far as they are clear. */
function checkFrames(indexer: Indexer, frames: readonly ArrayLike<number>[]): ModelCheck[] {
  const checks: ModelCheck[] = [];
  for (const raw of frames) {
    const { pattern, fits, margin } = indexPattern(indexer, raw);
    const best = fits[0];
    if (!best || best.used < 6 || margin <= 8 || best.explained <= 0.4) continue;
    checks.push(refinerOf(indexer).check(pattern, best));
  }
  return checks;
}

/** x = a gx + b gy, y = b gx + c gy [px], and the relative standard uncertainty of (a + c)/2. */
function fitMatrix(pairs: ModelCheck["pairs"], optics: Optics) {
  let [a, b, c] = optics.ellipse.map((m) => m / optics.pixel) as [number, number, number];
  let scatter = 0;
  for (let pass = 0; pass < 4; pass++) {
    const m = new Float64Array(9);
    const v = new Float64Array(3);
    let squares = 0;
    let count = 0;
    for (const { gx, gy, x, y, variance } of pairs) {
      const ex = x - a * gx - b * gy;
      const ey = y - b * gx - c * gy;
      const r2 = (ex * ex + ey * ey) / variance;
      if (pass > 0 && r2 > OUTLIER * OUTLIER * 2) continue;
      const w = 1 / variance;
      squares += r2;
      count += 2;
      m[0]! += w * gx * gx;
      m[1]! += w * gx * gy;
      m[4]! += w * (gx * gx + gy * gy);
      m[5]! += w * gx * gy;
      m[8]! += w * gy * gy;
      v[0]! += w * gx * x;
      v[1]! += w * (gy * x + gx * y);
      v[2]! += w * gy * y;
    }
    const det = m[0]! * (m[4]! * m[8]! - m[5]! * m[5]!) - m[1]! * m[1]! * m[8]!;
    a = (v[0]! * (m[4]! * m[8]! - m[5]! * m[5]!) - m[1]! * (v[1]! * m[8]! - m[5]! * v[2]!)) / det;
    b = (m[0]! * (v[1]! * m[8]! - m[5]! * v[2]!) - v[0]! * m[1]! * m[8]!) / det;
    c = (v[2]! - m[5]! * b) / m[8]!;
    scatter = Math.sqrt(squares / Math.max(1, count) / (m[0]! + m[8]!)) / ((a + c) / 2);
  }
  return { matrix: [a, b, c] as const, scatter };
}
