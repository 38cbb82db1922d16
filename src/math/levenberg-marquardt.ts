import { cholesky, choleskySolve } from "./linear.ts";

/** A least-squares problem with its own derivatives. */
export interface LeastSquares {
  readonly parameters: number;
  readonly residuals: number;
  /** Fills `r` (residuals) and, where it is given, `jacobian` (residuals × parameters, row-major: ∂r/∂x). */
  evaluate(x: Float64Array, r: Float64Array, jacobian?: Float64Array): void;
}

export interface FitLimits {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly iterations?: number;
  /** Converged where a step promises less than this share of the cost. */
  readonly tolerance?: number;
  /** Longest step of any parameter. */
  readonly step?: number;
}

export interface FitAnswer {
  readonly x: Float64Array;
  /** Sum of squared residuals. */
  readonly cost: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * The minimum of a sum of squares near a start, within bounds, by Levenberg's and Marquardt's damping. A parameter at a
 * bound whose gradient points outwards is held for the step; the others move in Marquardt's scaling, and the step is cut
 * at the bounds.
 *
 * @see Marquardt (1963), doi:10.1137/0111030; damping after Nielsen (1999), IMM-REP-1999-05
 */
export function levenbergMarquardt(
  problem: LeastSquares,
  start: ArrayLike<number>,
  limits: FitLimits,
): FitAnswer {
  const { parameters: n, residuals: m } = problem;
  const { lower, upper, iterations = 200, tolerance = 1e-10, step = 2 } = limits;
  let x = Float64Array.from(start, (value, i) => Math.min(upper[i]!, Math.max(lower[i]!, value)));
  let trial = new Float64Array(n);
  let r = new Float64Array(m);
  let other = new Float64Array(m);
  const jacobian = new Float64Array(m * n);
  const normal = new Float64Array(n * n);
  const damped = new Float64Array(n * n);
  const slope = new Float64Array(n);
  const move = new Float64Array(n);
  const free = new Int32Array(n);
  const scale = new Float64Array(n);
  problem.evaluate(x, r, jacobian);
  let cost = squares(r);
  let damping = 1e-3;
  let growth = 2;
  let fresh = true;
  let flat = 0;
  for (let k = 0; k < iterations; k++) {
    if (fresh) {
      normalEquations(jacobian, r, m, n, normal, slope);
      for (let i = 0; i < n; i++) scale[i] = Math.max(normal[i * n + i]!, 1e-12 * scale[i]!, 1e-300);
    }
    let count = 0;
    for (let i = 0; i < n; i++) {
      const held = (x[i]! <= lower[i]! && slope[i]! > 0) || (x[i]! >= upper[i]! && slope[i]! < 0);
      if (!held) free[count++] = i;
    }
    if (count === 0) return { x, cost, iterations: k, converged: true };
    for (let i = 0; i < count; i++) {
      const a = free[i]!;
      move[i] = -slope[a]!;
      for (let j = 0; j <= i; j++) damped[i * count + j] = normal[a * n + free[j]!]!;
      damped[i * count + i] = normal[a * n + a]! + damping * scale[a]!;
    }
    if (!cholesky(damped, count)) {
      damping = Math.max(damping * growth, 1e-12);
      growth *= 2;
      fresh = false;
      continue;
    }
    choleskySolve(damped, count, move);
    trial.set(x);
    let shrink = 1;
    for (let i = 0; i < count; i++) shrink = Math.min(shrink, step / Math.abs(move[i]!));
    let moved = 0;
    for (let i = 0; i < count; i++) {
      const a = free[i]!;
      trial[a] = Math.min(upper[a]!, Math.max(lower[a]!, x[a]! + shrink * move[i]!));
      moved = Math.max(moved, Math.abs(trial[a]! - x[a]!) / (1 + Math.abs(x[a]!)));
    }
    const promise = promised(normal, slope, x, trial, n);
    // Cut at a bound a step may promise nothing; damping turns it into the slope, which does.
    if (promise <= 0 && moved >= 1e-15) {
      damping = Math.max(damping * growth, 1e-12);
      growth *= 2;
      fresh = false;
      if (damping > 1e16) return { x, cost, iterations: k + 1, converged: true };
      continue;
    }
    if (promise * (1 + damping) <= tolerance * cost || moved < 1e-15) {
      if (promise > 0 && moved >= 1e-15) {
        problem.evaluate(trial, other);
        const better = squares(other);
        if (better < cost) return { x: trial, cost: better, iterations: k + 1, converged: true };
      }
      return { x, cost, iterations: k, converged: true };
    }
    problem.evaluate(trial, other);
    const next = squares(other);
    const gain = (cost - next) / promise;
    if (next < cost) {
      // A long floor without visible descent is an end as well.
      flat = cost - next < 10 * tolerance * cost ? flat + 1 : 0;
      [x, trial] = [trial, x];
      [r, other] = [other, r];
      cost = next;
      damping = Math.max(1e-14, damping * Math.max(1 / 5, 1 - (2 * gain - 1) ** 3));
      growth = 2;
      if (flat >= 4 || cost === 0) return { x, cost, iterations: k + 1, converged: true };
      problem.evaluate(x, r, jacobian);
      fresh = true;
    } else {
      damping *= growth;
      growth *= 2;
      fresh = false;
      if (damping > 1e16) return { x, cost, iterations: k + 1, converged: true };
    }
  }
  return { x, cost, iterations, converged: false };
}

function squares(r: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
}

/** JᵀJ and Jᵀr. */
function normalEquations(
  jacobian: Float64Array,
  r: Float64Array,
  m: number,
  n: number,
  normal: Float64Array,
  slope: Float64Array,
): void {
  normal.fill(0);
  slope.fill(0);
  for (let row = 0; row < m; row++) {
    const at = row * n;
    for (let i = 0; i < n; i++) {
      const value = jacobian[at + i]!;
      slope[i] += value * r[row]!;
      for (let j = 0; j <= i; j++) normal[i * n + j] += value * jacobian[at + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) normal[j * n + i] = normal[i * n + j]!;
}

/** How much the quadratic model says that the cost falls from x to trial. */
function promised(
  normal: Float64Array,
  slope: Float64Array,
  x: Float64Array,
  trial: Float64Array,
  n: number,
): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = trial[i]! - x[i]!;
    if (d === 0) continue;
    let half = 2 * slope[i]!;
    for (let j = 0; j < n; j++) half += normal[i * n + j]! * (trial[j]! - x[j]!);
    sum -= d * half;
  }
  return sum;
}
