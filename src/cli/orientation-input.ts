import { orientation } from "../analyses/orientation/analysis.ts";
import type { OrientationParams } from "../analyses/orientation/kernel.ts";
import { pointOrientation } from "../analyses/orientation/point-analysis.ts";
import type { Analysis } from "../core/analysis.ts";
import type { Dataset, Notice, PointList, Signal } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { pointSignal } from "../core/point-signal.ts";
import { type FlagValues, flagText, usage } from "./command.ts";
import { missing, settleOptions } from "./settle-orientation.ts";

/** Pixel that calibrated lists are painted with where nobody says otherwise [1/Å]; it changes no position. */
const LIST_PIXEL = 0.025;

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

/** `settleOptions` of the input: calibrated lists need no pixel size, and no lists have a detector with a centre. */
export function settleInput(flags: FlagValues, { scan, lists }: OrientationInput, notices: Notice[]) {
  if (!lists) return settleOptions(flags, scan, notices);
  if (flagText(flags, "centre") !== undefined)
    throw usage(
      "--centre",
      "lists of spots have no detector, their brightest spot is the centre",
      "no --centre",
    );
  const calibrated = lists.columns.some(({ name, unit }) => name === "qx" && unit !== "px");
  const given = flagText(flags, "pixel-size") !== undefined;
  if (!calibrated && !given)
    throw missing("the length that a pixel of the lists stands for", "--pixel-size", "0.0252/Å");
  if (!calibrated || given) return settleOptions(flags, scan, notices);
  const settled = settleOptions({ ...flags, "pixel-size": `${LIST_PIXEL}/Å` }, scan, notices);
  const from = "assumed" as const;
  return {
    asked: { ...settled.asked, pixelSize: { ...settled.asked.pixelSize, from } },
    options: { ...settled.options, pixelSizeFrom: from },
  };
}
