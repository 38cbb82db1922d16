import { levenbergMarquardt } from "../../../math/levenberg-marquardt.ts";
import { gram, invertSymmetric } from "../../../math/linear.ts";
import { extent } from "../../../math/order-statistics.ts";
import { exp, log } from "../../../math/portable.ts";
import type { Curve } from "./curve.ts";
import { type PeakShape, peakShape, peakSlopes } from "./peak-shape.ts";

/** A peak of one sweep and which one. */
export interface SweepPeak extends PeakShape {
  readonly direction: 1 | -1;
}

/** Everything under the peaks, the same for both sweeps but for the charging of the double layer. */
export interface Baseline {
  /** Current at the middle of the potentials [A] and its slope, a leak or series of leaks [A/V]. */
  readonly offset: number;
  readonly slope: number;
  /** Charging current, added on anodic and taken from cathodic sweeps [A]. */
  readonly charging: number;
  /** Oxidation of the electrolyte: current at the highest potential [A], over which it rises by e [V]. */
  readonly tail: number;
  readonly tailWidth: number;
  /** Reduction of the electrolyte: current at the lowest potential, above 0 [A], and over which it falls by e [V]. */
  readonly reduction?: number;
  readonly reductionWidth?: number;
}

export interface CurveFit {
  readonly baseline: Baseline;
  readonly peaks: readonly SweepPeak[];
  /** Standard uncertainties in the order height, potential, width, asymmetry (of its logarithm); per peak. */
  readonly sigmas: readonly (readonly [number, number, number, number])[];
  /** Covariance of the potentials of all peaks, (n, n) [V²]. */
  readonly potentialCovariance: Float64Array;
  /** Σ ((I − fit)/σ)², and its number of points. */
  readonly cost: number;
  readonly points: number;
  /** What scales the uncertainties beyond counting the noise as white: misfit and correlation of residuals. */
  readonly inflation: number;
  readonly fitted: Float64Array;
}

const BASE = 7;
const PER_PEAK = 4;
/** Bounds of a peak's width as shares of the range of potentials, and of the asymmetry. */
const WIDTHS = [0.004, 0.35] as const;
const ASYMMETRY = [0.05, 40] as const;
/** What is expected of a peak that the data leave open: logarithm of the asymmetry and its spread. */
const EXPECTED = { asymmetry: log(1.6), spread: 0.8, widthSpread: 0.5 };
/** Bounds of the tail's width [V]. */
const TAIL_WIDTHS = [0.012, 0.4] as const;

interface Scale {
  readonly middle: number;
  readonly bottom: number;
  readonly top: number;
  readonly range: number;
  /** Largest absolute current [A]. */
  readonly size: number;
}

function scaleOf({ potential, current }: Curve): Scale {
  const [low, high] = extent(potential);
  const size = extent(current.map(Math.abs))[1];
  return { middle: (low + high) / 2, bottom: low, top: high, range: high - low, size: size || 1 };
}

/** Parameters: offset, slope × range/2, charging, tail (all over size), ln tail width, the same two of reduction; ln height/size, potential, ln width, ln asymmetry. */
function pack(base: Baseline, peaks: readonly SweepPeak[], s: Scale): Float64Array {
  return Float64Array.from([
    ...[base.offset / s.size, (base.slope * s.range) / 2 / s.size, base.charging / s.size],
    ...[base.tail / s.size, log(base.tailWidth)],
    ...[(base.reduction ?? 0) / s.size, log(base.reductionWidth ?? 0.1 * s.range)],
    ...peaks.flatMap((p) => [log(p.height / s.size), p.potential, log(p.width), log(p.asymmetry)]),
  ]);
}

function unpack(x: Float64Array, peaks: readonly SweepPeak[], s: Scale) {
  const baseline: Baseline = {
    ...{ offset: x[0]! * s.size, slope: (2 * x[1]! * s.size) / s.range, charging: x[2]! * s.size },
    ...{ tail: x[3]! * s.size, tailWidth: exp(x[4]!) },
    ...{ reduction: x[5]! * s.size, reductionWidth: exp(x[6]!) },
  };
  const found = peaks.map(({ direction }, p): SweepPeak => {
    const at = BASE + PER_PEAK * p;
    return {
      ...{ direction, height: exp(x[at]!) * s.size, potential: x[at + 1]! },
      ...{ width: exp(x[at + 2]!), asymmetry: exp(x[at + 3]!) },
    };
  });
  return { baseline, peaks: found };
}

/** Least squares of baseline and peaks on both sweeps at once, from a start. */
export function fitCurve(
  curve: Curve,
  base: Baseline,
  peaks: readonly SweepPeak[],
  oneWay = false,
): CurveFit {
  const s = scaleOf(curve);
  const n = BASE + PER_PEAK * peaks.length;
  const points = curve.potential.length;
  const rows = points + 2 * peaks.length;
  const { potential, current, direction, sigma } = curve;
  const spreadWidth = EXPECTED.widthSpread;
  const usualWidth = log(typicalWidth(peaks, s));
  const evaluate = (x: Float64Array, r: Float64Array, jacobian?: Float64Array) => {
    jacobian?.fill(0);
    const [offset, slope, charging, tail] = [x[0]!, x[1]!, x[2]!, x[3]!];
    const tailWidth = exp(x[4]!);
    const reductionWidth = exp(x[6]!);
    const shape = peaks.map((peak, p) => {
      const at = BASE + PER_PEAK * p;
      return {
        at,
        sign: peak.direction,
        height: exp(x[at]!),
        potential: x[at + 1]!,
        width: exp(x[at + 2]!),
        asymmetry: exp(x[at + 3]!),
      };
    });
    for (let i = 0; i < points; i++) {
      const e = potential[i]!;
      const d = direction[i]!;
      const w = s.size / sigma[i]!;
      const place = (2 * (e - s.middle)) / s.range;
      const rise = exp((e - s.top) / tailWidth);
      const fall = exp((s.bottom - e) / reductionWidth);
      let model = offset + slope * place + charging * d + tail * rise - x[5]! * fall;
      const row = i * n;
      if (jacobian) {
        jacobian[row] = -w;
        jacobian[row + 1] = -w * place;
        jacobian[row + 2] = -w * d;
        jacobian[row + 3] = -w * rise;
        jacobian[row + 4] = (w * tail * rise * (e - s.top)) / tailWidth;
        jacobian[row + 5] = w * fall;
        jacobian[row + 6] = (w * x[5]! * fall * (e - s.bottom)) / reductionWidth;
      }
      for (const p of shape) {
        if (p.sign !== d) continue;
        const u = (d * (e - p.potential)) / p.width;
        if (u < -40) continue;
        const value = d * p.height * peakShape(u, p.asymmetry);
        model += value;
        if (!jacobian || value === 0) continue;
        const [du, dm] = peakSlopes(u, p.asymmetry);
        jacobian[row + p.at] = -w * value;
        jacobian[row + p.at + 1] = (w * value * du * d) / p.width;
        jacobian[row + p.at + 2] = w * value * du * u;
        jacobian[row + p.at + 3] = -w * value * dm;
      }
      r[i] = w * (current[i]! / s.size - model);
    }
    shape.forEach((p, k) => {
      const row = points + 2 * k;
      r[row] = (x[p.at + 3]! - EXPECTED.asymmetry) / EXPECTED.spread;
      r[row + 1] = (x[p.at + 2]! - usualWidth) / spreadWidth;
      if (!jacobian) return;
      jacobian[row * n + p.at + 3] = 1 / EXPECTED.spread;
      jacobian[(row + 1) * n + p.at + 2] = 1 / spreadWidth;
    });
  };
  const [lower, upper] = [new Float64Array(n), new Float64Array(n)];
  lower.set([-20, -20, -20, 0, log(TAIL_WIDTHS[0]), 0, log(TAIL_WIDTHS[0])]);
  const widest = log(Math.max(TAIL_WIDTHS[1], 0.5 * s.range));
  upper.set([20, 20, 20, 50, widest, 50, widest]);
  // One sweep alone cannot tell charging from offset.
  if (oneWay) [lower[2], upper[2]] = [0, 0];
  peaks.forEach((_, p) => {
    const at = BASE + PER_PEAK * p;
    lower.set([log(1e-5), s.middle - s.range * 0.55, log(WIDTHS[0] * s.range), log(ASYMMETRY[0])], at);
    upper.set([log(20), s.middle + s.range * 0.55, log(WIDTHS[1] * s.range), log(ASYMMETRY[1])], at);
  });
  const answer = levenbergMarquardt({ parameters: n, residuals: rows, evaluate }, pack(base, peaks, s), {
    lower,
    upper,
    iterations: 50,
    tolerance: 1e-6,
    step: 0.6,
  });
  const r = new Float64Array(rows);
  const jacobian = new Float64Array(rows * n);
  evaluate(answer.x, r, jacobian);
  const fitted = Float64Array.from(current, (i, k) => i - r[k]! * sigma[k]!);
  // A parameter at a bound is not free.
  for (let j = 0; j < n; j++)
    if (answer.x[j] === lower[j] || answer.x[j] === upper[j])
      for (let i = 0; i < rows; i++) jacobian[i * n + j] = 0;
  const normal = gram(jacobian, rows, n);
  for (let j = 0; j < n; j++) normal[j * n + j]! += 1e-9;
  const covariance = invertSymmetric(normal, n);
  let cost = 0;
  for (let i = 0; i < points; i++) cost += r[i]! * r[i]!;
  const inflation = inflationOf(r.subarray(0, points), direction, Math.max(1, points - n));
  const of = (a: number, b: number) => (covariance ? covariance[a * n + b]! * inflation : Number.NaN);
  const potentials = new Float64Array(peaks.length ** 2);
  peaks.forEach((_, a) => {
    peaks.forEach((_, b) => {
      potentials[a * peaks.length + b] = of(BASE + PER_PEAK * a + 1, BASE + PER_PEAK * b + 1);
    });
  });
  const result = unpack(answer.x, peaks, s);
  return {
    ...result,
    sigmas: result.peaks.map(({ height, width }, p) => {
      const at = BASE + PER_PEAK * p;
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => Math.sqrt(of(at + k, at + k))) as number[];
      return [height * a!, b!, width * c!, d!] as const;
    }),
    potentialCovariance: potentials,
    cost,
    points,
    inflation,
    fitted,
  };
}

/** Geometric mean width of the higher half of the peaks: what is expected of a faint one. */
function typicalWidth(peaks: readonly SweepPeak[], { range }: Scale): number {
  const high = [...peaks].sort((a, b) => b.height - a.height).slice(0, Math.max(1, peaks.length >> 1));
  if (high.length === 0) return 0.05 * range;
  return exp(high.reduce((sum, { width }) => sum + log(width), 0) / high.length);
}

/**
 * Variance of the residuals about 1, times how many neighbours err together (sum of the autocorrelation up to its
 * first zero): what a covariance of white noise must be multiplied with.
 */
function inflationOf(r: Float64Array, direction: Int8Array, freedom: number): number {
  let square = 0;
  for (const value of r) square += value * value;
  let together = 1;
  for (let lag = 1; lag < 60; lag++) {
    let sum = 0;
    let count = 0;
    for (let i = lag; i < r.length; i++) {
      if (direction[i] !== direction[i - lag]) continue;
      sum += r[i]! * r[i - lag]!;
      count++;
    }
    const correlation = count > 0 ? sum / count / (square / r.length) : 0;
    if (correlation < 2 / Math.sqrt(count || 1)) break;
    together += 2 * correlation;
  }
  return Math.max(1, square / freedom) * together;
}

/** Current of baseline and peaks at one potential of a sweep [A]; `middle` and `top` as in the fit. */
export function baselineAt(base: Baseline, curve: Curve): Float64Array {
  const s = scaleOf(curve);
  return curve.potential.map(
    (e, i) =>
      base.offset +
      base.slope * (e - s.middle) +
      base.charging * curve.direction[i]! +
      base.tail * exp((e - s.top) / base.tailWidth) -
      (base.reduction ?? 0) * exp((s.bottom - e) / (base.reductionWidth ?? 1)),
  );
}

/** Current of one peak over the points of a curve [A], 0 on the other sweep. */
export function peakAt(peak: SweepPeak, curve: Curve): Float64Array {
  return curve.potential.map((e, i) => {
    if (curve.direction[i] !== peak.direction) return 0;
    const u = (peak.direction * (e - peak.potential)) / peak.width;
    return u < -40 ? 0 : peak.direction * peak.height * peakShape(u, peak.asymmetry);
  });
}
