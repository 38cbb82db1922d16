import type { Buffers } from "../../core/analysis.ts";
import { alternatives } from "./alternatives.ts";
import { braggSum } from "./amorphous.ts";
import type { PhaseModel } from "./bank.ts";
import { type Indexed, standsFor } from "./index-pattern.ts";
import { PIXEL_CLASSES } from "./maps.ts";
import { type DetectorAxes, toSample, turnCovariance } from "./sample-frame.ts";

/** Answers whose second is this near in −2 log likelihood are chosen by chance. */
const UNDECIDED = 3;
/** Fewer explained spots than this make no crystal. */
const FEWEST = 3;

/** Writes one point's answer at its place in the output arrays; what is not known stays as it is. */
export function writeAnswer(
  result: Indexed,
  models: readonly PhaseModel[],
  frame: DetectorAxes,
  out: Buffers,
  at: number,
): void {
  out.spots![at] = result.pattern.spots.length;
  out.bragg![at] = braggSum(result.pattern.spots);
  const best = result.fits[0];
  out.class![at] = PIXEL_CLASSES.indexOf(classOf(result));
  if (!best) return;
  out.phase![at] = best.phase;
  out.orientation!.set(toSample(best.quaternion, frame), 4 * at);
  out.score![at] = best.explained;
  out.reliability![at] = result.reliability;
  const { second, partner, otherPhase } = alternatives(result.fits, models);
  const lead = (explained: number) => Math.max(0, 1 - explained / best.explained);
  if (partner) out.reliability_180![at] = lead(partner.explained);
  if (otherPhase) out.reliability_phase![at] = lead(otherPhase.explained);
  if (second) {
    out.second_phase![at] = second.phase;
    out.second_orientation!.set(toSample(second.quaternion, frame), 4 * at);
    out.second_score![at] = second.explained;
  }
  out.margin![at] = result.margin;
  out.weight![at] = result.weight;
  out.used![at] = best.used;
  out.covariance!.set(turnCovariance(result.covariance, frame), 6 * at);
  out.trustworthy![at] = standsFor(result) ? 1 : 0;
}

function classOf({ fits, margin }: Indexed): (typeof PIXEL_CLASSES)[number] {
  if (!fits[0] || fits[0].used < FEWEST) return "few-spots";
  return margin < UNDECIDED ? "undecided" : "crystal";
}
