import type {
  Dataset,
  Item,
  Notice,
  OpenOptions,
  Quantity,
  Reader,
  Source,
  Table,
} from "../../core/contracts.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable } from "../lab-table.ts";
import { cellNumber, checkTextSize, decodeLabText } from "../lab-text.ts";
import { type GamryFile, type GamryTable, parseGamry } from "./parse.ts";

function metaOf(file: GamryFile): Record<string, Quantity | string> {
  const value = (key: string) => file.fields[key]?.value ?? "";
  const number = (key: string) => cellNumber(value(key), value(key).includes(","));
  const meta: Record<string, Quantity | string> = {};
  if (value("TAG")) meta.technique = value("TAG");
  if (value("TITLE")) meta.title = value("TITLE");
  if (value("PSTAT")) meta.device = value("PSTAT");
  if (file.notes.length > 0) meta.comments = file.notes.join("; ");
  const quantities: readonly [string, string, string][] = [
    ["electrode.area", "AREA", "cm²"],
    ["scanRate", "SCANRATE", "mV/s"],
    ["openCircuit", "EOC", "V"],
  ];
  for (const [key, field, unit] of quantities) {
    const found = number(field);
    if (found !== undefined && Number.isFinite(found)) meta[key] = { value: found, unit, from: "file" };
  }
  return meta;
}

function filledOf(table: GamryTable): Filled[] {
  return table.names.map((name, i) => ({ name, unit: table.units[i] || "1", values: table.columns[i]! }));
}

/** The spectrum corrected for drift, which Gamry writes beside the measured one, as a table with the usual names. */
function corrected(columns: readonly Filled[]): Filled[] | undefined {
  const drift = columns.filter(({ name }) => name.endsWith("DrCor"));
  if (drift.length === 0) return undefined;
  const names = drift.map(({ name }) => name.slice(0, -5));
  const shared = columns.filter(
    ({ name }) => !name.endsWith("DrCor") && !names.includes(name) && name !== "Zsig",
  );
  return [...shared, ...drift.map((column) => ({ ...column, name: column.name.slice(0, -5) }))];
}

async function tableItems(
  title: string,
  columns: readonly Filled[],
  meta: Table["meta"],
  start: string | undefined,
  notices: Notice[],
): Promise<Item[]> {
  const clock = columns.find(({ name, unit }) => /^(?:T|Time)$/.test(name) && /^s$/i.test(unit));
  if (clock?.values instanceof Float64Array) notices.push(...clockNotices(`gamry: ${title}`, clock.values));
  return sweepItems(
    filledTable(title, columns, meta),
    "gamry",
    clock && { column: clock.name, start },
    notices,
  );
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("gamry", source.name, source.size);
  const notices: Notice[] = [];
  const file = parseGamry(decodeLabText(await source.read(0, source.size, stop)), notices);
  const said = `${file.fields.DATE?.value ?? ""} ${file.fields.TIME?.value ?? ""}`;
  const start = startOf(said, { format: "gamry", order: "mdy" }, options, notices);
  if (start !== undefined) {
    const message =
      "gamry: the date is that of the test; the times of each table count from the table's own start";
    notices.push({ code: "start-of-test", message });
  }
  if (file.aborted)
    notices.push({
      code: "aborted",
      message: "gamry: the experiment was aborted; what was measured is given",
    });
  const meta = { ...metaOf(file), ...(start !== undefined && { start }) };
  const items: Item[] = [];
  for (const table of file.tables) {
    const columns = filledOf(table);
    const extra = { ...meta, "table.name": table.name };
    items.push(...(await tableItems(`${source.name}, ${table.name}`, columns, extra, start, notices)));
    const drift = corrected(columns);
    if (drift) {
      const title = `${source.name}, ${table.name}, drift corrected`;
      items.push(...(await tableItems(title, drift, { ...extra, corrected: "drift" }, start, notices)));
    }
  }
  return { items, header: { fields: file.fields, notes: file.notes }, notices };
}

/** One stream for each TABLE of the file; a spectrum that Gamry corrected for drift is a stream of its own. */
export const reader: Reader = { open };
