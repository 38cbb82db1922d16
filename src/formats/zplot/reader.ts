import type { Dataset, Notice, OpenOptions, Quantity, Reader, Source } from "../../core/contracts.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable, splitHeading } from "../lab-table.ts";
import {
  cellNumber,
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
  usesDecimalComma,
} from "../lab-text.ts";
import { FIRST_LINE } from "./format.ts";

/** Index of the line of column names, which begins with the frequency. */
function namesAt(lines: readonly string[]): number {
  if (!FIRST_LINE.test(lines[0] ?? "")) {
    const found = (lines[0] ?? "").slice(0, 40);
    throw lineError("zplot", `wanted "ZPLOT2 ASCII" or "ZPlotW Data File" in line 1, found "${found}"`, 1);
  }
  const at = lines.findIndex((line) => /^["\s]*Freq\s*\(Hz\).*Z'/i.test(line));
  if (at < 0) {
    const sentence = `wanted a line of column names from Freq(Hz) on, the file ends at line ${lines.length}`;
    throw lineError("zplot", sentence, lines.length);
  }
  return at;
}

/** Names stand between tabs, or two blanks and more apart inside one pair of quotes. */
function namesOf(line: string): string[] {
  const bare = line.trim().replace(/^"\s*|\s*"$/g, "");
  return bare.split(/\t|\s{2,}/).map((name) => name.trim());
}

/** "Potential-DC:   0" of the header by name; the sections' begins and ends are left out. */
function fieldsOf(lines: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const match = /^["\s]*([^":]+?)\s*:\s*(.*?)[\s"]*$/.exec(line);
    if (match && !/^(?:Begin|End) /.test(match[1]!)) fields[match[1]!] ??= match[2]!;
  }
  return fields;
}

function metaOf(fields: Readonly<Record<string, string>>): Record<string, Quantity | string> {
  const meta: Record<string, Quantity | string> = {};
  if (fields["Experiment Type"]) meta.technique = fields["Experiment Type"];
  const quantities: readonly [string, string, string][] = [
    ["openCircuit", "Open Circuit Potential (V)", "V"],
    ["electrode.area", "Surface Area", "cm²"],
  ];
  for (const [key, field, unit] of quantities) {
    const value = cellNumber(fields[field] ?? "", true);
    if (value !== undefined && Number.isFinite(value)) meta[key] = { value, unit, from: "file" };
  }
  return meta;
}

/** ZView keeps the parts of Z under (a) and (b) without a unit: they are ohms. */
function headingOf(name: string): { name: string; unit: string } {
  return /^Z'+\s*\([ab]\)$/.test(name) ? { name, unit: "Ohm" } : splitHeading(name);
}

/** How many rows the header promises, where it does. */
function declaredRows(lines: readonly string[], at: number, fields: Readonly<Record<string, string>>) {
  const text = fields["Data Points"] ?? lines[at - 1]?.trim() ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("zplot", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const at = namesAt(lines);
  const names = namesOf(lines[at]!);
  const fields = fieldsOf(lines.slice(1, at));
  const first = /^\s*End Comments/i.test(lines[at + 1] ?? "") ? at + 2 : at + 1;
  const sample = lines.slice(first, first + 64);
  const separator = sample.some((line) => line.includes("\t")) ? "\t" : ",";
  const decimalComma = separator === "\t" && usesDecimalComma(sample.flatMap((line) => line.split("\t")));
  const cells = readCells(
    lines,
    first,
    { format: "zplot", separator, decimalComma, columns: names.length, open: !/[\r\n]$/.test(text) },
    notices,
  );
  const declared = declaredRows(lines, at, fields);
  if (declared !== undefined && declared !== cells.rows) {
    const message = `zplot: the header declares ${declared} points, the file holds ${cells.rows}`;
    notices.push({ code: "rows-declared", message });
  }
  const columns: Filled[] = names.map((name, i) => ({ ...headingOf(name), values: cells.columns[i]! }));
  const when = `${fields.Date ?? ""} ${fields.Time ?? ""}`;
  const start = startOf(when, { format: "zplot", order: "mdy" }, options, notices);
  const time = columns.find(({ name }) => name === "Time");
  // Programs that export for ZView and keep no times fill the column with zeros.
  const timed = time?.values instanceof Float64Array && time.values.some((seconds) => seconds !== 0);
  if (timed) notices.push(...clockNotices("zplot", time.values as Float64Array));
  const meta = { ...metaOf(fields), ...(start !== undefined && { start }) };
  const table = filledTable(source.name, columns, meta);
  const clock = timed ? { column: "Time", start } : undefined;
  const items = await sweepItems(table, "zplot", clock, notices, stop);
  return { items, header: { fields, lines: lines.slice(0, at) }, notices };
}

/** The columns of a ZPlot or ZView text file; Z in Ω as ZView keeps it, never per area. */
export const reader: Reader = { open };
