import type {
  Column,
  Dataset,
  Item,
  Notice,
  OpenOptions,
  Reader,
  Source,
  Table,
} from "../../core/contracts.ts";
import { unitRatio } from "../../core/unit.ts";
import { clockNotices } from "../lab-clock.ts";
import { type Layout, readDelimited } from "../lab-delimited.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable, streamOf } from "../lab-table.ts";
import { checkTextSize, decodeLabText } from "../lab-text.ts";
import { clockOf, TIME } from "./clock.ts";
import { largeTable } from "./large.ts";
import { asSpectrum, renamed } from "./nameless.ts";
import { cellUnits, withUnits } from "./units.ts";

/** Texts of more bytes stay in the file; their rows are found once. */
const LARGE = 2 ** 24;

function named(
  columns: readonly Filled[],
  hasNames: boolean,
  options: OpenOptions | undefined,
  notices: Notice[],
): readonly Filled[] {
  if (options?.columns) return renamed(columns, options.columns);
  if (hasNames) return withUnits(columns, notices);
  const spectrum = asSpectrum(columns, notices);
  if (spectrum) return spectrum;
  const message = `csv: the text has no column names, its ${columns.length} columns are numbered and have no units`;
  notices.push({ code: "columns-unnamed", message, flag: "--columns" });
  return columns;
}

/** The column of times in a unit of time, and seconds in that unit. */
function timeOf(columns: readonly Column[]): { name: string; seconds: number } | undefined {
  const time = columns.find(({ name, type }) => TIME.test(name.trim()) && type === "number");
  const seconds = time && time.unit !== "1" ? unitRatio(time.unit, "s") : undefined;
  return time && seconds !== undefined ? { name: time.name, seconds } : undefined;
}

/** The table with a column `clock` in seconds, made from one that counts hours, minutes or milliseconds. */
function withClock(table: Table, time: string, seconds: number): Table {
  return {
    ...table,
    columns: [...table.columns, { name: "clock", unit: "s", type: "number" }],
    read: async (name, from, to, stop) => {
      if (name !== "clock") return table.read(name, from, to, stop);
      return ((await table.read(time, from, to, stop)) as Float64Array).map((value) => value * seconds);
    },
  };
}

function commentsOf({ before }: Layout): Table["meta"] {
  const lines = before.filter((line) => line.trim() !== "");
  return lines.length > 0 ? { comments: lines.slice(0, 20).join("; ") } : {};
}

/** A table whose rows stay in the file, on its column of time; the start is what the head of the file tells. */
async function openLarge(
  source: Source,
  name: (columns: readonly Filled[], layout: Layout) => readonly Filled[],
  notices: Notice[],
  options: OpenOptions | undefined,
  stop: AbortSignal | undefined,
): Promise<Dataset | undefined> {
  let head: readonly Filled[] = [];
  const keep = (columns: readonly Filled[], layout: Layout) => {
    head = name(columns, layout);
    return head;
  };
  const large = await largeTable(source, keep, notices, stop);
  if (!large) return undefined;
  const said: Notice[] = [];
  const { start } = clockOf(head, large.layout.before, options, said);
  // The rows stay as they are: no clock is made of their dates.
  notices.push(...said.filter(({ code }) => code !== "clock-derived"));
  const meta = { ...commentsOf(large.layout), ...(start !== undefined && { start }) };
  const whole = { ...large.table, meta };
  const time = timeOf(whole.columns);
  const item = (): Item => {
    if (!time) return whole;
    if (time.seconds === 1) return streamOf(whole, time.name, start);
    return streamOf(withClock(whole, time.name, time.seconds), "clock", start);
  };
  return { items: [item()], header: { lines: large.layout.before }, notices };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  const notices: Notice[] = [];
  const name = (columns: readonly Filled[], layout: Layout) =>
    named(columns, layout.headings.length > 0, options, notices);
  const large = source.size > LARGE ? await openLarge(source, name, notices, options, stop) : undefined;
  if (large) return large;
  checkTextSize("csv", source.name, source.size);
  const text = decodeLabText(await source.read(0, source.size, stop));
  const { layout, columns: read } = readDelimited(text, "csv", notices);
  // Of a large text, whose numbers are read by their bytes, such columns stay words.
  const hasUnits = layout.headings.length > 0 && !options?.columns;
  const measured = hasUnits ? cellUnits(read, layout.separator, notices) : read;
  const { columns, column, start } = clockOf(name(measured, layout), layout.before, options, notices);
  const ticks = columns.find((one) => one.name === column)?.values;
  if (ticks instanceof Float64Array) notices.push(...clockNotices("csv", ticks));
  const meta = { ...commentsOf(layout), ...(start !== undefined && { start }) };
  const table = filledTable(source.name, columns, meta);
  const clock = column === undefined ? undefined : { column, start };
  const items = await sweepItems(table, "csv", clock, notices, stop);
  return { items, header: { lines: layout.before }, notices };
}

/** The table of a text of no known maker, names and units from its heading. */
export const reader: Reader = { open };
