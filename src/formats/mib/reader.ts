import type { Axis, Column, DType, Notice, Reader, Signal, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameBlock, type Meta, pixelAxis, putQuantity, putText } from "../axes.ts";
import { type FrameStack, frameTile } from "../frames.ts";
import { lookup } from "../lookup.ts";
import { countOf, elementBytes } from "../regions.ts";
import { siblingOf } from "../sibling.ts";
import {
  HEADER_LIMIT,
  isoNanoseconds,
  type MibHeader,
  mibError,
  parseFrameHeader,
  parseHdr,
} from "./parse.ts";
import { rawPixels } from "./raw-pixels.ts";
import { type Frames, frameTime, scanShape } from "./scan.ts";

const WHOLE: Readonly<Record<string, DType>> = { U08: "u8", U16: "u16", U32: "u32" };
const HDR_LIMIT = 2 ** 20;

type Hdr = Readonly<Record<string, string>>;

/** Element type and size of a frame, and how its pixels are put in order. */
function pixelsOf(header: MibHeader, hdr: Hdr | undefined) {
  const { width, height, pixelDepth, layout, chips } = header;
  const plain = lookup(WHOLE, pixelDepth);
  if (plain) return { dtype: plain, width, height, bytes: width * height * elementBytes(plain) };
  if (pixelDepth !== "R64") throw mibError(`wanted U08, U16, U32 or R64, found "${pixelDepth}"`, 0);
  const depth = Number(header.extension[2] ?? hdr?.["Counter Depth (number)"]);
  const quad = chips === 4 && /^2x2/.test(layout);
  if (chips > 1 && !quad) {
    const feature = `raw frames of ${chips} chips in a layout of ${layout}`;
    throw new LithoscopeError("Unsupported", `mib: ${feature} are not read`, { format: "mib", feature });
  }
  // A raw quad is written as 1024 × 256: the four chips in a row.
  const side = quad ? Math.sqrt(width * height) : width;
  const [w, h] = quad && Number.isInteger(side / 2) ? [side, side] : [width, height];
  const raw = w % 64 === 0 ? rawPixels(depth, w, h, quad) : undefined;
  if (!raw) {
    const message = `mib: raw frames of ${w} × ${h} pixels and ${depth} bits, wanted 1, 6, 12 or 24 bits`;
    throw new LithoscopeError("Unsupported", message, { format: "mib", feature: "raw frames" });
  }
  return { dtype: raw.dtype, width: w, height: h, bytes: raw.bytes, packed: raw };
}

function metaOf(header: MibHeader, hdr: Hdr | undefined, present: number): Meta {
  const meta: Meta = {};
  const [iso = "", exact = ""] = header.extension;
  const exposure = /^(\d+)ns$/.exec(exact);
  putQuantity(meta, "exposure.time", exposure ? Number(exposure[1]) / 1e9 : Number(header.exposure), "s");
  if (isoNanoseconds(iso) !== undefined) putText(meta, "time.start", iso);
  else putText(meta, "time.start.local", header.timestamp);
  const [low, high] = header.thresholds.map(Number);
  putQuantity(meta, "detector.threshold0", low, "keV");
  putQuantity(meta, "detector.threshold1", high, "keV");
  putText(meta, "detector.gain", hdr?.Gain);
  putText(meta, "detector.chip", hdr?.["Chip ID"]);
  const bias = /^([\d.]+)\s*V/.exec(hdr?.["Sensor Bias (V)"] ?? "");
  if (bias) putQuantity(meta, "detector.bias", Number(bias[1]), "V");
  putText(meta, "software", hdr?.["Software Version"]);
  meta["frames.present"] = { value: present, unit: "1", from: "counted" };
  return meta;
}

/** Every frame's own stamp, in seconds since the first frame's. */
function frameTimes(source: Source, frames: Frames, start: bigint, startText: string): Table {
  const columns: Column[] = [{ name: "time", unit: "s", type: "number" }];
  return {
    kind: "table",
    title: `${source.name}: time of each frame`,
    rows: frames.count,
    columns,
    meta: { "time.start": startText },
    async read(_column, from, to, stop) {
      const out = new Float64Array(Math.max(0, to - from)).fill(Number.NaN);
      for (let frame = from; frame < to; frame++) {
        const time = await frameTime(source, frames, frame, stop);
        if (time !== undefined) out[frame - from] = Number(time - start) / 1e9;
      }
      return out;
    },
  };
}

/** The frames that a .hdr belongs to. */
async function framesBeside(source: Source): Promise<Source> {
  const base = source.name.replace(/\.[^.]*$/, "");
  const found = await siblingOf(source, `${base}.mib`);
  if (found) return found;
  const message = `mib: ${source.name} describes frames in ${base}.mib, which is not beside it`;
  throw new LithoscopeError("Missing", message, { what: `${base}.mib`, flag: "FILE" });
}

async function hdrBeside(source: Source, stop?: AbortSignal): Promise<string | undefined> {
  const base = source.name.replace(/\.[^.]*$/, "");
  const found = await siblingOf(source, `${base}.hdr`);
  if (!found) return undefined;
  try {
    return new TextDecoder("latin1").decode(await found.read(0, Math.min(found.size, HDR_LIMIT), stop));
  } finally {
    await found.close();
  }
}

export const reader: Reader = {
  async open(given, stop, options = {}) {
    const first = await given.read(0, Math.min(given.size, HEADER_LIMIT), stop);
    const start = new TextDecoder("latin1").decode(first.subarray(0, 4));
    const source = start === "HDR," ? await framesBeside(given) : given;
    const head = source === given ? first : await source.read(0, Math.min(source.size, HEADER_LIMIT), stop);
    const header = parseFrameHeader(head.subarray(0, 768));
    const text = source === given ? await hdrBeside(source, stop) : new TextDecoder("latin1").decode(first);
    const hdr = text === undefined ? undefined : parseHdr(text);
    const pixels = pixelsOf(header, hdr);
    const stride = header.dataOffset + pixels.bytes;
    const count = Math.floor(source.size / stride);
    if (count === 0)
      throw mibError(`wanted a frame of ${stride} bytes at 0, file ends at ${source.size}`, source.size);
    const frames = { count, stride };
    const notices: Notice[] = [];
    const nav = await scanShape(source, frames, hdr, header, notices, stop);
    const total = countOf(nav);
    if (source.size % stride !== 0 || total > count) {
      const missing = total > count ? `; ${total - count} of ${total} are not measured and read as 0` : "";
      const message = `mib: ${count} frames are whole, file ends at ${source.size}${missing}`;
      notices.push({ code: "truncated", message, where: `byte ${count * stride}` });
    }
    const names = nav.length === 2 ? ["y", "x"] : ["frame"];
    const axes: Axis[] = [
      ...nav.map((size, i) => pixelAxis(names[i]!, "nav", size)),
      pixelAxis("ky", "signal", pixels.height),
      pixelAxis("kx", "signal", pixels.width),
    ];
    notices.push({
      code: "uncalibrated",
      message: "mib: the file has no step and no pixel size",
      flag: "--pixel-size",
    });
    const stack: FrameStack = {
      format: "mib",
      shape: axes.map(({ size }) => size),
      dtype: pixels.dtype,
      bigEndian: true,
      at: (frame) => (frame < count ? frame * stride + header.dataOffset : undefined),
      ...(pixels.packed && { packed: pixels.packed }),
    };
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype: pixels.dtype,
      value: { name: "counts", unit: "1" },
      meta: metaOf(header, hdr, count),
      block: frameBlock(axes),
      ref: { source: given.ref, format: "mib", item: 0, options },
      tile: frameTile(source, stack),
    };
    const iso = header.extension[0] ?? "";
    const began = isoNanoseconds(iso);
    const times = began === undefined || count < 2 ? [] : [frameTimes(source, frames, began, iso)];
    return { items: [signal, ...times], header: { frame: header, hdr }, notices };
  },
};
