/** Compares what our readers give with the reference values of `data/lab/reference` (see its INDEX.md). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset, Item, Table } from "../../src/core/contracts.ts";
import { unitRatio } from "../../src/core/unit.ts";

export interface ReferenceColumn {
  readonly name: string;
  readonly unit?: string;
  readonly dtype?: string;
  readonly count?: number;
  readonly nonfinite?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly first?: readonly (number | string)[];
  readonly last?: readonly (number | string)[];
}

export interface ReferenceTable {
  readonly reader: string;
  readonly name: string;
  readonly columns: readonly ReferenceColumn[];
}

export interface Found {
  readonly table: string;
  readonly name: string;
  readonly unit: string;
  readonly values: Float64Array | string[];
}

/** Every table inside a dataset, those of streams too. */
export function tablesOf(items: readonly Item[]): Table[] {
  return items.flatMap((item) =>
    item.kind === "stream" ? [item.table] : item.kind === "table" ? [item] : [],
  );
}

/** All values of all columns of a dataset. */
export async function allColumns({ items }: Dataset): Promise<Found[]> {
  const found: Found[] = [];
  for (const table of tablesOf(items)) {
    for (const { name, unit } of table.columns) {
      found.push({ table: table.title, name, unit, values: await table.read(name, 0, table.rows) });
    }
  }
  return found;
}

/** The tables of a reference file: one per reader, spectrum, curve or table that it lists. */
export function referenceTables(folder: string, file: string): ReferenceTable[] {
  const json = JSON.parse(readFileSync(join(folder, "reference", `${file}.json`), "utf8"));
  const tables: ReferenceTable[] = [];
  const add = (reader: string, name: string, part: unknown): void => {
    if (part === null || typeof part !== "object") return;
    if (Array.isArray(part)) {
      for (const [i, entry] of part.entries()) add(reader, `${name} ${i}`, entry);
      return;
    }
    const { columns, count, sum, title } = part as Partial<ReferenceColumn> & {
      columns?: unknown;
      title?: string;
    };
    if (Array.isArray(columns) && columns.length > 0) tables.push({ reader, name, columns });
    // A signal of a log: one column, named with its unit.
    if (/^signals \d+$/.test(name) && count !== undefined && sum !== undefined)
      tables.push({ reader, name, columns: [{ ...(part as ReferenceColumn), name: title ?? "" }] });
    for (const [key, value] of Object.entries(part))
      if (key !== "columns") add(reader, `${name} ${key}`.trim(), value);
  };
  for (const [reader, part] of Object.entries(json.readers ?? {})) add(reader, "", part);
  return tables;
}

/** Letters and digits of a name without its unit, so that "<I>/mA", "<I>" and "I" can be told apart but "time/s" is "time". */
export function plainName(name: string): string {
  return name
    .replace(/\s*[([].*?[)\]]\s*$/, (part) => (/^\s*\((?:Q|Z|Y|C|M)/.test(part) ? part : ""))
    .replace(/\/(?:[µunmk]?[VAWFsCH]|Hz|Ohm|deg|mA\.h|W\.h|%|V\/mA|V>|.?[CF])$/, (part) =>
      part.endsWith(">") ? ">" : "",
    )
    .toLowerCase()
    .replace(/[^a-z0-9<>|'"#-]/g, "");
}

const finite = (values: Float64Array): number[] => [...values].filter(Number.isFinite);

/** What differs between one reference column and one of ours; undefined where nothing does. */
export function difference(ours: Found, theirs: ReferenceColumn): string | undefined {
  const rows = theirs.count;
  if (rows !== undefined && ours.values.length !== rows) return `${ours.values.length} rows for ${rows}`;
  if (!(ours.values instanceof Float64Array)) {
    const same = (theirs.first ?? []).every((v, i) => String(v).trim() === String(ours.values[i]).trim());
    return same ? undefined : `text "${ours.values[0]}" for "${theirs.first?.[0]}"`;
  }
  const numbers = finite(ours.values);
  const bad = ours.values.length - numbers.length;
  if (theirs.nonfinite !== undefined && theirs.sum !== undefined && bad !== theirs.nonfinite)
    return `${bad} values missing for ${theirs.nonfinite}`;
  const size = numbers.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  // Reference columns are often float32 in the other reader: their last digit is 6e-8 of the value.
  const close = (a: number, b: number, n: number): boolean =>
    Math.abs(a - b) <= 2e-7 * size * n + 1e-12 * Math.abs(b);
  if (theirs.sum !== undefined) {
    const sum = numbers.reduce((a, b) => a + b, 0);
    if (!close(sum, theirs.sum, Math.sqrt(numbers.length) * 4)) return `sum ${sum} for ${theirs.sum}`;
  }
  for (const [i, value] of (theirs.first ?? []).entries())
    if (typeof value === "number" && !close(ours.values[i]!, value, 1))
      return `value ${ours.values[i]} for ${value}`;
  const last = theirs.last ?? [];
  for (const [i, value] of last.entries()) {
    const at = ours.values.length - last.length + i;
    if (typeof value === "number" && !close(ours.values[at]!, value, 1))
      return `value ${ours.values[at]} for ${value}`;
  }
  return undefined;
}

/** What other readers write as a unit: counts, flags, and the piece behind the first slash of a name. */
const THEIR_UNITS: Readonly<Record<string, string>> = {
  "#": "1",
  "": "1",
  bits: "1",
  red: "1",
  "discharge/mA.h": "mA.h",
  "V>": "V",
  "deg C": "°C",
  "Ohm (negative = capacitive)": "Ohm",
};

/** True where both mean one unit: "mA.h" and "mA·h", "ohm" and "Ω"; letters lost by another program stand for any one. */
export function sameUnit(ours: string, theirs: string | undefined): boolean {
  if (theirs === undefined || ours === theirs) return true;
  const plain = (THEIR_UNITS[theirs] ?? theirs).replace(/^Â/, "").replace("ï¿½", "\ufffd");
  if (ours === plain) return true;
  const [a, b] = [ours, plain].map((unit) => unit.replace(/\s+vs\.?\s.*$/i, ""));
  if (a === b) return true;
  const ratio = unitRatio(a!, b!);
  return ratio !== undefined && Math.abs(ratio - 1) < 1e-12;
}

/** Our column for one of the reference: by equal values and unit, the one of the same name first. */
export function partner(ours: readonly Found[], theirs: ReferenceColumn): { column?: Found; why: string } {
  const name = plainName(theirs.name);
  const named = ours.filter((column) => plainName(column.name) === name);
  let why = "no column of that name";
  for (const column of [...named, ...ours]) {
    const same = !(column.values instanceof Float64Array) || sameUnit(column.unit, theirs.unit);
    const differs =
      difference(column, theirs) ?? (same ? undefined : `in "${column.unit}" for "${theirs.unit}"`);
    if (differs === undefined) return { column, why: "" };
    if (named.includes(column)) why = differs;
  }
  return { why };
}
