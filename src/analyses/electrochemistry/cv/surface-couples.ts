import { levenbergMarquardt } from "../../../math/levenberg-marquardt.ts";
import { gram, invertSymmetric } from "../../../math/linear.ts";
import { extent } from "../../../math/order-statistics.ts";
import { exp, log } from "../../../math/portable.ts";
import type { Curve } from "./curve.ts";
import type { Baseline } from "./fit-curve.ts";

/** A redox couple in a film so thin that diffusion through it does not count. */
export interface SurfaceCouple {
  /** Formal potential, which is E½ [V]. */
  readonly potential: number;
  /** Spread of the couple: RT/F for one electron and sites that do not feel each other, else broader or narrower [V]. */
  readonly spread: number;
  /** Rate constant at the formal potential [1/s]. */
  readonly rate: number;
  /** Charge of the whole couple [C]. */
  readonly charge: number;
}

export interface SurfaceFit {
  readonly baseline: Baseline;
  readonly couples: readonly SurfaceCouple[];
  /** Covariance of ln charge, potential, ln spread, ln rate of each couple in turn, (4n, 4n). */
  readonly covariance: Float64Array;
  /** Series resistance that the skew of the peaks asks for beside what was corrected, and its σ [Ω]; 0 where held. */
  readonly resistance: number;
  readonly resistanceSigma: number;
  readonly cost: number;
  readonly points: number;
  readonly parameters: number;
  readonly fitted: Float64Array;
}

/** Sweeps of one cycle as time goes: the curve's points with their times. */
export interface TimedCurve extends Curve {
  /** [s] */
  readonly time: Float64Array;
  /** Whether the state at the first point is that of the last: a cycle after others like it. */
  readonly periodic: boolean;
}

/** Overpotentials beyond this many spreads are as good as infinite. */
const FAR = 40;

/** Oxidised share where the couple would be at rest. */
const atRest = (h: number) => 1 / (1 + exp(-2 * h));

/**
 * Current of one couple at each point [A]: dx/dt = k[(1 − x)eʰ − x e⁻ʰ], h = (E − E0)/2b, the rate law of Butler and
 * Volmer with equal transfer coefficients for a couple bound to the surface (Laviron 1979), b in place of RT/F for
 * sites that feel each other. Between two points the potential is that in the middle, for which the law is exact.
 */
export function coupleCurrent(
  couple: SurfaceCouple,
  potential: Float64Array,
  time: Float64Array,
  periodic: boolean,
  out: Float64Array = new Float64Array(potential.length),
): Float64Array {
  const { potential: e0, spread, rate, charge } = couple;
  const n = potential.length;
  const h = (e: number) => Math.max(-FAR, Math.min(FAR, (e - e0) / (2 * spread)));
  const rest = new Float64Array(n);
  const kept = new Float64Array(n);
  for (let i = 1; i < n; i++) {
    const up = rate * exp(h(0.5 * (potential[i - 1]! + potential[i]!)));
    const down = (rate * rate) / up;
    rest[i] = up / (up + down);
    kept[i] = exp(-(up + down) * (time[i]! - time[i - 1]!));
  }
  let x = atRest(h(potential[0]!));
  if (periodic) for (let i = 1; i < n; i++) x = rest[i]! + (x - rest[i]!) * kept[i]!;
  // Mean current of the interval before each point; a point's own is that of both beside it.
  let before = Number.NaN;
  for (let i = 1; i < n; i++) {
    const next = rest[i]! + (x - rest[i]!) * kept[i]!;
    const mean = (charge * (next - x)) / (time[i]! - time[i - 1]!);
    out[i - 1] = i === 1 ? mean : 0.5 * (before + mean);
    before = mean;
    x = next;
  }
  out[n - 1] = before;
  return out;
}

const BASE = 5;
const PER_COUPLE = 4;
/** Bounds: spread [V], rate in sweeps of one spread a second. */
const SPREADS = [0.004, 0.12] as const;
const RATES = [3e-3, 300] as const;
/** Spread expected of a couple that the data leave open, as a factor either way; the same for the rate. */
const OPEN = { spread: 0.35, rate: 1.2 };

/**
 * Couples, leak, charging and tail on both sweeps at once, from a start. With `free` a series resistance too.
 *
 * @param scanRate [V/s]
 */
export function fitSurface(
  curve: TimedCurve,
  start: {
    readonly baseline: Baseline;
    readonly couples: readonly SurfaceCouple[];
    readonly resistance?: number;
  },
  scanRate: number,
  free: boolean,
): SurfaceFit {
  const { potential, current, direction, sigma, time, periodic } = curve;
  const points = potential.length;
  const [low, high] = extent(potential);
  const size = extent(current.map(Math.abs))[1];
  const [range, middle, top] = [high - low, (low + high) / 2, high];
  const { couples } = start;
  const n = BASE + PER_COUPLE * couples.length + (free ? 1 : 0);
  const rows = points + 2 * couples.length;
  const smooth = smoothed(current, direction);
  const usual = couples.map(({ spread, rate }) => [log(spread), log(rate)] as const);
  const strongest = couples.reduce((a, b) => (b.charge > a.charge ? b : a), couples[0]!);
  const corrected = new Float64Array(points);
  const one = new Float64Array(points);
  const model = new Float64Array(points);
  /** Current of each couple as predicted last [A]. */
  const each = couples.map(() => new Float64Array(points));
  /** What is felt at the electrode beside what was corrected. */
  function correct(x: Float64Array): void {
    const drop = free ? x[n - 1]! : 0;
    for (let i = 0; i < points; i++) corrected[i] = potential[i]! - drop * (smooth[i]! / size) * range;
  }
  /** Leak, charging and tail at what was corrected last, and the couples as predicted last, over the largest current. */
  function together(x: Float64Array): Float64Array {
    const tailWidth = exp(x[4]!);
    for (let i = 0; i < points; i++) {
      const e = corrected[i]!;
      model[i] =
        x[0]! +
        (x[1]! * 2 * (e - middle)) / range +
        x[2]! * direction[i]! +
        x[3]! * exp((e - top) / tailWidth);
    }
    for (const own of each) for (let i = 0; i < points; i++) model[i]! += own[i]! / size;
    return model;
  }
  /** Current of the model over the largest current. */
  function predict(x: Float64Array): Float64Array {
    correct(x);
    for (const [c, own] of each.entries()) coupleCurrent(coupleOf(x, c), corrected, time, periodic, own);
    return together(x);
  }
  function coupleOf(x: Float64Array, c: number): SurfaceCouple {
    const at = BASE + PER_COUPLE * c;
    return {
      charge: exp(x[at]!) * ((size * range) / scanRate),
      potential: x[at + 1]!,
      spread: exp(x[at + 2]!),
      rate: exp(x[at + 3]!),
    };
  }
  const before = new Float64Array(points);
  const evaluate = (x: Float64Array, r: Float64Array, jacobian?: Float64Array) => {
    before.set(predict(x));
    for (let i = 0; i < points; i++) r[i] = ((current[i]! / size - before[i]!) * size) / sigma[i]!;
    couples.forEach((_, c) => {
      const at = BASE + PER_COUPLE * c;
      // A faint couple is expected to be about as broad and as fast as the strongest one.
      r[points + 2 * c] = (x[at + 2]! - log(strongest.spread)) / OPEN.spread;
      r[points + 2 * c + 1] = (x[at + 3]! - usual[couples.indexOf(strongest)]![1]) / OPEN.rate;
    });
    if (!jacobian) return;
    jacobian.fill(0);
    const moved = Float64Array.from(x);
    for (let j = 0; j < n; j++) {
      const step = 1e-5;
      moved[j] = x[j]! + step;
      if (j >= BASE && j < BASE + PER_COUPLE * couples.length) {
        // Only one couple changes.
        const c = Math.floor((j - BASE) / PER_COUPLE);
        coupleCurrent(coupleOf(moved, c), corrected, time, periodic, one);
        for (let i = 0; i < points; i++) jacobian[i * n + j] = (each[c]![i]! - one[i]!) / step / sigma[i]!;
      } else {
        // The resistance comes last and moves the couples, the others leave them as they are.
        const after = j < BASE ? together(moved) : predict(moved);
        for (let i = 0; i < points; i++)
          jacobian[i * n + j] = (((before[i]! - after[i]!) / step) * size) / sigma[i]!;
      }
      moved[j] = x[j]!;
    }
    couples.forEach((_, c) => {
      const at = BASE + PER_COUPLE * c;
      jacobian[(points + 2 * c) * n + at + 2] = 1 / OPEN.spread;
      jacobian[(points + 2 * c + 1) * n + at + 3] = 1 / OPEN.rate;
    });
  };
  const { baseline: b } = start;
  const x0 = Float64Array.from([
    ...[b.offset / size, (b.slope * range) / 2 / size, b.charging / size, b.tail / size, log(b.tailWidth)],
    ...couples.flatMap((c) => [
      log((c.charge * scanRate) / (size * range)),
      c.potential,
      log(c.spread),
      log(c.rate),
    ]),
    ...(free ? [((start.resistance ?? 0) * size) / range] : []),
  ]);
  const [lower, upper] = [new Float64Array(n), new Float64Array(n)];
  lower.set([-20, -20, -20, 0, log(0.012)]);
  upper.set([20, 20, 20, 50, log(Math.max(0.4, 0.5 * range))]);
  couples.forEach((_, c) => {
    const at = BASE + PER_COUPLE * c;
    const perSpread = scanRate / 0.02;
    lower.set([log(1e-6), low - 0.1 * range, log(SPREADS[0]), log(RATES[0] * perSpread)], at);
    upper.set([log(50), high + 0.1 * range, log(SPREADS[1]), log(RATES[1] * perSpread)], at);
  });
  if (free) [lower[n - 1], upper[n - 1]] = [0, 0.5];
  const answer = levenbergMarquardt({ parameters: n, residuals: rows, evaluate }, x0, {
    ...{ lower, upper, iterations: 40, tolerance: 1e-6, step: 0.5 },
  });
  const { x } = answer;
  const r = new Float64Array(rows);
  const jacobian = new Float64Array(rows * n);
  evaluate(x, r, jacobian);
  for (let j = 0; j < n; j++)
    if (x[j] === lower[j] || x[j] === upper[j]) for (let i = 0; i < rows; i++) jacobian[i * n + j] = 0;
  const normal = gram(jacobian, rows, n);
  for (let j = 0; j < n; j++) normal[j * n + j]! += 1e-9;
  const inverse = invertSymmetric(normal, n);
  let cost = 0;
  for (let i = 0; i < points; i++) cost += r[i]! * r[i]!;
  const inflation = Math.max(1, cost / Math.max(1, points - n));
  const m = PER_COUPLE * couples.length;
  const covariance = new Float64Array(m * m).fill(Number.NaN);
  if (inverse)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) covariance[i * m + j] = inverse[(BASE + i) * n + BASE + j]! * inflation;
  const ohm = range / size;
  return {
    baseline: {
      ...{ offset: x[0]! * size, slope: (2 * x[1]! * size) / range, charging: x[2]! * size },
      ...{ tail: x[3]! * size, tailWidth: exp(x[4]!) },
    },
    couples: couples.map((_, c) => coupleOf(x, c)),
    covariance,
    resistance: free ? x[n - 1]! * ohm : 0,
    resistanceSigma: free && inverse ? Math.sqrt(inverse[n * n - 1]! * inflation) * ohm : 0,
    cost,
    points,
    parameters: n,
    fitted: Float64Array.from(current, (i, k) => i - r[k]! * sigma[k]!),
  };
}

/** The current without most of its noise, for the voltage it loses over a resistance: means over five points of a sweep. */
function smoothed(current: Float64Array, direction: Int8Array): Float64Array {
  return current.map((_, i) => {
    let [sum, count] = [0, 0];
    for (let j = Math.max(0, i - 2); j <= Math.min(current.length - 1, i + 2); j++) {
      if (direction[j] !== direction[i]) continue;
      [sum, count] = [sum + current[j]!, count + 1];
    }
    return sum / count;
  });
}
