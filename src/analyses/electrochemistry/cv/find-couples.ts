import { extent } from "../../../math/order-statistics.ts";
import { log } from "../../../math/portable.ts";
import { isInside } from "./find-peaks.ts";
import type { CurveFit, SweepPeak } from "./fit-curve.ts";
import { fitSurface, type SurfaceCouple, type SurfaceFit, type TimedCurve } from "./surface-couples.ts";

/** Couples at most. */
const MOST = 6;
/** A couple must lower χ² by so many times the logarithm of the number of points for each of its four parameters, … */
const EVIDENCE = 2.5;
/** … its charge be so many of its standard uncertainties, and this share of the largest. */
const SIGNIFICANT = 6;
/** A couple so certain is not tried without. */
const CERTAIN = 40;
/** A fit that leaves so many times what free shapes leave is given up. */
const HOPELESS = 6;
/** χ² per point up to which a fit leaves noise only. */
export const ENOUGH = 1.3;
const LEAST_SHARE = 0.004;
/** Anodic and cathodic peak of one couple are this close, as a share of the range of potentials. */
const PAIRED = 0.3;
/** Spread that is tried where nothing is known [V]. */
const USUAL_SPREAD = 0.015;

/** Pairs of an anodic and a cathodic peak, likeliest first, and the peaks without a partner. */
export function pairsOf(peaks: readonly SweepPeak[], range: number) {
  const anodic = peaks.filter(({ direction }) => direction === 1);
  const cathodic = peaks.filter(({ direction }) => direction === -1);
  const found: { anodic: SweepPeak; cathodic: SweepPeak; cost: number }[] = [];
  for (const a of anodic)
    for (const c of cathodic) {
      const apart = (a.potential - c.potential) / range;
      // A cathodic peak above its anodic one only by what noise and overlap do.
      if (apart < -0.02 || apart > PAIRED) continue;
      const ratio = log(a.height / c.height);
      found.push({ anodic: a, cathodic: c, cost: (apart / 0.1) ** 2 + (ratio / 0.7) ** 2 });
    }
  found.sort((a, b) => a.cost - b.cost);
  const pairs: { anodic: SweepPeak; cathodic: SweepPeak }[] = [];
  for (const pair of found) {
    if (pairs.some(({ anodic: a, cathodic: c }) => a === pair.anodic || c === pair.cathodic)) continue;
    pairs.push(pair);
  }
  const taken = new Set(pairs.flatMap(({ anodic: a, cathodic: c }) => [a, c]));
  return { pairs, alone: peaks.filter((peak) => !taken.has(peak)) };
}

/** A first guess of couples from the peaks of a fit. */
function couplesFrom(fit: CurveFit, scanRate: number, range: number): SurfaceCouple[] {
  const { pairs, alone } = pairsOf(fit.peaks, range);
  const usualRate = scanRate / USUAL_SPREAD / 4;
  const guess = (potential: number, peak: SweepPeak): SurfaceCouple => ({
    ...{ potential, spread: Math.min(0.05, Math.max(0.008, peak.width / 1.8)), rate: usualRate },
    charge: (peak.height * peak.width * 3.2) / scanRate,
  });
  const shift =
    pairs.length > 0
      ? pairs.reduce((s, p) => s + p.anodic.potential - p.cathodic.potential, 0) / pairs.length / 2
      : 0.02;
  return [
    ...pairs.map(({ anodic, cathodic }) => guess((anodic.potential + cathodic.potential) / 2, anodic)),
    ...alone.map((peak) => guess(peak.potential - peak.direction * shift, peak)),
  ];
}

/** Where the residual asks most for another couple: trial couples over the range, each projected on the residual. */
function another(curve: TimedCurve, fit: SurfaceFit, scanRate: number): SurfaceCouple | undefined {
  const [low, high] = extent(curve.potential);
  const strongest = fit.couples.reduce<SurfaceCouple | undefined>(
    (a, b) => (a && a.charge > b.charge ? a : b),
    undefined,
  );
  const spread = strongest?.spread ?? USUAL_SPREAD;
  const rate = strongest?.rate ?? scanRate / USUAL_SPREAD / 4;
  // Peaks of both sweeps at once are sought as two bells, apart as the strongest couple's are.
  const apart = Math.max(0, 2 * spread * log(Math.max(1, scanRate / (rate * 2 * spread))));
  let best: { potential: number; height: number; score: number } | undefined;
  for (let k = 1; k < 90; k++) {
    const at = low + (k * (high - low)) / 90;
    let [srf, sff] = [0, 0];
    for (let i = 0; i < curve.potential.length; i++) {
      const d = curve.direction[i]!;
      const u = (curve.potential[i]! - at - d * apart) / (2 * spread);
      if (Math.abs(u) > 5) continue;
      const f = d / Math.cosh(u) ** 2;
      const w = 1 / curve.sigma[i]! ** 2;
      srf += w * f * (curve.current[i]! - fit.fitted[i]!);
      sff += w * f * f;
    }
    const height = srf / sff;
    const score = height > 0 ? height * Math.sqrt(sff) : 0;
    if (score > (best?.score ?? 0)) best = { potential: at, height, score };
  }
  if (!best) return undefined;
  return { potential: best.potential, spread, rate, charge: (best.height * 4 * spread) / scanRate };
}

/**
 * Couples bound to the surface that explain a cycle, as many as the data ask for; undefined where the cycle has one
 * sweep only or no peak to begin with.
 *
 * @param fit peaks of the cycle, the start
 * @param free whether a series resistance is fitted too
 */
export function findCouples(
  curve: TimedCurve,
  fit: CurveFit,
  scanRate: number,
  free: boolean,
): SurfaceFit | undefined {
  const [low, high] = extent(curve.potential);
  const inside = fit.peaks.filter((peak) => isInside(peak, curve));
  if (inside.length === 0 || curve.direction.every((d) => d === curve.direction[0])) return undefined;
  const attempt = (couples: readonly SurfaceCouple[], from?: SurfaceFit) =>
    fitSurface(
      curve,
      { baseline: from?.baseline ?? fit.baseline, couples, resistance: from?.resistance ?? 0 },
      scanRate,
      free,
    );
  const strong = couplesFrom({ ...fit, peaks: inside }, scanRate, high - low)
    .sort((a, b) => b.charge - a.charge)
    .slice(0, MOST);
  const first = attempt(strong);
  // A law that leaves far more than free shapes do is not the one of this electrode, with however many couples.
  const shapes = Math.max(1, fit.cost / fit.points);
  if (first.cost > HOPELESS * shapes * first.points && strong.length > 1) return first;
  const grown = grow(first);
  if (grown.cost < ENOUGH * grown.points) return grown;
  // The peaks may have led astray: couples one after the other, the likeliest first.
  const highest = inside.reduce((a, b) => (b.height > a.height ? b : a));
  const anew = grow(attempt(couplesFrom({ ...fit, peaks: [highest] }, scanRate, high - low)));
  return anew.cost < grown.cost ? anew : grown;

  /** With those that are missing, without those that are not needed. */
  function grow(start: SurfaceFit): SurfaceFit {
    let best = withoutNeedless(start, attempt);
    while (best.couples.length < MOST) {
      const more = another(curve, best, scanRate);
      if (!more) break;
      const next = attempt([...best.couples, more], best);
      const gain = best.points * log(best.cost / next.cost);
      const c = next.couples.length - 1;
      if (gain < EVIDENCE * 4 * log(next.points) || !isSure(next, c)) break;
      best = next;
    }
    return withoutNeedless(best, attempt);
  }
}

/** Whether a couple's charge stands out of its uncertainty and beside the largest. */
function isSure(fit: SurfaceFit, c: number): boolean {
  const largest = fit.couples.reduce((max, { charge }) => Math.max(max, charge), 0);
  return certainty(fit, c) > SIGNIFICANT && fit.couples[c]!.charge > LEAST_SHARE * largest;
}

/** Charge of a couple over its standard uncertainty. */
function certainty(fit: SurfaceFit, c: number): number {
  const n = 4 * fit.couples.length;
  return 1 / Math.sqrt(fit.covariance[4 * c * n + 4 * c]!);
}

function withoutNeedless(
  fit: SurfaceFit,
  attempt: (couples: readonly SurfaceCouple[], from: SurfaceFit) => SurfaceFit,
): SurfaceFit {
  let best = fit;
  while (best.couples.length > 1) {
    let weakest: SurfaceFit | undefined;
    for (let c = 0; c < best.couples.length; c++) {
      if (certainty(best, c) > CERTAIN) continue;
      const without = attempt(
        best.couples.filter((_, k) => k !== c),
        best,
      );
      const loses = best.points * log(without.cost / best.cost);
      if (
        (loses < EVIDENCE * 4 * log(best.points) || !isSure(best, c)) &&
        (!weakest || without.cost < weakest.cost)
      )
        weakest = without;
    }
    if (!weakest) return best;
    best = weakest;
  }
  return best;
}
