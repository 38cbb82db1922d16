/** One measurement of current and potential: I–V or I–t, whichever it is. */
import type { Notice } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { compliance, type Masked, type StatedLimits } from "./compliance.ts";
import { type Decay, decayOf } from "./decay.ts";
import { type Ohmic, ohmicTest } from "./ohmic.ts";
import { findHolds, type IvRun, kindOf } from "./run.ts";

/** +1 whenever a returned number can change. */
export const IV_VERSION = 2;

export interface IvChoice extends StatedLimits {
  /** What the rows are, where a person says it. */
  readonly kind?: "iv" | "it";
}

export type AnalysedIv =
  | { readonly kind: "iv"; readonly run: IvRun; readonly ohmic: Ohmic; readonly masked: Masked }
  | { readonly kind: "it"; readonly run: IvRun; readonly decays: readonly Decay[] };

/**
 * The answer, and what is to be said of it.
 *
 * @throws Refused where the rows do not answer
 */
export function analyseIv(run: IvRun, choice: IvChoice): { found: AnalysedIv; notices: Notice[] } {
  const notices: Notice[] = [];
  const say = (code: string, message: string, flag?: string) =>
    notices.push({ code, message, where: run.title, ...(flag && { flag }) });
  const holds = run.time ? findHolds(run) : [];
  const kind = choice.kind ?? kindOf(run, holds);
  if (kind === "it") {
    if (holds.length === 0)
      throw new LithoscopeError(
        "Refused",
        `${run.title}: I–t needs a clock and eight rows at one potential, found none`,
        { reason: "no potential is held" },
      );
    if (choice.kind === undefined)
      say(
        "taken-as-it",
        `the potential is held ${holds.length === 1 ? "once" : `${holds.length} times`}: analysed over time`,
        "--kind",
      );
    const decays = holds.map((hold) => decayOf(run, hold));
    for (const [k, { fits, decided }] of decays.entries()) {
      const best = fits[0]!;
      if (!decided && best.model !== "constant")
        say("decay-undecided", `hold ${k + 1}: ${best.model} and ${fits[1]!.model} describe it alike`);
      if (best.order > 0.5)
        say(
          "decay-misfit",
          `hold ${k + 1}: the ${best.model} leaves an ordered misfit (neighbouring residuals correlate by ${best.order.toFixed(2)}), σ is widened for it`,
        );
    }
    return { found: { kind, run, decays }, notices };
  }
  const masked = compliance(run, choice);
  for (const { what, at, rows, stated } of masked.limits)
    say(
      "compliance",
      `${rows} rows at a limit of the ${what} of ${at.toPrecision(4)} ${what === "current" ? "A" : "V"} are left out${stated ? "" : "; the limit is seen as a plateau behind a kink"}`,
      stated ? undefined : "--compliance",
    );
  const ohmic = ohmicTest(run, masked.mask);
  if (ohmic.verdict !== "not ohmic" && ohmic.reducedChi2 > 3)
    say(
      "line-misfit",
      `the straight line leaves ${Math.sqrt(ohmic.reducedChi2).toFixed(1)} times the noise of neighbouring readings, σ is widened for it`,
    );
  const { hysteresis } = ohmic;
  if (hysteresis && Math.abs(hysteresis.value) > 3 * hysteresis.sigma)
    say(
      "hysteresis",
      `sweeps up and down differ by ${(2 * hysteresis.value).toExponential(2)} A at the same potential; the line lies between them`,
    );
  return { found: { kind, run, ohmic, masked }, notices };
}
