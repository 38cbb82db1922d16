/** What a voltammogram is made of: sweeps between two turns of the potential, two to a cycle. */
import { extent, whiteNoise } from "../../../math/order-statistics.ts";

/** What a potentiostat measured, row by row, in SI; I > 0 is oxidation of the working electrode. */
export interface Voltammogram {
  readonly title: string;
  /** [s] */
  readonly time: Float64Array;
  /** Measured potential [V]. */
  readonly potential: Float64Array;
  /** [A] */
  readonly current: Float64Array;
  /** Potential that the instrument applied [V], where the file has it: it turns exactly where the sweep does. */
  readonly applied?: Float64Array;
}

/** Rows from … to, both inclusive, over which the potential rises (1, anodic) or falls (−1, cathodic). */
export interface Sweep {
  readonly direction: 1 | -1;
  readonly from: number;
  readonly to: number;
  /** Change of the potential with time, its absolute value, and its standard uncertainty [V/s]. */
  readonly rate: number;
  readonly rateSigma: number;
  /** How far the potential is from a straight line over time, rms over the span. */
  readonly bend: number;
}

/** One or two sweeps after each other. */
export interface Cycle {
  /** From 1. */
  readonly number: number;
  readonly sweeps: readonly Sweep[];
}

/** Rows that a sweep must have. */
const LEAST_ROWS = 12;
/** Share of the whole range of potentials that a sweep must cover. */
const LEAST_SPAN = 0.1;
/** A turn of the potential is one that is followed by so much of the range, or by so many times the noise. */
const TURN_SHARE = 0.02;
const TURN_NOISE = 8;

/** Rows at which the potential turns, found by how far it comes back; first and last row included. */
function turns(potential: Float64Array): number[] {
  const [low, high] = extent(potential);
  const back = Math.max(TURN_SHARE * (high - low), TURN_NOISE * whiteNoise(potential));
  const found = [0];
  let direction = 0;
  let extreme = 0;
  for (let i = 1; i < potential.length; i++) {
    const moved = potential[i]! - potential[extreme]!;
    if (direction === 0) {
      if (Math.abs(moved) > back) [direction, extreme] = [Math.sign(moved), i];
    } else if (direction * moved >= 0) extreme = i;
    else if (-direction * moved > back) {
      found.push(extreme);
      [direction, extreme] = [-direction, i];
    }
  }
  if (direction !== 0) found.push(potential.length - 1);
  return found;
}

/** Line of the potential over time by least squares. */
function rateOf(time: Float64Array, potential: Float64Array, from: number, to: number) {
  const n = to - from + 1;
  let [t0, e0] = [0, 0];
  for (let i = from; i <= to; i++) [t0, e0] = [t0 + time[i]! / n, e0 + potential[i]! / n];
  let [tt, te, ee] = [0, 0, 0];
  for (let i = from; i <= to; i++) {
    const [t, e] = [time[i]! - t0, potential[i]! - e0];
    [tt, te, ee] = [tt + t * t, te + t * e, ee + e * e];
  }
  const rate = te / tt;
  const left = Math.max(0, ee - rate * te);
  const span = Math.abs(rate) * (time[to]! - time[from]!);
  return { rate, sigma: Math.sqrt(left / Math.max(1, n - 2) / tt), bend: Math.sqrt(left / n) / span };
}

/** The sweeps of a voltammogram in the order of its rows, and how many stretches were too short to be one. */
export function findSweeps(run: Voltammogram): { sweeps: Sweep[]; dropped: number } {
  const potential = run.applied ?? run.potential;
  const at = turns(potential);
  const sweeps: Sweep[] = [];
  let range = 0;
  for (let k = 1; k < at.length; k++)
    range = Math.max(range, Math.abs(potential[at[k]!]! - potential[at[k - 1]!]!));
  let dropped = 0;
  for (let k = 1; k < at.length; k++) {
    let [from, to] = [at[k - 1]! + (k > 1 ? 1 : 0), at[k]!];
    const span = potential[to]! - potential[from]!;
    // Rows that wait at an end of the sweep do not belong to it.
    const still = 0.002 * Math.abs(span);
    while (from < to && Math.abs(potential[from + 1]! - potential[from]!) === 0) from++;
    while (to > from && Math.abs(potential[to - 1]! - potential[to]!) === 0) to--;
    if (to - from + 1 < LEAST_ROWS || Math.abs(span) < Math.max(LEAST_SPAN * range, still)) {
      dropped++;
      continue;
    }
    const { rate, sigma, bend } = rateOf(run.time, potential, from, to);
    sweeps.push({
      ...{ direction: span > 0 ? 1 : -1, from, to },
      ...{ rate: Math.abs(rate), rateSigma: sigma, bend },
    });
  }
  return { sweeps, dropped };
}

/** Pairs of sweeps: a cycle begins with a sweep of the first one's direction. */
export function cyclesOf(sweeps: readonly Sweep[]): Cycle[] {
  const cycles: { number: number; sweeps: Sweep[] }[] = [];
  for (const sweep of sweeps) {
    const last = cycles.at(-1);
    if (last && last.sweeps.length === 1 && last.sweeps[0]!.direction !== sweep.direction)
      last.sweeps.push(sweep);
    else cycles.push({ number: cycles.length + 1, sweeps: [sweep] });
  }
  return cycles;
}
