/** The length of the lines that a series is made of, and how sure it is. */
export interface LineLength {
  readonly length: number;
  /** Correlation of each value with the one a line later [1]. */
  readonly correlation: number;
  /** The best other length that is no multiple, and its correlation; 0 and 0 where there is none. */
  readonly rival: number;
  readonly rivalCorrelation: number;
}

/** Lengths beyond are not tried; no scan of frames has longer lines. */
const LONGEST = 4096;
/** Correlations this close are equal: what divides the series is preferred among them. */
const SAME = 0.05;
/** A correlation below is no line, whatever the number of values. */
const WEAKEST = 0.1;

/** Pearson's correlation of values[i] with values[i + lag]. */
function correlationAt(values: Float64Array, lag: number, sums: Float64Array, squares: Float64Array): number {
  const n = values.length;
  const count = n - lag;
  let product = 0;
  for (let i = 0; i < count; i++) product += values[i]! * values[i + lag]!;
  const [a, b] = [sums[count]!, sums[n]! - sums[lag]!];
  const varianceA = squares[count]! - (a * a) / count;
  const varianceB = squares[n]! - squares[lag]! - (b * b) / count;
  const size = Math.sqrt(varianceA * varianceB);
  return size > 0 ? (product - (a * b) / count) / size : 0;
}

/**
 * How long the lines are whose values follow one another in a series: neighbouring lines of an image are alike, so the
 * series is most like itself one line later. Made for the sums of the frames of a scan.
 *
 * @param values in the order of recording, finite; at least 9
 * @returns undefined where the series does not repeat more than chance allows
 */
export function lineLength(values: Float64Array): LineLength | undefined {
  const n = values.length;
  const longest = Math.min(LONGEST, n >> 1);
  if (n < 9 || !values.every(Number.isFinite)) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centred = values.map((value) => value - mean);
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    sums[i + 1] = sums[i]! + centred[i]!;
    squares[i + 1] = squares[i]! + centred[i]! ** 2;
  }
  const at = new Float64Array(longest + 2);
  for (let lag = 1; lag <= Math.min(longest + 1, n - 3); lag++)
    at[lag] = correlationAt(centred, lag, sums, squares);
  const chance = (lag: number) => Math.max(WEAKEST, 5 / Math.sqrt(n - lag));
  const peaks: number[] = [];
  for (let lag = 3; lag <= longest; lag++)
    if (at[lag]! > at[lag - 1]! && at[lag]! >= at[lag + 1]! && at[lag]! > chance(lag)) peaks.push(lag);
  if (peaks.length === 0) return undefined;
  const best = Math.max(...peaks.map((lag) => at[lag]!));
  const equal = peaks.filter((lag) => at[lag]! >= best - SAME);
  const length = equal.find((lag) => n % lag === 0) ?? equal[0]!;
  let rival = 0;
  for (const lag of peaks) if (lag % length !== 0 && (rival === 0 || at[lag]! > at[rival]!)) rival = lag;
  return { length, correlation: at[length]!, rival, rivalCorrelation: rival === 0 ? 0 : at[rival]! };
}
