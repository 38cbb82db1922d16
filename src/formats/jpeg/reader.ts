import type { Notice, Numeric, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { bytesSource } from "../inflate.ts";
import { joinedSource } from "../joined.ts";
import { jpegFault } from "../jpeg-stream.ts";
import { decoderOf } from "../tiff-decoder.ts";
import { MAX_PIXELS, pictureAxes, pictureTile } from "../whole-image.ts";
import { type JpegHeader, jpegError, parseJpeg } from "./parse.ts";

/** Coding processes that the decoder knows: baseline, extended and progressive with Huffman codes. */
const PROCESSES = ["C0", "C1", "C2"];

/** The head of a TIFF file whose only strip, JPEG inside TIFF, is the file that follows. */
function tiffHead({ width, height, components }: JpegHeader, length: number): Uint8Array {
  const tags: readonly (readonly [tag: number, value: number])[] = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 7],
    [262, components === 3 ? 2 : 1],
    [273, 0],
    [277, components],
    [278, height],
    [279, length],
  ];
  // Three times 8 bits do not fit into an entry and lie behind the directory.
  const end = 8 + 2 + 12 * tags.length + 4;
  const size = end + 2 * components;
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  view.setUint16(8, tags.length, true);
  for (const [i, [tag, value]] of tags.entries()) {
    const at = 10 + 12 * i;
    const bits = tag === 258;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, bits ? 3 : 4, true);
    view.setUint32(at + 4, bits ? components : 1, true);
    if (bits && components === 1) view.setUint16(at + 8, value, true);
    else view.setUint32(at + 8, tag === 273 ? size : bits ? end : value, true);
  }
  for (let i = 0; i < components; i++) view.setUint16(end + 2 * i, 8, true);
  return new Uint8Array(view.buffer);
}

/** Luma and chroma to red, green and blue (JFIF 1.02), in place. */
function toColours(values: Uint8Array): void {
  const byte = (v: number) => Math.max(0, Math.min(255, Math.round(v)));
  for (let i = 0; i < values.length; i += 3) {
    const [y, b, r] = [values[i]!, values[i + 1]! - 128, values[i + 2]! - 128];
    values[i] = byte(y + 1.402 * r);
    values[i + 1] = byte(y - 0.344136 * b - 0.714136 * r);
    values[i + 2] = byte(y + 1.772 * b);
  }
}

async function pixels(source: Source, header: JpegHeader, stop?: AbortSignal): Promise<Numeric> {
  const { width, height, components, adobeTransform } = header;
  // The decoder believes every header that it meets, such as a second one that asks for gigabytes.
  const fault = jpegFault(await source.read(0, source.size, stop), width, height);
  if (fault) throw jpegError(fault.sentence, fault.at);
  const head = bytesSource(tiffHead(header, source.size), source.name);
  const wrapped = joinedSource([head, source], source);
  try {
    const image = await (await decoderOf(wrapped)()).getImage(0);
    const options = { interleave: true as const };
    const found = await image.readRasters(stop ? { ...options, signal: stop as never } : options);
    const values = Uint8Array.from(found as unknown as Uint8Array);
    if (values.length !== width * height * components)
      throw jpegError(`wanted ${width} × ${height} pixels, found ${values.length / components}`, 0);
    if (components === 3 && adobeTransform !== 0) toColours(values);
    return values;
  } catch (error) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", "jpeg: reading was cancelled");
    if (error instanceof LithoscopeError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw jpegError(`${source.name} cannot be decoded: ${reason}`, 0, error);
  }
}

export const reader: Reader = {
  async open(source, stop) {
    const header = await parseJpeg(source, stop);
    const { width, height, precision, components, process, comment } = header;
    const feature = [
      precision === 8 ? "" : `${precision} bits`,
      components === 1 || components === 3 ? "" : `${components} components`,
      PROCESSES.includes(process) ? "" : `coding process ${process}`,
    ].find((word) => word !== "");
    if (feature !== undefined)
      throw new LithoscopeError("Unsupported", `jpeg: ${feature} is not read`, { format: "jpeg", feature });
    if (width * height > MAX_PIXELS) {
      const fields = { why: `${width} × ${height} pixels`, need: `at most ${MAX_PIXELS}` };
      throw new LithoscopeError("Refused", `jpeg: ${source.name} has ${width} × ${height} pixels`, fields);
    }
    const dtype = components === 3 ? "rgb8" : "u8";
    const axes = pictureAxes(height, width);
    const message =
      "jpeg: a picture states no pixel size, every axis is in px; its values are what its compression left";
    const notices: Notice[] = [{ code: "uncalibrated", message }];
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype,
      value: { name: "intensity", unit: "1" },
      meta: comment ? { note: comment } : {},
      block: axes.map(({ size }) => size),
      ref: { source: source.ref, format: "jpeg", item: 0 },
      tile: pictureTile("jpeg", axes, dtype, (cancel) => pixels(source, header, cancel)),
    };
    return { items: [signal], header, notices };
  },
};
