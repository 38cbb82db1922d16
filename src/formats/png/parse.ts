import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

export const COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;
/** Numbers of a stored pixel by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** Chunks beyond are no longer listed; a picture has a few, or one per 8 kB of data. */
const MAX_CHUNKS = 2 ** 17;
/** Texts and palettes are read up to this size [bytes]. */
const MAX_TEXT = 2 ** 16;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly samples: number;
  readonly interlaced: boolean;
  /** Red, green, blue by index. */
  readonly palette: Uint8Array | undefined;
  /** tEXt chunks by keyword. */
  readonly text: Readonly<Record<string, string>>;
  /** Pixels per unit along x and y; unit 1 is the metre. For print, so no calibration. */
  readonly pHYs: { readonly x: number; readonly y: number; readonly unit: number } | undefined;
  /** Stretches of compressed data. */
  readonly data: readonly { readonly offset: number; readonly length: number }[];
  /** The file ends before its IEND chunk. */
  readonly cut: boolean;
}

export function pngError(sentence: string, at: number, cause?: unknown): LithoscopeError {
  return new LithoscopeError("Format", `png: ${sentence}`, { format: "png", at }, { cause });
}

function textOf(bytes: Uint8Array): readonly [string, string] | undefined {
  const end = bytes.indexOf(0);
  const latin = new TextDecoder("latin1");
  return end > 0 ? [latin.decode(bytes.subarray(0, end)), latin.decode(bytes.subarray(end + 1))] : undefined;
}

function sizes(view: DataView) {
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colourType, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) =>
    view.getUint8(at),
  ) as [number, number, number, number, number];
  const known = DEPTHS[colourType]?.includes(bitDepth) && compression === 0 && filter === 0 && interlace < 2;
  if (!known || width === 0 || height === 0 || width > 2 ** 31 || height > 2 ** 31) {
    const found = `${width} × ${height}, depth ${bitDepth}, colour ${colourType}, interlace ${interlace}`;
    throw pngError(`wanted a picture that PNG knows, found ${found}`, 16);
  }
  return { width, height, bitDepth, colourType, samples: SAMPLES[colourType]!, interlaced: interlace === 1 };
}

/**
 * The chunks of a PNG file, without its pixels.
 *
 * @throws Format for another signature, an impossible header or no data
 */
export async function parsePng(source: Source, stop?: AbortSignal): Promise<PngHeader> {
  const start = await source.read(0, Math.min(33, source.size), stop);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (start.byteLength < 33 || view.getUint32(0) !== 0x89504e47 || view.getUint32(12) !== 0x49484452)
    throw pngError("wanted the signature and an IHDR chunk at byte 0", 0);
  const head = sizes(new DataView(start.buffer, start.byteOffset + 16, 13));
  const text: Record<string, string> = Object.create(null);
  const data: { offset: number; length: number }[] = [];
  let palette: Uint8Array | undefined;
  let pHYs: PngHeader["pHYs"];
  let [at, ended] = [33, false];
  for (let n = 0; n < MAX_CHUNKS && !ended && at + 8 <= source.size; n++) {
    const bytes = await source.read(at, 8, stop);
    const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getUint32(0);
    const type = new TextDecoder("latin1").decode(bytes.subarray(4));
    const inside = Math.max(0, Math.min(length, source.size - at - 8));
    const whole = inside === length;
    const body = (most: number) => source.read(at + 8, Math.min(most, inside), stop);
    if (type === "IDAT" && inside > 0) data.push({ offset: at + 8, length: inside });
    else if (type === "IEND") ended = true;
    else if (type === "PLTE" && whole) palette = (await body(768)).slice();
    else if (type === "tEXt" && whole) {
      const [key, value] = textOf(await body(MAX_TEXT)) ?? [];
      if (key !== undefined) text[key] = value!;
    } else if (type === "pHYs" && inside >= 9) {
      const nine = await body(9);
      const three = new DataView(nine.buffer, nine.byteOffset, 9);
      pHYs = { x: three.getUint32(0), y: three.getUint32(4), unit: three.getUint8(8) };
    }
    at += 12 + length;
  }
  if (data.length === 0) throw pngError(`wanted an IDAT chunk, file ends at ${source.size}`, at);
  if (head.colourType === COLOUR.palette && !palette) throw pngError("wanted a PLTE chunk, found none", 33);
  return { ...head, palette, text, pHYs, data, cut: !ended };
}
