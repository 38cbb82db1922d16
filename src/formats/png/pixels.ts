import type { Numeric, Source } from "../../core/contracts.ts";
import { inflate } from "../inflate.ts";
import { joinedSource } from "../joined.ts";
import { COLOUR, type PngHeader, pngError } from "./parse.ts";

/** Start and step along x and y of the seven passes of Adam7. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Pass {
  readonly start: readonly [number, number];
  readonly step: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
  readonly rowBytes: number;
}

/** The sub-pictures that are stored one behind the other. */
function passesOf({ width, height, bitDepth, samples, interlaced }: PngHeader): Pass[] {
  const list = interlaced ? PASSES : ([[0, 0, 1, 1]] as const);
  return list.flatMap(([x, y, dx, dy]) => {
    const columns = Math.ceil((width - x) / dx);
    const rows = Math.ceil((height - y) / dy);
    const rowBytes = Math.ceil((columns * samples * bitDepth) / 8);
    return columns > 0 && rows > 0 ? [{ start: [x, y], step: [dx, dy], columns, rows, rowBytes }] : [];
  });
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Takes a row's filter back, in place; `above` is the row before, zeros for the first. */
function unfilter(kind: number, row: Uint8Array, above: Uint8Array, pixel: number, at: number): void {
  if (kind > 4) throw pngError(`a row has the filter ${kind}, of 0 to 4`, at);
  for (let i = 0; i < row.length && kind > 0; i++) {
    const left = i >= pixel ? row[i - pixel]! : 0;
    const up = above[i]!;
    const corner = i >= pixel ? above[i - pixel]! : 0;
    const guess =
      kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner);
    row[i] = row[i]! + guess;
  }
}

/** Sample k of a row, whatever its depth. */
function sampleAt(row: Uint8Array, k: number, depth: number): number {
  if (depth === 8) return row[k]!;
  if (depth === 16) return 256 * row[2 * k]! + row[2 * k + 1]!;
  const perByte = 8 / depth;
  const shift = 8 - depth * (1 + (k % perByte));
  return (row[Math.floor(k / perByte)]! >> shift) & (2 ** depth - 1);
}

/** The compressed data of all chunks as one stretch. */
function dataSource(source: Source, { data }: PngHeader): Source {
  const parts = data.map(({ offset, length }): Source => {
    const read = (at: number, count: number, stop?: AbortSignal) => source.read(offset + at, count, stop);
    return { ...source, size: length, read, close: async () => {} };
  });
  return joinedSource(parts, source);
}

/** Numbers of a pixel that is given out. */
export function channelsOf({ colourType }: PngHeader): number {
  return colourType === COLOUR.grey || colourType === COLOUR.greyAlpha ? 1 : 3;
}

/**
 * Every pixel: grey values or red, green and blue as they are stored, transparency left out, palettes written out.
 *
 * @throws Format where the data are broken or end early
 */
export async function pngPixels(source: Source, header: PngHeader, stop?: AbortSignal): Promise<Numeric> {
  const { width, height, bitDepth, samples, colourType, palette } = header;
  const passes = passesOf(header);
  const wanted = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  const stream = dataSource(source, header);
  // The two bytes before the deflate stream and the checksum behind it are zlib's.
  const place = { offset: 2, length: Math.max(0, stream.size - 6), kind: "deflate-raw" as const };
  const bytes = await inflate(stream, { ...place, limit: wanted }, stop);
  if (bytes.length < wanted)
    throw pngError(`wanted ${wanted} bytes of pixels, found ${bytes.length}`, header.data[0]!.offset);
  const channels = channelsOf(header);
  const count = width * height * channels;
  const out = bitDepth === 16 ? new Uint16Array(count) : new Uint8Array(count);
  const pixel = Math.max(1, (samples * bitDepth) >> 3);
  let at = 0;
  for (const { start, step, columns, rows, rowBytes } of passes) {
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let r = 0; r < rows; r++) {
      const row = bytes.subarray(at + 1, at + 1 + rowBytes);
      unfilter(bytes[at]!, row, above, pixel, header.data[0]!.offset);
      const line = (start[1] + r * step[1]) * width;
      for (let c = 0; c < columns; c++) {
        const to = (line + start[0] + c * step[0]) * channels;
        for (let k = 0; k < channels; k++) {
          const value = sampleAt(row, c * samples + (samples < 3 ? 0 : k), bitDepth);
          out[to + k] = colourType === COLOUR.palette ? (palette?.[3 * value + k] ?? 0) : value;
        }
      }
      above = row;
      at += 1 + rowBytes;
    }
  }
  return out;
}
