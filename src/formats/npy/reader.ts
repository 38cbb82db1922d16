import type { DType, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { transposedTile } from "../frames.ts";
import { lookup } from "../lookup.ts";
import { elementBytes, plainAxes, plainTile } from "../regions.ts";
import { WIDE, type WideType } from "../wide.ts";
import { type NpyHeader, npyError, parseDictionary, parsePrefix } from "./parse.ts";

/** numpy writes a few hundred bytes; its own reader refuses more than 10 000 by default. */
const HEADER_LIMIT = 65536;

const TYPES: Readonly<Record<string, DType>> = {
  b1: "u8",
  u1: "u8",
  i1: "i8",
  u2: "u16",
  i2: "i16",
  u4: "u32",
  i4: "i32",
  f4: "f32",
  f8: "f64",
  c8: "c64",
  c16: "c128",
};
/** Types that are read into a wider one. */
const WIDE_TYPES: Readonly<Record<string, WideType>> = { i8: "i64", u8: "u64", f2: "f16" };

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

interface ElementType {
  readonly dtype: DType;
  readonly bigEndian: boolean;
  readonly wide?: WideType;
}

function typeOf(descr: string): ElementType {
  const match = /^([<>|=])([a-zA-Z]\d+)$/.exec(descr);
  const name = match?.[2] ?? "";
  const wide = lookup(WIDE_TYPES, name);
  const dtype = wide ? WIDE[wide].dtype : lookup(TYPES, name);
  if (!match || !dtype) throw unsupported(`dtype "${descr}"`);
  // "=" is the writer's own order; every machine that numpy runs on today is little-endian.
  return { dtype, bigEndian: match[1] === ">", ...(wide && { wide }) };
}

/** Reads regions in C order; Fortran's order is the array with its axes turned round. */
function tileOf(source: Source, { shape, dataOffset, fortran_order }: NpyHeader, type: ElementType) {
  const plain = { format: "npy", offset: dataOffset, ...type };
  if (!fortran_order) return plainTile(source, { ...plain, shape });
  const stored = plainTile(source, { ...plain, shape: shape.toReversed() });
  const order = shape.map((_, i) => shape.length - 1 - i);
  return transposedTile(stored, order, type.dtype);
}

function checkSize(header: NpyHeader, itemBytes: number, size: number): void {
  const { shape, dataOffset } = header;
  const bytes = shape.reduce((product, n) => product * n, itemBytes);
  if (!(bytes > 0)) throw npyError(`wanted a shape without zeros, found (${shape.join(", ")})`, dataOffset);
  if (dataOffset + bytes > size) {
    throw npyError(`wanted ${bytes} bytes at ${dataOffset}, file ends at ${size}`, dataOffset);
  }
}

export const reader: Reader = {
  async open(source, stop) {
    const header = await readHeader(source, stop);
    const type = typeOf(header.descr);
    if (header.shape.length === 0) throw unsupported("a scalar");
    checkSize(header, type.wide ? WIDE[type.wide].bytes : elementBytes(type.dtype), source.size);
    const axes = plainAxes(header.shape);
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype: type.dtype,
      value: { name: "value", unit: "1" },
      meta: {},
      block: axes.map(({ role, size }) => (role === "nav" ? 1 : size)),
      ref: { source: source.ref, format: "npy", item: 0 },
      tile: tileOf(source, header, type),
    };
    const message = "npy: a .npy file has no units, every axis is in px";
    return { items: [signal], header, notices: [{ code: "uncalibrated", message }] };
  },
};
