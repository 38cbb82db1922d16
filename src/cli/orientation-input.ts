import { orientation } from "../analyses/orientation/analysis.ts";
import type { OrientationParams } from "../analyses/orientation/kernel.ts";
import { pointOrientation } from "../analyses/orientation/point-analysis.ts";
import { settleOptions } from "../analyses/orientation/settle.ts";
import type { Analysis } from "../core/analysis.ts";
import type { Dataset, Notice, PointList, Signal } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { pointSignal } from "../core/point-signal.ts";
import { type FlagValues, flagText, usage } from "./command.ts";
import { givenOptions } from "./settle-orientation.ts";

/** What is indexed, and the analysis that does it: of patterns, or of lists of spots. */
export interface OrientationInput {
  readonly scan: Signal;
  readonly analysis: Analysis<OrientationParams>;
  readonly lists?: PointList;
}

/** The scan of patterns of a file, or else its lists of spots. @throws Unsupported if it has neither */
export async function orientationInput(
  dataset: Dataset,
  path: string,
  stop?: AbortSignal,
): Promise<OrientationInput> {
  const { items } = dataset;
  const signals = items.filter((item): item is Signal => item.kind === "signal");
  const lists = items.find((item): item is PointList => item.kind === "points");
  const patterns = signals.find(({ axes }) => axes.length === 4);
  if (lists && !patterns) {
    const analysis = pointOrientation as unknown as Analysis<OrientationParams>;
    return { scan: await pointSignal(lists, stop), analysis, lists };
  }
  const scan = patterns ?? signals[0];
  if (scan) return { scan, analysis: orientation };
  const message = `${path}: wanted a scan of patterns or lists of their spots, found none`;
  throw new LithoscopeError("Unsupported", message, { format: path, feature: "orientation" });
}

/** Everything that flags and file say of a run; lists of spots have no detector with a centre. */
export function settleInput(flags: FlagValues, { scan, lists }: OrientationInput, notices: Notice[]) {
  if (lists && flagText(flags, "centre") !== undefined)
    throw usage(
      "--centre",
      "lists of spots have no detector, their brightest spot is the centre",
      "no --centre",
    );
  return settleOptions(givenOptions(flags, scan), lists ?? scan, notices);
}
