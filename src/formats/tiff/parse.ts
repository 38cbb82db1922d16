import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { decodeText } from "../orientation-grid.ts";

/** One value of a tag is a number, text, or a list of numbers. */
export type TagValue = readonly number[] | string;

/** A directory: the tags that are used here, by number, as the file states them. */
export interface Directory {
  readonly offset: number;
  readonly tags: ReadonlyMap<number, TagValue>;
}

export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly directories: readonly Directory[];
}

export const TAG = {
  newSubfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  description: 270,
  make: 271,
  model: 272,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  dateTime: 306,
  sampleFormat: 339,
  sisText: 33471,
  sis: 33560,
  zeiss: 34118,
  feiOlder: 34680,
  fei: 34682,
  tvips: 37706,
} as const;

/** Gatan's own tags: units, origins and scales of x, y and the stack. */
export const GATAN = { unit: 65003, origin: 65006, scale: 65009 } as const;

const USED = new Set<number>([
  ...Object.values(TAG),
  ...[0, 1, 2].flatMap((i) => Object.values(GATAN).map((tag) => tag + i)),
]);
/** Bytes of each field type: byte, ascii, short, long, rational … ifd8. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
const MAX_DIRECTORIES = 200_000;
const MAX_TAG_BYTES = 2 ** 24;

/** A Format error at a byte of the file. */
export function tiffError(sentence: string, at: number, cause?: unknown): LithoscopeError {
  return new LithoscopeError("Format", `tiff: ${sentence}`, { format: "tiff", at }, { cause });
}

function numberReader(view: DataView, type: number, little: boolean): (at: number) => number {
  switch (type) {
    case 3:
      return (at) => view.getUint16(at, little);
    case 4:
    case 13:
      return (at) => view.getUint32(at, little);
    case 5:
      return (at) => view.getUint32(at, little) / view.getUint32(at + 4, little);
    case 6:
      return (at) => view.getInt8(at);
    case 8:
      return (at) => view.getInt16(at, little);
    case 9:
      return (at) => view.getInt32(at, little);
    case 10:
      return (at) => view.getInt32(at, little) / view.getInt32(at + 4, little);
    case 11:
      return (at) => view.getFloat32(at, little);
    case 12:
      return (at) => view.getFloat64(at, little);
    case 16:
    case 18:
      return (at) => Number(view.getBigUint64(at, little));
    case 17:
      return (at) => Number(view.getBigInt64(at, little));
    default:
      return (at) => view.getUint8(at);
  }
}

function decode(bytes: Uint8Array, type: number, count: number, little: boolean): TagValue {
  if (type === 2) return decodeText(bytes).replace(/\0+$/, "");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = numberReader(view, type, little);
  return Array.from({ length: count }, (_, i) => read(i * TYPE_BYTES[type]!));
}

/** The tags of the directory at `offset` and where the next one is (0: none). */
async function readDirectory(
  source: Source,
  offset: number,
  little: boolean,
  big: boolean,
  stop?: AbortSignal,
) {
  const head = new DataView((await source.read(offset, big ? 8 : 2, stop)).buffer);
  const count = big ? Number(head.getBigUint64(0, little)) : head.getUint16(0, little);
  const [start, size, inline] = big ? [offset + 8, 20, 8] : [offset + 2, 12, 4];
  const bytes = await source.read(start, count * size + inline, stop);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = (at: number) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const tags = new Map<number, TagValue>();
  for (let i = 0; i < count; i++) {
    const at = i * size;
    const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
    const each = TYPE_BYTES[type];
    if (!USED.has(tag) || each === undefined) continue;
    const values = long(at + 4);
    const total = values * each;
    if (total > MAX_TAG_BYTES)
      throw tiffError(`tag ${tag} claims ${total} bytes at ${start + at}`, start + at);
    const place = at + (big ? 12 : 8);
    const raw =
      total <= inline ? bytes.slice(place, place + total) : await source.read(long(place), total, stop);
    const value = decode(raw, type, values, little);
    // HyperSpy writes two descriptions, its own and ImageJ's.
    const before = tags.get(tag);
    tags.set(tag, typeof before === "string" && typeof value === "string" ? `${before}\n${value}` : value);
  }
  return { tags, next: long(count * size) };
}

/**
 * Byte order, kind and all directories of a TIFF file.
 *
 * @throws Format if the file is no TIFF, ends early, or its directories run in a circle
 */
export async function parseTiff(source: Source, stop?: AbortSignal): Promise<TiffHeader> {
  const head = await source.read(0, Math.min(16, source.size), stop);
  if (head.byteLength < 8)
    throw tiffError(`wanted 8 bytes at 0, file ends at ${head.byteLength}`, head.byteLength);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const order = view.getUint16(0, false);
  const littleEndian = order === 0x4949;
  if (!littleEndian && order !== 0x4d4d) throw tiffError("wanted the byte order II or MM at 0", 0);
  const magic = view.getUint16(2, littleEndian);
  if (magic !== 42 && magic !== 43) throw tiffError(`wanted 42 or 43 at 2, found ${magic}`, 2);
  const big = magic === 43;
  if (big && head.byteLength < 16)
    throw tiffError(`wanted 16 bytes at 0, file ends at ${source.size}`, source.size);
  let next = big ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  while (next !== 0) {
    if (seen.has(next)) throw tiffError(`the directories run in a circle at ${next}`, next);
    if (directories.length >= MAX_DIRECTORIES)
      throw tiffError(`more than ${MAX_DIRECTORIES} directories`, next);
    seen.add(next);
    const directory = await readDirectory(source, next, littleEndian, big, stop);
    directories.push({ offset: next, tags: directory.tags });
    next = directory.next;
  }
  if (directories.length === 0) throw tiffError("wanted a directory, found none", 4);
  return { littleEndian, big, directories };
}

/** The first number of a tag. */
export function numberTag({ tags }: Directory, tag: number): number | undefined {
  const value = tags.get(tag);
  return typeof value === "object" ? value[0] : undefined;
}

/** The numbers of a tag; none if it is not there. */
export function numberTags({ tags }: Directory, tag: number): readonly number[] {
  const value = tags.get(tag);
  return typeof value === "object" ? value : [];
}

/** The text of a tag. */
export function textTag({ tags }: Directory, tag: number): string | undefined {
  const value = tags.get(tag);
  return typeof value === "string" ? value : undefined;
}
