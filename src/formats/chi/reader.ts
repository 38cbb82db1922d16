import type { Dataset, Notice, OpenOptions, Quantity, Reader, Source, Table } from "../../core/contracts.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable, isUnit, splitHeading } from "../lab-table.ts";
import {
  cellNumber,
  cellsOf,
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
} from "../lab-text.ts";

/** Index of the line of column names: all but the first of its cells carry a unit, and numbers follow. */
function namesAt(lines: readonly string[], separator: string): number {
  const at = lines.findIndex((line, i) => {
    const names = cellsOf(line, separator);
    if (names.length < 2 || !names.every((name) => splitHeading(name).unit !== "1")) return false;
    const next = lines.slice(i + 1).find((text) => text.trim() !== "");
    const cells = next === undefined ? [] : cellsOf(next, separator);
    return next === undefined || cells.every((cell) => cellNumber(cell, false) !== undefined);
  });
  if (at >= 0) return at;
  const sentence = `wanted a line of column names with units such as "Potential/V, Current/A", the file ends at line ${lines.length}`;
  throw lineError("chi", sentence, lines.length);
}

/** "Init E (V) = 0" and "Instrument Model:  CHI660E" by name. */
function fieldsOf(lines: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const match = /^\s*([^=:]+?)\s*(?:=|:)\s*(.*?)\s*$/.exec(line);
    if (match) fields[match[1]!] ??= match[2]!;
  }
  return fields;
}

/** Settings as quantities where they are numbers with a unit in brackets; the file's own names. */
function metaOf(lines: readonly string[], fields: Readonly<Record<string, string>>): Table["meta"] {
  const meta: Record<string, Quantity | string> = { technique: lines[1]!.trim() };
  if (fields["Instrument Model"]) meta.device = fields["Instrument Model"];
  const notes = ["Header", "Note"].flatMap((name) => fields[name] || []);
  if (notes.length > 0) meta.comments = notes.join("; ");
  for (const [name, text] of Object.entries(fields)) {
    const [, bare = "", unit = ""] = /^(.*?)\s*\(([^()]+)\)$/.exec(name) ?? [];
    const value = cellNumber(text, false);
    if (bare === "" || !isUnit(unit) || value === undefined || !Number.isFinite(value)) continue;
    meta[bare === "Scan Rate" ? "scanRate" : bare] = { value, unit, from: "file" };
  }
  return meta;
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("chi", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const separator = lines.some((line) => /\/[A-Za-z]+\t/.test(line)) ? "\t" : ",";
  const at = namesAt(lines, separator);
  const names = cellsOf(lines[at]!, separator);
  const fields = fieldsOf(lines.slice(2, at));
  const cells = readCells(
    lines,
    at + 1,
    { format: "chi", separator, decimalComma: false, columns: names.length, open: !/[\r\n]$/.test(text) },
    notices,
  );
  const columns: Filled[] = names.map((name, i) => ({ ...splitHeading(name), values: cells.columns[i]! }));
  const start = startOf(lines[0], { format: "chi", order: "mdy", certain: true }, options, notices);
  const time = columns.find(({ name }) => name === "Time");
  if (time?.values instanceof Float64Array) notices.push(...clockNotices("chi", time.values));
  if (columns.some(({ unit }) => /^[mµun]?A$/.test(unit))) {
    const message =
      "chi: the file does not say whether cathodic or anodic currents are positive; CHI software counts cathodic ones positive unless its user chose otherwise";
    notices.push({ code: "current-sign", message });
  }
  const table = filledTable(source.name, columns, {
    ...metaOf(lines, fields),
    ...(start !== undefined && { start }),
  });
  const clock = time && { column: "Time", start };
  const items = await sweepItems(table, "chi", clock, notices, stop);
  return { items, header: { fields, lines: lines.slice(0, at) }, notices };
}

/** The columns of a CH Instruments text file, names and units as in the file. */
export const reader: Reader = { open };
