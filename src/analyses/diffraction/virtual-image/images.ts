import type { Region, Signal } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { readTiles } from "../../../core/read-tiles.ts";
import { filledArray } from "../../../core/tile-plan.ts";
import { type Detector, detectorPixels } from "./detectors.ts";
import { PatternSums } from "./pattern-sums.ts";

/** Frames whose mean shows where the direct beam is. */
const SAMPLE = 64;
/** Bytes that are read at once: a page pays less for large reads than for many small ones. */
const READ_BYTES = 2 ** 24;

function shapeOf(scan: Signal): [number, number, number, number] {
  const shape = scan.axes.map((axis) => axis.size);
  if (shape.length !== 4 || scan.dtype.startsWith("c") || scan.dtype === "rgb8")
    throw new LithoscopeError(
      "Refused",
      `virtual-image needs a scan of patterns, found ${shape.join(" × ")}`,
      {
        why: "shape",
        need: "four axes of real numbers",
      },
    );
  return shape as [number, number, number, number];
}

/**
 * Column and row of the direct beam [px]: centroid of what is above half height around the brightest place of the mean
 * of 64 patterns spread over the scan.
 *
 * @throws Missing if the patterns are empty
 */
export async function directBeam(scan: Signal, stop?: AbortSignal): Promise<[number, number]> {
  const [ny, nx, height, width] = shapeOf(scan);
  const mean = new Float64Array(height * width);
  const count = Math.min(SAMPLE, ny * nx);
  for (let i = 0; i < count; i++) {
    const at = Math.floor(((i + 0.5) * ny * nx) / count);
    const [y, x] = [Math.floor(at / nx), at % nx];
    const frame = await scan.tile({ start: [y, x, 0, 0], stop: [y + 1, x + 1, height, width] }, stop);
    for (let k = 0; k < mean.length; k++) if (Number.isFinite(frame[k])) mean[k]! += frame[k]! / count;
  }
  const smooth = boxMean(mean, height, width);
  const top = smooth.reduce((best, value, i) => (value > smooth[best]! ? i : best), 0);
  const half = smooth[top]! / 2;
  if (!(half > 0)) {
    const message =
      "virtual-image: the patterns are empty, so the direct beam is not found: give --centre 64px,64px";
    throw new LithoscopeError("Missing", message, { what: "the direct beam", flag: "--centre" });
  }
  const reach = Math.ceil(Math.max(height, width) / 10);
  const [row0, column0] = [Math.floor(top / width), top % width];
  let [sum, sx, sy] = [0, 0, 0];
  for (let row = Math.max(0, row0 - reach); row < Math.min(height, row0 + reach + 1); row++)
    for (let column = Math.max(0, column0 - reach); column < Math.min(width, column0 + reach + 1); column++) {
      const weight = smooth[row * width + column]! - half;
      if (weight <= 0) continue;
      sum += weight;
      sx += weight * column;
      sy += weight * row;
    }
  return [sx / sum, sy / sum];
}

/** Means over 3 × 3 pixels, so that one hot pixel is not the beam. */
function boxMean(values: Float64Array, height: number, width: number): Float64Array {
  return values.map((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    const around: number[] = [];
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++)
        around.push(values[y * width + x]!);
    around.sort((a, b) => a - b);
    // Without the largest, which may be a hot pixel.
    return around.slice(0, -1).reduce((a, b) => a + b, 0) / (around.length - 1);
  });
}

/** What of a scan is summed, and who hears of it. */
export interface ImageOptions {
  /** First row and the one after the last; all unless given. */
  readonly rows?: readonly [number, number];
  /** Rows done and in all. */
  readonly progress?: (done: number, total: number) => void;
  readonly stop?: AbortSignal | undefined;
}

/**
 * Sums over virtual detectors at every scan point, all in one pass over the patterns.
 *
 * @returns one image (rows, nx) per detector, in the scan's own intensity unit; pixels that are not finite are left out
 * @throws Usage if a detector holds no pixel; Refused if the input is not a scan of patterns
 */
export async function virtualImages(
  scan: Signal,
  detectors: readonly Detector[],
  { rows, progress, stop }: ImageOptions = {},
): Promise<Float64Array[]> {
  const [ny, nx, height, width] = shapeOf(scan);
  const sums = detectors.map((detector) => {
    const found = detectorPixels(detector, height, width);
    if (found.length > 0) return new PatternSums(found);
    const message = `--detector: "${detector.text}" holds no pixel of a ${width} × ${height} detector`;
    throw new LithoscopeError("Usage", message, { path: "--detector", expected: "a place on the detector" });
  });
  const [first, end] = rows ?? [0, ny];
  const bytes = filledArray(scan.dtype, 0, 0).BYTES_PER_ELEMENT * nx * height * width;
  const together = Math.max(1, Math.floor(READ_BYTES / bytes));
  const regions: Region[] = [];
  for (let y = first; y < end; y += together)
    regions.push({ start: [y, 0, 0, 0], stop: [Math.min(end, y + together), nx, height, width] });
  const images = detectors.map(() => new Float64Array((end - first) * nx));
  let done = 0;
  for await (const values of readTiles(scan, regions, stop)) {
    stop?.throwIfAborted();
    for (let d = 0; d < sums.length; d++) sums[d]!.sum(values, height * width, images[d]!, done * nx);
    done = Math.min(end - first, done + together);
    progress?.(done, end - first);
  }
  return images;
}
