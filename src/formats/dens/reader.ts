import type { Dataset, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { clockNotices, readTime, readWallTime, wallMilliseconds, zoned } from "../lab-clock.ts";
import { type Filled, filledTable, splitHeading, streamOf } from "../lab-table.ts";
import {
  cellNumber,
  cellsOf,
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
} from "../lab-text.ts";
import { TITLE_LINE } from "./format.ts";

const DAY = 86400;

/** Seconds since midnight of the first row on; past midnight they go on counting. */
function secondsOf(cells: readonly string[], notices: Notice[]): Float64Array {
  const seconds = new Float64Array(cells.length);
  let days = 0;
  for (const [i, cell] of cells.entries()) {
    const time = readTime(cell) ?? Number.NaN;
    // Half a day back cannot be a step of the clock: midnight lies between.
    if (i > 0 && seconds[i - 1]! - DAY * days - time > DAY / 2) days++;
    seconds[i] = time + DAY * days;
  }
  if (days > 0) {
    const message = `dens: the rows have no date; the clock passes midnight ${days} times`;
    notices.push({ code: "midnight", message });
  }
  return seconds;
}

/** Degrees Celsius are written [C]. */
function headingOf(heading: string): { name: string; unit: string } {
  const { name, unit } = splitHeading(heading);
  return { name, unit: unit === "C" ? "°C" : unit === "ohm" ? "Ohm" : unit };
}

/** "R0 = 282.7", "Tsample = 330 [ms]" of the header, as the file writes them. */
function fieldsOf(lines: readonly string[]): Record<string, string> {
  const found = lines
    .flatMap((line) => line.split("\t"))
    .map((text) => /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(text));
  return Object.fromEntries(found.flatMap((match) => (match ? [[match[1]!, match[2]!]] : [])));
}

function metaOf(
  fields: Readonly<Record<string, string>>,
  program: string,
): Record<string, Table["meta"][string]> {
  const meta: Record<string, Table["meta"][string]> = { software: program };
  const [, value = "", unit = ""] = /^([-+.\d]+)\s*\[(\w+)\]$/.exec(fields.Tsample ?? "") ?? [];
  const sampling = cellNumber(value, false);
  if (value !== "" && sampling !== undefined) meta.sampling = { value: sampling, unit, from: "file" };
  return meta;
}

/** Names and cells that do not belong together: which value stands under which name cannot be told. */
function refuseShifted(names: number, cells: number, line: number): void {
  if (cells === names || cells === names + 1) return;
  const message = `dens: wanted as many values as the ${names} column names of line ${line} and a status behind them, found ${cells}: the columns cannot be told apart`;
  const hint = "write the log with the columns in the order in which Digiheater 3.1 has them";
  throw new LithoscopeError("Refused", message, { reason: "columns shifted" }, { hint });
}

/** The start: the date of the header with the time of the first row, a day later where midnight lies between. */
function startOf(
  when: string,
  first: number,
  options: OpenOptions | undefined,
  notices: Notice[],
): string | undefined {
  const wall = readWallTime(when, options?.dateOrder ?? "dmy");
  if (!wall || !Number.isFinite(first)) return undefined;
  if (wall.ambiguous && options?.dateOrder === undefined) {
    const message = `dens: the date "${when}" is read with the day first; day and month could be the other way round`;
    notices.push({ code: "date-order", message, flag: "--date-order" });
  }
  const later = wall.seconds - first > DAY / 2 ? DAY : 0;
  const start = wallMilliseconds({ ...wall, seconds: first + later });
  return zoned(start, wall.offset, "dens", options, notices);
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("dens", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const [, when, program] = TITLE_LINE.exec(text) ?? [];
  const at = lines.findIndex((line) => /^sample\ttime\t/.test(line));
  if (when === undefined || at < 0) {
    const sentence = `wanted a date with "Digiheater" and a line of column names, the file ends at line ${lines.length}`;
    throw lineError("dens", sentence, lines.length);
  }
  const names = cellsOf(lines[at]!, "\t");
  while (names.at(-1) === "") names.pop();
  const row = lines.slice(at + 1).find((line) => line.trim() !== "");
  if (row === undefined)
    throw lineError("dens", "wanted rows below the column names, found none", lines.length);
  const open = !/[\r\n]$/.test(text);
  const given = cellsOf(row, "\t").length;
  if (open && lines.length === at + 2 && given < names.length)
    throw lineError("dens", "wanted a whole row, the file ends inside the first", at + 2);
  refuseShifted(names.length, given, at + 1);
  if (given > names.length) names.push("status");
  const cells = readCells(
    lines,
    at + 1,
    {
      format: "dens",
      separator: "\t",
      decimalComma: false,
      columns: names.length,
      open,
      text: [names.indexOf("time"), names.indexOf("status")],
    },
    notices,
  );
  const seconds = secondsOf(cells.columns[names.indexOf("time")] as string[], notices);
  const first = seconds[0] ?? Number.NaN;
  const clock = seconds.map((value) => value - first);
  notices.push(...clockNotices("dens", clock));
  const start = startOf(when, first, options, notices);
  const fields = fieldsOf(lines.slice(0, at));
  const columns: Filled[] = names.map((name, i) => ({ ...headingOf(name), values: cells.columns[i]! }));
  const meta = { ...metaOf(fields, program!.trim()), ...(start !== undefined && { start }) };
  const table = filledTable(source.name, [...columns, { name: "clock", unit: "s", values: clock }], meta);
  return { items: [streamOf(table, "clock", start)], header: { fields, lines: lines.slice(0, at) }, notices };
}

/** A stream of the log's columns; the column `clock` counts seconds since the first row. */
export const reader: Reader = { open };
