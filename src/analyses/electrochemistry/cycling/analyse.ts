/** One cell's cycling: half cycles, their sign, derivatives, plateaus, retention, titrations. */

import type { Notice } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { median } from "../../../math/order-statistics.ts";
import { type Derivative, derivative, type Plateau, plateaus } from "./derivative.ts";
import { type Electrode, type HalfCycle, halfCycles } from "./halves.ts";
import { type Retention, retention } from "./retention.ts";
import { type CyclingRun, segment } from "./run.ts";
import { judgeSign, type SignVerdict } from "./sign.ts";
import { type Pulse, titration } from "./titration.ts";

export interface AnalysedHalf extends HalfCycle {
  readonly derivative: Derivative;
  readonly plateaus: readonly Plateau[];
  /** ∫I dt over the counter, minus 1; NaN where one is missing. */
  readonly deviation: number;
  /** False where the file ends in it, away from where halves of its kind end. */
  readonly complete: boolean;
}

export interface CellCycling {
  readonly run: CyclingRun;
  readonly halves: readonly AnalysedHalf[];
  readonly sign: SignVerdict;
  readonly retention: Retention | undefined;
  readonly pulses: readonly Pulse[];
  readonly notices: readonly Notice[];
}

export interface CyclingChoice {
  readonly electrode: Electrode;
  /** True where a person has stated the sign, which then is not asked for. */
  readonly signStated: boolean;
}

/** More than this between the integral and the instrument's counter is warned of. */
const TOLERANCE = 5e-3;

/** Halves whose end differs from that of their kind, at the end of the file while current flows. */
function cutShort(run: CyclingRun, halves: readonly HalfCycle[]): "cut" | "maybe" | "no" {
  const last = halves.at(-1);
  if (last?.rows.to !== run.time.length - 1) return "no";
  const others = halves.slice(0, -1).filter(({ kind }) => kind === last.kind);
  if (others.length === 0) return "maybe";
  // A step that is limited by time ends where it ends.
  if (Math.abs(last.duration / median(others.map(({ duration }) => duration)) - 1) < 0.02) return "no";
  const end = median(others.map(({ lastPotential }) => lastPotential));
  const span = Math.max(...halves.map((h) => Math.abs(h.lastPotential - h.firstPotential)));
  return Math.abs(last.lastPotential - end) > 0.02 * span ? "cut" : "no";
}

/**
 * Everything about one cell.
 *
 * @throws Refused where no current flows for three rows; Missing where the sign of the current contradicts energy
 */
export function analyseCycling(run: CyclingRun, { electrode, signStated }: CyclingChoice): CellCycling {
  const notices: Notice[] = [];
  const say = (code: string, message: string, flag?: string) =>
    notices.push({ code, message, where: run.title, ...(flag && { flag }) });
  const segments = segment(run);
  if (segments.halves.length === 0)
    throw new LithoscopeError(
      "Refused",
      `${run.title}: wanted at least three rows in a row with current, found none in ${run.time.length} rows`,
      { rows: run.time.length },
    );
  if (segments.dropped > 0)
    say("short-runs", `${segments.dropped} stretches of one or two rows with current are not counted`);
  const halves = halfCycles(run, segments, electrode);
  const sign = judgeSign(run, halves);
  if (!signStated && sign.verdict === "contradicts")
    throw new LithoscopeError(
      "Missing",
      `${run.title}: with positive current as oxidation the cell would give back more energy than it took (oxidation ${(1000 * sign.hysteresis).toFixed(1)} mV above reduction, potential changes by ${(1000 * sign.rise).toFixed(0)} mV along the current), say --sign reduction-positive or --sign oxidation-positive`,
      { what: "sign of the current", flag: "--sign" },
    );
  if (!signStated && sign.verdict === "undecided")
    say(
      "sign-undecided",
      "the potentials do not show which sign of the current is oxidation; positive is taken for it",
      "--sign",
    );
  const end = cutShort(run, halves);
  if (end === "cut")
    say("aborted", `the file ends while current flows, before the last ${halves.at(-1)!.kind} is complete`);
  if (end === "maybe")
    say(
      "end-with-current",
      `the file ends while current flows; the last ${halves.at(-1)!.kind} may be incomplete`,
    );
  const analysed = halves.map((half, h): AnalysedHalf => {
    const curve = derivative(run, half.rows);
    const deviation = run.current ? half.charge / half.counted - 1 : Number.NaN;
    return {
      ...half,
      derivative: curve,
      plateaus: plateaus(curve),
      deviation: Number.isFinite(deviation) ? deviation : Number.NaN,
      complete: !(end === "cut" && h === halves.length - 1),
    };
  });
  const off = analysed.filter(({ deviation }) => Math.abs(deviation) > TOLERANCE);
  if (off.length > 0) {
    const worst = off.reduce((a, b) => (Math.abs(b.deviation) > Math.abs(a.deviation) ? b : a));
    say(
      "counter-differs",
      `∫I dt differs from the file's own charge by more than 0.5 % in ${off.length} of ${halves.length} half cycles, most by ${(100 * worst.deviation).toFixed(2)} % in the ${worst.kind} of cycle ${worst.cycle}; rows too sparse for the integral show the same`,
      "--capacity",
    );
  }
  if (analysed.some(({ leading }) => leading))
    say(
      "leading-half",
      `the ${analysed[0]!.kind} before the first cycle has no partner and no efficiency; a cycle begins with ${electrode === "positive" ? "charge" : "discharge"}`,
      "--electrode",
    );
  const whole = analysed.filter(({ complete }) => complete);
  return {
    run,
    halves: analysed,
    sign,
    retention: retention(whole),
    pulses: titration(run, halves),
    notices,
  };
}
