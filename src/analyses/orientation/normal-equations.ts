import { PARAMETERS } from "../../kernels/likelihood-layout.ts";

const N = PARAMETERS;
/** Curvature added to every parameter, so that one without data stays where it is. */
const RIDGE = [1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-3, 3e-2] as const;
const factor = new Float64Array(N * N);

/** Cholesky factor of the damped matrix (lower triangle given) into `factor`; false if not positive. */
function decompose(normal: Float64Array, damping: number): boolean {
  for (let i = 0; i < N; i++)
    for (let j = 0; j <= i; j++) {
      let sum = normal[i * N + j]! * (i === j ? 1 + damping : 1) + (i === j ? RIDGE[i]! : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * N + k]! * factor[j * N + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        factor[i * N + i] = Math.sqrt(sum);
      } else factor[i * N + j] = sum / factor[j * N + j]!;
    }
  return true;
}

function substitute(x: Float64Array): void {
  for (let i = 0; i < N; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * N + k]! * x[k]!;
    x[i]! /= factor[i * N + i]!;
  }
  for (let i = N - 1; i >= 0; i--) {
    for (let k = i + 1; k < N; k++) x[i]! -= factor[k * N + i]! * x[k]!;
    x[i]! /= factor[i * N + i]!;
  }
}

/** Solves the damped normal equations into `out`; false if they are singular. */
export function solve(
  normal: Float64Array,
  gradient: Float64Array,
  damping: number,
  out: Float64Array,
): boolean {
  if (!decompose(normal, damping)) return false;
  out.set(gradient);
  substitute(out);
  return true;
}

/** Inverse of the normal matrix, (N, N); NaN if it is singular. */
export function invert(normal: Float64Array): Float64Array {
  const inverse = new Float64Array(N * N).fill(Number.NaN);
  if (!decompose(normal, 0)) return inverse;
  const column = new Float64Array(N);
  for (let i = 0; i < N; i++) {
    column.fill(0);
    column[i] = 1;
    substitute(column);
    inverse.set(column, i * N);
  }
  return inverse;
}

/** Adds one residual e with weight w and its derivatives in the parameters `of`, in rising order; lower triangle. */
export function accumulate(
  normal: Float64Array,
  gradient: Float64Array,
  of: readonly number[],
  derivatives: readonly number[],
  w: number,
  e: number,
): void {
  for (let i = 0; i < of.length; i++) {
    const weighted = w * derivatives[i]!;
    gradient[of[i]!]! += weighted * e;
    for (let j = 0; j <= i; j++) normal[of[i]! * N + of[j]!]! += weighted * derivatives[j]!;
  }
}
