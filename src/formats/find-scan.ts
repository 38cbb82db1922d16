import type { Dataset, Signal } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { type LineLength, lineLength } from "../math/line-length.ts";

/** Bytes of frames that are read at once. */
const READ_BYTES = 2 ** 23;

/** What the sums of the frames say about the scan. */
export interface FoundScan {
  readonly frames: number;
  /** Absent where the sums do not repeat. */
  readonly line?: LineLength;
  /** The value of --shape. */
  readonly shape?: readonly number[];
  /** Frames behind the last whole row. */
  readonly left?: number;
}

/** The first signal whose frames have no place in a scan: one navigation axis, images or patterns. */
export function seriesOf({ items }: Pick<Dataset, "items">): Signal | undefined {
  return items.find(
    (item): item is Signal =>
      item.kind === "signal" &&
      item.axes.length === 3 &&
      item.axes.filter(({ role }) => role === "nav").length === 1,
  );
}

/** Sum of every frame of a series, in order, (frames); frames that the file does not hold count as nothing. */
export async function frameSums(
  signal: Signal,
  stop: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<Float64Array> {
  const [frames, rows, columns] = signal.axes.map(({ size }) => size) as [number, number, number];
  const sums = new Float64Array(frames);
  const many = Math.max(1, Math.floor(READ_BYTES / (8 * rows * columns)));
  for (let at = 0; at < frames; at += many) {
    if (stop.aborted) throw new LithoscopeError("Cancelled", `${signal.title}: reading was cancelled`);
    const to = Math.min(frames, at + many);
    const values = await signal.tile({ start: [at, 0, 0], stop: [to, rows, columns] }, stop);
    const each = values.length / (to - at);
    for (let frame = at; frame < to; frame++) {
      let sum = 0;
      for (let i = (frame - at) * each; i < (frame - at + 1) * each; i++) {
        const value = values[i]!;
        // A dead pixel, which has no number in any frame, says nothing of the beam.
        if (Number.isFinite(value)) sum += value;
      }
      sums[frame] = sum;
    }
    progress(to, frames);
  }
  return sums;
}

/**
 * Rows and columns of a scan whose file does not state them, from the sums of its frames; undefined where the dataset
 * has no series of frames.
 */
export async function findScan(
  dataset: Dataset,
  stop: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<FoundScan | undefined> {
  const signal = seriesOf(dataset);
  if (!signal) return undefined;
  return scanOfSums(signal, await frameSums(signal, stop, progress));
}

/** Rows and columns of a series by the sums of its frames. */
export function scanOfSums(signal: Signal, sums: Float64Array): FoundScan {
  const line = lineLength(sums);
  const frames = sums.length;
  if (!line) return { frames };
  const rows = Math.floor(frames / line.length);
  const inner = signal.axes.slice(1).map(({ size }) => size);
  return { frames, line, shape: [rows, line.length, ...inner], left: frames - rows * line.length };
}
