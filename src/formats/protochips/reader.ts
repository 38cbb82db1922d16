import type { Dataset, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { type Filled, filledTable, streamOf } from "../lab-table.ts";
import { cellsOf, checkTextSize, decodeLabText, labLines, lineError, readCells } from "../lab-text.ts";
import { lookup } from "../lookup.ts";

const NOTES = 1;

/** The words of the header's units as symbols. */
const SYMBOLS: Readonly<Record<string, string>> = {
  milliseconds: "ms",
  seconds: "s",
  microseconds: "µs",
  "degrees c": "°C",
  "degrees k": "K",
  kelvin: "K",
  amps: "A",
  milliamps: "mA",
  microamps: "µA",
  nanoamps: "nA",
  volts: "V",
  millivolts: "mV",
  ohms: "Ohm",
  torr: "Torr",
  watts: "W",
  milliwatts: "mW",
};
/** How many units of the time column make a second. */
const PER_SECOND: Readonly<Record<string, number>> = { s: 1, ms: 1e3, µs: 1e6 };

interface Head {
  /** "Time units" = "Milliseconds" and the like. */
  readonly fields: Readonly<Record<string, string>>;
  /** Index of the first line that is a measurement. */
  readonly first: number;
}

/** The notes "name = value" that the log begins with, each on an extra row with the time 0. */
function headOf(lines: readonly string[]): Head {
  const fields: Record<string, string> = {};
  let at = 1;
  for (; at < lines.length; at++) {
    const cells = cellsOf(lines[at]!, ",");
    const note = /^([^=]+?)\s*=\s*(.*)$/.exec(cells[NOTES] ?? "");
    if (!note || Number(cells[0]) !== 0) break;
    fields[note[1]!] = note[2]!;
  }
  return { fields, first: at };
}

/** The unit of a column by the last word of its name: "Channel A Current" has that of "Current units". */
function unitOf(name: string, fields: Readonly<Record<string, string>>): string {
  const kind = name.trim().split(/\s+/).at(-1)!;
  const word = fields[`${kind} units`];
  return word === undefined ? "1" : (lookup(SYMBOLS, word.toLowerCase()) ?? word);
}

function timeScale(unit: string, { fields }: Head): number {
  const scale = lookup(PER_SECOND, unit);
  if (scale !== undefined) return scale;
  const said =
    fields["Time units"] === undefined
      ? Object.keys(fields).join(", ")
      : `Time units = ${fields["Time units"]}`;
  const message = `protochips: wanted the note "Time units = Milliseconds" or another unit of time, found ${said || "no note"}`;
  const hint = "without it the rows have no time: export the log from the holder's software again";
  throw new LithoscopeError("Refused", message, { reason: "no unit of time" }, { hint });
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("protochips", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const names = cellsOf(lines[0] ?? "", ",");
  if (names[0] !== "Time" || names[NOTES] !== "Notes")
    throw lineError(
      "protochips",
      `wanted "Time, Notes" in line 1, found "${(lines[0] ?? "").slice(0, 40)}"`,
      1,
    );
  const head = headOf(lines);
  const cells = readCells(
    lines,
    head.first,
    {
      format: "protochips",
      separator: ",",
      decimalComma: false,
      columns: names.length,
      open: !/[\r\n]$/.test(text),
      text: [NOTES],
    },
    notices,
  );
  if (cells.rows === 0)
    throw lineError(
      "protochips",
      `wanted measurements below ${head.first} lines of notes, found none`,
      lines.length,
    );
  const units = names.map((name) => unitOf(name, head.fields));
  const scale = timeScale(units[0]!, head);
  const odd = names.filter((_, i) => i !== NOTES && !(cells.columns[i] instanceof Float64Array));
  if (odd.length > 0) {
    const message = `protochips: ${odd.join(", ")} hold text among the numbers and are given as text`;
    notices.push({ code: "column-text", message });
  }
  const time = cells.columns[0]!;
  if (!(time instanceof Float64Array))
    throw lineError("protochips", "wanted numbers in the column Time, found text", cells.line);
  const clock = time.map((value) => value / scale);
  notices.push(...clockNotices("protochips", clock));
  const when = `${head.fields["Date (yyyy.mm.dd)"] ?? ""} ${head.fields["Time (hh:mm:ss.ms)"] ?? ""}`;
  const start = startOf(when, { format: "protochips", order: "mdy", certain: true }, options, notices);
  if (start === undefined)
    notices.push({ code: "start-missing", message: "protochips: the notes hold no date of the start" });
  const columns: Filled[] = names.map((name, i) => ({ name, unit: units[i]!, values: cells.columns[i]! }));
  const meta: Table["meta"] = {
    ...(head.fields["Calibration file"] && { calibration: head.fields["Calibration file"] }),
    ...(start !== undefined && { start }),
  };
  const table = filledTable(source.name, [...columns, { name: "clock", unit: "s", values: clock }], meta);
  return { items: [streamOf(table, "clock", start)], header: { notes: head.fields }, notices };
}

/** A stream of the log's channels; later notes stay in their rows, the column `clock` is the time in seconds. */
export const reader: Reader = { open };
