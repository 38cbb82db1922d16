import { gram, invertSymmetric, transposeTimes } from "../../../math/linear.ts";

/** A weighted linear fit y ≈ Σ coefficient·column. */
export interface WeightedFit {
  readonly coefficients: Float64Array;
  /** n × n, row-major, for the stated σ; not scaled by χ². */
  readonly covariance: Float64Array;
  /** Σ ((y − fit)/σ)² */
  readonly chi2: number;
  /** y − fit */
  readonly residual: Float64Array;
}

/** The fit, or undefined where the columns do not determine it. */
export function weightedFit(
  columns: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  sigma: (i: number) => number,
): WeightedFit | undefined {
  const [m, n] = [y.length, columns.length];
  const a = new Float64Array(m * n);
  const b = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const w = 1 / sigma(i);
    b[i] = y[i]! * w;
    for (let j = 0; j < n; j++) a[i * n + j] = columns[j]![i]! * w;
  }
  const covariance = invertSymmetric(gram(a, m, n), n);
  if (!covariance) return undefined;
  const right = transposeTimes(a, m, n, b);
  const coefficients = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += covariance[j * n + k]! * right[k]!;
    return sum;
  });
  let chi2 = 0;
  const residual = Float64Array.from({ length: m }, (_, i) => {
    let left = y[i]!;
    for (let j = 0; j < n; j++) left -= coefficients[j]! * columns[j]![i]!;
    chi2 += (left / sigma(i)) ** 2;
    return left;
  });
  return { coefficients, covariance, chi2, residual };
}

/** Where a function of one variable is least between two ends: a grid, then golden section around its best point. */
export function leastBetween(cost: (x: number) => number, low: number, high: number, grid = 40): number {
  const at = (k: number) => low + ((high - low) * k) / grid;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= grid; k++) {
    const value = cost(at(k));
    if (value < least) [least, best] = [value, k];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [at(Math.max(0, best - 1)), at(Math.min(grid, best + 1))];
  let [c, d] = [b - golden * (b - a), a + golden * (b - a)];
  let [fc, fd] = [cost(c), cost(d)];
  for (let k = 0; k < 40; k++)
    if (fc < fd) [b, d, fd, c, fc] = [d, c, fc, d - golden * (d - a), cost(d - golden * (d - a))];
    else [a, c, fc, d, fd] = [c, d, fd, c + golden * (b - c), cost(c + golden * (b - c))];
  return 0.5 * (a + b);
}
