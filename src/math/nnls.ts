import { cholesky, choleskySolve } from "./linear.ts";

/**
 * The x ≥ 0 that minimises ½ xᵀHx − fᵀx for a symmetric positive definite H: non-negative least squares from its normal
 * equations, by block principal pivoting with single pivots where blocks would go in circles.
 *
 * @param start entries above 0 are first taken as free; all are where it is absent
 * @see Portugal, Júdice & Vicente (1994), doi:10.1090/S0025-5718-1994-1250776-4
 */
export function nonNegativeSolve(h: Float64Array, f: Float64Array, start?: ArrayLike<number>): Float64Array {
  const n = f.length;
  const free = new Uint8Array(n).fill(1);
  if (start) for (let i = 0; i < n; i++) free[i] = start[i]! > 0 ? 1 : 0;
  const x = new Float64Array(n);
  const work = new Float64Array(n * n);
  const right = new Float64Array(n);
  const index = new Int32Array(n);
  const violates = new Uint8Array(n);
  // Rounding decides the sign of values this small against the rest.
  const largest = f.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tiny = 1e-12 * largest;
  let best = n + 1;
  let patience = 3;
  for (let round = 0; round < 20 * n + 100; round++) {
    const count = solveFree(h, f, free, x, work, right, index);
    let [wrong, last] = [0, -1];
    for (let i = 0; i < n; i++) {
      violates[i] = (free[i] ? x[i]! < 0 : gradient(h, f, x, i, index, count) < -tiny) ? 1 : 0;
      if (violates[i]) {
        wrong++;
        last = i;
      }
    }
    if (wrong === 0) return x;
    let all = true;
    if (wrong < best) {
      best = wrong;
      patience = 3;
    } else if (patience > 0) patience--;
    else all = false;
    for (let i = all ? 0 : last; i < n; i++) if (violates[i]) free[i] = free[i] ? 0 : 1;
  }
  for (let i = 0; i < n; i++) x[i] = Math.max(0, x[i]!);
  return x;
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

/** Solves for the free entries, whose places go into `index`, the others 0; their number. All are 0 where it is singular. */
function solveFree(
  h: Float64Array,
  f: Float64Array,
  free: Uint8Array,
  x: Float64Array,
  work: Float64Array,
  right: Float64Array,
  index: Int32Array,
): number {
  const n = f.length;
  let count = 0;
  for (let i = 0; i < n; i++) if (free[i]) index[count++] = i;
  for (let i = 0; i < count; i++) {
    right[i] = f[index[i]!]!;
    const at = index[i]! * n;
    for (let j = 0; j <= i; j++) work[i * count + j] = h[at + index[j]!]!;
  }
  x.fill(0);
  const packed = work.subarray(0, count * count);
  if (!cholesky(packed, count)) {
    for (let i = 0; i < count; i++)
      for (let j = 0; j <= i; j++)
        packed[i * count + j] = h[index[i]! * n + index[j]!]! * (i === j ? 1 + 1e-10 : 1);
    if (!cholesky(packed, count)) return count;
  }
  const part = right.subarray(0, count);
  choleskySolve(packed, count, part);
  for (let i = 0; i < count; i++) x[index[i]!] = part[i]!;
  return count;
}
