import { type Signal as State, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Axis, Signal, Table } from "../../../core/contracts.ts";
import { unitRatio } from "../../../core/unit.ts";
import { neighbours } from "../../state/workspace.ts";

/** When each frame was taken. */
export interface FrameTimes {
  /** Seconds since the first moment of the record, one for each frame. */
  readonly seconds: Float64Array;
  /** Milliseconds of that moment since 1970, where the file says it. */
  readonly start: number | undefined;
}

function startOf(meta: Signal["meta"]): number | undefined {
  const text = meta["time.start"];
  const at = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}

/** A table beside the pictures that has a time for each frame; all zero is no time. */
async function fromTable(table: Table, frames: number): Promise<Float64Array | undefined> {
  const column = table.columns.find(({ name, unit }) => name === "time" && unit === "s");
  if (!column || table.rows !== frames) return undefined;
  const read = (await table.read("time", 0, frames)) as Float64Array;
  return read.some((t) => t > 0) ? read : undefined;
}

/** Times along the frames of a signal: from a table of its file, else from the axis where that is one of time. */
export async function frameTimes(item: Signal, axis: Axis): Promise<FrameTimes | undefined> {
  for (const beside of neighbours(item)) {
    const table = beside.kind === "table" ? beside : beside.kind === "stream" ? beside.table : undefined;
    const seconds = table && (await fromTable(table, axis.size));
    if (seconds) return { seconds, start: startOf(table.meta) ?? startOf(item.meta) };
  }
  const factor = axis.unit === "px" ? undefined : unitRatio(axis.unit, "s");
  if (factor === undefined) return undefined;
  const at = (i: number) => factor * (axis.values?.[i] ?? axis.offset + axis.scale * i);
  return { seconds: Float64Array.from({ length: axis.size }, (_, i) => at(i)), start: startOf(item.meta) };
}

/** The times of the frames, once they are known. */
export function useFrameTimes(item: Signal, axis: Axis | undefined): State<FrameTimes | undefined> {
  const found = useSignal<FrameTimes | undefined>(undefined);
  useEffect(() => {
    let current = true;
    found.value = undefined;
    if (axis)
      void frameTimes(item, axis).then(
        (times) => {
          if (current) found.value = times;
        },
        // Without them frames have numbers only.
        () => {},
      );
    return () => {
      current = false;
    };
  }, [item]);
  return found;
}

/** "1.5 s · 2016-02-21 16:49:06.5 UTC": when a frame was taken. */
export function timeWords({ seconds, start }: FrameTimes, frame: number): string {
  const at = seconds[frame];
  if (at === undefined || !Number.isFinite(at)) return "";
  const since = `${Number(at.toPrecision(7))} s`;
  if (start === undefined) return since;
  const iso = new Date(start + 1000 * at).toISOString();
  return `${since} · ${iso.slice(0, 10)} ${iso.slice(11, 23).replace(/\.?0+$/, "")} UTC`;
}

/** The frame whose time is nearest to that of `from` plus `by` seconds; undefined where no time is known. */
export function frameAfter({ seconds }: FrameTimes, from: number, by: number): number | undefined {
  const wanted = seconds[from]! + by;
  if (!Number.isFinite(wanted)) return undefined;
  let best = from;
  for (let i = 0; i < seconds.length; i++)
    if (Math.abs(seconds[i]! - wanted) < Math.abs(seconds[best]! - wanted)) best = i;
  // A step goes somewhere, however far apart the frames are.
  return best === from ? from + Math.sign(by) : best;
}
