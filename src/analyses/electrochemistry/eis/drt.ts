/** Distribution of relaxation times: γ(ln τ) ≥ 0 with Z = R∞ + jωL + 1/(jωC) + σ(1 − j)/√ω + ∫ γ/(1 + jωτ) d ln τ. */
import { seededRandom } from "../../../core/random.ts";
import { times } from "../../../math/linear.ts";
import { NonNegativeSolver } from "../../../math/nnls.ts";
import { normal } from "../../../math/normal.ts";
import type { Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { type DrtPeak, findPeaks, hasPeak, peakAreas, peakEvidence, peakPlace } from "./drt-peaks.ts";
import {
  chooseLambda,
  type DrtSolution,
  type DrtSystem,
  drtSystem,
  regularised,
  solveDrt,
  TERMS,
} from "./drt-system.ts";

export interface Drt {
  readonly tau: Float64Array;
  /** γ [Ω] per unit of ln τ, and for λ/10 and 10 λ. */
  readonly gamma: Float64Array;
  readonly rougher: Float64Array;
  readonly smoother: Float64Array;
  /** 5 and 95 % of γ over draws of the noise. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Chosen by the greatest evidence; in units in which 1 weighs roughness as heavily as the data. */
  readonly lambda: number;
  /** R∞ [Ω], L [H], 1/C [1/F] and σ of the tail [Ω s^-½]. */
  readonly series: {
    readonly r: number;
    readonly l: number;
    readonly elastance: number;
    readonly sigma: number;
  };
  /** Root mean square of the residuals over |Z|. */
  readonly misfit: number;
  readonly model: Float64Array;
  /** Ranked by evidence, strongest first. */
  readonly peaks: readonly DrtPeak[];
  /** Area under γ inside the measured range [Ω]. */
  readonly area: number;
  /** τ that halves the area under γ [s]. */
  readonly medianTau: number;
}

export interface DrtOptions {
  /** Standard deviation of each part over |Z|; from the residuals where absent. */
  readonly noise?: number;
  readonly draws?: number;
  readonly seed?: string;
}

/** Peaks whose absence costs less than this in the logarithm of the likelihood are not listed. */
const LEAST_EVIDENCE = 3;
/** Uncertainty of the division of overlap, as a share of it: by this, bands of two arcs cover. */
const OVERLAP = 0.3;

/** Least noise over |Z|: instruments write no more digits. */
const LEAST_NOISE = 1e-6;

/** Least uncertainty of an area, as a share of it: what smoothing moves. */
const LEAST = 0.002;

/** A distribution with bands and ranked peaks. */
export function drt(spectrum: Spectrum, options: DrtOptions = {}): Drt {
  const system = drtSystem(spectrum);
  const best = chooseLambda(system);
  const { unknowns, points, rows, scales, weight, logTau, spacing } = system;
  const model = times(rows, 2 * points, unknowns, best.x);
  const free = best.x.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  const misfit = Math.sqrt(best.cost / (2 * points));
  const left = Math.sqrt(best.cost / Math.max(points, 2 * points - free));
  const noise = Math.max(options.noise ?? 0, left, LEAST_NOISE);
  const gamma = best.x.slice(TERMS);
  const smoother = solveDrt(system, best.roughness, best.lambda * 10, best.x).x.slice(TERMS);
  const inside = [
    Math.log(1 / (2 * Math.PI * spectrum.frequency[0]!)),
    Math.log(1 / (2 * Math.PI * spectrum.frequency[points - 1]!)),
  ] as const;
  const found = findPeaks(logTau, gamma, smoother, spacing, inside);
  const drawn = draw(system, best, model, noise, options);
  const areas = drawn.map((x) => peakAreas(found, x.subarray(TERMS), spacing));
  const [low, high] = bandsOf(drawn);
  const strength = peakEvidence(system, best, found, noise);
  const own = peakAreas(found, gamma, spacing);
  const peaks = found.map((peak, k): DrtPeak => {
    const spread = areas.map((a) => a[k]!);
    const mean = spread.reduce((sum, a) => sum + a, 0) / spread.length;
    const variance = spread.reduce((sum, a) => sum + (a - mean) ** 2, 0) / Math.max(1, spread.length - 1);
    const present = drawn.filter((x) => hasPeak(x.subarray(TERMS), peak.node)).length / drawn.length;
    const places = drawn.map((x) => peakPlace(x.subarray(TERMS), logTau, peak.node, spacing));
    const centre = places.reduce((sum, place) => sum + place, 0) / places.length;
    const off =
      places.reduce((sum, place) => sum + (place - centre) ** 2, 0) / Math.max(1, places.length - 1);
    return {
      tau: Math.exp(peak.logTau),
      // The maximum is no better known than a tenth of the spacing of the nodes.
      tauSigma: Math.exp(peak.logTau) * Math.hypot(Math.sqrt(off), 0.1 * spacing),
      area: own[k]!,
      // How overlap is divided is uncertain by a part of it, which the noise does not show.
      areaSigma: Math.hypot(Math.sqrt(variance), mean - own[k]!, OVERLAP * peak.shared, LEAST * own[k]!),
      evidence: strength[k]!,
      present,
      inside: peak.logTau >= inside[0] && peak.logTau <= inside[1],
    };
  });
  return {
    tau: logTau.map(Math.exp),
    gamma,
    rougher: solveDrt(system, best.roughness, best.lambda / 10, best.x).x.slice(TERMS),
    smoother,
    ...{ low, high, misfit },
    lambda: best.lambda,
    series: {
      r: best.x[0]!,
      l: best.x[1]! * scales[1]!,
      elastance: best.x[2]! * scales[2]!,
      sigma: best.x[3]! * scales[3]!,
    },
    model: model.map((value, i) => value / weight[i >> 1]!),
    peaks: peaks.filter(({ evidence }) => evidence > LEAST_EVIDENCE).sort((a, b) => b.evidence - a.evidence),
    area: gamma.reduce(
      (sum, g, k) => sum + (logTau[k]! >= inside[0] && logTau[k]! <= inside[1] ? g * spacing : 0),
      0,
    ),
    medianTau: medianTau(logTau, gamma, spacing),
  };
}

/** Solutions of the model's data with fresh noise, λ held. */
function draw(
  system: DrtSystem,
  best: DrtSolution,
  model: Float64Array,
  noise: number,
  options: DrtOptions,
): Float64Array[] {
  const { unknowns, points, rows } = system;
  const solver = new NonNegativeSolver(regularised(system, best.roughness, best.lambda), unknowns, best.x);
  const random = seededRandom(`${options.seed ?? "1"}/drt`);
  return Array.from({ length: options.draws ?? 20 }, () => {
    const right = new Float64Array(unknowns);
    for (let i = 0; i < 2 * points; i++) {
      const value = model[i]! + noise * normal(random);
      for (let k = 0; k < unknowns; k++) right[k] += rows[i * unknowns + k]! * value;
    }
    return solver.solve(right);
  });
}

function bandsOf(drawn: readonly Float64Array[]): [Float64Array, Float64Array] {
  const nodes = drawn[0]!.length - TERMS;
  const [low, high] = [new Float64Array(nodes), new Float64Array(nodes)];
  for (let k = 0; k < nodes; k++) {
    const sorted = drawn.map((x) => x[TERMS + k]!).sort((a, b) => a - b);
    low[k] = sorted[Math.round(0.05 * (sorted.length - 1))]!;
    high[k] = sorted[Math.round(0.95 * (sorted.length - 1))]!;
  }
  return [low, high];
}

function medianTau(logTau: Float64Array, gamma: Float64Array, spacing: number): number {
  const total = gamma.reduce((sum, g) => sum + g, 0);
  let sum = 0;
  for (let k = 0; k + 1 < gamma.length; k++) {
    const cell = (gamma[k]! + gamma[k + 1]!) / 2;
    if (sum + cell >= total / 2 && cell > 0)
      return Math.exp(logTau[k]! + (spacing * (total / 2 - sum)) / cell);
    sum += cell;
  }
  return Number.NaN;
}
