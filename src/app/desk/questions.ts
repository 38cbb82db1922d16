import type { Numeric, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameSums, scanOfSums } from "../../formats/find-scan.ts";
import { openDataset } from "../../formats/open.ts";
import { openSource } from "../../sources/open.browser.ts";
import { type FileHandle, itemOf } from "./datasets.ts";
import type { ItemHandle } from "./methods.ts";
import type { Context } from "./protocol.ts";

/** Sums of the frames of a series, and the rows and columns of the scan that they look like. Progress is a share. */
export async function seriesSums(
  { file, item }: ItemHandle,
  { stop, progress }: Context,
): Promise<{ readonly sums: Float64Array; readonly found: readonly number[] | undefined }> {
  const series = await itemOf(file, item, "signal");
  const sums = await frameSums(series, stop, (done, total) => progress(done / total));
  return { sums, found: scanOfSums(series, sums).shape?.slice(0, 2) };
}

/** Bytes of a file, whether it can be opened or not. */
export async function sizeOf({ source: ref }: FileHandle): Promise<number> {
  const source = await openSource(ref);
  await source.close();
  return source.size;
}

/**
 * The picture in the middle of a file as the options of its handle have it, without opening it for good.
 *
 * @throws what opening throws; Format where it has no picture
 */
export async function glance(
  { source: ref, options }: FileHandle,
  { stop }: Pick<Context, "stop">,
): Promise<{ readonly width: number; readonly height: number; readonly values: Numeric }> {
  const source = await openSource(ref);
  try {
    const { items } = await openDataset(source, stop, options);
    const signal = items.find((item): item is Signal => item.kind === "signal" && item.axes.length >= 2);
    if (!signal) {
      const message = `${source.name}: wanted a picture, found none of two axes`;
      throw new LithoscopeError("Format", message, { format: "raw", at: "shape" });
    }
    const sizes = signal.axes.map(({ size }) => size);
    const [height, width] = sizes.slice(-2) as [number, number];
    const before = sizes.slice(0, -2).map((size) => size >> 1);
    const region = { start: [...before, 0, 0], stop: [...before.map((at) => at + 1), height, width] };
    return { width, height, values: await signal.tile(region, stop) };
  } finally {
    await source.close();
  }
}
