/** What PNG and JPEG share: a picture that can only be decoded whole, of which regions are given out. */
import type { Axis, DType, Numeric, Region } from "../core/contracts.ts";
import { pixelAxis } from "./axes.ts";
import { checkRegion, countOf, elementBytes, typed } from "./regions.ts";

/** Pixels of the largest picture that is decoded. */
export const MAX_PIXELS = 2 ** 27;

/** Rows and columns, and the colour where a pixel has several numbers that are no rgb8. */
export function pictureAxes(height: number, width: number, colours = 1): Axis[] {
  const axes = [pixelAxis("y", "signal", height), pixelAxis("x", "signal", width)];
  return colours > 1 ? [...axes, pixelAxis("colour", "signal", colours)] : axes;
}

/** Reads regions of a picture, which is decoded when the first one is asked for and kept while it is in use. */
export function pictureTile(
  format: string,
  axes: readonly Axis[],
  dtype: DType,
  decode: (stop?: AbortSignal) => Promise<Numeric>,
) {
  const shape = axes.map(({ size }) => size);
  const width = shape[1]!;
  // Numbers of a pixel: of its element, or along the axis behind the columns.
  let decoded: Promise<Numeric> | undefined;
  return async (region: Region, stop?: AbortSignal): Promise<Numeric> => {
    checkRegion(region, shape, format);
    const out = typed(dtype, new Uint8Array(countOf(region.stop, region.start) * elementBytes(dtype)));
    if (out.length === 0) return out;
    decoded ??= decode(stop).catch((error) => {
      decoded = undefined;
      throw error;
    });
    const all = await decoded;
    const each = all.length / (shape[0]! * width);
    const [top, left] = region.start as [number, number];
    const [bottom, right] = region.stop as [number, number];
    // A part of the colours is taken pixel by pixel.
    const [from, to] = shape.length > 2 ? [region.start[2]!, region.stop[2]!] : [0, each];
    let at = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const pixel = (y * width + x) * each;
        for (let k = from; k < to; k++) out[at++] = all[pixel + k]!;
      }
    }
    return out;
  };
}
