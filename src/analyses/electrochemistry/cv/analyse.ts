/** From a voltammogram to peaks, pairs and couples, cycle by cycle. */

import type { Notice } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { aicc } from "../../../math/aicc.ts";
import { type Measured, UNKNOWN } from "../../../math/measured.ts";
import { extent } from "../../../math/order-statistics.ts";
import { type CoupleWindow, nameCouples, placeOf } from "./couples.ts";
import { type Curve, curveOf } from "./curve.ts";
import { ENOUGH, findCouples, pairsOf } from "./find-couples.ts";
import { findPeaks, isInside, withoutNeedlessPeaks } from "./find-peaks.ts";
import { baselineAt, type CurveFit } from "./fit-curve.ts";
import { peakArea } from "./peak-shape.ts";
import type { SurfaceFit, TimedCurve } from "./surface-couples.ts";
import { surfacePeaks } from "./surface-peak.ts";
import { type Cycle, cyclesOf, findSweeps, type Sweep, type Voltammogram } from "./sweeps.ts";

/** +1 whenever a returned number can change. */
export const CV_VERSION = 2;

export interface CvPeak {
  readonly cycle: number;
  readonly sweep: "anodic" | "cathodic";
  /** Of the maximum of the fitted peak [V]. */
  readonly potential: Measured;
  /** Height of the fitted peak above everything else, negative where cathodic [A]. */
  readonly current: Measured;
  /** Charge of the fitted peak [C], above 0. */
  readonly charge: Measured;
  /** Where the current itself is greatest near the peak [V, A]; NaN where it has no maximum of its own. */
  readonly raw: { readonly potential: number; readonly current: number };
  readonly couple: string;
}

export interface CvPair {
  readonly cycle: number;
  readonly couple: string;
  readonly anodic: CvPeak | undefined;
  readonly cathodic: CvPeak | undefined;
  /** (Epa + Epc)/2, and Epa − Epc; NaN without both, but of a couple bound to the surface always known. */
  readonly half: Measured;
  readonly separation: Measured;
  /** Of the law of a couple bound to the surface, where that was fitted: 1/s, V, C. */
  readonly surface?: { readonly rate: Measured; readonly spread: Measured; readonly charge: Measured };
}

export interface CvCycle {
  readonly cycle: Cycle;
  readonly curve: Curve;
  /** Which description of the peaks the data prefer. */
  readonly model: "surface" | "peaks";
  readonly peaks: readonly CvPeak[];
  readonly pairs: readonly CvPair[];
  /** Everything fitted, and what lies under the peaks, at each point of the curve [A]. */
  readonly fitted: Float64Array;
  readonly baseline: Float64Array;
  /** Resistance of everything but the peaks, dE/dI of the slope [Ω]; and that of the skew of the peaks. */
  readonly leak: number;
  readonly skew: Measured;
  /** Charge of the whole sweeps ∫I dt [C], in the order of the cycle's sweeps. */
  readonly passed: readonly number[];
  /** Standard deviation of what is left over that of the noise. */
  readonly misfit: number;
}

export interface CvResult {
  readonly run: Voltammogram;
  readonly sweeps: readonly Sweep[];
  readonly cycles: readonly CvCycle[];
  readonly notices: readonly Notice[];
}

export interface CvChoice {
  /** Series resistance that is corrected for [Ω]; 0 none. */
  readonly resistance: number;
  readonly windows: readonly CoupleWindow[];
  /** True where a person has stated the sign of the current, which then is not asked for. */
  readonly signStated?: boolean;
}

/** Share of the charge by which the current must go against energy before its sign is said to be wrong. */
const CLEAR_SIGN = 0.1;
/** Sweeps bent more than this from a straight line over time are no sweeps of a voltammogram. */
const STRAIGHT = 0.03;
/** Points of a sweep in the first look. */
const COARSE = 200;
/** A pair below this share of the cycle's highest is faint: other cycles must show it, within so much and 3 σ [V]. */
const FAINT = 0.08;
const SAME_PLACE = 0.008;
/** Cycles fitted at most; of more some evenly spaced ones. */
const MOST_CYCLES = 12;

function sweepName(direction: number): "anodic" | "cathodic" {
  return direction > 0 ? "anodic" : "cathodic";
}

/** Where the current itself is greatest within a width of a peak, by a parabola through three points of five-point means. */
function rawMaximum(curve: Curve, potential: number, width: number, direction: number) {
  const rows: number[] = [];
  for (let i = 0; i < curve.potential.length; i++) if (curve.direction[i] === direction) rows.push(i);
  const mean = (values: Float64Array, k: number) => {
    let sum = 0;
    for (let j = k - 2; j <= k + 2; j++) sum += values[rows[j]!]!;
    return sum / 5;
  };
  let best = -1;
  let [first, last] = [Number.POSITIVE_INFINITY, -1];
  for (let k = 2; k < rows.length - 2; k++) {
    if (Math.abs(curve.potential[rows[k]!]! - potential) > 1.5 * width) continue;
    [first, last] = [Math.min(first, k), Math.max(last, k)];
    if (best < 0 || direction * (mean(curve.current, k) - mean(curve.current, best)) > 0) best = k;
  }
  // At the end of the window the current goes on rising: that is no maximum.
  if (best <= first || best >= last) return { potential: Number.NaN, current: Number.NaN };
  return { potential: mean(curve.potential, best), current: mean(curve.current, best) };
}

/** Peaks and pairs by the law of couples bound to the surface. */
function fromSurface(cycle: number, curve: TimedCurve, fit: SurfaceFit): CvPair[] {
  return fit.couples.map((couple, c): CvPair => {
    const n = 4 * fit.couples.length;
    const cov = (a: number, b: number) => fit.covariance[(4 * c + a) * n + 4 * c + b]!;
    const charge = { value: couple.charge, sigma: couple.charge * Math.sqrt(cov(0, 0)) };
    const found = surfacePeaks(couple, curve, fit.resistance, cov);
    const peak = (sweep: "anodic" | "cathodic"): CvPeak | undefined => {
      const own = found[sweep];
      if (!own) return undefined;
      const raw = rawMaximum(curve, own.potential.value, 2 * couple.spread, sweep === "anodic" ? 1 : -1);
      return { ...{ cycle, sweep, ...own, charge, raw }, couple: "" };
    };
    return {
      ...{ cycle, couple: "", anodic: peak("anodic"), cathodic: peak("cathodic") },
      separation: found.separation,
      half: { value: couple.potential, sigma: Math.sqrt(cov(1, 1)) },
      surface: {
        rate: { value: couple.rate, sigma: couple.rate * Math.sqrt(cov(3, 3)) },
        spread: { value: couple.spread, sigma: couple.spread * Math.sqrt(cov(2, 2)) },
        charge,
      },
    };
  });
}

/** Peaks and pairs by shapes alone. */
function fromShapes(cycle: number, curve: Curve, fit: CurveFit, rate: number, range: number): CvPair[] {
  const inside = fit.peaks.flatMap((peak, p) => (isInside(peak, curve) ? [p] : []));
  const made = new Map(
    inside.map((p) => {
      const peak = fit.peaks[p]!;
      const [height, potential, width] = fit.sigmas[p]!;
      const charge = (peak.height * peak.width * peakArea(peak.asymmetry)) / rate;
      const cv: CvPeak = {
        ...{ cycle, sweep: sweepName(peak.direction), couple: "" },
        potential: { value: peak.potential, sigma: potential },
        current: { value: peak.direction * peak.height, sigma: height },
        charge: { value: charge, sigma: charge * Math.hypot(height / peak.height, width / peak.width) },
        raw: rawMaximum(curve, peak.potential, peak.width, peak.direction),
      };
      return [peak, { cv, p }] as const;
    }),
  );
  const { pairs, alone } = pairsOf(
    inside.map((p) => fit.peaks[p]!),
    range,
  );
  const n = fit.peaks.length;
  return [
    ...pairs.map(({ anodic, cathodic }): CvPair => {
      const [a, c] = [made.get(anodic)!, made.get(cathodic)!];
      const v = (i: number, j: number) => fit.potentialCovariance[i * n + j]!;
      const [own, cross] = [v(a.p, a.p) + v(c.p, c.p), 2 * v(a.p, c.p)];
      return {
        ...{ cycle, couple: "", anodic: a.cv, cathodic: c.cv },
        half: {
          value: (anodic.potential + cathodic.potential) / 2,
          sigma: Math.sqrt(Math.max(0, own + cross)) / 2,
        },
        separation: {
          value: anodic.potential - cathodic.potential,
          sigma: Math.sqrt(Math.max(0, own - cross)),
        },
      };
    }),
    ...alone.map((peak): CvPair => {
      const { cv } = made.get(peak)!;
      return {
        ...{ cycle, couple: "", half: UNKNOWN, separation: UNKNOWN },
        anodic: peak.direction === 1 ? cv : undefined,
        cathodic: peak.direction === -1 ? cv : undefined,
      };
    }),
  ];
}

/** Height of a pair's higher peak [A]. */
function heightOf({ anodic, cathodic }: CvPair): number {
  return Math.max(Math.abs(anodic?.current.value ?? 0), Math.abs(cathodic?.current.value ?? 0));
}

/** A cycle without its faint pairs that fewer than half of the other cycles show at the same potential. */
function withoutPassing(cycle: CvCycle, all: readonly CvCycle[]): CvCycle {
  const others = all.filter((other) => other !== cycle);
  if (others.length === 0) return cycle;
  const highest = Math.max(0, ...cycle.pairs.map(heightOf));
  const alike = (a: CvPair, b: CvPair) => {
    const sigma = Math.hypot(a.half.sigma || 0, b.half.sigma || 0);
    return Math.abs(placeOf(a) - placeOf(b)) < SAME_PLACE + 3 * sigma;
  };
  const pairs = cycle.pairs.filter(
    (pair) =>
      heightOf(pair) > FAINT * highest ||
      2 * others.filter((other) => other.pairs.some((own) => alike(own, pair))).length >= others.length,
  );
  if (pairs.length === cycle.pairs.length) return cycle;
  return { ...cycle, pairs, peaks: peaksOf(pairs) };
}

const peaksOf = (pairs: readonly CvPair[]) =>
  pairs.flatMap(({ anodic, cathodic }) => [anodic, cathodic].filter((peak) => peak !== undefined));

/** ∫I dt over rows by trapezoids [C]. */
function passedOf({ time, current }: Voltammogram, { from, to }: Sweep): number {
  let sum = 0;
  for (let i = from + 1; i <= to; i++)
    sum += 0.5 * (current[i]! + current[i - 1]!) * (time[i]! - time[i - 1]!);
  return sum;
}

/**
 * Two signs of energy lost, each as a share of the charge that flowed: charge of the rising sweeps less that of the falling
 * ones, above 0 for whatever takes up charge and gives it back; and how the current goes with the potential over both, above
 * 0 for whatever leaks or decomposes. One of them may be below 0, as where a crystal grows once it has begun; not both.
 */
function energySigns(run: Voltammogram, cycles: readonly Cycle[]): { loop: number; leak: number } {
  let [loop, leak, all] = [0, 0, 0];
  for (const { sweeps } of cycles) {
    if (sweeps.length < 2) continue;
    const [low, high] = extent(run.potential.subarray(sweeps[0]!.from, sweeps[1]!.to + 1));
    for (const { from, to } of sweeps) {
      const direction = Math.sign(run.potential[to]! - run.potential[from]!);
      for (let i = from + 1; i <= to; i++) {
        const charge = 0.5 * (run.current[i]! + run.current[i - 1]!) * (run.time[i]! - run.time[i - 1]!);
        loop += direction * charge;
        leak += charge * ((2 * (run.potential[i]! - low)) / (high - low) - 1);
        all += Math.abs(charge);
      }
    }
  }
  return all > 0 ? { loop: loop / all, leak: leak / all } : { loop: 0, leak: 0 };
}

/**
 * Peaks, pairs and couples of every cycle.
 *
 * @throws Refused where the potential does not sweep; Missing where the sign of the current contradicts energy
 */
export function analyseCv(run: Voltammogram, choice: CvChoice): CvResult {
  const notices: Notice[] = [];
  const say = (code: string, message: string, flag?: string) =>
    notices.push({ code, message, where: run.title, ...(flag && { flag }) });
  const { sweeps, dropped } = findSweeps(run);
  const straight = sweeps.filter(({ bend }) => bend < STRAIGHT);
  if (straight.length === 0)
    throw new LithoscopeError(
      "Refused",
      `${run.title}: wanted a potential that sweeps evenly over time, found none in ${run.time.length} rows; cycling and iv are for other techniques`,
      { why: "no sweeps" },
    );
  if (dropped + sweeps.length - straight.length > 0)
    say(
      "sweeps-left-out",
      `${dropped + sweeps.length - straight.length} stretches are too short or not even in time and are left out`,
    );
  const cycles = cyclesOf(straight);
  const { loop, leak } = energySigns(run, cycles);
  if (loop < -CLEAR_SIGN && leak < CLEAR_SIGN && !choice.signStated)
    throw new LithoscopeError(
      "Missing",
      `${run.title}: with positive current as oxidation the cell would give back more energy in a cycle than it took (rising sweeps carry less current than falling ones, by ${(-100 * loop).toFixed(0)} % of the charge, and it does not rise with the potential), say --sign reduction-positive or --sign oxidation-positive`,
      { what: "sign of the current", flag: "--sign" },
    );
  const every = (cycles.length - 1) / (MOST_CYCLES - 1);
  const chosen =
    cycles.length <= MOST_CYCLES
      ? cycles
      : Array.from({ length: MOST_CYCLES }, (_, k) => cycles[Math.round(k * every)]!);
  if (chosen.length < cycles.length)
    say(
      "cycles-chosen",
      `peaks are fitted in ${chosen.length} of ${cycles.length} cycles, evenly spaced: ${chosen.map(({ number }) => number).join(", ")}`,
    );
  let before: CurveFit | undefined;
  const found = chosen.map((cycle): CvCycle => {
    const curve = curveOf(run, cycle.sweeps, choice.resistance);
    const rate = cycle.sweeps.reduce((sum, sweep) => sum + sweep.rate, 0) / cycle.sweeps.length;
    const [low, high] = extent(curve.potential);
    // A coarse look is enough to begin with.
    const start = findPeaks(curveOf(run, cycle.sweeps, choice.resistance, COARSE), before);
    before = start;
    const timed: TimedCurve = { ...curve, periodic: cycle.number > 1 && cycle.sweeps.length === 2 };
    const surface = findCouples(timed, start, rate, choice.resistance === 0);
    // Where the law leaves no more than the noise nothing else can do better.
    const shapes =
      surface && surface.cost < ENOUGH * surface.points
        ? undefined
        : withoutNeedlessPeaks(curve, findPeaks(curve, start));
    const isSurface =
      surface !== undefined &&
      (!shapes ||
        aicc(surface.cost, surface.points, surface.parameters) <
          aicc(shapes.cost, shapes.points, 7 + 4 * shapes.peaks.length));
    const pairs = isSurface
      ? fromSurface(cycle.number, timed, surface)
      : fromShapes(cycle.number, curve, shapes!, rate, high - low);
    const named = nameCouples(pairs, choice.windows);
    const best = isSurface ? surface : shapes!;
    return {
      ...{ cycle, curve, model: isSurface ? "surface" : "peaks", pairs: named },
      peaks: peaksOf(named),
      ...{ fitted: best.fitted, baseline: baselineAt(best.baseline, curve) },
      leak: 1 / best.baseline.slope,
      skew: isSurface ? { value: surface.resistance, sigma: surface.resistanceSigma } : UNKNOWN,
      passed: cycle.sweeps.map((sweep) => passedOf(run, sweep)),
      misfit: Math.sqrt(best.cost / best.points),
    };
  });
  const confirmed = found.map((cycle) => withoutPassing(cycle, found));
  const passing = found.reduce((sum, { pairs }, k) => sum + pairs.length - confirmed[k]!.pairs.length, 0);
  if (passing > 0)
    say("passing-peaks", `${passing} faint couples are seen in single cycles only and are left out`);
  return { run, sweeps: straight, cycles: confirmed, notices };
}
