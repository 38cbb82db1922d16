import type { Axis, DType, Numeric, Region, Source } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { swapBytes } from "../kernels/swap.ts";
import { fromWide, WIDE, type WideType } from "./wide.ts";

/** Runs closer together than this are fetched with one read [bytes]. */
const GAP_BYTES = 65536;
/** More than one typed array should hold [values]. */
const TILE_LIMIT = 2 ** 31;

/** Typed array of each element type and how many of its numbers make one element. */
export const DTYPES = {
  u8: [Uint8Array, 1],
  i8: [Int8Array, 1],
  u16: [Uint16Array, 1],
  i16: [Int16Array, 1],
  u32: [Uint32Array, 1],
  i32: [Int32Array, 1],
  f32: [Float32Array, 1],
  f64: [Float64Array, 1],
  c64: [Float32Array, 2],
  c128: [Float64Array, 2],
  rgb8: [Uint8Array, 3],
} as const satisfies Record<
  DType,
  readonly [{ new (buffer: ArrayBuffer): Numeric; readonly BYTES_PER_ELEMENT: number }, number]
>;

/** Bytes of one element. */
export function elementBytes(dtype: DType): number {
  const [make, numbers] = DTYPES[dtype];
  return make.BYTES_PER_ELEMENT * numbers;
}

/** The values in `bytes`, which start at the beginning of their buffer. */
export function typed(dtype: DType, bytes: Uint8Array<ArrayBuffer>): Numeric {
  return new DTYPES[dtype][0](bytes.buffer);
}

/** Number of elements of a region or, without `start`, of a shape. */
export function countOf(stop: readonly number[], start?: readonly number[]): number {
  return stop.reduce((product, to, i) => product * (to - (start?.[i] ?? 0)), 1);
}

/**
 * Refuses a region that is not inside the array or larger than a typed array.
 *
 * @throws Usage; Refused
 */
export function checkRegion({ start, stop }: Region, shape: readonly number[], format: string): void {
  const fits = shape.every((size, i) => {
    const [from, to] = [start[i]!, stop[i]!];
    return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= size;
  });
  if (!fits || start.length !== shape.length || stop.length !== shape.length) {
    const message = `${format}: region [${start}] to [${stop}] leaves the array of ${shape.join(" × ")}`;
    throw new LithoscopeError("Usage", message, { path: "region", expected: "a region inside the signal" });
  }
  const values = countOf(stop, start);
  if (values > TILE_LIMIT) {
    const message = `${format}: a tile of ${values} values is more than ${TILE_LIMIT}`;
    throw new LithoscopeError("Refused", message, { why: "tile too large", need: "a smaller region" });
  }
}

/** Elements from one index to the next, per axis, in C order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** The stretches of values that lie together in the file, in C order; all have the same length. */
export function runsOf(
  { start, stop }: Region,
  shape: readonly number[],
): { starts: number[]; length: number } {
  let inner = shape.length - 1;
  let length = 1;
  for (; inner >= 0; inner--) {
    length *= stop[inner]! - start[inner]!;
    if (stop[inner]! - start[inner]! !== shape[inner]) break;
  }
  const strides = stridesOf(shape);
  let starts = [start.reduce((sum, index, i) => sum + index * strides[i]!, 0)];
  for (let i = 0; i < inner; i++) {
    const steps = Array.from({ length: stop[i]! - start[i]! }, (_, k) => k * strides[i]!);
    starts = starts.flatMap((at) => steps.map((step) => at + step));
  }
  return { starts, length };
}

/** A C-ordered array that lies in one piece in the file. */
export interface PlainArray {
  readonly format: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly offset: number;
  readonly bigEndian: boolean;
  /** Where the file's element type is none of ours; `dtype` is then the one its values get. */
  readonly wide?: WideType;
}

/** Reads regions of a plain array; runs that lie close together come with one read. */
export function plainTile(source: Source, array: PlainArray) {
  const itemBytes = array.wide ? WIDE[array.wide].bytes : elementBytes(array.dtype);

  return async (region: Region, stop?: AbortSignal): Promise<Numeric> => {
    checkRegion(region, array.shape, array.format);
    const { starts, length } = runsOf(region, array.shape);
    const runBytes = length * itemBytes;
    const alone = starts.length === 1 && runBytes > 0;
    const whole = alone && (await source.read(array.offset + starts[0]! * itemBytes, runBytes, stop));
    // What comes in one piece, and is nobody else's, needs no copy.
    const own =
      whole && whole.buffer.byteLength === runBytes ? (whole as Uint8Array<ArrayBuffer>) : undefined;
    const out = own ?? new Uint8Array(runBytes * starts.length);
    if (whole && !own) out.set(whole);
    for (let i = 0; i < starts.length && runBytes > 0 && !alone; ) {
      let end = i + 1;
      const gap = (k: number) => (starts[k]! - starts[k - 1]! - length) * itemBytes;
      while (end < starts.length && gap(end) <= Math.min(GAP_BYTES, runBytes)) end++;
      const span = (starts[end - 1]! - starts[i]!) * itemBytes + runBytes;
      const bytes = await source.read(array.offset + starts[i]! * itemBytes, span, stop);
      for (let k = i; k < end; k++) {
        const from = (starts[k]! - starts[i]!) * itemBytes;
        out.set(bytes.subarray(from, from + runBytes), k * runBytes);
      }
      i = end;
    }
    if (array.bigEndian) swapBytes(out, array.wide ? itemBytes : DTYPES[array.dtype][0].BYTES_PER_ELEMENT);
    if (array.wide) return fromWide(out, array.wide, array.format, source.name);
    return typed(array.dtype, out);
  };
}

/** Uncalibrated axes: the last two of 3-D and 4-D arrays are a pattern, others have the role their number allows. */
export function plainAxes(shape: readonly number[]): Axis[] {
  const named: Readonly<Record<number, readonly string[]>> = {
    1: ["x"],
    2: ["y", "x"],
    3: ["frame", "ky", "kx"],
    4: ["y", "x", "ky", "kx"],
  };
  const nav = shape.length > 2 ? shape.length - 2 : 0;
  const common = { unit: "px", scale: 1, offset: 0, from: "none" } as const;
  return shape.map((size, i) => {
    const name = named[shape.length]?.[i] ?? `axis${i}`;
    return { name, role: i < nav ? "nav" : "signal", size, ...common };
  });
}
