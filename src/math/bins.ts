/**
 * Edges of the bins of a histogram, one more than there are bins, whole multiples of the width: Freedman and Diaconis'
 * 2·IQR·n^(−1/3), but no narrower than `least`. Two zeros without values.
 *
 * @param sorted values above 0 in rising order
 * @see Freedman & Diaconis (1981), doi:10.1007/BF01025868
 */
export function binEdges(sorted: ArrayLike<number>, least: number): Float64Array {
  const n = sorted.length;
  if (n === 0) return new Float64Array(2);
  const iqr = sorted[Math.floor(0.75 * (n - 1))]! - sorted[Math.floor(0.25 * (n - 1))]!;
  const width = Math.max(2 * iqr * n ** (-1 / 3), least);
  const first = Math.floor(sorted[0]! / width);
  const bins = Math.floor(sorted[n - 1]! / width) - first + 1;
  return Float64Array.from({ length: bins + 1 }, (_, k) => (first + k) * width);
}

/** The bin that holds a value, its lower edge included; the outermost ones hold what is beyond them. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
