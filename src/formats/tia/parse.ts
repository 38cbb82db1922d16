import type { DType, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

/** Calibration as TIA writes it: `offset` is the coordinate of element number `element`. */
export interface SerCalibration {
  readonly offset: number;
  readonly delta: number;
  readonly element: number;
}

export interface SerDimension extends SerCalibration {
  readonly size: number;
  readonly description: string;
  readonly units: string;
}

/** A .ser file in the words of its public description (C. B. Boothroyd, "TIA Data Files Description"). */
export interface SerHeader {
  readonly version: number;
  /** Spectra (1) or images (2). */
  readonly rank: 1 | 2;
  /** True where each element's tag has a position beside its time. */
  readonly positions: boolean;
  readonly total: number;
  readonly valid: number;
  /** Fastest first. */
  readonly dimensions: readonly SerDimension[];
  /** Places of the elements and of their tags. */
  readonly data: Float64Array;
  readonly tags: Float64Array;
  /** Of the first element: calibration and size of x, then y. */
  readonly calibrations: readonly SerCalibration[];
  readonly sizes: readonly number[];
  readonly dtype: DType;
  /** Bytes before the values of an element. */
  readonly elementHeader: number;
}

const DTYPES: readonly (DType | undefined)[] = [
  ...([undefined, "u8", "u16", "u32", "i8", "i16", "i32", "f32", "f64", "c64", "c128"] as const),
];
const MAX_DIMENSIONS = 16;

export function tiaError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `tia: ${sentence}`, { format: "tia", at });
}

/** Reads numbers one after the other from the head of a file. */
function scanner(bytes: Uint8Array, size: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const next = (count: number) => {
    if (at + count > bytes.byteLength)
      throw tiaError(`wanted ${count} bytes at ${at}, file ends at ${size}`, at);
    at += count;
    return at - count;
  };
  return {
    u16: () => view.getUint16(next(2), true),
    u32: () => view.getUint32(next(4), true),
    i32: () => view.getInt32(next(4), true),
    u64: () => Number(view.getBigUint64(next(8), true)),
    f64: () => view.getFloat64(next(8), true),
    text: (count: number) => new TextDecoder("latin1").decode(bytes.subarray(next(count), at)),
    at: () => at,
  };
}

async function offsetsAt(source: Source, at: number, count: number, wide: boolean, stop?: AbortSignal) {
  const each = wide ? 8 : 4;
  const bytes = await source.read(at, count * each, stop);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) =>
    wide ? Number(view.getBigUint64(8 * i, true)) : view.getUint32(4 * i, true),
  );
}

function calibration(scan: ReturnType<typeof scanner>): SerCalibration {
  return { offset: scan.f64(), delta: scan.f64(), element: scan.i32() };
}

/**
 * Header, offset table and first element of a .ser file; no values.
 *
 * @throws Format if it is none, or its counts and places do not fit the file
 */
export async function parseSer(source: Source, stop?: AbortSignal): Promise<SerHeader> {
  const scan = scanner(await source.read(0, Math.min(source.size, 16384), stop), source.size);
  const [order, series, version] = [scan.u16(), scan.u16(), scan.u16()];
  if (order !== 0x4949 || series !== 0x0197) throw tiaError("wanted 49 49 97 01 at byte 0", 0);
  const wide = version >= 0x0220;
  const [kind, tagKind, total, valid] = [scan.u32(), scan.u32(), scan.u32(), scan.u32()];
  if (kind !== 0x4120 && kind !== 0x4122)
    throw tiaError(`wanted data of type 4120 or 4122 (hex) at byte 6, found ${kind.toString(16)}`, 6);
  const table = wide ? scan.u64() : scan.u32();
  const ranks = scan.u32();
  if (ranks > MAX_DIMENSIONS) throw tiaError(`${ranks} dimensions at byte ${scan.at() - 4}`, scan.at() - 4);
  const dimensions = Array.from({ length: ranks }, (): SerDimension => {
    const size = scan.u32();
    const place = { offset: scan.f64(), delta: scan.f64(), element: scan.i32() };
    return { size, ...place, description: scan.text(scan.u32()), units: scan.text(scan.u32()) };
  });
  const count = Math.min(valid, total);
  if (count === 0) throw tiaError("holds no element", 14);
  const each = wide ? 8 : 4;
  if (table + 2 * total * each > source.size)
    throw tiaError(`wanted ${total} offsets at ${table}, file ends at ${source.size}`, table);
  const data = await offsetsAt(source, table, count, wide, stop);
  const tags = await offsetsAt(source, table + total * each, count, wide, stop);
  const rank = kind === 0x4120 ? 1 : 2;
  const first = scanner(await source.read(data[0]!, rank === 1 ? 26 : 50, stop), source.size);
  const calibrations = rank === 1 ? [calibration(first)] : [calibration(first), calibration(first)];
  const code = first.u16();
  const sizes = rank === 1 ? [first.u32()] : [first.u32(), first.u32()];
  const dtype = DTYPES[code];
  if (!dtype) throw tiaError(`elements of data type ${code} at ${data[0]}`, data[0]!);
  if (sizes.some((n) => n === 0))
    throw tiaError(`an element of ${sizes.join(" × ")} at ${data[0]}`, data[0]!);
  const positions = tagKind === 0x4142;
  const base = {
    version,
    rank,
    positions,
    total,
    valid: count,
    dimensions,
    data,
    tags,
    calibrations,
    sizes,
  } as const;
  return { ...base, dtype, elementHeader: rank === 1 ? 26 : 50 };
}

/** Time [s since 1970, UTC] and position [m] in the tag of an element; undefined if it lies outside the file. */
export async function tagOf(source: Source, header: SerHeader, element: number, stop?: AbortSignal) {
  const at = header.tags[element]!;
  const bytes = header.positions ? 24 : 8;
  if (!(at > 0 && at + bytes <= source.size)) return undefined;
  const read = await source.read(at, bytes, stop);
  const view = new DataView(read.buffer, read.byteOffset, read.byteLength);
  const time = view.getUint32(4, true);
  if (!header.positions) return { time, position: undefined };
  return { time, position: [view.getFloat64(8, true), view.getFloat64(16, true)] as const };
}
