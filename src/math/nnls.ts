import { GrowingCholesky } from "./growing-cholesky.ts";

/**
 * The x ≥ 0 that minimises ½ xᵀHx − fᵀx for a symmetric positive definite H: non-negative least squares from its normal
 * equations, by block principal pivoting with single pivots where blocks would go in circles.
 *
 * @param start entries above 0 are first taken as free; all are where it is absent
 * @see Portugal, Júdice & Vicente (1994), doi:10.1090/S0025-5718-1994-1250776-4
 */
export function nonNegativeSolve(h: Float64Array, f: Float64Array, start?: ArrayLike<number>): Float64Array {
  return new NonNegativeSolver(h, f.length, start).solve(f);
}

/** `nonNegativeSolve` for one H and start and several f, which share what they factor. */
export class NonNegativeSolver {
  readonly #h: Float64Array;
  readonly #n: number;
  readonly #start: ArrayLike<number> | undefined;
  /**
   * The unknowns from those that start largest to those that start at 0: the sets of free unknowns that are tried differ at
   * the end of this list, and the factor is kept up to there.
   */
  readonly #order: Int32Array;
  readonly #factor: GrowingCholesky;

  constructor(h: Float64Array, n: number, start?: ArrayLike<number>) {
    this.#h = h;
    this.#n = n;
    this.#start = start;
    this.#order = Int32Array.from({ length: n }, (_, i) => i);
    if (start) {
      const size = (i: number) => start[i]! * Math.sqrt(h[i * (n + 1)]!);
      this.#order.sort((a, b) => size(b) - size(a) || a - b);
    }
    this.#factor = new GrowingCholesky(h, n);
  }

  /** Logarithm of the determinant of H over the free unknowns of the last solution; NaN where it is singular. */
  get logDeterminant(): number {
    return this.#factor.logDeterminant;
  }

  solve(f: Float64Array): Float64Array {
    const [n, start, order] = [this.#n, this.#start, this.#order];
    const free = new Uint8Array(n).fill(1);
    if (start) for (let i = 0; i < n; i++) free[i] = start[i]! > 0 ? 1 : 0;
    const x = new Float64Array(n);
    const index = new Int32Array(n);
    const violates = new Uint8Array(n);
    // Rounding decides the sign of values this small against the rest.
    const largest = f.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const tiny = 1e-12 * largest;
    let best = n + 1;
    let patience = 6;
    for (let round = 0; round < 20 * n + 100; round++) {
      let count = 0;
      for (let k = 0; k < n; k++) if (free[order[k]!]) index[count++] = order[k]!;
      this.#factor.solve(index.subarray(0, count), f, x);
      let [wrong, last] = [0, -1];
      for (let k = 0; k < n; k++) {
        const i = order[k]!;
        violates[i] = (free[i] ? x[i]! < 0 : gradient(this.#h, f, x, i, index, count) < -tiny) ? 1 : 0;
        if (violates[i]) {
          wrong++;
          last = k;
        }
      }
      if (wrong === 0) return x;
      let all = true;
      if (wrong < best) {
        best = wrong;
        patience = 6;
      } else if (patience > 0) patience--;
      else all = false;
      for (let k = all ? 0 : last; k < n; k++)
        if (violates[order[k]!]) free[order[k]!] = free[order[k]!] ? 0 : 1;
    }
    for (let i = 0; i < n; i++) x[i] = Math.max(0, x[i]!);
    return x;
  }
}

/** Entry i of Hx − f; only the `count` entries of x in `index` are not 0. */
function gradient(
  h: Float64Array,
  f: Float64Array,
  x: Float64Array,
  i: number,
  index: Int32Array,
  count: number,
): number {
  let sum = -f[i]!;
  const at = i * f.length;
  for (let k = 0; k < count; k++) sum += h[at + index[k]!]! * x[index[k]!]!;
  return sum;
}
