import type { Measured } from "../../../math/measured.ts";
import { coupleCurrent, type SurfaceCouple, type TimedCurve } from "./surface-couples.ts";

/** Rounds in which a couple's own current and the voltage that it loses are brought together. */
const ROUNDS = 12;

interface Place {
  readonly potential: number;
  readonly current: number;
  readonly width: number;
}

/** Largest current of a couple alone over the sweeps of a cycle; undefined where it lies at a turn. */
function alone(
  couple: SurfaceCouple,
  curve: TimedCurve,
  resistance: number,
  direction: 1 | -1,
): Place | undefined {
  const { potential, time } = curve;
  const felt = Float64Array.from(potential);
  let current = coupleCurrent(couple, felt, time, true);
  for (let round = 0; round < (resistance > 0 ? ROUNDS : 0); round++) {
    for (let i = 0; i < felt.length; i++)
      felt[i] = 0.5 * felt[i]! + 0.5 * (potential[i]! - resistance * current[i]!);
    current = coupleCurrent(couple, felt, time, true);
  }
  let best = -1;
  let [first, last] = [-1, -1];
  for (let i = 0; i < potential.length; i++) {
    if (curve.direction[i] !== direction) continue;
    if (first < 0) first = i;
    last = i;
    if (best < 0 || direction * (current[i]! - current[best]!) > 0) best = i;
  }
  if (best <= first + 2 || best >= last - 2) return undefined;
  // A parabola through the highest and its neighbours; potentials are evenly spaced there.
  const [a, b, c] = [current[best - 1]!, current[best]!, current[best + 1]!];
  const part = a - 2 * b + c !== 0 ? (0.5 * (a - c)) / (a - 2 * b + c) : 0;
  const step = (potential[best + 1]! - potential[best - 1]!) / 2;
  return {
    potential: potential[best]! + part * step,
    current: b,
    width: 2 * couple.spread,
  };
}

/** Covariance of ln charge, potential, ln spread and ln rate of one couple. */
type Covariance = (a: number, b: number) => number;

const moved = (couple: SurfaceCouple, j: number, by: number): SurfaceCouple => ({
  charge: couple.charge * (j === 0 ? Math.exp(by) : 1),
  potential: couple.potential + (j === 1 ? by : 0),
  spread: couple.spread * (j === 2 ? Math.exp(by) : 1),
  rate: couple.rate * (j === 3 ? Math.exp(by) : 1),
});

/** √(gᵀ C g) of what `of` makes of a couple, its derivatives by differences. */
function sigmaOf(couple: SurfaceCouple, cov: Covariance, of: (c: SurfaceCouple) => number): number {
  const steps = [0.02, 0.002, 0.03, 0.05];
  const g = steps.map((step, j) => (of(moved(couple, j, step)) - of(moved(couple, j, -step))) / (2 * step));
  let sum = 0;
  for (let a = 0; a < 4; a++) for (let b = 0; b < 4; b++) sum += g[a]! * g[b]! * cov(a, b);
  return Math.sqrt(Math.max(0, sum));
}

/**
 * Peak of a couple alone in one sweep, with the voltage lost over a resistance that was not corrected: potential [V],
 * current [A] and width [V]; undefined where its maximum is not within the sweep.
 */
export function surfacePeak(
  couple: SurfaceCouple,
  curve: TimedCurve,
  resistance: number,
  direction: 1 | -1,
  cov: Covariance,
): { potential: Measured; current: Measured; width: number } | undefined {
  const found = alone(couple, curve, resistance, direction);
  if (!found) return undefined;
  const again = (c: SurfaceCouple) => alone(c, curve, resistance, direction) ?? found;
  return {
    potential: { value: found.potential, sigma: sigmaOf(couple, cov, (c) => again(c).potential) },
    current: { value: found.current, sigma: sigmaOf(couple, cov, (c) => again(c).current) },
    width: found.width,
  };
}

/** Standard uncertainty of the distance of both peaks of a couple [V]. */
export function separationSigma(
  couple: SurfaceCouple,
  curve: TimedCurve,
  resistance: number,
  cov: Covariance,
): number {
  const at = (c: SurfaceCouple, direction: 1 | -1) =>
    alone(c, curve, resistance, direction)?.potential ?? Number.NaN;
  return sigmaOf(couple, cov, (c) => at(c, 1) - at(c, -1));
}
