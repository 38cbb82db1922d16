import { median } from "../../../math/order-statistics.ts";
import type { CurrentPotential } from "../../../science/electrochemistry/current-potential.ts";

/** What was measured; a current is positive along a positive potential. */
export type IvRun = CurrentPotential;

/** Rows from … to, both inclusive, at one potential. */
export interface Hold {
  readonly from: number;
  readonly to: number;
}

/** Rows at one potential that make a hold; fewer are a step of a staircase. */
const LEAST_ROWS = 8;

/**
 * Stretches in which the potential is held: it stays within six times its usual step from row to row (its noise, where
 * it is held most of the time), it does not go one way only, and no interval is five times the usual one.
 */
export function findHolds({ potential, time }: IvRun): Hold[] {
  const steps = (values: Float64Array) =>
    Array.from(values.subarray(1), (value, i) => Math.abs(value - values[i]!));
  const spread = potential.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const near = Math.max(6 * median(steps(potential)), 1e-6 * spread);
  const pause = time ? 5 * median(steps(time)) : Number.POSITIVE_INFINITY;
  const holds: Hold[] = [];
  for (let from = 0; from < potential.length; ) {
    let to = from;
    let mean = potential[from]!;
    while (
      to + 1 < potential.length &&
      Math.abs(potential[to + 1]! - mean) <= near &&
      !(time && time[to + 1]! - time[to]! > pause)
    ) {
      to++;
      mean += (potential[to]! - mean) / (to - from + 1);
    }
    if (to - from + 1 >= LEAST_ROWS && !sweeps(potential.subarray(from, to + 1))) holds.push({ from, to });
    from = to + 1;
  }
  return holds;
}

/** True where more than three of four steps go one way. */
function sweeps(potential: Float64Array): boolean {
  let [up, down] = [0, 0];
  for (let i = 1; i < potential.length; i++) {
    if (potential[i]! > potential[i - 1]!) up++;
    if (potential[i]! < potential[i - 1]!) down++;
  }
  return Math.max(up, down) > 0.75 * (potential.length - 1);
}

/** Potentials that make an I–V of held steps; fewer are I–t. */
const LEAST_LEVELS = 5;

/** What the rows are: I–t where most of them belong to holds at few potentials, else I–V. */
export function kindOf(run: IvRun, holds: readonly Hold[]): "iv" | "it" {
  const held = holds.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (run.time === undefined || held < 0.5 * run.potential.length) return "iv";
  const levels: number[] = [];
  for (const { from, to } of holds) {
    const rows = run.potential.subarray(from, to + 1);
    const level = rows.reduce((sum, v) => sum + v, 0) / rows.length;
    const width = spanOf(rows);
    if (!levels.some((other) => Math.abs(other - level) <= width)) levels.push(level);
  }
  return levels.length >= LEAST_LEVELS ? "iv" : "it";
}

/** Greatest minus least. */
function spanOf(values: Float64Array): number {
  let [low, high] = [values[0]!, values[0]!];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}
