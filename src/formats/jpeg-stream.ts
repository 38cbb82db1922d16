/** The order of a JPEG file's segments, checked before a decoder that believes every header that it meets. */

const RESTARTS = [0xd0, 0xd7] as const;
/** Frame headers that the decoder acts on: baseline, extended, progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** A segment's bytes after its length, where they are tables one behind the other: the bytes of the one at `at`. */
type TableSize = (bytes: Uint8Array, at: number) => number;
const quantisation: TableSize = (bytes, at) => 1 + (bytes[at]! >> 4 === 0 ? 64 : 128);
const huffman: TableSize = (bytes, at) => 17 + bytes.subarray(at + 1, at + 17).reduce((sum, n) => sum + n, 0);

function fills(bytes: Uint8Array, from: number, to: number, sizeAt: TableSize): boolean {
  let at = from;
  while (at < to) at += sizeAt(bytes, at);
  return at === to;
}

/** The next marker behind the coded data at a place: FF with neither a stuffed 0 nor a restart behind it. */
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < RESTARTS[0] || next > RESTARTS[1])) return at;
  }
  return bytes.length;
}

/**
 * What is wrong with the segments of a JPEG file, as a sentence with its byte: a second frame header, a frame of more
 * than `width` × `height` pixels rounded up to whole blocks, tables that do not fill their segment. Undefined where
 * all is in order, or where the decoder stops by itself.
 */
export function jpegFault(
  bytes: Uint8Array,
  width: number,
  height: number,
): { sentence: string; at: number } | undefined {
  let frames = 0;
  let at = 2;
  while (at + 4 <= bytes.length) {
    const [mark, marker] = [bytes[at]!, bytes[at + 1]!];
    if (mark !== 0xff) return { sentence: `wanted a marker at byte ${at}`, at };
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) return undefined;
    const [from, length] = [at + 4, 256 * bytes[at + 2]! + bytes[at + 3]!];
    const to = at + 2 + length;
    if (length < 2 || to > bytes.length) return { sentence: `a segment of ${length} bytes at ${at}`, at };
    const count = marker === 0xda ? bytes[from]! : bytes[from + 5]!;
    if (FRAMES.includes(marker)) {
      const [rows, columns] = [3, 5].map((k) => 256 * bytes[at + 2 + k]! + bytes[at + 3 + k]!) as [
        number,
        number,
      ];
      const large = rows > 16 * Math.ceil(height / 16) || columns > 16 * Math.ceil(width / 16);
      if (frames++ > 0 || large)
        return {
          sentence: `wanted one frame of ${width} × ${height}, found ${columns} × ${rows} at ${at}`,
          at,
        };
    }
    const whole =
      marker === 0xdb
        ? fills(bytes, from, to, quantisation)
        : marker === 0xc4
          ? fills(bytes, from, to, huffman)
          : FRAMES.includes(marker)
            ? length === 8 + 3 * count
            : marker === 0xda
              ? length === 6 + 2 * count
              : marker !== 0xdd || length === 4;
    if (!whole) return { sentence: `tables that do not fill the segment at ${at}`, at };
    at = marker === 0xda ? afterScan(bytes, to) : to;
  }
  return undefined;
}
