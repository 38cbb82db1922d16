/** Current at a held potential: Cottrell's law against an exponential, each on a leakage; leakage and charge. */
import { aicc } from "../../../math/aicc.ts";
import type { Measured } from "../../../math/measured.ts";
import type { Hold, IvRun } from "./run.ts";
import { leastBetween, weightedFit } from "./weighted-fit.ts";

export type DecayModel = "cottrell" | "exponential" | "constant";

export interface DecayFit {
  readonly model: DecayModel;
  readonly aicc: number;
  /** Σ residual² [A²] */
  readonly rss: number;
  /** Correlation of neighbouring residuals. */
  readonly order: number;
  /** Current that stays [A]. */
  readonly leakage: Measured;
  /** k of k/√(t − start) [A s^½], or A of A·exp(−(t − first row)/τ) [A]; absent for a constant. */
  readonly amplitude?: Measured;
  /** τ of the exponential [s]. */
  readonly tau?: Measured;
  /** When the step began, Cottrell's law [s on the file's clock]. */
  readonly start?: Measured;
  /** Fitted current at the rows used [A]. */
  readonly curve: Float64Array;
}

export interface Decay {
  readonly hold: Hold;
  /** First row used; a mean current over the step itself is left out. */
  readonly from: number;
  /** [V] */
  readonly potential: Measured;
  /** Least AICc first; the constant also where no decay leads it by more than 4. */
  readonly fits: readonly DecayFit[];
  /** True where the first model leads by more than 4 after the order in the residuals is allowed for. */
  readonly decided: boolean;
  /** ∫I dt, and ∫(I − leakage) dt with the leakage of the best model [C]. */
  readonly totalCharge: Measured;
  readonly charge: Measured;
}

/** Interval that each row's current stands for. */
interface Rows {
  readonly before: Float64Array;
  readonly time: Float64Array;
  readonly averaged: boolean;
}

/** Mean of 1/√(t − start) over the row's interval, or its value at the row. */
function cottrell({ before, time, averaged }: Rows, start: number): Float64Array {
  return time.map((t, k) => {
    if (!averaged) return 1 / Math.sqrt(t - start);
    const from = Math.max(before[k]!, start);
    return (2 * (Math.sqrt(t - start) - Math.sqrt(from - start))) / (t - from);
  });
}

function exponential({ before, time, averaged }: Rows, tau: number): Float64Array {
  const zero = time[0]!;
  return time.map((t, k) => {
    const at = Math.exp(-(t - zero) / tau);
    const dt = t - before[k]!;
    return averaged ? (at * tau * Math.expm1(dt / tau)) / dt : at;
  });
}

/** A lead in AICc that decides. */
const LEAD = 4;
const UNIT = () => 1;

/** Correlation of each residual with the next. */
function orderOf(residual: Float64Array): number {
  let [own, next] = [0, 0];
  for (let k = 0; k < residual.length; k++) {
    own += residual[k]! ** 2;
    if (k > 0) next += residual[k]! * residual[k - 1]!;
  }
  return own > 0 ? next / own : 0;
}

/** What is common to the models: leakage, and amplitude where there is a shape. */
interface Linear {
  readonly made: DecayFit;
  /** σ of leakage, amplitude and the variable of the shape. */
  readonly sigma: (k: number) => number;
}

/**
 * The model leakage + amplitude·shape, whose shape was found.
 *
 * @param parameters how many were fitted, with the variance of the noise
 * @param slope ∂(amplitude·shape) by the variable of the shape, for the covariance; absent where that is held
 */
function described(
  model: DecayModel,
  y: Float64Array,
  columns: readonly Float64Array[],
  parameters: number,
  slope?: Float64Array,
): Linear | undefined {
  const fit = weightedFit(columns, y, UNIT);
  const all = slope && weightedFit([...columns, slope], y, UNIT);
  if (!fit || (slope && !all)) return undefined;
  const [n, k] = [y.length, parameters];
  // A fit to the last bit has no finite logarithm.
  const size = y.reduce((sum, value) => sum + value * value, 0);
  const rss = Math.max(fit.chi2, 1e-24 * size, Number.MIN_VALUE);
  // What a model counts here includes the noise.
  const criterion = aicc(rss, n, k - 1);
  const order = orderOf(fit.residual);
  const independent = order > 0 ? (1 + order) / (1 - Math.min(order, 0.99)) : 1;
  const scale = Math.sqrt((rss / Math.max(1, n - k + 1)) * independent);
  const { covariance } = all ?? fit;
  const wide = columns.length + (slope ? 1 : 0);
  const sigma = (j: number) => (j < wide ? scale * Math.sqrt(covariance[j * wide + j]!) : Number.NaN);
  const [leakage, amplitude] = fit.coefficients;
  const made: DecayFit = {
    ...{ model, aicc: criterion, rss, order },
    leakage: { value: leakage!, sigma: sigma(0) },
    ...(amplitude !== undefined && { amplitude: { value: amplitude, sigma: sigma(1) } }),
    curve: y.map((value, i) => value - fit.residual[i]!),
  };
  return { made, sigma };
}

/** Amplitude that belongs to a shape, and how the sum changes with the shape. */
function slopeOf(y: Float64Array, shape: Float64Array, moved: Float64Array, step: number) {
  const one = new Float64Array(y.length).fill(1);
  const a = weightedFit([one, shape], y, UNIT)?.coefficients[1] ?? 0;
  return shape.map((value, i) => (a * (moved[i]! - value)) / step);
}

function fits(rows: Rows, y: Float64Array, starts: readonly [number, number]): DecayFit[] {
  const one = new Float64Array(y.length).fill(1);
  const cost = (shape: Float64Array) => weightedFit([one, shape], y, UNIT)?.chi2 ?? Number.POSITIVE_INFINITY;
  const length = rows.time.at(-1)! - rows.time[0]!;
  const found = [described("constant", y, [one], 2)!.made];

  const start = leastBetween((s) => cost(cottrell(rows, s)), ...starts, 24);
  const law = cottrell(rows, start);
  const small = 1e-4 * (starts[1] - starts[0]);
  const inside = start - starts[0] > small && starts[1] - start > small;
  const moved = slopeOf(y, law, cottrell(rows, start - small), -small);
  const root = described("cottrell", y, [one, law], 4, inside ? moved : undefined);
  if (root) found.push({ ...root.made, start: { value: start, sigma: root.sigma(2) } });

  const shortest = length / Math.max(2, y.length - 1) / 3;
  const ends = [Math.log(shortest), Math.log(20 * length)] as const;
  const tau = Math.exp(leastBetween((x) => cost(exponential(rows, Math.exp(x))), ...ends, 60));
  const shape = exponential(rows, tau);
  const longer = slopeOf(y, shape, exponential(rows, tau * (1 + 1e-4)), 1e-4 * tau);
  const decay = described("exponential", y, [one, shape], 4, longer);
  if (decay) found.push({ ...decay.made, tau: { value: tau, sigma: decay.sigma(2) } });
  // A decay must earn its parameters: AICc alone sees one in every seventh constant current.
  const rank = ({ model, aicc }: DecayFit) => aicc - (model === "constant" ? LEAD : 0);
  return found.sort((p, q) => rank(p) - rank(q));
}

/** The decay of one hold. */
export function decayOf(run: IvRun, hold: Hold): Decay {
  const time = run.time!;
  // EC-Lab's mean over the step holds the step itself.
  const from = hold.from + (run.averaged ? 1 : 0);
  const t = time.slice(from, hold.to + 1);
  const y = run.current.slice(from, hold.to + 1);
  const usual = (time[hold.to]! - time[hold.from]!) / (hold.to - hold.from);
  const previous = hold.from > 0 ? time[hold.from - 1]! : Number.NEGATIVE_INFINITY;
  // The step lies between the row before and the first row; after a pause, at most one usual interval before.
  const earliest = Math.max(previous, time[hold.from]! - usual);
  const latest = time[hold.from]! - (run.averaged ? 0 : 1e-3 * usual);
  const before = t.map((_, k) => time[from + k - 1] ?? t[0]! - usual);
  const rows = { before, time: t, averaged: run.averaged };
  const all = fits(rows, y, [Math.min(earliest, latest - 1e-6 * usual), latest]);
  const best = all[0]!;
  const independent = (1 - Math.max(0, best.order)) / (1 + Math.max(0, best.order));
  let [total, weight] = [0, 0];
  for (let k = 0; k < y.length; k++) {
    const dt = k === 0 ? (run.averaged ? t[0]! - before[0]! : 0) : t[k]! - t[k - 1]!;
    const part = run.averaged || k === 0 ? y[k]! * dt : 0.5 * (y[k]! + y[k - 1]!) * dt;
    total += part;
    weight += dt * dt;
  }
  const seconds = t.at(-1)! - (run.averaged ? before[0]! : t[0]!);
  const noise = Math.sqrt((best.rss / Math.max(1, y.length - 3)) * weight);
  const potential = run.potential.subarray(hold.from, hold.to + 1);
  const mean = potential.reduce((sum, v) => sum + v, 0) / potential.length;
  const scatter = Math.sqrt(potential.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (potential.length - 1));
  return {
    ...{ hold, from, fits: all },
    potential: { value: mean, sigma: scatter / Math.sqrt(potential.length) },
    // A current that never changes fits no decay at all.
    decided: all.length === 1 || (all[1]!.aicc - best.aicc) * independent > LEAD,
    totalCharge: { value: total, sigma: noise },
    charge: {
      value: total - best.leakage.value * seconds,
      sigma: Math.hypot(noise, best.leakage.sigma * seconds),
    },
  };
}
