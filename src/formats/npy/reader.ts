import type { DType, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { elementBytes, plainAxes, plainTile } from "../regions.ts";
import { type NpyHeader, npyError, parseDictionary, parsePrefix } from "./parse.ts";

/** numpy writes a few hundred bytes; its own reader refuses more than 10 000 by default. */
const HEADER_LIMIT = 65536;

const TYPES: Readonly<Record<string, DType>> = {
  u1: "u8",
  i1: "i8",
  u2: "u16",
  i2: "i16",
  u4: "u32",
  i4: "i32",
  f4: "f32",
  f8: "f64",
};

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

function typeOf(descr: string): { dtype: DType; bigEndian: boolean } {
  const match = /^([<>|=])([a-zA-Z]\d+)$/.exec(descr);
  const dtype = match && Object.hasOwn(TYPES, match[2]!) ? TYPES[match[2]!] : undefined;
  if (!match || !dtype) throw unsupported(`dtype "${descr}"`);
  // "=" is the writer's own order; every machine that numpy runs on today is little-endian.
  return { dtype, bigEndian: match[1] === ">" };
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
    if (header.fortran_order && header.shape.length > 1) throw unsupported("Fortran order");
    if (header.shape.length === 0) throw unsupported("a scalar");
    checkSize(header, elementBytes(type.dtype), source.size);
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
      tile: plainTile(source, { format: "npy", shape: header.shape, offset: header.dataOffset, ...type }),
    };
    const message = "npy: a .npy file has no units, every axis is in px";
    return { items: [signal], header, notices: [{ code: "uncalibrated", message }] };
  },
};
