/** Does a spectrum obey the Kramers-Kronig relations? Asked before any circuit is fitted. */
import { aicc } from "../../../math/aicc.ts";
import { fTail, tQuantile, tTail } from "../../../math/distributions.ts";
import { orthonormal, residualOf, sumSquares } from "../../../math/linear.ts";
import { median, quantile } from "../../../math/order-statistics.ts";
import { modulus, omegaOf, type Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { modelColumns, timeConstants } from "./measurement-model.ts";

/**
 * "valid": nothing speaks against it. "suspect": it breaks the relations, though by less than 1 % of |Z|. "invalid": by more, or
 * its scatter is above 5 %. "undecided": too few points to tell.
 */
export type Verdict = "valid" | "suspect" | "invalid" | "undecided";

export interface Validity {
  readonly verdict: Verdict;
  /** One sentence: why. */
  readonly reason: string;
  /** Standard deviation of each part over |Z|, from a model that does not couple the two parts. */
  readonly noise: number;
  readonly noiseSigma: number;
  /** Chance that a valid spectrum misses the coupling by as much as this one. */
  readonly couplingChance: number;
  /** Growth of the polarisation over the sweep as a share, and its standard uncertainty. */
  readonly drift: number;
  readonly driftSigma: number;
  readonly driftChance: number;
  /** Smallest such growth that the test would find in 95 of 100 spectra with this noise. */
  readonly detectableDrift: number;
  /** Residuals of the coupled model over |Z|, pairs. */
  readonly residual: Float64Array;
  /** Correlation of neighbouring residuals, 0 for noise. */
  readonly autocorrelation: number;
  /** Wald and Wolfowitz' runs of sign in standard deviations: far below 0 for a trend. */
  readonly runs: number;
  /** Time constants in the model. */
  readonly elements: number;
  /** Frequencies [Hz] whose residuals stand out by more than five robust standard deviations. */
  readonly outliers: readonly number[];
  /** Seconds from the first point to the last, and whether they come from the file. */
  readonly sweep: number;
  readonly clock: "file" | "assumed";
}

/** Half a decade beyond the measured range on both sides: outside it the data say little. */
const BEYOND = Math.log(10) / 2;
const COUPLING_LEVEL = 0.003;
const DRIFT_LEVEL = 0.001;
/** Fewest points for which the test means anything. */
const FEWEST = 12;

/** Share of the sweep that has gone by at each point; where the file has no times, three periods and 0.2 s a point. */
export function elapsed(spectrum: Spectrum): {
  share: Float64Array;
  sweep: number;
  clock: "file" | "assumed";
} {
  const { frequency, time } = spectrum;
  const n = frequency.length;
  if (time && n > 1) {
    const zero = Math.min(time[0]!, time[n - 1]!);
    const sweep = Math.abs(time[n - 1]! - time[0]!);
    if (sweep > 0 && time.every((t) => Number.isFinite(t) && t >= zero && t <= zero + sweep))
      return { share: time.map((t) => (t - zero) / sweep), sweep, clock: "file" };
  }
  const share = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += 3 / frequency[i]! + 0.2;
    share[i] = sum;
  }
  return { share: share.map((t) => t / sum), sweep: sum, clock: "assumed" };
}

interface Trial {
  readonly elements: number;
  readonly criterion: number;
  readonly rank: number;
  readonly separateRank: number;
  readonly residual: Float64Array;
  readonly cost: number;
  readonly separateCost: number;
  readonly drift: number;
  readonly driftVariance: number;
  readonly freedom: number;
}

function trial(
  omega: Float64Array,
  weighted: Float64Array,
  weight: Float64Array,
  share: Float64Array,
  m: number,
): Trial {
  const n = omega.length;
  const inner = timeConstants(omega, m);
  const [low, high] = [Math.log(inner[0]!) - BEYOND, Math.log(inner[m - 1]!) + BEYOND];
  const tau = inner.map((_, k) => Math.exp(low + ((high - low) * k) / (m - 1)));
  const { columns, rows } = modelColumns(omega, tau, weight);
  const coupled = orthonormal(rows, 2 * n, columns, 1e-9);
  const residual = residualOf(coupled.basis, 2 * n, weighted);
  const cost = sumSquares(residual);
  let [separateCost, separateRank] = [0, 0];
  for (const part of [0, 1]) {
    const half = new Float64Array(n * columns);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < columns; c++) half[i * columns + c] = rows[(2 * i + part) * columns + c]!;
    const own = orthonormal(half, n, columns, 1e-9);
    const data = Float64Array.from({ length: n }, (_, i) => weighted[2 * i + part]!);
    separateCost += sumSquares(residualOf(own.basis, n, data));
    separateRank += own.rank;
  }
  // The polarisation, Z less its value at the highest frequency, growing in proportion to time.
  const growth = Float64Array.from(weighted, (value, i) => {
    const series = i % 2 === 0 ? (weighted[0]! / weight[0]!) * weight[i >> 1]! : 0;
    return (value - residual[i]! - series) * share[i >> 1]!;
  });
  const free = residualOf(coupled.basis, 2 * n, growth);
  const size = sumSquares(free);
  let dot = 0;
  for (let i = 0; i < 2 * n; i++) dot += free[i]! * weighted[i]!;
  const freedom = 2 * n - coupled.rank - 1;
  const left = cost - (dot * dot) / size;
  return {
    ...{ elements: m, rank: coupled.rank, separateRank, residual, cost, separateCost, freedom },
    criterion: aicc(left, 2 * n, coupled.rank + 1),
    drift: dot / size,
    driftVariance: left / freedom / size,
  };
}

function sequence(residual: Float64Array): { autocorrelation: number; runs: number } {
  let [above, below, changes, product, squares] = [0, 0, 0, 0, 0];
  for (let i = 0; i < residual.length; i++) {
    if (residual[i]! >= 0) above++;
    else below++;
    squares += residual[i]! ** 2;
    if (i < 2) continue;
    if (residual[i]! >= 0 !== residual[i - 2]! >= 0) changes++;
    product += residual[i]! * residual[i - 2]!;
  }
  const total = above + below;
  const mean = (2 * above * below) / total + 1;
  const variance = ((mean - 1) * (mean - 2)) / (total - 1);
  return {
    autocorrelation: product / squares,
    runs: (changes + 2 - mean) / Math.sqrt(Math.max(variance, 1e-9)),
  };
}

function outliersOf(residual: Float64Array, frequency: Float64Array): number[] {
  const robust = 1.4826 * median(residual.map(Math.abs));
  return Array.from(frequency).filter(
    (_, i) => Math.max(Math.abs(residual[2 * i]!), Math.abs(residual[2 * i + 1]!)) > 5 * robust,
  );
}

const percent = (value: number) => `${Number((100 * value).toPrecision(2))} %`;

/**
 * The verdict on a spectrum. A measurement model whose two parts share their coefficients is compared with one whose
 * parts have their own: what the second explains and the first does not breaks the relations. Growth of the
 * polarisation in the time of the sweep is asked for by itself, the trend that the relations miss most easily.
 *
 * @see Agarwal, Orazem & García-Rubio (1995), doi:10.1149/1.2044222; Schönleber et al. (2014), doi:10.1016/j.electacta.2014.01.034
 */
export function judgeValidity(spectrum: Spectrum): Validity {
  const { frequency, z } = spectrum;
  const n = frequency.length;
  const omega = omegaOf(spectrum);
  const weight = modulus(z).map((size) => 1 / size);
  const { share, sweep, clock } = elapsed(spectrum);
  if (n < FEWEST) {
    const reason = `${n} points are fewer than the ${FEWEST} that the test needs`;
    return { ...nothing(n), reason, sweep, clock };
  }
  const weighted = z.map((value, i) => value * weight[i >> 1]!);
  const most = Math.min(40, Math.floor(0.42 * n));
  const step = Math.max(1, Math.round(most / 14));
  let best: Trial | undefined;
  for (let m = Math.max(3, Math.floor(most / 3)); m <= most; m += step) {
    const one = trial(omega, weighted, weight, share, m);
    if (!best || one.criterion < best.criterion) best = one;
  }
  return verdictOf(best!, frequency, sweep, clock);
}

function nothing(n: number): Omit<Validity, "reason" | "sweep" | "clock"> {
  const none = Number.NaN;
  return {
    ...{
      verdict: "undecided",
      noise: none,
      noiseSigma: none,
      couplingChance: none,
      drift: none,
      driftSigma: none,
    },
    ...{
      driftChance: none,
      detectableDrift: none,
      residual: new Float64Array(2 * n).fill(none),
      elements: 0,
    },
    ...{ autocorrelation: none, runs: none, outliers: [] },
  };
}

function verdictOf(best: Trial, frequency: Float64Array, sweep: number, clock: "file" | "assumed"): Validity {
  const data = 2 * frequency.length;
  const separateFreedom = data - best.separateRank;
  const noise = Math.sqrt(best.separateCost / separateFreedom);
  const extra = best.separateRank - best.rank;
  const coupling = (best.cost - best.separateCost) / extra / noise ** 2;
  const couplingChance = fTail(coupling, extra, separateFreedom);
  const driftSigma = Math.sqrt(best.driftVariance);
  const driftChance = tTail(best.drift / driftSigma, best.freedom);
  const detectableDrift = (tQuantile(DRIFT_LEVEL, best.freedom) + tQuantile(0.1, best.freedom)) * driftSigma;
  const high = quantile(best.residual.map(Math.abs), 0.95);
  const outliers = outliersOf(best.residual, frequency);
  const drifts = driftChance < DRIFT_LEVEL;
  const broken = couplingChance < COUPLING_LEVEL;
  const found = drifts
    ? `the polarisation grew by ${percent(best.drift)} ± ${percent(driftSigma)} over the sweep`
    : broken
      ? `the parts contradict each other (chance ${couplingChance.toPrecision(2)})`
      : `${outliers.length} of ${frequency.length} points stand out`;
  const detectable = Number.isFinite(detectableDrift)
    ? `a growth of the polarisation of ${percent(detectableDrift)} over the sweep would have shown`
    : "there is no polarisation whose growth could show";
  const fine = !drifts && !broken && outliers.length === 0;
  const verdict = noise > 0.05 ? "invalid" : fine ? "valid" : high < 0.01 ? "suspect" : "invalid";
  const reason =
    noise > 0.05
      ? `the points scatter by ${percent(noise)} of |Z|`
      : verdict === "valid"
        ? `the parts agree within their noise of ${percent(noise)}; ${detectable}`
        : `${found}; 95 % of the residuals are below ${percent(high)} of |Z|`;
  return {
    ...{ verdict, reason, noise, couplingChance, driftSigma, driftChance, detectableDrift, sweep, clock },
    noiseSigma: noise / Math.sqrt(2 * separateFreedom),
    drift: best.drift,
    residual: best.residual,
    elements: best.elements,
    outliers,
    ...sequence(best.residual),
  };
}
