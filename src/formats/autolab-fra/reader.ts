import type { Dataset, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable, splitHeading } from "../lab-table.ts";
import {
  cellNumber,
  cellsOf,
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
  usesDecimalComma,
} from "../lab-text.ts";
import { P00_NAMES } from "./format.ts";

interface Found {
  readonly columns: readonly Filled[];
  readonly meta: Table["meta"];
  /** The line that holds the date of the start. */
  readonly when?: string;
}

/** Numbers of one point in a .dfr: frequency, Z', -Z'' and six that are not known. */
const PER_POINT = 9;

/** Points of a .dfr, one number a line behind version, number of points and number of sweeps. */
function readDfr(lines: readonly string[], notices: Notice[]): Found {
  const declared = Number((lines[1] ?? "").trim());
  if (!/^VERSION/.test(lines[0] ?? "") || !Number.isInteger(declared) || declared < 1) {
    const found = `"${(lines[0] ?? "").slice(0, 20)}" and "${(lines[1] ?? "").slice(0, 20)}"`;
    throw lineError(
      "autolab-fra",
      `wanted VERSION and a number of points in lines 1 and 2, found ${found}`,
      1,
    );
  }
  const numbers: number[] = [];
  for (let at = 3; at < lines.length && numbers.length < PER_POINT * declared; at++) {
    const value = cellNumber(lines[at]!.trim(), true);
    if (value === undefined || lines[at]!.trim() === "") break;
    numbers.push(value);
  }
  const rows = Math.floor(numbers.length / PER_POINT);
  if (rows < declared) {
    const message = `autolab-fra: the file declares ${declared} points and holds ${rows}`;
    notices.push({ code: "rows-declared", message });
  }
  const column = (k: number) => Float64Array.from({ length: rows }, (_, i) => numbers[PER_POINT * i + k]!);
  const named: Filled[] = [
    { name: "f", unit: "Hz", values: column(0) },
    { name: "Z'", unit: "Ohm", values: column(1) },
    { name: "-Z''", unit: "Ohm", values: column(2) },
  ];
  const others = Array.from({ length: PER_POINT - 3 }, (_, k): Filled => {
    return { name: `unknown_${k + 4}`, unit: "1", values: column(k + 3) };
  });
  notices.push({
    code: "columns-unknown",
    message: `autolab-fra: what the numbers 4 to ${PER_POINT} of each point mean is not known`,
  });
  return { columns: [...named, ...others], meta: { version: lines[0]!.trim() } };
}

/** Rows of a .P00 behind the line of names, which has index `at`, and the number of points. */
function readP00(lines: readonly string[], at: number, open: boolean, notices: Notice[]): Found {
  const names = cellsOf(lines[at]!, "\t").filter((name) => name !== "");
  const count = (lines[at + 1] ?? "").trim();
  const first = /^\d+$/.test(count) ? at + 2 : at + 1;
  const sample = lines.slice(first, first + 64).flatMap((line) => cellsOf(line, "\t"));
  const decimalComma = usesDecimalComma(sample);
  const cells = readCells(
    lines,
    first,
    { format: "autolab-fra", separator: "\t", decimalComma, columns: names.length, open },
    notices,
  );
  if (first === at + 2 && Number(count) !== cells.rows) {
    const message = `autolab-fra: the file declares ${count} points and holds ${cells.rows}`;
    notices.push({ code: "rows-declared", message, where: `line ${at + 2}` });
  }
  const columns = names.map((name, i): Filled => ({ ...splitHeading(name), values: cells.columns[i]! }));
  const procedure = lines[0]!.replace(/^\s*Procedure\s*:\s*/, "").trim();
  const comment = lines.slice(2, at).find((line) => line.trim() !== "" && !/^t =/.test(line.trim()));
  const meta = {
    ...(procedure !== "" && { title: procedure }),
    ...(comment !== undefined && { comments: comment.trim() }),
  };
  return { columns, meta, when: (lines[1] ?? "").split(" - ")[0]! };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("autolab-fra", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const at = lines.findIndex((line) => P00_NAMES.test(line));
  const found = at >= 0 ? readP00(lines, at, !/[\r\n]$/.test(text), notices) : readDfr(lines, notices);
  const start = startOf(found.when, { format: "autolab-fra", order: "dmy" }, options, notices);
  const time = found.columns.find(({ name }) => name === "time");
  // Some writers put the time of the whole measurement into every row: no clock of the points.
  const timed = time?.values instanceof Float64Array && time.values.some((value) => value !== time.values[0]);
  if (timed) notices.push(...clockNotices("autolab-fra", time.values as Float64Array));
  const meta = { ...found.meta, ...(start !== undefined && { start }) };
  const table = filledTable(source.name, found.columns, meta);
  const clock = timed ? { column: "time", start } : undefined;
  const items = await sweepItems(table, "autolab-fra", clock, notices, stop);
  return { items, header: { ...found.meta }, notices };
}

/** Frequency and impedance of an Autolab FRA file; the imaginary part as the file has it, -Z''. */
export const reader: Reader = { open };
