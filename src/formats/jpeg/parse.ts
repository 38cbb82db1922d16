import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a number. */
  readonly precision: number;
  readonly components: number;
  /** What the Adobe marker says: 0 is red, green, blue as they are, 1 luma and chroma. */
  readonly adobeTransform: number | undefined;
  readonly comment: string;
  /** Letter pairs of the coding process: "C0" baseline, "C2" progressive. */
  readonly process: string;
}

/** Markers of a frame header; C4, C8 and CC are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

const MAX_SEGMENTS = 4096;

export function jpegError(sentence: string, at: number, cause?: unknown): LithoscopeError {
  return new LithoscopeError("Format", `jpeg: ${sentence}`, { format: "jpeg", at }, { cause });
}

/**
 * The segments before the first scan.
 *
 * @throws Format where there is no frame header before the data
 */
export async function parseJpeg(source: Source, stop?: AbortSignal): Promise<JpegHeader> {
  const head = await source.read(0, Math.min(3, source.size), stop);
  if (head[0] !== 0xff || head[1] !== 0xd8 || head[2] !== 0xff)
    throw jpegError("wanted the signature FF D8 FF at byte 0", 0);
  let at = 2;
  let comment = "";
  let adobeTransform: number | undefined;
  for (let n = 0; n < MAX_SEGMENTS && at + 4 <= source.size; n++) {
    const [mark, marker, high, low] = await source.read(at, 4, stop);
    // Any number of FF may stand before a marker.
    if (mark === 0xff && marker === 0xff) {
      at++;
      continue;
    }
    if (mark !== 0xff || marker === undefined) throw jpegError(`wanted a marker at byte ${at}`, at);
    const length = 256 * high! + low!;
    const inside = Math.max(0, Math.min(length - 2, source.size - at - 4));
    if (isFrame(marker) && inside >= 6) {
      const bytes = await source.read(at + 4, 6, stop);
      const view = new DataView(bytes.buffer, bytes.byteOffset, 6);
      const [height, width] = [view.getUint16(1), view.getUint16(3)];
      if (width === 0 || height === 0) throw jpegError(`the picture is ${width} × ${height}`, at);
      const process = marker.toString(16).toUpperCase();
      const [precision, components] = [bytes[0]!, bytes[5]!];
      return { width, height, precision, components, adobeTransform, comment, process };
    }
    if (marker === 0xda || marker === 0xd9) break;
    if (marker === 0xfe)
      comment = new TextDecoder("latin1").decode(await source.read(at + 4, Math.min(inside, 4096), stop));
    if (marker === 0xee && inside >= 12) {
      const bytes = await source.read(at + 4, 12, stop);
      if (new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "Adobe") adobeTransform = bytes[11];
    }
    at += 2 + Math.max(2, length);
  }
  throw jpegError(`wanted a frame header, found none before byte ${at}`, at);
}
