import type { Dataset, Notice, OpenOptions, Quantity, Reader, Source, Table } from "../../core/contracts.ts";
import { nameMeta } from "../eclab-name.ts";
import { clockNotices, readWallTime, startOf, wallMilliseconds } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable, splitHeading } from "../lab-table.ts";
import { cellNumber, checkTextSize, decodeLabText } from "../lab-text.ts";
import { type MptHeader, parseMpt } from "./parse.ts";

/** EC-Lab writes month, day, year whatever the computer's language (seen against the binary twins). */
const ORDER = { format: "mpt", order: "mdy", certain: true } as const;

/** "0,500 cm²" as a number with its unit; undefined for other text. */
function quantity(text: string | undefined): Quantity | undefined {
  const match = /^([-+]?\d+(?:[.,]\d+)?)\s+(\S+)$/.exec(text ?? "");
  const value = match ? cellNumber(match[1]!, match[1]!.includes(",")) : undefined;
  return value === undefined ? undefined : { value, unit: match![2]!, from: "file" };
}

function metaOf(header: MptHeader, name: string): Record<string, Quantity | string> {
  const meta: Record<string, Quantity | string> = {};
  const words: readonly [string, string][] = [
    ["comments", "Comments"],
    ["electrodeMaterial", "Electrode material"],
    ["electrolyte", "Electrolyte"],
    ["referenceElectrode", "Reference electrode"],
    ["device", "Device"],
  ];
  if (header.technique !== "") meta.technique = header.technique;
  for (const [key, field] of words) if (header.fields[field]) meta[key] = header.fields[field];
  const numbers: readonly [string, string][] = [
    ["electrode.area", "Electrode surface area"],
    ["electrode.mass", "Characteristic mass"],
    ["activeMaterial.mass", "Mass of active material"],
    ["battery.capacity", "Battery capacity"],
  ];
  for (const [key, field] of numbers) {
    const found = quantity(header.fields[field]);
    if (found) meta[key] = found;
  }
  const software = header.lines.find((line) => /\(software\)/.test(line));
  if (software) meta.software = software.replace(/\s*\(software\).*/, "").trim();
  return { ...meta, ...nameMeta(name) };
}

/** A column of dates as seconds since its first row; undefined where a cell is no date. */
function secondsOf(cells: readonly string[]): { seconds: Float64Array; first: string } | undefined {
  const first = cells[0] === undefined ? undefined : readWallTime(cells[0]);
  if (!first) return undefined;
  const zero = wallMilliseconds(first);
  const seconds = new Float64Array(cells.length);
  for (const [i, cell] of cells.entries()) {
    const wall = readWallTime(cell);
    if (!wall) return undefined;
    seconds[i] = (wallMilliseconds(wall) - zero) / 1000;
  }
  return { seconds, first: cells[0]! };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("mpt", source.name, source.size);
  const notices: Notice[] = [];
  const { header, cells } = parseMpt(decodeLabText(await source.read(0, source.size, stop)), notices);
  const columns: Filled[] = header.names.map((name, i) => ({
    ...splitHeading(name),
    values: cells.columns[i]!,
  }));
  const time = columns.find(({ name }) => name === "time");
  let clock = "time";
  let started = header.fields["Acquisition started on"];
  if (time && !(time.values instanceof Float64Array)) {
    // The text export "absolute time" writes a date into every row; the clock counts from the first.
    const found = secondsOf(time.values);
    if (found) {
      columns.push({ name: "clock", unit: "s", values: found.seconds });
      clock = "clock";
      started = found.first;
      const message =
        "mpt: the time column holds dates; the column clock gives them as seconds since the first row";
      notices.push({ code: "clock-derived", message });
    }
  }
  const start = startOf(started, ORDER, options, notices);
  if (start === undefined)
    notices.push({ code: "start-missing", message: "mpt: the header has no date of the start" });
  const ticks = columns.find(({ name }) => name === clock)?.values;
  if (ticks instanceof Float64Array) notices.push(...clockNotices("mpt", ticks));
  if (cells.rows === 0)
    notices.push({ code: "rows-none", message: "mpt: the file has column names and no row" });
  const meta: Table["meta"] = { ...metaOf(header, source.name), ...(start !== undefined && { start }) };
  const items = await sweepItems(
    filledTable(source.name, columns, meta),
    "mpt",
    { column: clock, start },
    notices,
    stop,
  );
  return { items, header, notices };
}

/** Streams of the columns of an EC-Lab text file, repeated impedance sweeps apart; values and units as in the file. */
export const reader: Reader = { open };
