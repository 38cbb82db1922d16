import type { Dataset, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { clockNotices, readTime, readWallTime, wallMilliseconds, zoned } from "../lab-clock.ts";
import { type Filled, filledTable, splitHeading, streamOf } from "../lab-table.ts";
import { cellsOf, checkTextSize, decodeLabText, labLines, lineError, readCells } from "../lab-text.ts";
import { siblingOf } from "../sibling.ts";

const DATA = "Synchronized data.csv";
const METADATA = "Metadata.log";
const DAY = 86400;

type Fields = Readonly<Record<string, string>>;

/** Lines "name, value"; notes made during the experiment follow the last name line by line. */
function parseMetadata(text: string): { fields: Fields; notes: readonly string[] } {
  const fields: Record<string, string> = {};
  const notes: string[] = [];
  for (const line of labLines(text)) {
    const [, name, value] = /^([A-Z][\w ]*),\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === "Live notes") notes.push(value!);
    else if (name !== undefined) fields[name] = value!.replace(/^"(.*)"$/, "$1");
    else if (line.trim() !== "") notes.push(line.trim());
  }
  return { fields, notes: notes.filter((note) => note !== "") };
}

/** Percentages carry their unit before the name; the experiment's time is in seconds, as its time stamps show. */
function headingOf(heading: string): { name: string; unit: string } {
  if (heading.startsWith("% ")) return { name: heading, unit: "%" };
  if (heading === "Experiment time") return { name: heading, unit: "s" };
  return splitHeading(heading);
}

/** What the metadata say of the sample, the gases and the channels of the mass spectrometer. */
function metaOf(fields: Fields, notes: readonly string[]): Table["meta"] {
  const meta: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const channel = /^MassSpec channel (\d+)$/.exec(name)?.[1];
    if (channel !== undefined && value !== "") meta[`Channel#${channel}`] = value;
    if (/^(?:Sample|Description|Calibration value|Gas\d)$/.test(name) && value !== "") meta[name] = value;
  }
  return { ...meta, ...(notes.length > 0 && { comments: notes.join("; ") }) };
}

/**
 * The experiment's start: its date, and the time of day that the rows imply, which is finer than the whole seconds of the
 * metadata. Undefined without metadata: the rows have no date.
 */
function startOf(
  fields: Fields,
  implied: number,
  options: OpenOptions | undefined,
  notices: Notice[],
): string | undefined {
  const said = `${fields["Experiment date"] ?? ""} ${fields["Experiment time"] ?? ""}`;
  const wall = readWallTime(said, options?.dateOrder ?? "dmy");
  if (!wall) {
    const message = `impulse: without the date of …_${METADATA} the rows have a time of day and no start`;
    notices.push({ code: "start-missing", message });
    return undefined;
  }
  if (wall.ambiguous && options?.dateOrder === undefined) {
    const message = `impulse: the date "${fields["Experiment date"]}" is read with the day first; day and month could be the other way round`;
    notices.push({ code: "date-order", message, flag: "--date-order" });
  }
  const seconds = Math.abs(implied - wall.seconds) < 1 ? implied : wall.seconds;
  return zoned(wallMilliseconds({ ...wall, seconds }), wall.offset, "impulse", options, notices);
}

async function textOf(source: Source, stop?: AbortSignal): Promise<string> {
  checkTextSize("impulse", source.name, source.size);
  return decodeLabText(await source.read(0, source.size, stop));
}

/** The text of the file of the pair that was not named. */
async function besideText(source: Source, from: string, to: string, stop?: AbortSignal) {
  if (!source.name.endsWith(from)) return undefined;
  const other = await siblingOf(source, source.name.slice(0, -from.length) + to);
  return other && textOf(other, stop);
}

function readData(text: string, metadata: string | undefined, title: string, options?: OpenOptions): Dataset {
  const notices: Notice[] = [];
  const lines = labLines(text);
  const names = cellsOf(lines[0] ?? "", ",");
  if (names[0] !== "TimeStamp" || names[1] !== "Experiment time") {
    const found = (lines[0] ?? "").slice(0, 40);
    throw lineError("impulse", `wanted "TimeStamp,Experiment time" in line 1, found "${found}"`, 1);
  }
  const cells = readCells(
    lines,
    1,
    {
      format: "impulse",
      separator: ",",
      decimalComma: false,
      columns: names.length,
      open: !/[\r\n]$/.test(text),
      text: [0],
    },
    notices,
  );
  if (cells.rows === 0)
    throw lineError("impulse", "wanted rows below the column names, found none", lines.length);
  const clock = cells.columns[1]!;
  if (!(clock instanceof Float64Array))
    throw lineError("impulse", "wanted numbers in the column Experiment time, found text", cells.line);
  notices.push(...clockNotices("impulse", clock));
  const { fields, notes } = parseMetadata(metadata ?? "");
  const first = (readTime((cells.columns[0] as string[])[0]!) ?? Number.NaN) - clock[0]!;
  const start = startOf(fields, ((first % DAY) + DAY) % DAY, options, notices);
  const columns = names.map((name, i): Filled => ({ ...headingOf(name), values: cells.columns[i]! }));
  const table = filledTable(title, columns, {
    ...metaOf(fields, notes),
    ...(start !== undefined && { start }),
  });
  return { items: [streamOf(table, "Experiment time", start)], header: { fields, notes }, notices };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  const text = await textOf(source, stop);
  if (!/^Experiment date,/.test(text))
    return readData(text, await besideText(source, DATA, METADATA, stop), source.name, options);
  const data = await besideText(source, METADATA, DATA, stop);
  if (data !== undefined) return readData(data, text, source.name, options);
  const { fields, notes } = parseMetadata(text);
  const names: Filled = { name: "name", unit: "", values: Object.keys(fields) };
  const values: Filled = { name: "value", unit: "", values: Object.values(fields) };
  const message = `impulse: no …_${DATA} is beside ${source.name}; its settings are given as a table`;
  return {
    items: [filledTable(source.name, [names, values], metaOf(fields, notes))],
    header: { fields, notes },
    notices: [{ code: "data-missing", message }],
  };
}

/** A stream of the channels of an Impulse log on the experiment's clock, with the metadata of the file beside it. */
export const reader: Reader = { open };
