/** Does the sign of the current agree with what a cell can do? */
import type { HalfCycle } from "./halves.ts";
import type { CyclingRun } from "./run.ts";

export interface SignVerdict {
  readonly verdict: "agrees" | "contradicts" | "undecided";
  /** Mean potential of oxidation minus reduction, weighted by charge [V]; NaN without neighbouring halves. */
  readonly hysteresis: number;
  /** Change of potential along the current, mean over halves [V]: above 0 for a cell that takes up charge. */
  readonly rise: number;
}

/** What must be seen at least [V] before the sign is said to be wrong. */
const CLEAR_HYSTERESIS = 2e-3;
const CLEAR_RISE = 0.02;

/**
 * Judges the sign by energy. A cell gives back less than it takes: over a pair of halves oxidation lies above
 * reduction; and a potential rises while it is oxidised. Where both say the opposite, or one does and the other is
 * silent, the convention is the other one.
 */
export function judgeSign(run: CyclingRun, halves: readonly HalfCycle[]): SignVerdict {
  let [sum, weight] = [0, 0];
  for (let i = 1; i < halves.length; i++) {
    const [a, b] = [halves[i - 1]!, halves[i]!];
    // Halves of very different charge run over different potentials and say nothing.
    const ratio = Math.abs(a.charge / b.charge);
    if (!(ratio > 0.7 && ratio < 1 / 0.7)) continue;
    const w = Math.min(Math.abs(a.charge), Math.abs(b.charge));
    const direction = a.kind === "charge" ? 1 : -1;
    sum += w * direction * (a.meanPotential - b.meanPotential);
    weight += w;
  }
  const hysteresis = weight > 0 ? sum / weight : Number.NaN;
  let rise = 0;
  for (const { rows, kind } of halves) {
    const at = (part: number) => run.potential[rows.from + Math.round(part * (rows.to - rows.from))]!;
    rise += ((kind === "charge" ? 1 : -1) * (at(0.95) - at(0.05))) / halves.length;
  }
  const votes = [Math.abs(rise) > CLEAR_RISE ? Math.sign(rise) : 0];
  if (Math.abs(hysteresis) > CLEAR_HYSTERESIS) votes.push(Math.sign(hysteresis));
  const vote = votes.reduce((a, b) => a + b, 0);
  return { hysteresis, rise, verdict: vote > 0 ? "agrees" : vote < 0 ? "contradicts" : "undecided" };
}
