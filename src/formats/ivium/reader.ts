import type { Dataset, Item, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable } from "../lab-table.ts";
import {
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
  usesDecimalComma,
} from "../lab-text.ts";

/** What the columns of primary data are, where the method says it. */
const IMPEDANCE = [
  { name: "Z'", unit: "Ohm" },
  { name: "Z''", unit: "Ohm" },
  { name: "f", unit: "Hz" },
];

type Fields = Readonly<Record<string, string>>;

/** "Method=Impedance" by name; the binary marks between the lines are in none of them. */
function fieldsOf(lines: readonly string[]): Fields {
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const match = /^([\w .[\]]+?)=(.*)$/.exec(line);
    if (match) fields[match[1]!] = match[2]!.trim();
  }
  return fields;
}

/** Seconds of each point as the header lists them; undefined where the list has another length. */
function timesOf(fields: Fields, rows: number): Float64Array | undefined {
  if (Number(fields.timing) !== rows) return undefined;
  const times = Float64Array.from({ length: rows }, (_, i) => Number(fields[`timing.time[${i + 1}]`]));
  return times.every(Number.isFinite) ? times : undefined;
}

/** Primary data whose marker has line index `at`, below the header between `from` and it. */
function readPrimary(
  lines: readonly string[],
  from: number,
  at: number,
  open: boolean,
  notices: Notice[],
): { columns: Filled[]; fields: Fields } {
  const [columns, rows] = [Number(lines[at + 1]), Number(lines[at + 2])];
  if (!(columns >= 1 && columns <= 64) || !Number.isInteger(columns) || !(rows >= 0)) {
    const found = `"${(lines[at + 1] ?? "").slice(0, 20)}" and "${(lines[at + 2] ?? "").slice(0, 20)}"`;
    throw lineError("ivium", `wanted numbers of columns and rows below primary_data, found ${found}`, at + 2);
  }
  const fields = fieldsOf(lines.slice(from, at));
  const end = Math.min(lines.length, at + 3 + rows);
  const sample = lines.slice(at + 3, Math.min(end, at + 67)).flatMap((line) => line.trim().split(/\s+/));
  const cells = readCells(
    lines,
    at + 3,
    {
      format: "ivium",
      separator: " ",
      decimalComma: usesDecimalComma(sample),
      columns,
      end,
      open: open && end === lines.length,
    },
    notices,
  );
  if (cells.rows !== rows) {
    const message = `ivium: primary data declare ${rows} rows and hold ${cells.rows}`;
    notices.push({ code: "rows-declared", message, where: `line ${at + 3}` });
  }
  const known = /^Impedance$/i.test(fields.Method ?? "") && columns === IMPEDANCE.length;
  if (!known) {
    const message = `ivium: what the ${columns} columns of method "${fields.Method ?? ""}" mean is not known; export it as text with column names`;
    notices.push({ code: "columns-unknown", message });
  }
  const made = cells.columns.map((values, i): Filled => {
    return known ? { ...IMPEDANCE[i]!, values } : { name: `column ${i + 1}`, unit: "1", values };
  });
  const times = timesOf(fields, cells.rows);
  if (times) made.push({ name: "time", unit: "s", values: times });
  return { columns: made, fields };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("ivium", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const marks = lines.flatMap((line, i) => (line.trim() === "primary_data" ? [i] : []));
  if (marks.length === 0)
    throw lineError("ivium", `wanted primary_data, the file ends at line ${lines.length}`, lines.length);
  const items: Item[] = [];
  const header: Fields[] = [];
  for (const [k, at] of marks.entries()) {
    const { columns, fields } = readPrimary(
      lines,
      k === 0 ? 0 : marks[k - 1]! + 1,
      at,
      !/[\r\n]$/.test(text),
      notices,
    );
    header.push(fields);
    const start = startOf(fields.starttime, { format: "ivium", order: "dmy" }, options, notices);
    const name = fields.Title ? `${source.name}, ${fields.Title}` : source.name;
    const title = marks.length > 1 ? `${name}, data set ${k + 1}` : name;
    const meta: Table["meta"] = {
      ...(fields.Method && { technique: [fields.Method, fields.Technique].filter(Boolean).join(", ") }),
      ...(fields["Report.Remarks"] && { comments: fields["Report.Remarks"] }),
      ...(start !== undefined && { start }),
    };
    const time = columns.find((column) => column.name === "time");
    if (time) notices.push(...clockNotices(`ivium: ${title}`, time.values as Float64Array));
    const clock = time && { column: "time", start };
    items.push(...(await sweepItems(filledTable(title, columns, meta), "ivium", clock, notices, stop)));
  }
  if (marks.length > 1) {
    const message = `ivium: the file holds ${marks.length} data sets, each an item of its own`;
    notices.push({ code: "data-sets", message });
  }
  const behind = lines.slice(marks.at(-1)! + 1).some((line) => /^Method=/.test(line));
  if (behind) {
    const message = "ivium: the file ends with the header of a data set whose primary data are missing";
    notices.push({ code: "truncated", message });
  }
  const waves = lines.filter((line) => line.trim() === "osc_data").length;
  if (waves > 0)
    notices.push({
      code: "waveforms-left-out",
      message: "ivium: the sampled waves of each frequency (osc_data) are not read",
    });
  return { items, header: { sets: header }, notices };
}

/** The primary data of each data set of an Ivium file. */
export const reader: Reader = { open };
