/** Values that are counted at most; of more an even sample. */
const COUNTED = 1 << 20;
/** Bars. */
export const BINS = 256;

/** Which values there are, how often. */
export interface Distribution {
  readonly low: number;
  readonly high: number;
  /** Values in each of the bins from `low` to `high`. */
  readonly counts: Float64Array;
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly sigma: number;
  /** Finite values that were counted. */
  readonly counted: number;
  /** Every so many-th was. */
  readonly every: number;
}

/** The distribution of values between two ends, or all of them; undefined where there is no number. */
export function distributionOf(
  values: ArrayLike<number>,
  ends?: { readonly low: number; readonly high: number },
): Distribution | undefined {
  const every = Math.max(1, Math.ceil(values.length / COUNTED));
  let [least, most, sum, counted] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i += every) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    counted++;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (counted === 0) return undefined;
  const mean = sum / counted;
  const range = ends ?? { low: least, high: most };
  const [low, high] = range.high > range.low ? [range.low, range.high] : [range.low - 0.5, range.low + 0.5];
  const counts = new Float64Array(BINS);
  const factor = BINS / (high - low);
  let squares = 0;
  for (let i = 0; i < values.length; i += every) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    squares += (value - mean) ** 2;
    if (value >= low && value <= high) counts[Math.min(BINS - 1, Math.floor((value - low) * factor))]!++;
  }
  const sigma = counted > 1 ? Math.sqrt(squares / (counted - 1)) : 0;
  return { low, high, counts, least, most, mean, sigma, counted, every };
}
