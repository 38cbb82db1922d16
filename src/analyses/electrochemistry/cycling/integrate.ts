/** Charge and energy over rows, from the current and from what the instrument counted. */
import type { CyclingRun, Part } from "./run.ts";

export interface Integral {
  /** ∫I dt by the rule that suits the current [C]; from the counter where there is no current. */
  readonly charge: number;
  /** What the spacing of the rows leaves open in it, one standard deviation [C]; NaN for a counter. */
  readonly sigma: number;
  /** ∫I dt by trapezoids over the rows alone, the interval before the first row left out [C]. */
  readonly trapezoid: number;
  /** What the instrument counted [C]; NaN where it did not. */
  readonly counted: number;
  /** ∫VI dt [J] */
  readonly energy: number;
  /** Seconds between the first and the last row. */
  readonly duration: number;
}

/** Intervals against the clock, which carry nothing. */
function ahead(dt: number): number {
  return Math.max(dt, 0);
}

/**
 * Charge that passed in the interval before row i [C], for a row inside a part (`first` for its first row). A mean
 * current fills the whole interval. A reading is joined to the one before by a straight line; before the first row of
 * a part the current was switched, and nothing is counted there.
 */
export function chargeBefore(run: CyclingRun, i: number, first: boolean): number {
  const { time, current, counted, averaged } = run;
  if (!current) return counted && !Number.isNaN(counted[i]!) ? counted[i]! : 0;
  if (i === 0) return 0;
  const dt = ahead(time[i]! - time[i - 1]!);
  // Through a hole the current is not known: as long as the interval after it, at most.
  if (averaged) return current[i]! * (run.hole?.[i] ? Math.min(dt, ahead(time[i + 1]! - time[i]!)) : dt);
  return first ? 0 : 0.5 * (current[i]! + current[i - 1]!) * dt;
}

/** Trapezoids over every `stride`-th row of a part, its last row always taken [C]. */
function coarse({ time, current }: CyclingRun, { from, to, continues }: Part, stride: number): number {
  let sum = 0;
  let last = continues ? from - 1 : from;
  for (let i = last + stride; last < to; i += stride) {
    const at = Math.min(i, to);
    sum += 0.5 * (current![at]! + current![last]!) * ahead(time[at]! - time[last]!);
    last = at;
  }
  return sum;
}

/**
 * Integrals over the parts of a half cycle. σ: a third of what leaving out every second row changes (Richardson), and
 * for readings the switching interval before each stretch, which may have had the first row's current for all or none of
 * it (no longer than the interval after).
 */
export function integrate(run: CyclingRun, parts: readonly Part[]): Integral {
  const { time, potential, current, counted, averaged } = run;
  let [charge, trapezoid, own, energy, variance] = [0, 0, 0, 0, 0];
  for (const part of parts) {
    const { from, to } = part;
    for (let i = from; i <= to; i++) {
      const first = i === from && !part.continues;
      const q = chargeBefore(run, i, first);
      charge += q;
      const before = first ? potential[i]! : potential[i - 1]!;
      energy += q * 0.5 * (potential[i]! + before);
      if (counted) own += counted[i]!;
    }
    if (!current) continue;
    const fine = coarse(run, part, 1);
    trapezoid += fine;
    variance += ((fine - coarse(run, part, 2)) / 3) ** 2;
    if (averaged || part.continues || from === 0) continue;
    const open = Math.min(ahead(time[from]! - time[from - 1]!), ahead(time[from + 1]! - time[from]!));
    variance += (current[from]! * open) ** 2 / 3;
  }
  const sigma = Math.sqrt(variance);
  return {
    charge,
    // Rounding is no uncertainty.
    sigma: !current ? Number.NaN : sigma < 1e-9 * Math.abs(charge) ? 0 : sigma,
    trapezoid: current ? trapezoid : Number.NaN,
    counted: counted ? own : Number.NaN,
    energy,
    duration: time[parts.at(-1)!.to]! - time[parts[0]!.from]!,
  };
}
