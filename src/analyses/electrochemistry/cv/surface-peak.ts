import { type Measured, UNKNOWN } from "../../../math/measured.ts";
import { coupleCurrent, type SurfaceCouple, type TimedCurve } from "./surface-couples.ts";

/** Rounds in which a couple's own current and the voltage that it loses are brought together. */
const ROUNDS = 12;

interface Place {
  readonly potential: number;
  readonly current: number;
}

/** Both places of a couple; each undefined where its maximum is not within the sweep. */
interface Places {
  readonly anodic: Place | undefined;
  readonly cathodic: Place | undefined;
}

/** Current of a couple alone, with the voltage that it loses over a resistance itself. */
function ownCurrent(couple: SurfaceCouple, curve: TimedCurve, resistance: number): Float64Array {
  const { potential, time } = curve;
  const felt = Float64Array.from(potential);
  const current = coupleCurrent(couple, felt, time, true);
  for (let round = 0; round < (resistance > 0 ? ROUNDS : 0); round++) {
    for (let i = 0; i < felt.length; i++)
      felt[i] = 0.5 * felt[i]! + 0.5 * (potential[i]! - resistance * current[i]!);
    coupleCurrent(couple, felt, time, true, current);
  }
  return current;
}

/** Where the current is greatest in the sweep of a direction; undefined where that lies at a turn. */
function greatest(current: Float64Array, curve: TimedCurve, direction: 1 | -1): Place | undefined {
  const { potential } = curve;
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
  return { potential: potential[best]! + part * step, current: b };
}

/** Covariance of ln charge, potential, ln spread and ln rate of one couple. */
type Covariance = (a: number, b: number) => number;

const moved = (couple: SurfaceCouple, j: number, by: number): SurfaceCouple => ({
  charge: couple.charge * (j === 0 ? Math.exp(by) : 1),
  potential: couple.potential + (j === 1 ? by : 0),
  spread: couple.spread * (j === 2 ? Math.exp(by) : 1),
  rate: couple.rate * (j === 3 ? Math.exp(by) : 1),
});

/** Steps of ln charge, potential, ln spread and ln rate for differences. */
const STEPS = [0.02, 0.002, 0.03, 0.05] as const;

export interface SurfacePeaks {
  /** Potential [V] and current [A] of the maximum in each sweep; undefined where it is not within the sweep. */
  readonly anodic: { readonly potential: Measured; readonly current: Measured } | undefined;
  readonly cathodic: { readonly potential: Measured; readonly current: Measured } | undefined;
  /** Distance of both [V]. */
  readonly separation: Measured;
}

/** Peaks of a couple alone in both sweeps, with the voltage lost over a resistance that was not corrected. */
export function surfacePeaks(
  couple: SurfaceCouple,
  curve: TimedCurve,
  resistance: number,
  cov: Covariance,
): SurfacePeaks {
  const places = (c: SurfaceCouple): Places => {
    const current = ownCurrent(c, curve, resistance);
    return { anodic: greatest(current, curve, 1), cathodic: greatest(current, curve, -1) };
  };
  const found = places(couple);
  const beside = STEPS.map(
    (step, j) => [places(moved(couple, j, step)), places(moved(couple, j, -step))] as const,
  );
  /** √(gᵀ C g) of what `of` makes of the places, its derivatives by differences. */
  const sigma = (of: (at: Places) => number) => {
    const g = STEPS.map((step, j) => (of(beside[j]![0]) - of(beside[j]![1])) / (2 * step));
    let sum = 0;
    for (let a = 0; a < 4; a++) for (let b = 0; b < 4; b++) sum += g[a]! * g[b]! * cov(a, b);
    return Math.sqrt(Math.max(0, sum));
  };
  const peak = (side: keyof Places) => {
    const own = found[side];
    if (!own) return undefined;
    return {
      potential: { value: own.potential, sigma: sigma((at) => (at[side] ?? own).potential) },
      current: { value: own.current, sigma: sigma((at) => (at[side] ?? own).current) },
    };
  };
  const apart = ({ anodic, cathodic }: Places) =>
    (anodic?.potential ?? Number.NaN) - (cathodic?.potential ?? Number.NaN);
  const separation = Number.isFinite(apart(found)) ? { value: apart(found), sigma: sigma(apart) } : UNKNOWN;
  return { anodic: peak("anodic"), cathodic: peak("cathodic"), separation };
}
