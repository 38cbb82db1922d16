import type { DType, Numeric } from "../../core/contracts.ts";
import { lookup } from "../lookup.ts";
import { stridesOf, typed } from "../regions.ts";
import { fromWide, type WideType } from "../wide.ts";
import { type Json, record, type ZarrNode, zarrUnsupported } from "./parse.ts";

/** How the stored elements of an array become ours. */
export interface Elements {
  readonly dtype: DType;
  /** Numbers that one element is made of and that stand behind each other: 2 of a complex one, 3 of a colour. */
  readonly parts: number;
  /** The parts stay apart, as an axis of their own: colours that are not three bytes. */
  readonly partsAxis?: string;
  /** The type the library is told where it does not know the stored one: same bytes, in v2 and v3 words. */
  readonly read: string;
  readonly wide?: WideType;
}

const WORDS: Readonly<Record<string, readonly [DType, WideType?]>> = {
  bool: ["u8"],
  uint8: ["u8"],
  int8: ["i8"],
  uint16: ["u16"],
  int16: ["i16"],
  uint32: ["u32"],
  int32: ["i32"],
  float32: ["f32"],
  float64: ["f64"],
  int64: ["f64", "i64"],
  uint64: ["f64", "u64"],
};
const V2: Readonly<Record<string, string>> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  f4: "float32",
  f8: "float64",
  i8: "int64",
  u8: "uint64",
};

/** A structure of two to four members of one type: the names tell what it is. */
function structured(descr: readonly unknown[]): Elements | undefined {
  const names = descr
    .map((member) => (Array.isArray(member) ? String(member[0]).toLowerCase() : ""))
    .join("");
  const types = new Set(descr.map((member) => (Array.isArray(member) ? String(member[1]) : "")));
  const [type = ""] = types;
  if (types.size !== 1 || !/^rgba?$/.test(names) || !/^[|<>]u[12]$/.test(type)) return undefined;
  const dtype = type.endsWith("1") ? "u8" : "u16";
  if (names === "rgb" && dtype === "u8") return { dtype: "rgb8", parts: 3, read: type };
  return { dtype, parts: descr.length, partsAxis: "channel", read: type };
}

/** The element type of an array; undefined for text, objects, dates and structures that are no numbers. */
export function elementsOf({ version, metadata }: ZarrNode): Elements | undefined {
  const stored = version === 2 ? metadata.dtype : metadata.data_type;
  if (Array.isArray(stored)) return structured(stored);
  if (typeof stored !== "string") return undefined;
  const [, order = "", type = ""] = /^([<|>])(.*)$/.exec(stored) ?? [];
  if (/^(c8|complex64)$/.test(type || stored))
    return { dtype: "c64", parts: 2, read: version === 2 ? `${order}f4` : "float32" };
  if (/^(c16|complex128)$/.test(type || stored))
    return { dtype: "c128", parts: 2, read: version === 2 ? `${order}f8` : "float64" };
  // Node 20 has no array of half floats: their bits are read.
  if (/^(f2|float16)$/.test(type || stored))
    return { dtype: "f32", parts: 1, wide: "f16", read: version === 2 ? `${order}u2` : "uint16" };
  const word = version === 2 ? lookup(V2, type) : stored;
  const found = lookup(WORDS, word);
  if (!found) return undefined;
  const [dtype, wide] = found;
  return { dtype, parts: 1, read: stored, ...(wide && { wide }) };
}

/**
 * The value of chunks that are not there, for the type that the library is told.
 *
 * @throws Unsupported for one that its words cannot say
 */
function fillOf(fill: unknown, { wide, parts }: Elements, path: string): unknown {
  if (wide !== "f16" && parts === 1) return fill ?? 0;
  if (wide === "f16" && fill === "NaN") return 0x7e00;
  // Of structures it is the base64 text of their bytes.
  const zero = fill === 0 || fill === null || fill === undefined || /^A+=*$/.test(String(fill));
  const list = Array.isArray(fill) && fill.length > 0 && fill.every((part) => part === fill[0]);
  if (zero) return 0;
  if (list && typeof fill[0] === "number") return fill[0];
  throw zarrUnsupported(path, `the fill value ${JSON.stringify(fill)} of this element type`);
}

/**
 * The metadata that the library reads: an element of several parts becomes a last axis, a type that it does not know
 * another one of the same bytes.
 */
export function readableMetadata({ path, version, metadata }: ZarrNode, elements: Elements): Json {
  const { parts, read } = elements;
  const longer = (sizes: unknown) => (parts > 1 && Array.isArray(sizes) ? [...sizes, parts] : sizes);
  const fill_value = fillOf(metadata.fill_value, elements, path);
  const shape = longer(metadata.shape);
  if (version === 2) return { ...metadata, dtype: read, shape, chunks: longer(metadata.chunks), fill_value };
  const grid = record(metadata.chunk_grid);
  const configuration = record(grid.configuration);
  const chunk_grid = {
    ...grid,
    configuration: { ...configuration, chunk_shape: longer(configuration.chunk_shape) },
  };
  // Names of dimensions are ours to read; the library wants one for every axis.
  return { ...metadata, data_type: read, shape, chunk_grid, fill_value, dimension_names: undefined };
}

/** What the library answers as values in C order of our type. */
export function valuesOf(
  chunk: { readonly data: unknown; readonly shape: readonly number[]; readonly stride: readonly number[] },
  { dtype, wide }: Elements,
  what: string,
): Numeric {
  const ordered = inOrder(chunk);
  if (wide === "f16")
    return fromWide(bytesOf(Uint16Array.from(ordered as ArrayLike<number>)), "f16", "zarr", what);
  if (wide === "i64")
    return fromWide(bytesOf(BigInt64Array.from(ordered as ArrayLike<bigint>)), wide, "zarr", what);
  if (wide === "u64")
    return fromWide(bytesOf(BigUint64Array.from(ordered as ArrayLike<bigint>)), wide, "zarr", what);
  const values = ordered as ArrayLike<number>;
  const out = typed(dtype, new Uint8Array(values.length * typed(dtype, new Uint8Array(0)).BYTES_PER_ELEMENT));
  out.set(values);
  return out;
}

function bytesOf(array: Uint16Array | BigInt64Array | BigUint64Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

/** Values in C order; the library answers in the order of the chunks, which may be Fortran's. */
function inOrder({
  data,
  shape,
  stride,
}: {
  readonly data: unknown;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}): ArrayLike<number | bigint> {
  // The library's own array of truth values is no view of memory.
  const plain = ArrayBuffer.isView(data) ? data : Array.from(data as Iterable<boolean>, Number);
  const values = plain as unknown as ArrayLike<number | bigint>;
  if (stridesOf(shape).every((step, i) => step === stride[i] || shape[i] === 1)) return values;
  const out = new Array<number | bigint>(values.length);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    out[to] = values[from]!;
    for (let i = shape.length - 1; i >= 0; i--) {
      from += stride[i]!;
      if (++index[i]! < shape[i]!) break;
      from -= stride[i]! * shape[i]!;
      index[i] = 0;
    }
  }
  return out;
}
