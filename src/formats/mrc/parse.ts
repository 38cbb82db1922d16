import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

/** The main header in the words of MRC2014; lengths in Å, angles in degrees. */
export interface MrcHeader {
  readonly littleEndian: boolean;
  /** Columns, rows, sections. */
  readonly size: readonly [number, number, number];
  readonly mode: number;
  /** Intervals along x, y, z of the cell. */
  readonly intervals: readonly [number, number, number];
  readonly cell: readonly [number, number, number];
  /** Axis (1 = x, 2 = y, 3 = z) of columns, rows, sections. */
  readonly axisOf: readonly [number, number, number];
  readonly range: readonly [minimum: number, maximum: number];
  readonly spaceGroup: number;
  readonly extendedBytes: number;
  readonly extendedType: string;
  readonly version: number;
  /** SerialEM: bytes per section and flags; FEI's old header: integers and reals per section. */
  readonly perSection: readonly [number, number];
  /** Flags behind IMOD's stamp; undefined without the stamp. */
  readonly imodFlags: number | undefined;
  readonly labels: readonly string[];
}

export const HEADER_BYTES = 1024;
const IMOD_STAMP = 1146047817;
const MAX_SIDE = 2 ** 24;
/** Pixel types that some writer uses; which of them are read is another matter. */
const KNOWN_MODES = [0, 1, 2, 3, 4, 5, 6, 7, 12, 16, 101];

export function mrcError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `mrc: ${sentence}`, { format: "mrc", at });
}

/** True where sizes and pixel type can be those of a file, read in this byte order. */
function fits(view: DataView, little: boolean): boolean {
  const sides = [0, 4, 8].map((at) => view.getInt32(at, little));
  return sides.every((n) => n > 0 && n <= MAX_SIDE) && KNOWN_MODES.includes(view.getInt32(12, little));
}

/** Byte order by the machine stamp; by what can be true where the stamp is missing or wrong, as old writers leave it. */
function isLittle(view: DataView): boolean {
  const [little, big] = [fits(view, true), fits(view, false)];
  if (!little && !big) {
    const found = [0, 4, 8, 12].map((at) => view.getInt32(at, true)).join(", ");
    throw mrcError(`wanted sizes and a pixel type at 0, found ${found}`, 0);
  }
  return little && big ? view.getUint8(212) !== 0x11 : little;
}

function tripleAt(read: (at: number) => number, at: number): [number, number, number] {
  return [read(at), read(at + 4), read(at + 8)];
}

/**
 * The main header.
 *
 * @throws Format if the file is too short or no byte order makes sense of it
 */
export async function parseMrc(source: Source, stop?: AbortSignal): Promise<MrcHeader> {
  if (source.size < HEADER_BYTES)
    throw mrcError(`wanted ${HEADER_BYTES} bytes at 0, file ends at ${source.size}`, source.size);
  const bytes = await source.read(0, HEADER_BYTES, stop);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = isLittle(view);
  const i32 = (at: number) => view.getInt32(at, little);
  const f32 = (at: number) => view.getFloat32(at, little);
  const text = (from: number, to: number) =>
    new TextDecoder("latin1").decode(bytes.subarray(from, to)).replace(/\0.*$/s, "").trim();
  const axisOf = tripleAt(i32, 64);
  const extendedBytes = i32(92);
  if (extendedBytes < 0 || HEADER_BYTES + extendedBytes > source.size)
    throw mrcError(`an extended header of ${extendedBytes} bytes, file ends at ${source.size}`, 92);
  return {
    littleEndian: little,
    size: tripleAt(i32, 0),
    mode: i32(12),
    intervals: tripleAt(i32, 28),
    cell: tripleAt(f32, 40),
    axisOf: axisOf.toSorted().join() === "1,2,3" ? axisOf : [1, 2, 3],
    range: [f32(76), f32(80)],
    spaceGroup: i32(88),
    extendedBytes,
    extendedType: text(104, 108),
    version: i32(108),
    perSection: [view.getInt16(128, little), view.getInt16(130, little)],
    imodFlags: i32(152) === IMOD_STAMP ? i32(156) : undefined,
    labels: Array.from({ length: 10 }, (_, i) => text(224 + 80 * i, 304 + 80 * i)).filter((label) => label),
  };
}
