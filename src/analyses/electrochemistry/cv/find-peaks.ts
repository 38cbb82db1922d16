import { extent } from "../../../math/order-statistics.ts";
import { log } from "../../../math/portable.ts";
import type { Curve } from "./curve.ts";
import { type Baseline, type CurveFit, fitCurve, type SweepPeak } from "./fit-curve.ts";
import { peakShape } from "./peak-shape.ts";

/** Peaks that are looked for in a sweep at most. */
const MOST = 6;
/** A peak must lower χ² by this many times the logarithm of the number of points for each of its parameters, … */
const EVIDENCE = 1.5;
/** … be this many of its own standard uncertainties high, … */
const SIGNIFICANT = 5;
/** … and this share of the highest peak of its sweep. */
const LEAST_SHARE = 0.025;
/** Widths that are tried, as shares of the range of potentials. */
const WIDTHS = [0.012, 0.02, 0.033, 0.055, 0.09, 0.15];
/** The shape that is looked for, at u = −6 … 6 in steps of 1/8. */
const SOUGHT = Float64Array.from({ length: 97 }, (_, k) => peakShape(k / 8 - 6, 1.6));

/** Where the residual of a fit looks most like a peak: filters of several widths over each sweep. */
function likeliest(curve: Curve, fitted: Float64Array, taken: readonly SweepPeak[]) {
  const { potential, current, direction, sigma } = curve;
  const [low, high] = extent(potential);
  const range = high - low;
  let best: { peak: SweepPeak; score: number } | undefined;
  for (const d of [1, -1] as const) {
    if (taken.filter((p) => p.direction === d).length >= MOST) continue;
    const rows: number[] = [];
    for (let i = 0; i < potential.length; i++) if (direction[i] === d) rows.push(i);
    const steps = 80;
    for (const share of WIDTHS) {
      const width = share * range;
      for (let k = 1; k < steps; k++) {
        const at = low + (k * range) / steps;
        let [sr, sf, sff, srf, sw] = [0, 0, 0, 0, 0];
        for (const i of rows) {
          const u = (d * (potential[i]! - at)) / width;
          if (Math.abs(u) > 10) continue;
          const w = 1 / (sigma[i]! * sigma[i]!);
          const f = SOUGHT[Math.round(8 * u + 48)] ?? 0;
          const r = d * (current[i]! - fitted[i]!);
          [sw, sr, sf, sff, srf] = [sw + w, sr + w * r, sf + w * f, sff + w * f * f, srf + w * r * f];
        }
        // With a level of its own, so that an offset of the residual is no peak.
        const norm = sff - (sf * sf) / sw;
        const height = (srf - (sf * sr) / sw) / norm;
        const score = height > 0 ? height * Math.sqrt(norm) : 0;
        if (score > (best?.score ?? 0))
          best = { score, peak: { direction: d, height, potential: at, width, asymmetry: 1.6 } };
      }
    }
  }
  return best?.peak;
}

/** Whether the maximum of a peak lies within what was swept, clear of the turns. */
export function isInside(peak: SweepPeak, curve: Curve): boolean {
  const [low, high] = extent(curve.potential);
  const margin = Math.max(0.5 * peak.width, 0.006 * (high - low));
  return peak.potential > low + margin && peak.potential < high - margin;
}

/** Whether each peak is worth its parameters: how much χ² rises without it, each in turn. */
function needed(curve: Curve, fit: CurveFit, oneWay: boolean): CurveFit {
  let best = fit;
  for (;;) {
    let weakest: CurveFit | undefined;
    for (let p = 0; p < best.peaks.length; p++) {
      const height = best.peaks[p]!.height;
      const top = Math.max(
        ...best.peaks.filter(({ direction }) => direction === best.peaks[p]!.direction).map((o) => o.height),
      );
      const faint = height < SIGNIFICANT * best.sigmas[p]![0] || height < LEAST_SHARE * top;
      const without = fitCurve(
        curve,
        best.baseline,
        best.peaks.filter((_, k) => k !== p),
        oneWay,
      );
      const loses = (without.cost - best.cost) / Math.max(1, best.inflation);
      if ((faint || loses < EVIDENCE * 4 * log(best.points)) && (!weakest || without.cost < weakest.cost))
        weakest = without;
    }
    if (!weakest) return best;
    best = weakest;
  }
}

/** The fit without the peaks that are not worth their parameters. */
export function withoutNeedlessPeaks(curve: Curve, fit: CurveFit): CurveFit {
  return needed(curve, fit, isOneWay(curve));
}

const isOneWay = ({ direction }: Curve) => direction.every((d) => d === direction[0]);

/**
 * Baseline and peaks of both sweeps of a cycle, as many as the data ask for: peaks are added where the residual looks
 * most like one, and everything is fitted again.
 *
 * @param from peaks to begin with, such as those of the cycle before
 */
export function findPeaks(curve: Curve, from?: CurveFit): CurveFit {
  const oneWay = isOneWay(curve);
  const [low, high] = extent(curve.potential);
  const start: Baseline = { offset: 0, slope: 0, charging: 0, tail: 0, tailWidth: 0.1 * (high - low) };
  const [least, most] = extent(curve.current);
  const tails = [0.05, 0.1, 0.3].map((share) =>
    fitCurve(curve, { ...start, tail: 0.1 * (most - least), tailWidth: share * (high - low) }, [], oneWay),
  );
  let fit = tails.reduce((a, b) => (b.cost < a.cost ? b : a));
  if (from) fit = fitCurve(curve, from.baseline, from.peaks, oneWay);
  for (let round = 0; round < 2 * MOST; round++) {
    const candidate = likeliest(curve, fit.fitted, fit.peaks);
    if (!candidate) break;
    const next = fitCurve(curve, fit.baseline, [...fit.peaks, candidate], oneWay);
    // While peaks are missing the residual is far from noise: its own size is the measure.
    const gain = fit.points * log(fit.cost / next.cost);
    if (gain < EVIDENCE * 4 * log(fit.points)) break;
    fit = next;
  }
  return fit;
}
