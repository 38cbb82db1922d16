import type { Axis, DType, Numeric, Signal, Writer } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { countOf, elementBytes } from "../regions.ts";
import { describeSignal } from "../stored-signal.ts";
import { TAG } from "./parse.ts";

/** The file is put together in memory, and offsets have 32 bits [bytes]. */
const LIMIT = 2 ** 30;
type Kept = "u8" | "u16" | "f32" | "rgb8";
const KEPT: readonly DType[] = ["u8", "u16", "f32", "rgb8"];
/** Numbers of the field types that are written. */
const FIELD = { short: 3, long: 4, rational: 5, ascii: 2 } as const;

function keptType(dtype: DType): Kept {
  return KEPT.includes(dtype) ? (dtype as Kept) : "f32";
}

/** What is not kept of a signal, a sentence each. */
function losses(signal: Signal): string[] {
  const { dtype, axes } = signal;
  const type = KEPT.includes(dtype) ? [] : [`values of ${dtype} become f32, of which 24 bits count`];
  const listed = axes.filter(({ values }) => values).map(({ name }) => name);
  return [...type, ...listed.map((name) => `the coordinates of axis ${name} become an even step`)];
}

/** The axis with an even step instead of a list. */
function even({ values, ...axis }: Axis): Axis {
  if (!values) return axis;
  const offset = values[0] ?? 0;
  const scale = values.length > 1 ? (values.at(-1)! - offset) / (values.length - 1) : 1;
  return { ...axis, offset, scale };
}

/** Letters beyond ASCII as \uXXXX, which ImageJ and JSON both read. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e\n]/g, (letter) =>
    [...letter].map((c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(""),
  );
}

/** ImageJ's lines: how the pages are counted, the unit and the steps; then our own description. */
function description(signal: Signal, pages: number): string {
  const { axes } = signal;
  const nav = axes.slice(0, -2);
  const [y, x] = axes.slice(-2) as [Axis, Axis];
  const counted = nav.length > 2 ? [1, pages] : [nav.length > 1 ? nav[0]!.size : 1, nav.at(-1)?.size ?? 1];
  const [frames, slices] = counted as [number, number];
  const lines = ["ImageJ=1.53t", `images=${pages}`];
  if (pages > 1) lines.push(`slices=${slices}`, `frames=${frames}`, "hyperstack=true");
  const calibrated = x.unit !== "px" && x.unit === y.unit;
  if (calibrated) lines.push(`unit=${x.unit}`);
  const stack = nav.at(-1);
  if (calibrated && stack?.unit === x.unit) lines.push(`spacing=${stack.scale}`);
  if (nav.length === 2 && nav[0]!.unit === "s") lines.push(`finterval=${nav[0]!.scale}`);
  lines.push("loop=false", `lithoscope=${JSON.stringify(describeSignal(signal))}`);
  return ascii(`${lines.join("\n")}\n`);
}

/** Pixels per unit as a fraction of two 32-bit numbers. */
function rational(value: number): [number, number] {
  if (!(value > 1e-9 && value < 2 ** 31)) return [1, 1];
  const below = 10 ** Math.min(9, Math.floor(9 - Math.log10(Math.max(value, 1))));
  return [Math.round(value * below), below];
}

function toF32(values: Numeric): Float32Array {
  return Float32Array.from(values as ArrayLike<number>);
}

interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: number;
}

function writeDirectory(view: DataView, at: number, fields: readonly Field[], next: number): void {
  view.setUint16(at, fields.length, true);
  fields.forEach(({ tag, type, count, value }, i) => {
    const place = at + 2 + 12 * i;
    view.setUint16(place, tag, true);
    view.setUint16(place + 2, type, true);
    view.setUint32(place + 4, count, true);
    if (type === FIELD.short && count === 1) view.setUint16(place + 8, value, true);
    else view.setUint32(place + 8, value, true);
  });
  view.setUint32(at + 2 + 12 * fields.length, next, true);
}

/** A TIFF of one page per navigation position, little-endian, not packed, as ImageJ writes a hyperstack. */
function tiffBytes(signal: Signal, values: Numeric): Uint8Array {
  const { axes, dtype } = signal;
  const type = keptType(dtype);
  const [height, width] = axes.slice(-2).map(({ size }) => size) as [number, number];
  const pages = countOf(axes.slice(0, -2).map(({ size }) => size));
  const pageBytes = height * width * elementBytes(type);
  const text = new TextEncoder().encode(`${description(signal, pages)}\0`);
  const samples = type === "rgb8" ? 3 : 1;
  // Header, two fractions, the depths of colours, the text; then pixels, then the directories.
  const [fractions, depths, words] = [8, 24, 32];
  const pixels = Math.ceil((words + text.length) / 8) * 8;
  const directories = Math.ceil((pixels + pages * pageBytes) / 2) * 2;
  const fieldsOf = (page: number): Field[] => {
    const one = (tag: number, kind: number, value: number): Field => ({ tag, type: kind, count: 1, value });
    const bits = { tag: TAG.bitsPerSample, type: FIELD.short, count: 3, value: depths };
    const all: Field[] = [
      one(TAG.width, FIELD.long, width),
      one(TAG.height, FIELD.long, height),
      samples === 3 ? bits : one(TAG.bitsPerSample, FIELD.short, 8 * elementBytes(type)),
      one(TAG.compression, FIELD.short, 1),
      one(TAG.photometric, FIELD.short, samples === 3 ? 2 : 1),
      one(TAG.stripOffsets, FIELD.long, pixels + page * pageBytes),
      one(TAG.samplesPerPixel, FIELD.short, samples),
      one(TAG.rowsPerStrip, FIELD.long, height),
      one(TAG.stripByteCounts, FIELD.long, pageBytes),
      one(TAG.xResolution, FIELD.rational, fractions),
      one(TAG.yResolution, FIELD.rational, fractions + 8),
      one(TAG.resolutionUnit, FIELD.short, 1),
    ];
    // Whole numbers without a sign are what no word says; colours would want one for each sample.
    if (type === "f32") all.push(one(TAG.sampleFormat, FIELD.short, 3));
    const said = { tag: TAG.description, type: FIELD.ascii, count: text.length, value: words };
    if (page === 0) all.push(said);
    return all.sort((a, b) => a.tag - b.tag);
  };
  const sizes = Array.from({ length: pages }, (_, page) => 2 + 12 * fieldsOf(page).length + 4);
  const out = new Uint8Array(directories + sizes.reduce((sum, n) => sum + n, 0));
  const view = new DataView(out.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, directories, true);
  axes
    .slice(-2)
    .reverse()
    .forEach(({ unit, scale }, i) => {
      const [above, below] = rational(unit === "px" ? 1 : 1 / scale);
      view.setUint32(fractions + 8 * i, above, true);
      view.setUint32(fractions + 8 * i + 4, below, true);
    });
  for (let i = 0; i < 3; i++) view.setUint16(depths + 2 * i, 8, true);
  out.set(text, words);
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), pixels);
  let at = directories;
  for (const [page, size] of sizes.entries()) {
    writeDirectory(view, at, fieldsOf(page), page + 1 < pages ? at + size : 0);
    at += size;
  }
  return out;
}

/** A signal as a TIFF that ImageJ opens with its scales; u8, u16, f32 and colours with even axes lose nothing. */
export const writer: Writer = {
  id: "tiff",
  title: "TIFF (ImageJ)",
  extensions: [".tif", ".tiff"],
  accepts: (item) => item.kind === "signal" && !item.dtype.startsWith("c") && item.axes.length > 1,
  losses: (item) => losses(item as Signal),
  async write(item, sink, path, stop) {
    const signal = item as Signal;
    const shape = signal.axes.map(({ size }) => size);
    const dtype = keptType(signal.dtype);
    const bytes = countOf(shape) * elementBytes(dtype);
    if (bytes > LIMIT) {
      const message = `tiff: a signal of ${bytes} bytes is more than the ${LIMIT} that are written as TIFF`;
      throw new LithoscopeError("Refused", message, { why: "size", need: ".zarr" });
    }
    const values = await signal.tile({ start: shape.map(() => 0), stop: shape }, stop);
    const kept = dtype === signal.dtype ? values : toF32(values);
    await sink.write(path, tiffBytes({ ...signal, dtype, axes: signal.axes.map(even) }, kept));
  },
};
