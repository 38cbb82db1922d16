import type { Notice, Source } from "../../core/contracts.ts";
import { isoNanoseconds, type MibHeader, parseFrameHeader } from "./parse.ts";

/** Frames whose time is looked at to find the length of a scan line. */
const PROBED = 4096;
/** Bytes of a header up to its last field. */
const HEADER_BYTES = 384;
/** A line ends where the step in time is this many times farther from the usual step than steps scatter. */
const OUTSTANDING = 20;

/** Where the frames are: one behind the other, headers included. */
export interface Frames {
  readonly count: number;
  readonly stride: number;
}

/** Time of a frame [ns since 1970, or since an unknown start]; undefined if its header has none. */
export async function frameTime(source: Source, { stride }: Frames, frame: number, stop?: AbortSignal) {
  const at = frame * stride;
  const header = parseFrameHeader(await source.read(at, HEADER_BYTES, stop), at);
  return isoNanoseconds(header.extension[0] ?? "");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/**
 * Frames per line by the steps in time: between lines the scan waits. The first outstanding step gives the length,
 * the others must lie at its multiples.
 */
async function lineByTime(source: Source, frames: Frames, stop?: AbortSignal): Promise<number | undefined> {
  // Headers only, and less than 1 % of a large file.
  const most = Math.max(64, Math.floor((source.size * 0.005) / HEADER_BYTES));
  const probed = Math.min(frames.count, PROBED, most);
  if (probed < 4) return undefined;
  const times: bigint[] = [];
  for (let frame = 0; frame < probed; frame++) {
    const time = await frameTime(source, frames, frame, stop);
    if (time === undefined) return undefined;
    times.push(time);
  }
  const steps = times.slice(1).map((time, i) => Number(time - times[i]!));
  const usual = median(steps);
  const scatter = Math.max(median(steps.map((step) => Math.abs(step - usual))), 1e-5 * usual);
  const jumps = steps.flatMap((step, i) => (step - usual > OUTSTANDING * scatter ? [i + 1] : []));
  const line = jumps[0];
  if (line === undefined || line < 2 || frames.count % line !== 0) return undefined;
  const expected = Math.floor((probed - 1) / line);
  return jumps.length === expected && jumps.every((jump) => jump % line === 0) ? line : undefined;
}

function whole(text: string | undefined): number | undefined {
  const value = /^\s*(\d+)\s*$/.exec(text ?? "")?.[1];
  return value === undefined || Number(value) < 1 ? undefined : Number(value);
}

/**
 * Rows and columns of the scan, from the .hdr or from times; one row of frames where neither tells. A scan that was
 * stopped has fewer frames than its shape.
 */
export async function scanShape(
  source: Source,
  frames: Frames,
  hdr: Readonly<Record<string, string>> | undefined,
  header: MibHeader,
  notices: Notice[],
  stop?: AbortSignal,
): Promise<readonly number[]> {
  const total = whole(hdr?.["Frames in Acquisition (Number)"]) ?? frames.count;
  const perTrigger = whole(hdr?.["Frames per Trigger (Number)"]) ?? 1;
  const [x, y] = [whole(hdr?.ScanX), whole(hdr?.ScanY)];
  if (total > 2 ** 31) return [frames.count];
  if (x && y && x * y === total) return [y, x];
  if (perTrigger > 1 && perTrigger < total && total % perTrigger === 0) {
    if (x && perTrigger > x) {
      const message = `mib: each line has ${perTrigger} frames and the .hdr says ScanX ${x}: ${perTrigger - x} of them are fly-back or skipped, they are kept`;
      notices.push({ code: "fly-back", message, flag: "--shape" });
    }
    return [total / perTrigger, perTrigger];
  }
  const line = header.extension.length > 0 ? await lineByTime(source, frames, stop) : undefined;
  if (line !== undefined && line < frames.count) {
    const message = `mib: the scan is ${frames.count / line} × ${line} by the pauses between its lines, the file does not state it`;
    notices.push({ code: "scan-found", message, flag: "--shape" });
    return [frames.count / line, line];
  }
  if (frames.count > 1) {
    const message = "mib: the file does not say how the frames make a scan, they are given as one row";
    notices.push({ code: "scan-unknown", message, flag: "--shape" });
  }
  return [frames.count];
}
