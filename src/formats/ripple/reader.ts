import type { DType, Notice, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameBlock, type Meta, putQuantity, putText } from "../axes.ts";
import { frameTile, spectrumTile, transposedTile } from "../frames.ts";
import { startOf } from "../lab-clock.ts";
import { decodeLabText } from "../lab-text.ts";
import { countOf, elementBytes, type PlainArray, plainTile } from "../regions.ts";
import { siblingOf } from "../sibling.ts";
import { WIDE, type WideType } from "../wide.ts";
import { axesOf, numberOf, type RippleAxes } from "./axes.ts";
import { parseRipple, type RippleHeader, rippleError } from "./parse.ts";

/** A .rpl has some thirty lines. */
const MAX_TEXT = 2 ** 20;
const MAX_SIZE = 2 ** 31;
const DTYPES: Readonly<Record<string, DType>> = {
  signed1: "i8",
  signed2: "i16",
  signed4: "i32",
  unsigned1: "u8",
  unsigned2: "u16",
  unsigned4: "u32",
  float4: "f32",
  float8: "f64",
};
const WIDE_TYPES: Readonly<Record<string, WideType>> = { signed8: "i64", unsigned8: "u64", float2: "f16" };

/** The other half of a pair: same name, another ending, in either case. */
async function beside(source: Source, ending: string): Promise<Source | undefined> {
  const base = source.name.replace(/\.[^.]*$/, "");
  return siblingOf(source, `${base}.${ending}`);
}

/** Text and numbers, whichever of the two was given. */
async function pairOf(given: Source): Promise<{ text: Source; data: Source }> {
  if (/\.raw$/i.test(given.name)) {
    const text = await beside(given, "rpl");
    if (!text) throw rippleError(`no .rpl beside ${given.name}`, 0);
    return { text, data: given };
  }
  const data = await beside(given, "raw");
  if (data) return { text: given, data };
  const base = given.name.replace(/\.[^.]*$/, "");
  const message = `ripple: ${given.name} describes numbers in ${base}.raw, which is not beside it`;
  throw new LithoscopeError("Missing", message, { what: `${base}.raw`, flag: "FILE" });
}

function typeOf(header: RippleHeader, notices: Notice[]) {
  const kind = `${(header["data-type"] ?? "").toLowerCase()}${header["data-length"] ?? ""}`;
  const wide = WIDE_TYPES[kind];
  const dtype = wide ? WIDE[wide].dtype : DTYPES[kind];
  if (!dtype) {
    const feature = `data-type ${header["data-type"]} of ${header["data-length"]} bytes`;
    throw new LithoscopeError("Unsupported", `ripple: ${feature} is not read`, { format: "ripple", feature });
  }
  const order = (header["byte-order"] ?? "dont-care").toLowerCase();
  const bytes = wide ? WIDE[wide].bytes : elementBytes(dtype);
  if (bytes > 1 && !/^(big|little)-endian$/.test(order)) {
    const message = `ripple: byte-order is ${order} for numbers of ${bytes} bytes, little-endian is assumed`;
    notices.push({ code: "byte-order-assumed", message, where: "byte-order" });
  }
  return { dtype, wide, bytes, bigEndian: order === "big-endian" };
}

/** Reads regions in the stored order; records that the file does not hold are NaN or 0. */
function storedTile(data: Source, header: RippleHeader, axes: RippleAxes, notices: Notice[]) {
  const { dtype, wide, bytes, bigEndian } = typeOf(header, notices);
  const offset = numberOf(header, "offset") || 0;
  const { stored: shape, record } = axes;
  const fits = shape.every((n) => Number.isSafeInteger(n) && n > 0 && n <= MAX_SIZE);
  if (!fits || !Number.isSafeInteger(offset) || offset < 0)
    throw rippleError(`${shape.join(" × ")} numbers at byte ${offset}`, 0);
  const each = countOf(shape.slice(shape.length - record)) * bytes;
  const total = countOf(shape) / countOf(shape.slice(shape.length - record));
  const present = Math.min(total, Math.max(0, Math.floor((data.size - offset) / each)));
  if (present === 0 || (wide && present < total)) {
    const message = `ripple: wanted ${each * total} bytes at ${offset}, ${data.name} ends at ${data.size}`;
    throw new LithoscopeError("Format", message, { format: "ripple", at: offset });
  }
  if (present < total) {
    const message = `ripple: ${present} of ${total} records are in ${data.name}, the rest is not measured`;
    notices.push({ code: "truncated", message, where: `byte ${offset + present * each}` });
  }
  const array: PlainArray = { format: "ripple", shape, dtype, offset, bigEndian, ...(wide && { wide }) };
  const at = (frame: number) => (frame < present ? offset + frame * each : undefined);
  const stack = { format: "ripple", shape, dtype, bigEndian, at };
  const partial = record === 1 ? spectrumTile(data, stack) : frameTile(data, stack);
  return { dtype, tile: present < total ? partial : plainTile(data, array) };
}

function metaOf(header: RippleHeader): Meta {
  const meta: Meta = {};
  const put = (key: string, name: string, unit: string) => {
    const value = numberOf(header, key);
    if (value !== 0) putQuantity(meta, name, value, unit);
  };
  put("beam-energy", "beam.energy", "keV");
  put("convergence-angle", "beam.convergence", "mrad");
  put("collection-angle", "spectrometer.collection", "mrad");
  put("live-time", "live.time", "s");
  put("elevation-angle", "detector.elevation", "deg");
  put("detector-peak-width-ev", "detector.resolution", "eV");
  putQuantity(meta, "detector.azimuth", numberOf(header, "azimuth-angle"), "deg");
  putQuantity(meta, "stage.alpha", numberOf(header, "tilt-stage"), "deg");
  putText(meta, "signal.type", header.signal);
  return meta;
}

export const reader: Reader = {
  async open(given, stop, options = {}) {
    const { text, data } = await pairOf(given);
    const bytes = await text.read(0, Math.min(text.size, MAX_TEXT), stop);
    const words = decodeLabText(bytes);
    const header = parseRipple(words);
    const notices: Notice[] = [];
    if (!/^(vector|image|dont-care)$/i.test(header["record-by"]!))
      throw rippleError(`wanted record-by vector, image or dont-care, found "${header["record-by"]}"`, 0);
    if (!/[\r\n]\s*$/.test(words)) {
      const message = `ripple: the last line of ${text.name} has no end, it may be cut short`;
      notices.push({ code: "end-missing", message, where: `byte ${text.size}` });
    }
    const axes = axesOf(header);
    const stored = storedTile(data, header, axes, notices);
    const inOrder = axes.order.every((axis, i) => axis === i);
    const meta = metaOf(header);
    const when = `${header.date ?? ""} ${header.time ?? ""}`.trim();
    putText(meta, "time.start", startOf(when, { format: "ripple", order: "dmy" }, options, notices));
    if (axes.axes.every(({ from }) => from === "none")) {
      const message = "ripple: the .rpl states no step and no unit, every axis is in px";
      notices.push({ code: "uncalibrated", message, flag: "--pixel-size" });
    }
    const signal: Signal = {
      kind: "signal",
      title: header.title || data.name,
      axes: axes.axes,
      dtype: stored.dtype,
      value: { name: "counts", unit: "1" },
      meta,
      block: frameBlock(axes.axes),
      ref: { source: given.ref, format: "ripple", item: 0, options },
      tile: inOrder ? stored.tile : transposedTile(stored.tile, axes.order, stored.dtype),
    };
    return { items: [signal], header, notices };
  },
};
