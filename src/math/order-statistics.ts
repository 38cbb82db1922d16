/** What sorted or extreme values say. Values that are not finite are left out everywhere. */

/** Median, of an even number the mean of the middle two; NaN without finite values. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : 0.5 * (sorted[half - 1]! + sorted[half]!);
}

/** The value below which a share of the finite values lies, without interpolation; NaN without finite values. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

/** Halvings after which what is left is sorted: values in an unlucky order would take the square of their number. */
const HALVINGS = 64;

/**
 * The value that stands at `rank` once the values are sorted, without sorting them: some hundred thousand take less than
 * a millisecond. Puts the values into another order: none before `rank` is greater, none after it less.
 *
 * @param values finite, at least `rank` + 1 of them
 */
export function ranked(values: Float64Array, rank: number): number {
  let [low, high] = [0, values.length - 1];
  for (let halving = 0; low < high; halving++) {
    if (halving === HALVINGS) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const middle = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < middle) i++;
      while (values[j]! > middle) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}

/** Least and greatest finite value of all lists; +∞ and −∞ without any. */
export function extent(...lists: readonly ArrayLike<number>[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of lists)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return [low, high];
}

/** Second differences of longer lists are thinned to about this many. */
const MOST_DIFFERENCES = 20_000;

/**
 * Standard deviation of white noise on a smooth curve, from the median of its second differences, so that steps do not
 * count; 0 with fewer than three values.
 */
export function whiteNoise(values: ArrayLike<number>): number {
  const found: number[] = [];
  const every = Math.max(1, Math.floor(values.length / MOST_DIFFERENCES));
  for (let i = 1; i < values.length - 1; i += every)
    found.push(Math.abs(values[i - 1]! - 2 * values[i]! + values[i + 1]!));
  // √6: three readings with weights 1, −2, 1; 0.6745: median of |x| of a normal distribution.
  return found.length === 0 ? 0 : median(found) / (0.6745 * Math.sqrt(6));
}
