import type { Column, Dataset, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { nameMeta } from "../eclab-name.ts";
import { zoned } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { noColumn } from "../lab-table.ts";
import { type Field, faults, fieldValue, isUnknown, type Layout, layOut, tilings } from "./layout.ts";
import {
  DATA_HEAD,
  type MprData,
  type MprModule,
  mprError,
  parseDataHead,
  parseLogStart,
  parseSettings,
  RECORD_STARTS,
  readModules,
} from "./parse.ts";

const SAMPLE_RECORDS = 256;
const READ_BYTES = 2 ** 22;
/** 1899-12-30, where the dates of OLE begin [ms since 1970]. */
const OLE_EPOCH = Date.UTC(1899, 11, 30);

interface Records {
  readonly layout: Layout;
  /** Offset of the first record in the file, and how many whole ones are there. */
  readonly first: number;
  readonly rows: number;
}

/** Bytes of the data module that the file really holds. */
function present(module: MprModule, size: number): number {
  return Math.max(0, Math.min(module.length, size - module.offset));
}

/** The layouts worth a look, the likeliest first: the declared count, then other first records, then any count. */
function candidates(
  data: MprData,
  bytes: number,
): { skip: number; types: ReturnType<typeof tilings>[number] }[] {
  const found: { skip: number; types: ReturnType<typeof tilings>[number] }[] = [];
  for (const skip of [data.skip, ...RECORD_STARTS.filter((start) => start !== data.skip)]) {
    const room = bytes - skip;
    if (data.points === 0 || room <= 0 || room % data.points !== 0) continue;
    for (const types of tilings(data.ids, room / data.points)) found.push({ skip, types });
  }
  // The declared count lies, or the file is cut: the ids alone say how long a record is.
  for (const types of tilings(data.ids)) found.push({ skip: data.skip, types });
  return found;
}

async function chooseLayout(
  source: Source,
  module: MprModule,
  data: MprData,
  notices: Notice[],
  stop?: AbortSignal,
): Promise<Records> {
  const bytes = present(module, source.size);
  const sample = await source.read(module.offset, Math.min(bytes, DATA_HEAD + SAMPLE_RECORDS * 1024), stop);
  let best: (Records & { faults: number }) | undefined;
  let rivals = 0;
  for (const { skip, types } of candidates(data, bytes)) {
    const layout = layOut(data.ids, types);
    const rows = Math.max(0, Math.floor((bytes - skip) / layout.record));
    const view = new DataView(sample.buffer, sample.byteOffset + Math.min(skip, sample.length));
    const records = Math.min(rows, SAMPLE_RECORDS, Math.floor(view.byteLength / layout.record));
    const wrong = faults(view, layout, records);
    if (best && wrong === best.faults && wrong === 0 && layout.record === best.layout.record) rivals++;
    if (best && wrong >= best.faults) continue;
    best = { layout, first: module.offset + skip, rows, faults: wrong };
    // A layout without a fault that also fits the declared count needs no rival, unless widths were guessed.
    if (wrong === 0 && rows === data.points && !data.ids.some(isUnknown)) break;
  }
  if (!best)
    throw mprError(`the ids ${data.ids.join(", ")} fit no record length at ${module.offset}`, module.offset);
  if (best.faults > 0.2) {
    const ids = data.ids.filter(isUnknown);
    const what = ids.length > 0 ? `unknown column ids ${ids.join(", ")}` : "known column ids";
    const message = `mpr: records of ${best.layout.record} bytes at ${best.first} with ${what} give impossible values`;
    throw new LithoscopeError(
      "Unsupported",
      message,
      { format: "mpr", feature: `ids ${data.ids.join(" ")}` },
      {
        hint: "export the measurement as text (.mpt) in EC-Lab",
      },
    );
  }
  tellChoice(best, data, rivals, module, source.size, notices);
  return best;
}

function tellChoice(
  best: Records & { faults: number },
  data: MprData,
  rivals: number,
  module: MprModule,
  size: number,
  notices: Notice[],
): void {
  const unknown = best.layout.fields.filter((field) => !field.known);
  if (unknown.length > 0) {
    const list = unknown.map(({ name, type }) => `${name} (${type})`).join(", ");
    const sure = rivals > 0 ? `; ${rivals} other ways to share the bytes are as likely` : "";
    const message = `mpr: columns that are not known here: ${list}; widths found from the record length${sure}`;
    notices.push({ code: "columns-unknown", message });
  }
  if (best.faults > 0) {
    const share = `${(100 * best.faults).toPrecision(2)} %`;
    notices.push({
      code: "values-odd",
      message: `mpr: ${share} of the first values have an unlikely size or order`,
    });
  }
  if (best.rows === data.points) return;
  const cut = module.offset + module.length > size;
  const message = cut
    ? `mpr: the file is cut at ${size}: ${best.rows} of ${data.points} rows are whole, the rest was not measured or is lost`
    : `mpr: the file declares ${data.points} rows and holds ${best.rows}`;
  notices.push({ code: cut ? "truncated" : "rows-declared", message, where: `byte ${size}` });
}

/** Reads a range of one column: the file in steps, so that memory stays flat however many rows there are. */
function readColumn(source: Source, { layout, first }: Records, field: Field) {
  const step = Math.max(1, Math.floor(READ_BYTES / layout.record));
  return async (from: number, to: number, stop?: AbortSignal): Promise<Float64Array> => {
    const out = new Float64Array(Math.max(0, to - from));
    for (let row = from; row < to; row += step) {
      const rows = Math.min(step, to - row);
      const bytes = await source.read(first + row * layout.record, rows * layout.record, stop);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = 0; i < rows; i++) out[row - from + i] = fieldValue(view, i * layout.record, field);
    }
    return out;
  };
}

/** Names as EC-Lab's text export has them; two columns of one name carry their unit. */
function columnNames(fields: readonly Field[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  const used = new Map<string, number>();
  return fields.map(({ name, unit }) => {
    const full = (counts.get(name) ?? 0) > 1 && unit !== "1" ? `${name}/${unit}` : name;
    const before = used.get(full) ?? 0;
    used.set(full, before + 1);
    return before === 0 ? full : `${full} ${before + 1}`;
  });
}

function tableOf(source: Source, records: Records, meta: Table["meta"]): Table {
  const { fields } = records.layout;
  const names = columnNames(fields);
  const columns: Column[] = fields.map(({ unit }, i) => ({ name: names[i]!, unit, type: "number" }));
  const readers = fields.map((field) => readColumn(source, records, field));
  return {
    kind: "table",
    title: source.name,
    rows: records.rows,
    columns,
    meta,
    read: async (name, from, to, stop) => {
      const at = names.indexOf(name);
      if (at < 0) throw noColumn(source.name, columns, name);
      return readers[at]!(Math.max(0, from), Math.min(to, records.rows), stop);
    },
  };
}

async function bytesOf(
  source: Source,
  module: MprModule | undefined,
  most: number,
  stop?: AbortSignal,
): Promise<Uint8Array> {
  if (!module) return new Uint8Array(0);
  return source.read(module.offset, Math.min(present(module, source.size), most), stop);
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  const notices: Notice[] = [];
  const { modules, end } = await readModules(source, stop);
  if (end < source.size)
    notices.push({
      code: "bytes-left",
      message: `mpr: ${source.size - end} bytes behind the last module are not read`,
    });
  const named = (name: string) => modules.find((module) => module.shortName === name);
  const data = named("VMP data");
  if (!data)
    throw mprError(`wanted a module "VMP data", found ${modules.map((m) => m.shortName).join(", ")}`, end);
  const head = parseDataHead(await bytesOf(source, data, DATA_HEAD, stop), data);
  const records = await chooseLayout(source, data, head, notices, stop);
  const settings = parseSettings(await bytesOf(source, named("VMP Set"), 4096, stop));
  const days = parseLogStart(await bytesOf(source, named("VMP LOG"), 4096, stop));
  let start: string | undefined;
  if (days !== undefined) {
    start = zoned(OLE_EPOCH + Math.round(days * 86400000), undefined, "mpr", options, notices);
  } else {
    const message = `mpr: no log module, hence no start time; the modules are dated ${data.date}`;
    notices.push({ code: "start-missing", message });
  }
  const texts = Object.entries(settings).filter(([, text]) => text !== "");
  const meta: Record<string, string> = {
    ...Object.fromEntries(texts),
    "file.date": data.date,
    ...nameMeta(source.name),
  };
  if (start !== undefined) meta.start = start;
  const table = tableOf(source, records, meta);
  const clock = table.columns.find((_, i) => records.layout.fields[i]!.id === 4);
  const items = await sweepItems(table, "mpr", clock && { column: clock.name, start }, notices, stop);
  return { items, header: { modules, data: head, settings, oleStart: days }, notices };
}

/** One stream of the columns of the data module; times and potentials as the file has them. */
export const reader: Reader = { open };
