import type { Column, Item, Notice, Reader, Signal, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameBlock, type Meta, putText } from "../axes.ts";
import { frameTile, spectrumTile } from "../frames.ts";
import { countOf, elementBytes } from "../regions.ts";
import { siblingOf } from "../sibling.ts";
import { axesOf } from "./axes.ts";
import { describing, type EmiObject, emiMeta, isDiffraction, parseEmi } from "./emi.ts";
import { parseSer, type SerHeader, tagOf, tiaError } from "./parse.ts";

/** Series beside one .emi. */
const MAX_SERIES = 1000;

/** Each element's own time and position, as the tags state them. */
function tagTable(source: Source, header: SerHeader, title: string, start: string | undefined): Table {
  const columns: Column[] = [{ name: "time", unit: "s", type: "number" }];
  if (header.positions) for (const name of ["x", "y"]) columns.push({ name, unit: "m", type: "number" });
  return {
    kind: "table",
    title: `${title}: time${header.positions ? " and position" : ""} of each element`,
    rows: header.valid,
    columns,
    meta: start === undefined ? {} : { "time.start": start },
    async read(column, from, to, stop) {
      const first = (await tagOf(source, header, 0, stop))?.time ?? 0;
      const out = new Float64Array(Math.max(0, to - from)).fill(Number.NaN);
      for (let i = from; i < to; i++) {
        const tag = await tagOf(source, header, i, stop);
        if (!tag) continue;
        out[i - from] =
          column === "time" ? tag.time - first : (tag.position?.[column === "x" ? 0 : 1] ?? Number.NaN);
      }
      return out;
    },
  };
}

/** Elements that lie in the file whole, from the first on. */
function presentElements(source: Source, header: SerHeader, notices: Notice[], total: number): number {
  const bytes = header.elementHeader + countOf(header.sizes) * elementBytes(header.dtype);
  let present = 0;
  while (present < header.valid && header.data[present]! > 0 && header.data[present]! + bytes <= source.size)
    present++;
  if (present === 0)
    throw tiaError(
      `wanted ${bytes} bytes at ${header.data[0]}, file ends at ${source.size}`,
      header.data[0]!,
    );
  if (present < total) {
    const end = header.data[present - 1]! + bytes;
    const message = `tia: ${present} of ${total} elements are in the file, the rest is not measured`;
    notices.push({ code: "truncated", message, where: `byte ${end}` });
  }
  return present;
}

async function seriesItems(
  source: Source,
  objects: readonly EmiObject[] | undefined,
  ref: Omit<Signal["ref"], "item">,
  first: number,
  notices: Notice[],
  stop?: AbortSignal,
) {
  const header = await parseSer(source, stop);
  const tag = await tagOf(source, header, 0, stop);
  const { rank } = header;
  const scanned = header.positions && header.valid > 1;
  const object = objects && describing(objects, { rank, scanned, time: tag?.time });
  const axes = axesOf(header, tag?.position, object && isDiffraction(object), notices);
  const shape = axes.map(({ size }) => size);
  const total = countOf(shape.slice(0, shape.length - rank));
  const present = presentElements(source, header, notices, Math.max(total, 1));
  const meta: Meta = object ? emiMeta(object) : {};
  // The count of seconds is UTC: it differs from the .emi's local time by whole hours.
  const start = tag && tag.time > 0 ? new Date(tag.time * 1000).toISOString() : undefined;
  putText(meta, "time.start", start);
  meta["frames.present"] = { value: present, unit: "1", from: "counted" };
  const at = (element: number) =>
    element < present ? header.data[element]! + header.elementHeader : undefined;
  const stack = { format: "tia", shape, dtype: header.dtype, bigEndian: false, at };
  const signal: Signal = {
    kind: "signal",
    title: source.name,
    axes,
    dtype: header.dtype,
    value: { name: rank === 1 ? "counts" : "intensity", unit: "1" },
    meta,
    block: frameBlock(axes),
    ref: { ...ref, item: first },
    tile: rank === 1 ? spectrumTile(source, stack) : frameTile(source, stack),
  };
  const items: Item[] = header.valid > 1 ? [signal, tagTable(source, header, source.name, start)] : [signal];
  return { items, header };
}

/** Every base_1.ser, base_2.ser … beside an .emi. */
async function seriesBeside(source: Source): Promise<Source[]> {
  const base = source.name.replace(/\.emi$/i, "");
  const found: Source[] = [];
  for (let i = 1; i <= MAX_SERIES; i++) {
    const series = await siblingOf(source, `${base}_${i}.ser`);
    if (!series) break;
    found.push(series);
  }
  if (found.length > 0) return found;
  const message = `tia: ${source.name} describes data in ${base}_1.ser, which is not beside it`;
  throw new LithoscopeError("Missing", message, { what: `${base}_1.ser`, flag: "FILE" });
}

/** The .emi that a series belongs to, if it is there. */
async function emiBeside(source: Source, stop?: AbortSignal): Promise<EmiObject[] | undefined> {
  const base = source.name.replace(/_\d+\.ser$/i, "");
  const found = await siblingOf(source, `${base}.emi`);
  if (!found) return undefined;
  try {
    return await parseEmi(found, stop);
  } finally {
    await found.close();
  }
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    const head = await source.read(0, Math.min(4, source.size), stop);
    const described = head[0] === 0x4a && head[1] === 0x4b;
    const series = described ? await seriesBeside(source) : [source];
    const objects = described ? await parseEmi(source, stop) : await emiBeside(source, stop);
    const notices: Notice[] = [];
    if (!objects) {
      const message = `tia: no .emi beside ${source.name}: energy, camera length and mode are not known`;
      notices.push({ code: "emi-missing", message, flag: "--voltage" });
    }
    const ref = { source: source.ref, format: "tia", options };
    const items: Item[] = [];
    const headers: unknown[] = [];
    for (const file of series) {
      const found = await seriesItems(file, objects, ref, items.length, notices, stop);
      items.push(...found.items);
      headers.push(found.header);
    }
    return { items, header: { series: headers, objects }, notices };
  },
};
