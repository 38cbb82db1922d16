/** Profile likelihood: how far a parameter can be moved, the others following, before the fit says no. */

import { tQuantile } from "../../../math/distributions.ts";
import { levenbergMarquardt } from "../../../math/levenberg-marquardt.ts";
import type { Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { type CircuitFit, type FitOptions, fitProblem } from "./fit-circuit.ts";

/** Ends of the interval that holds a parameter in 68.3 of 100 cases, in its own unit; NaN where the data set none. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Chance outside one standard deviation of a normal distribution, both sides. */
const OUTSIDE = 0.317310508;
/** Farthest that a parameter is followed: a factor of e^12 for positive ones. */
const FARTHEST = 12;

/**
 * Intervals of every parameter from the profile of χ²: its ends lie where the least χ² with the parameter held is
 * χ²min (1 + t²/ν), t being Student's quantile for 68.3 % and ν the degrees of freedom. Unlike ± σ they are not symmetric.
 *
 * @see Venzon & Moolgavkar (1988), doi:10.2307/2347496
 */
export function profileIntervals(fit: CircuitFit, spectrum: Spectrum, options: FitOptions = {}): Interval[] {
  const problem = fitProblem(fit.circuit, spectrum, options);
  const { parameters: p } = problem;
  const freedom = Math.max(1, problem.residuals - fit.free);
  const limit = fit.chi2 * (1 + tQuantile(OUTSIDE, freedom) ** 2 / freedom);
  const own = (k: number, x: number) => (fit.circuit.parameters[k]!.kind === "positive" ? Math.exp(x) : x);
  const none = { low: Number.NaN, high: Number.NaN };
  return fit.circuit.parameters.map(({ full }, k) => {
    if (fit.held.includes(full) || fit.chi2 < 1e-20) return none;
    const sigma = Math.sqrt(fit.covariance[k * p + k]!);
    if (!(sigma > 0) || !Number.isFinite(sigma)) return none;
    const end = (direction: 1 | -1): number => {
      const bound = direction > 0 ? problem.upper[k]! : problem.lower[k]!;
      const most = Math.min(FARTHEST, Math.abs(bound - fit.x[k]!));
      let start: Float64Array = fit.x;
      const cost = (distance: number): number => {
        const x = fit.x[k]! + direction * distance;
        const [lower, upper] = [Float64Array.from(problem.lower), Float64Array.from(problem.upper)];
        lower[k] = x;
        upper[k] = x;
        const found = levenbergMarquardt(problem, start, { lower, upper, iterations: 60, tolerance: 1e-7 });
        start = found.x;
        return found.cost;
      };
      // χ² grows about as the square of the distance: its root is nearly a straight line, which the secant follows.
      const above = (distance: number) =>
        Math.sqrt(Math.max(0, cost(distance) - fit.chi2) / (limit - fit.chi2));
      let [inner, innerValue] = [0, 0];
      let outer = Math.min(sigma, most);
      let outerValue = above(outer);
      for (let i = 0; outerValue < 1 && outer < most && i < 12; i++) {
        [inner, innerValue] = [outer, outerValue];
        outer = Math.min(most, outer * Math.min(4, Math.max(1.2, 1.05 / Math.max(outerValue, 0.2))));
        outerValue = above(outer);
      }
      if (outerValue < 1) return direction > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      for (let i = 0; i < 6 && outerValue - innerValue > 0.02 && Math.abs(outerValue - 1) > 0.01; i++) {
        const part = (1 - innerValue) / (outerValue - innerValue);
        const middle = inner + (outer - inner) * Math.min(0.95, Math.max(0.05, part));
        const value = above(middle);
        if (value < 1) [inner, innerValue] = [middle, value];
        else [outer, outerValue] = [middle, value];
      }
      const part = outerValue > innerValue ? (1 - innerValue) / (outerValue - innerValue) : 1;
      return fit.x[k]! + direction * (inner + (outer - inner) * Math.min(1, part));
    };
    const unbounded = (x: number) => (Number.isFinite(x) ? own(k, x) : Number.NaN);
    return { low: unbounded(end(-1)), high: unbounded(end(1)) };
  });
}
