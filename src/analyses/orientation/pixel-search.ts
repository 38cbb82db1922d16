import { LithoscopeError } from "../../core/errors.ts";
import { type Indexer, indexPattern } from "./index-pattern.ts";

/** Half widths of the detector in reciprocal space that cameras use [1/Å]. */
const NARROWEST = 0.5;
const WIDEST = 3;
/** Step of the trial pixel sizes: refinement catches 4 % to either side. */
const STEP = 1.06;
/** Frames that a trial is judged by. */
const JUDGES = 24;
/** Spots that a frame needs to be a judge. */
const FEWEST = 6;

/** Median share of the spots' light that the best answers explain, over frames with spots; NaN without such frames. */
export function explainedShare(indexer: Indexer, frames: readonly ArrayLike<number>[]): number {
  const shares: number[] = [];
  for (const raw of frames) {
    const { pattern, fits } = indexPattern(indexer, raw);
    if (pattern.spots.length >= FEWEST) shares.push(fits[0]?.explained ?? 0);
    if (shares.length >= JUDGES) break;
  }
  return shares.sort((a, b) => a - b)[shares.length >> 1] ?? Number.NaN;
}

/**
 * The pixel size under which the crystals explain the most of sample frames [1/Å], within some 3 %; a start value for
 * the refinement.
 *
 * @param build the indexer at a trial pixel size
 * @throws Missing where no pixel size stands out: too few spots, or the wrong crystals
 */
export function searchPixelSize(
  build: (pixel: number) => Indexer,
  size: number,
  frames: readonly ArrayLike<number>[],
): number {
  const trials: { pixel: number; share: number }[] = [];
  for (let half = NARROWEST; half <= WIDEST; half *= STEP) {
    const pixel = half / (size / 2);
    trials.push({ pixel, share: explainedShare(build(pixel), frames) });
  }
  const sorted = [...trials].sort((a, b) => b.share - a.share);
  const best = sorted[0]!;
  // Its neighbours on the ladder are the same answer, seen from the side.
  const rival = sorted.find(({ pixel }) => Math.abs(Math.log(pixel / best.pixel)) > 2.5 * Math.log(STEP));
  if (best.share > 0.45 && best.share > 1.25 * (rival?.share ?? 0)) return best.pixel;
  const message =
    "the detector's pixel size is not known and the crystals do not settle it, give --pixel-size 0.0252/Å";
  throw new LithoscopeError("Missing", message, { what: "pixel size", flag: "--pixel-size" });
}
