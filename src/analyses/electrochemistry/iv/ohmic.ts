/** Whether the current is proportional to the potential, over how many decades, and the resistance. */
import { LithoscopeError } from "../../../core/errors.ts";
import { type Measured, UNKNOWN } from "../../../math/measured.ts";
import { type Noise, noiseOf, sigmaOf } from "./noise.ts";
import type { IvRun } from "./run.ts";
import { leastBetween, type WeightedFit, weightedFit } from "./weighted-fit.ts";

/** Slope of log |I − offset| over log |V| in one decade of |V|. */
export interface Interval {
  /** [V] */
  readonly from: number;
  readonly to: number;
  readonly points: number;
  /** NaN where the points do not give it. */
  readonly slope: Measured;
}

export interface Ohmic {
  /** "undecided": no deviation seen, but too few decades or too much noise for the test. */
  readonly verdict: "ohmic" | "not ohmic" | "undecided";
  readonly why: string;
  /** Of the straight line, contacts included [Ω]. */
  readonly resistance: Measured;
  /** Current at no potential [A]. */
  readonly offset: Measured;
  /** Half the difference between the sweeps up and down [A], where there are both. */
  readonly hysteresis?: Measured;
  /** Slope of log |I − offset| over log |V|, all points. */
  readonly slope: Measured;
  readonly intervals: readonly Interval[];
  /** Decades of |V| with a current of three σ or more. */
  readonly decades: number;
  /** Conductance at V > 0 over that at V < 0, minus 1, where there are both. */
  readonly asymmetry?: Measured;
  /** Pearson's coefficient of current and potential. */
  readonly correlation: number;
  readonly noise: Noise;
  /** χ²/ν of the straight line with the noise of neighbours. */
  readonly reducedChi2: number;
  /** Rows used. */
  readonly rows: readonly number[];
  /** Straight line at each row used [A], and σ of its reading. */
  readonly line: Float64Array;
  readonly sigma: Float64Array;
}

/** A slope this near to 1 … */
const TOLERANCE = 0.02;
/** … over this many decades is ohmic. */
const DECADES = 2;
const LEAST_POINTS = 8;

/** 1 for rows of a sweep up, −1 of one down; undefined unless both are there and most rows belong to one. */
function directions(v: Float64Array): Float64Array | undefined {
  const d = v.map((_, i) => Math.sign(v[Math.min(i + 1, v.length - 1)]! - v[Math.max(i - 1, 0)]!));
  const count = (sign: number) => d.filter((value) => value === sign).length;
  const [up, down] = [count(1), count(-1)];
  return Math.min(up, down) >= 4 && up + down >= 0.8 * v.length ? d : undefined;
}

/** Exponents that are tried. */
const POWERS = [0.1, 8] as const;

interface Power extends Measured {
  readonly fit: WeightedFit;
  /** |V| that the conductance refers to. */
  readonly unit: number;
}

/** y = G·sign(V)|V/unit|ⁿ + other columns, over n. */
function powerFit(
  v: Float64Array,
  y: Float64Array,
  others: readonly Float64Array[],
  sigma: (i: number) => number,
): Power | undefined {
  const unit = v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const column = (n: number) => v.map((value) => Math.sign(value) * Math.abs(value / unit) ** n);
  const cost = (n: number) => weightedFit([column(n), ...others], y, sigma)?.chi2 ?? Number.POSITIVE_INFINITY;
  const value = leastBetween(cost, ...POWERS, 80);
  const main = column(value);
  const first = weightedFit([main, ...others], y, sigma);
  if (!first) return undefined;
  const g = first.coefficients[0]!;
  const derivative = main.map((m, i) => (v[i] === 0 ? 0 : g * m * Math.log(Math.abs(v[i]! / unit))));
  const fit = weightedFit([main, derivative, ...others], y, sigma);
  if (!fit) return undefined;
  const n = 2 + others.length;
  return { value, sigma: Math.sqrt(fit.covariance[n + 1]!), fit: first, unit };
}

/** Slope in each decade of |V|, from the largest down, with the offset held. */
function decadesOf(
  v: Float64Array,
  i: Float64Array,
  offset: Measured,
  rest: (k: number) => number,
  sigma: (k: number) => number,
): Interval[] {
  const sizes = v.map(Math.abs);
  const top = sizes.reduce((a, b) => Math.max(a, b), 0);
  const bottom = sizes.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), top);
  const intervals: Interval[] = [];
  for (let to = top, edge = true; to > bottom * 1.0001 && intervals.length < 12; to /= 10, edge = false) {
    const from = to / 10;
    // The edges belong to both of their decades, rounding set aside.
    const rows = Array.from(sizes, (_, k) => k).filter(
      (k) => sizes[k]! >= from * 0.999 && (edge || sizes[k]! <= to * 1.001),
    );
    const pick = (values: (k: number) => number) => Float64Array.from(rows, values);
    const slopeAt = (held: number) =>
      powerFit(
        pick((k) => v[k]!),
        pick((k) => i[k]! - held - rest(k)),
        [],
        (k) => sigma(rows[k]!),
      );
    const found = rows.length >= 4 ? slopeAt(offset.value) : undefined;
    const shifted = found && slopeAt(offset.value + offset.sigma);
    const spread = found ? found.sigma * Math.sqrt(Math.max(1, found.fit.chi2 / (rows.length - 2))) : 0;
    const total = Math.hypot(spread, shifted ? shifted.value - found.value : Number.NaN);
    const slope = found && total < 1 ? { value: found.value, sigma: total } : UNKNOWN;
    intervals.push({ from: Math.max(from, bottom), to, points: rows.length, slope });
  }
  return intervals;
}

/** Decimals as far as σ has them. */
function shown({ value, sigma }: Measured): string {
  const digits = Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(sigma || 1))));
  return `${value.toFixed(digits)} ± ${sigma.toFixed(digits)}`;
}

function judge(
  slope: Measured,
  intervals: readonly Interval[],
  asymmetry: Measured | undefined,
  decades: number,
): Pick<Ohmic, "verdict" | "why"> {
  const beyond = ({ value, sigma }: Measured, from: number) => Math.abs(value - from) - 3 * sigma > TOLERANCE;
  const bent = intervals.find((one) => beyond(one.slope, 1));
  if (slope.value < POWERS[0] + 0.01 || slope.value > POWERS[1] - 0.01)
    return { verdict: "not ohmic", why: `no power from ${POWERS[0]} to ${POWERS[1]} of |V| describes |I|` };
  if (beyond(slope, 1))
    return { verdict: "not ohmic", why: `log |I| over log |V| has the slope ${shown(slope)}, not 1` };
  if (bent) {
    const range = `${bent.from.toPrecision(2)} to ${bent.to.toPrecision(2)} V`;
    return { verdict: "not ohmic", why: `the slope is ${shown(bent.slope)} from ${range}, not 1` };
  }
  if (asymmetry && beyond(asymmetry, 0))
    return {
      verdict: "not ohmic",
      why: `conductance at V > 0 over that at V < 0 is ${shown({ ...asymmetry, value: 1 + asymmetry.value })}`,
    };
  if (decades < DECADES)
    return {
      verdict: "undecided",
      why: `proportional over ${decades.toFixed(1)} decades of |V|, the test wants ${DECADES}`,
    };
  if (!(Math.abs(slope.value - 1) + 2 * slope.sigma <= TOLERANCE))
    return {
      verdict: "undecided",
      why: `the slope ${shown(slope)} is not known to ${TOLERANCE} about 1`,
    };
  return {
    verdict: "ohmic",
    why: `log |I| over log |V| has the slope ${shown(slope)} over ${decades.toFixed(1)} decades of |V|`,
  };
}

/** Pearson's coefficient. */
function pearson(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let k = 0; k < x.length; k++) {
    const [dx, dy] = [x[k]! - mx, y[k]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * The ohmic test and the straight line, of the rows that are not masked.
 *
 * @throws Refused with fewer than eight rows or no spread of the potential; Missing where the current falls with the
 *   potential
 */
export function ohmicTest(run: IvRun, mask: Uint8Array): Ohmic {
  const rows = Array.from(run.potential, (_, k) => k).filter((k) => !mask[k]);
  const v = Float64Array.from(rows, (k) => run.potential[k]!);
  const i = Float64Array.from(rows, (k) => run.current[k]!);
  const noise = noiseOf(v, i);
  if (rows.length < LEAST_POINTS || !noise)
    throw new LithoscopeError(
      "Refused",
      `${run.title}: an I–V needs ${LEAST_POINTS} rows at potentials that change, found ${rows.length}`,
      { reason: "too few points" },
    );
  const sigma = Float64Array.from(i, (value) => sigmaOf(noise, value));
  const own = (k: number) => sigma[k]!;
  const one = new Float64Array(v.length).fill(1);
  const swept = directions(v);
  const others = swept ? [one, swept] : [one];
  const fit = weightedFit([v, ...others], i, own);
  const power = powerFit(v, i, others, own);
  if (!fit || !power)
    throw new LithoscopeError("Refused", `${run.title}: the potential hardly changes, no I–V`, {
      reason: "one potential",
    });
  const n = 1 + others.length;
  const reducedChi2 = fit.chi2 / (v.length - n);
  const widen = Math.sqrt(Math.max(1, reducedChi2));
  const at = (k: number): Measured => ({
    value: fit.coefficients[k]!,
    sigma: widen * Math.sqrt(fit.covariance[k * n + k]!),
  });
  const conductance = at(0);
  if (conductance.value < -5 * conductance.sigma)
    throw new LithoscopeError(
      "Missing",
      `${run.title}: the current falls as the potential rises; state with --sign against that the file counts it the other way`,
      { what: "sign of the current", flag: "--sign" },
    );
  const spread = Math.sqrt(Math.max(1, power.fit.chi2 / (v.length - n - 1)));
  const slope = { value: power.value, sigma: spread * power.sigma };
  // Where the power law is not a straight line its own offset holds.
  const m = others.length + 1;
  const zero = {
    value: power.fit.coefficients[1]!,
    sigma: spread * Math.sqrt(power.fit.covariance[m + 1]!),
  };
  const sweep = swept ? power.fit.coefficients[2]! : 0;
  const rest = (k: number) => (swept ? sweep * swept[k]! : 0);
  const intervals = decadesOf(v, i, zero, rest, own);
  const seen = Array.from(v, Math.abs).filter((size, k) => {
    const signal = Math.abs(power.fit.coefficients[0]!) * (size / power.unit) ** power.value;
    return size > 0 && signal >= 3 * own(k);
  });
  const decades =
    seen.length < 2
      ? 0
      : Math.log10(seen.reduce((a, b) => Math.max(a, b)) / seen.reduce((a, b) => Math.min(a, b)));
  const asymmetry = asymmetryOf(v, i, others, own);
  return {
    ...judge(slope, intervals, asymmetry, decades),
    resistance: {
      value: 1 / conductance.value,
      sigma: conductance.sigma / conductance.value ** 2,
    },
    offset: at(1),
    ...(swept && { hysteresis: at(2) }),
    ...{ slope, intervals, decades },
    ...(asymmetry && { asymmetry }),
    correlation: pearson(v, i),
    ...{ noise, reducedChi2, rows, sigma },
    line: fit.residual.map((left, k) => i[k]! - left),
  };
}

function asymmetryOf(
  v: Float64Array,
  i: Float64Array,
  others: readonly Float64Array[],
  sigma: (k: number) => number,
): Measured | undefined {
  const [up, down] = [v.map((x) => Math.max(x, 0)), v.map((x) => Math.min(x, 0))];
  const count = (side: Float64Array) => side.filter((x) => x !== 0).length;
  if (Math.min(count(up), count(down)) < 4) return undefined;
  const fit = weightedFit([up, down, ...others], i, sigma);
  if (!fit) return undefined;
  const n = 2 + others.length;
  const [a, b] = [fit.coefficients[0]!, fit.coefficients[1]!];
  const widen = Math.sqrt(Math.max(1, fit.chi2 / (v.length - n)));
  const [da, db] = [1 / b, -a / b ** 2];
  const c = fit.covariance;
  const variance = da * da * c[0]! + 2 * da * db * c[1]! + db * db * c[n + 1]!;
  return { value: a / b - 1, sigma: widen * Math.sqrt(variance) };
}
