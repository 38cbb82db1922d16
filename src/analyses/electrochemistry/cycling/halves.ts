/** Half cycles with their numbers, counted into cycles. */
import { median } from "../../../math/order-statistics.ts";
import { type Integral, integrate } from "./integrate.ts";
import type { CyclingRun, HalfRows, Kind, Part, Segments } from "./run.ts";

export interface HalfCycle extends Integral {
  readonly kind: Kind;
  /** 1 for the first whole cycle, 0 for a half before it. */
  readonly cycle: number;
  /** True for a half before the first cycle; it has no partner. */
  readonly leading: boolean;
  readonly rows: HalfRows;
  /** Integrals of each part: one per step, or stretch between rests. */
  readonly parts: readonly (Integral & Part)[];
  /** |E/Q| [V] */
  readonly meanPotential: number;
  /** Median |I| [A]; NaN without a clock that goes forward. */
  readonly current: number;
  readonly firstPotential: number;
  readonly lastPotential: number;
  /** Coulombic and energy efficiency of the cycle that this half ends; NaN for a half that ends none. */
  readonly efficiency: number;
  readonly energyEfficiency: number;
  readonly efficiencySigma: number;
}

/** Which half a cycle begins with, and what its efficiency is measured on. */
export type Electrode = "positive" | "negative";

function medianCurrent(run: CyclingRun, { parts }: HalfRows): number {
  const sizes: number[] = [];
  for (const { from, to } of parts)
    for (let i = from; i <= to; i++) {
      const dt = i > 0 ? run.time[i]! - run.time[i - 1]! : 0;
      if (run.current) sizes.push(Math.abs(run.current[i]!));
      else if (i > from && dt > 0) sizes.push(Math.abs(run.counted![i]! / dt));
    }
  return median(sizes);
}

/**
 * Half cycles of a run. A cycle is a charge and the discharge after it; for the negative electrode of a half cell a
 * discharge and the charge after it. Efficiency is what came back over what went in: second half over first.
 */
export function halfCycles(run: CyclingRun, segments: Segments, electrode: Electrode): HalfCycle[] {
  const begins: Kind = electrode === "positive" ? "charge" : "discharge";
  const halves: HalfCycle[] = [];
  let cycle = 0;
  for (const rows of segments.halves) {
    if (rows.kind === begins) cycle++;
    const sum = integrate(run, rows.parts);
    const before = rows.kind === begins || cycle === 0 ? undefined : halves.at(-1);
    const efficiency = before ? Math.abs(sum.charge / before.charge) : Number.NaN;
    const relative = before ? Math.hypot(sum.sigma / sum.charge, before.sigma / before.charge) : Number.NaN;
    halves.push({
      ...sum,
      kind: rows.kind,
      cycle,
      leading: cycle === 0,
      rows,
      parts: rows.parts.map((part) => ({ ...part, ...integrate(run, [part]) })),
      meanPotential: sum.energy / sum.charge,
      current: medianCurrent(run, rows),
      firstPotential: run.potential[rows.from]!,
      lastPotential: run.potential[rows.to]!,
      efficiency,
      efficiencySigma: efficiency * relative,
      energyEfficiency: energyEfficiency(before, sum, electrode),
    });
  }
  return halves;
}

/** Energy given back over energy put in: discharge over charge, whichever came first. */
function energyEfficiency(before: HalfCycle | undefined, sum: Integral, electrode: Electrode): number {
  if (!before) return Number.NaN;
  const [charge, discharge] = electrode === "positive" ? [before, sum] : [sum, before];
  return Math.abs(discharge.energy / charge.energy);
}
