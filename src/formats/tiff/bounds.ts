import type { Source } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { bytesSource, inflate } from "../inflate.ts";
import { jpegFault } from "../jpeg-stream.ts";
import type { Directory } from "./parse.ts";
import { numberTag, numberTags, TAG, tiffError } from "./parse.ts";

/** A piece may become this much whatever its size says [bytes]: the decoder's lists of small ones do no harm. */
const HARMLESS = 2 ** 23;
/** Nothing grows more than this by deflate. */
const DEFLATE_RATIO = 1032;
/** The decoder's table has no entry from here on; it would follow one that is not there without end. */
const LZW_END = 4093;
const ZSTD = { frame: 0xfd2fb528, block: 2 ** 17 };

/** Bytes that LZW codes of 9 to 12 bits stand for, counted up to a little beyond `most`; NaN where a code is none. */
function lzwBytes(bytes: Uint8Array, most: number): number {
  const lengths = new Uint16Array(4096);
  let [next, width, position, total] = [258, 9, 0, 0];
  let old: number | undefined;
  const lengthOf = (code: number) => (code < 256 ? 1 : lengths[code]!);
  const code = () => {
    const at = position >> 3;
    if (at >= bytes.length) return 257;
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const found = (three >> (24 - (position & 7) - width)) & (2 ** width - 1);
    position += width;
    return found;
  };
  for (let found = code(); found !== 257 && total <= most; found = code()) {
    if (found >= LZW_END) return Number.NaN;
    if (found === 256) {
      [next, width, old] = [258, 9, undefined];
      continue;
    }
    // A code beyond the table is the last one with its first letter behind it.
    if (found >= next && old === undefined) return Number.NaN;
    const length = found < next ? lengthOf(found) : lengthOf(old!) + 1;
    total += length;
    if (old !== undefined) lengths[next++] = lengthOf(old) + 1;
    old = found;
    if (next + 1 >= 2 ** width) {
      if (width === 12) old = undefined;
      else width++;
    }
  }
  return total;
}

function packBitsBytes(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const head = (bytes[at]! << 24) >> 24;
    total += Math.abs(head) + 1;
    at += head < 0 ? 2 : head + 2;
  }
  return total;
}

/** The most that Zstandard frames can become: what a header states, else the sum over the blocks (RFC 8878). */
function zstdBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [total, at] = [0, 0];
  while (at + 6 <= bytes.length && view.getUint32(at, true) === ZSTD.frame) {
    const flags = view.getUint8(at + 4);
    const single = (flags & 32) !== 0;
    const stated = [single ? 1 : 0, 2, 4, 8][flags >> 6]!;
    at += 5 + (single ? 0 : 1) + [0, 1, 2, 4][flags & 3]!;
    if (at + stated > bytes.length) break;
    let claim = 0;
    for (let i = stated - 1; i >= 0; i--) claim = 256 * claim + view.getUint8(at + i);
    at += stated;
    let blocks = 0;
    for (let last = false; !last && at + 3 <= bytes.length; ) {
      const head = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      const [type, size] = [(head >> 1) & 3, head >> 3];
      last = (head & 1) === 1;
      blocks += type === 2 ? ZSTD.block : size;
      at += 3 + (type === 1 ? 1 : size);
    }
    total += Math.max(claim, blocks);
    at += flags & 4 ? 4 : 0;
  }
  return total;
}

/** Bytes that a piece becomes, or a little more than `most`; NaN where its codes are none. */
async function unpackedBytes(piece: Uint8Array, compression: number, most: number): Promise<number> {
  if (compression === 5) return lzwBytes(piece, most);
  if (compression === 32773) return packBitsBytes(piece);
  if (compression === 50000) return zstdBytes(piece);
  if ((compression !== 8 && compression !== 32946) || piece.length * DEFLATE_RATIO <= most) return 0;
  const place = { offset: 0, length: piece.length, kind: "deflate" as const, limit: most };
  try {
    return (await inflate(bytesSource(piece, "piece"), place)).length;
  } catch (error) {
    // Broken data are for the decoder to tell.
    return isLithoscopeError(error, "Refused") ? most + 1 : 0;
  }
}

/**
 * Looks through the compressed pieces that a window touches before they are decoded, as the decoder knows no limit.
 *
 * @param piece width and height of a strip or tile [px]
 * @param window top, left, bottom, right
 * @throws Refused for a piece that becomes more than twice its size; Format for codes and frames that are none
 */
export async function checkPieces(
  source: Source,
  directory: Directory,
  piece: readonly [number, number],
  window: readonly number[],
  stop?: AbortSignal,
): Promise<void> {
  const compression = numberTag(directory, TAG.compression) ?? 1;
  if (compression === 1) return;
  const tiled = directory.tags.has(TAG.tileOffsets);
  const offsets = numberTags(directory, tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const counts = numberTags(directory, tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  const across = Math.ceil((numberTag(directory, TAG.width) ?? 0) / piece[0]);
  const down = Math.ceil((numberTag(directory, TAG.height) ?? 0) / piece[1]);
  const samples = numberTag(directory, TAG.samplesPerPixel) ?? 1;
  const bits = numberTags(directory, TAG.bitsPerSample)[0] ?? 1;
  const most = Math.max(HARMLESS, (2 * piece[0] * piece[1] * samples * bits) / 8);
  const [top, left, bottom, right] = window as [number, number, number, number];
  const planes = numberTag(directory, TAG.planarConfiguration) === 2 ? samples : 1;
  for (let plane = 0; plane < planes; plane++) {
    for (let row = Math.floor(top / piece[1]); row * piece[1] < bottom; row++) {
      for (let column = Math.floor(left / piece[0]); column * piece[0] < right; column++) {
        const k = plane * across * down + row * across + column;
        const [at, length] = [offsets[k], counts[k]];
        if (at === undefined || length === undefined || at + length > source.size) continue;
        const bytes = await source.read(at, length, stop);
        if (compression === 7) {
          const fault = jpegFault(bytes, ...piece);
          if (fault) throw tiffError(`a piece with ${fault.sentence}`, at + fault.at);
          continue;
        }
        const unpacked = await unpackedBytes(bytes, compression, most);
        if (Number.isNaN(unpacked)) throw tiffError(`a piece with codes that are none at ${at}`, at);
        if (unpacked <= most) continue;
        const message = `tiff: ${source.name}: the piece at byte ${at} becomes more than the ${most} bytes that it may have`;
        throw new LithoscopeError("Refused", message, {
          why: "inflated size",
          need: `at most ${most} bytes`,
        });
      }
    }
  }
}
