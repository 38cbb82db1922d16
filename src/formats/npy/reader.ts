import type { Axis, DType, Numeric, Reader, Region, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { type NpyHeader, npyError, parseDictionary, parsePrefix } from "./parse.ts";

/** numpy writes a few hundred bytes; its own reader refuses more than 10 000 by default. */
const HEADER_LIMIT = 65536;
/** Runs closer together than this are fetched with one read [bytes]. */
const GAP_BYTES = 65536;
/** More than one typed array should hold [values]. */
const TILE_LIMIT = 2 ** 31;

const TYPES = {
  u1: ["u8", Uint8Array],
  i1: ["i8", Int8Array],
  u2: ["u16", Uint16Array],
  i2: ["i16", Int16Array],
  u4: ["u32", Uint32Array],
  i4: ["i32", Int32Array],
  f4: ["f32", Float32Array],
  f8: ["f64", Float64Array],
} as const satisfies Record<string, readonly [DType, new (buffer: ArrayBuffer) => Numeric]>;

function unsupported(feature: string): LithoscopeError {
  return new LithoscopeError("Unsupported", `npy: ${feature} is not read`, { format: "npy", feature });
}

async function readHeader(source: Source, stop?: AbortSignal): Promise<NpyHeader> {
  const prefix = parsePrefix(await source.read(0, Math.min(12, source.size), stop));
  if (prefix.length > HEADER_LIMIT) {
    throw npyError(`header at 8 claims ${prefix.length} bytes, more than ${HEADER_LIMIT}`, 8);
  }
  const bytes = await source.read(prefix.offset, prefix.length, stop);
  const text = new TextDecoder(prefix.version === 3 ? "utf-8" : "latin1").decode(bytes);
  const dictionary = parseDictionary(text, prefix.offset);
  return { version: prefix.version, ...dictionary, dataOffset: prefix.offset + prefix.length };
}

function typeOf(descr: string) {
  const match = /^([<>|=])([a-zA-Z]\d+)$/.exec(descr);
  const type = match && Object.hasOwn(TYPES, match[2]!) ? TYPES[match[2] as keyof typeof TYPES] : undefined;
  if (!match || !type) throw unsupported(`dtype "${descr}"`);
  const itemBytes = type[1].BYTES_PER_ELEMENT;
  // "=" is the writer's own order; every machine that numpy runs on today is little-endian.
  return { dtype: type[0], make: type[1], itemBytes, swap: match[1] === ">" && itemBytes > 1 };
}

/** The last two axes of 3-D and 4-D arrays are a pattern; others have the role their number allows. */
function axesOf(shape: readonly number[]): Axis[] {
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

function checkSize(header: NpyHeader, itemBytes: number, size: number): void {
  const { shape, dataOffset } = header;
  const bytes = shape.reduce((product, n) => product * n, itemBytes);
  if (!(bytes > 0)) throw npyError(`wanted a shape without zeros, found (${shape.join(", ")})`, dataOffset);
  if (dataOffset + bytes > size) {
    throw npyError(`wanted ${bytes} bytes at ${dataOffset}, file ends at ${size}`, dataOffset);
  }
}

function checkRegion({ start, stop }: Region, shape: readonly number[]): void {
  const fits = shape.every((size, i) => {
    const [from, to] = [start[i]!, stop[i]!];
    return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= size;
  });
  if (!fits || start.length !== shape.length || stop.length !== shape.length) {
    const message = `npy: region [${start}] to [${stop}] leaves the array of ${shape.join(" × ")}`;
    throw new LithoscopeError("Usage", message, { path: "region", expected: "a region inside the signal" });
  }
  const values = shape.reduce((product, _, i) => product * (stop[i]! - start[i]!), 1);
  if (values > TILE_LIMIT) {
    const message = `npy: a tile of ${values} values is more than ${TILE_LIMIT}`;
    throw new LithoscopeError("Refused", message, { why: "tile too large", need: "a smaller region" });
  }
}

/** The stretches of values that lie together in the file, in C order; all have the same length. */
function runsOf({ start, stop }: Region, shape: readonly number[]): { starts: number[]; length: number } {
  let inner = shape.length - 1;
  let length = 1;
  for (; inner >= 0; inner--) {
    length *= stop[inner]! - start[inner]!;
    if (stop[inner]! - start[inner]! !== shape[inner]) break;
  }
  let stride = 1;
  const strides = shape.map(() => 1);
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  const base = start.reduce((sum, index, i) => sum + index * strides[i]!, 0);
  let starts = [base];
  for (let i = 0; i < inner; i++) {
    const steps = Array.from({ length: stop[i]! - start[i]! }, (_, k) => k * strides[i]!);
    starts = starts.flatMap((at) => steps.map((step) => at + step));
  }
  return { starts, length };
}

function swapBytes(bytes: Uint8Array, itemBytes: number): void {
  for (let i = 0; i < bytes.length; i += itemBytes) bytes.subarray(i, i + itemBytes).reverse();
}

function tileReader(source: Source, header: NpyHeader, type: ReturnType<typeof typeOf>) {
  const { itemBytes, make, swap } = type;

  return async (region: Region, stop?: AbortSignal): Promise<Numeric> => {
    checkRegion(region, header.shape);
    const { starts, length } = runsOf(region, header.shape);
    const runBytes = length * itemBytes;
    const out = new Uint8Array(runBytes * starts.length);
    for (let i = 0; i < starts.length && runBytes > 0; ) {
      let end = i + 1;
      const gap = (k: number) => (starts[k]! - starts[k - 1]! - length) * itemBytes;
      while (end < starts.length && gap(end) <= Math.min(GAP_BYTES, runBytes)) end++;
      const span = (starts[end - 1]! - starts[i]!) * itemBytes + runBytes;
      const bytes = await source.read(header.dataOffset + starts[i]! * itemBytes, span, stop);
      for (let k = i; k < end; k++) {
        const from = (starts[k]! - starts[i]!) * itemBytes;
        out.set(bytes.subarray(from, from + runBytes), k * runBytes);
      }
      i = end;
    }
    if (swap) swapBytes(out, itemBytes);
    return new make(out.buffer);
  };
}

export const reader: Reader = {
  async open(source, stop) {
    const header = await readHeader(source, stop);
    const type = typeOf(header.descr);
    if (header.fortran_order && header.shape.length > 1) throw unsupported("Fortran order");
    if (header.shape.length === 0) throw unsupported("a scalar");
    checkSize(header, type.itemBytes, source.size);
    const axes = axesOf(header.shape);
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype: type.dtype,
      value: { name: "value", unit: "1" },
      meta: {},
      block: axes.map(({ role, size }) => (role === "nav" ? 1 : size)),
      ref: { source: source.ref, format: "npy", item: 0 },
      tile: tileReader(source, header, type),
    };
    const message = "npy: a .npy file has no units, every axis is in px";
    return { items: [signal], header, notices: [{ code: "uncalibrated", message }] };
  },
};
