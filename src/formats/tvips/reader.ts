import type { Column, Notice, Reader, Signal, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameBlock, type Meta, pixelAxis, putQuantity, putText } from "../axes.ts";
import { frameTile } from "../frames.ts";
import { joinedSource } from "../joined.ts";
import { siblingOf } from "../sibling.ts";
import { frameBytes, MAIN_BYTES, parseFrame, parseMain, type TvipsHeader, tvipsError } from "./parse.ts";

const MAX_PARTS = 1000;

/** The numbered files of a stream from _000 on, whichever of them was given; a file without a number stands alone. */
async function partsOf(given: Source): Promise<Source[]> {
  const match = /^(.*_)(\d{3})(\.tvips)$/i.exec(given.name);
  if (!match) return [given];
  const [, base, number, ending] = match as unknown as [string, string, string, string];
  const name = (i: number) => `${base}${String(i).padStart(3, "0")}${ending}`;
  const first = number === "000" ? given : await siblingOf(given, name(0));
  if (!first) {
    const message = `tvips: ${given.name} goes on from ${name(0)}, which is not beside it`;
    throw new LithoscopeError("Missing", message, { what: name(0), flag: "FILE" });
  }
  const parts = [first];
  for (let i = 1; i < MAX_PARTS; i++) {
    const part = i === Number(number) ? given : await siblingOf(given, name(i));
    if (!part) break;
    parts.push(part);
  }
  return parts;
}

/** Where every frame lies, its header included, counted through all files. */
interface Frames {
  readonly count: number;
  at(frame: number): number;
}

/** Frames of each file that are whole; only the first file has the main header. */
function framesOf(parts: readonly Source[], header: TvipsHeader, notices: Notice[]): Frames {
  const stride = header.frameheaderbytes + header.dimx * header.dimy * (header.bitsperpixel / 8);
  const firsts: number[] = [];
  const starts: number[] = [];
  let [count, begin] = [0, 0];
  for (const [i, part] of parts.entries()) {
    const skip = i === 0 ? header.size : 0;
    const whole = Math.max(0, Math.floor((part.size - skip) / stride));
    const left = part.size - skip - whole * stride;
    if (left !== 0) {
      const message = `tvips: ${part.name} ends inside a frame, ${whole} are whole`;
      notices.push({ code: "truncated", message, where: `byte ${skip + whole * stride}` });
    }
    firsts.push(count);
    starts.push(begin + skip);
    count += whole;
    begin += part.size;
  }
  if (count === 0) {
    const { name, size } = parts[0]!;
    throw tvipsError(
      `wanted a frame of ${stride} bytes at ${header.size}, ${name} ends at ${size}`,
      header.size,
    );
  }
  const at = (frame: number) => {
    let part = firsts.length - 1;
    while (firsts[part]! > frame) part--;
    return starts[part]! + (frame - firsts[part]!) * stride;
  };
  return { count, at };
}

function headerTable(source: Source, frames: Frames, version: number, start: string): Table {
  const columns: Column[] = [{ name: "time", unit: "s", type: "number" }];
  if (version === 2) {
    columns.push({ name: "rotator", unit: "1", type: "number" });
    for (const name of ["alpha", "beta"]) columns.push({ name, unit: "deg", type: "number" });
  }
  const header = async (frame: number, stop?: AbortSignal) =>
    parseFrame(await source.read(frames.at(frame), frameBytes(version), stop), version);
  return {
    kind: "table",
    title: `${source.name}: header of each frame`,
    rows: frames.count,
    columns,
    meta: { "time.start": start },
    async read(column, from, to, stop) {
      const first = column === "time" ? (await header(0, stop)).time : 0;
      const out = new Float64Array(Math.max(0, to - from));
      for (let i = from; i < to; i++)
        out[i - from] = (await header(i, stop))[column as "time" | "rotator" | "alpha" | "beta"] - first;
      return out;
    },
  };
}

export const reader: Reader = {
  async open(given, stop, options = {}) {
    const parts = await partsOf(given);
    const first = parts[0]!;
    const header = parseMain(await first.read(0, Math.min(MAIN_BYTES, first.size), stop));
    const notices: Notice[] = [];
    const frames = framesOf(parts, header, notices);
    const source = joinedSource(parts, given);
    const one = parseFrame(await source.read(frames.at(0), frameBytes(header.version), stop), header.version);
    const start = new Date(Math.round(one.time * 1000)).toISOString();
    const meta: Meta = {};
    putQuantity(meta, "beam.energy", header.ht > 0 ? header.ht : undefined, "keV");
    if (one.mode === 1 && header.magtotal > 0) putQuantity(meta, "magnification", header.magtotal, "1");
    putText(meta, "time.start", start);
    meta["frames.present"] = { value: frames.count, unit: "1", from: "counted" };
    const names = one.mode === 2 ? ["ky", "kx"] : ["y", "x"];
    const nav = frames.count > 1 ? [pixelAxis("frame", "nav", frames.count)] : [];
    const axes = [
      ...nav,
      pixelAxis(names[0]!, "signal", header.dimy),
      pixelAxis(names[1]!, "signal", header.dimx),
    ];
    const message =
      "tvips: the file states the camera's pixel and no step on the specimen or of the pattern, frames are in px";
    notices.push({ code: "uncalibrated", message, flag: "--pixel-size" });
    if (frames.count > 1 && one.mode === 2) {
      const scan = "tvips: the file does not say how the frames make a scan, they are given as one row";
      notices.push({ code: "scan-unknown", message: scan, flag: "--shape" });
    }
    const dtype = header.bitsperpixel === 8 ? "u8" : "u16";
    const signal: Signal = {
      kind: "signal",
      title: given.name.replace(/(_\d{3})?\.tvips$/i, ""),
      axes,
      dtype,
      value: { name: "counts", unit: "1" },
      meta,
      block: frameBlock(axes),
      ref: { source: given.ref, format: "tvips", item: 0, options },
      tile: frameTile(source, {
        format: "tvips",
        shape: axes.map(({ size }) => size),
        dtype,
        bigEndian: false,
        at: (frame) => frames.at(frame) + header.frameheaderbytes,
      }),
    };
    const table = headerTable(source, frames, header.version, start);
    return {
      items: frames.count > 1 ? [signal, table] : [signal],
      header: { main: header, first: one },
      notices,
    };
  },
};
