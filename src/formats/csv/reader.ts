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
import { withUnits } from "./units.ts";

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

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  const notices: Notice[] = [];
  const name = (columns: readonly Filled[], layout: Layout) =>
    named(columns, layout.headings.length > 0, options, notices);
  const large = source.size > LARGE ? await largeTable(source, name, notices, stop) : undefined;
  if (large) {
    const whole = { ...large.table, meta: commentsOf(large.layout) };
    const time = timeOf(whole.columns);
    const items: Item[] = !time
      ? [whole]
      : time.seconds === 1
        ? [streamOf(whole, time.name)]
        : [streamOf(withClock(whole, time.name, time.seconds), "clock")];
    return { items, header: { lines: large.layout.before }, notices };
  }
  checkTextSize("csv", source.name, source.size);
  const text = decodeLabText(await source.read(0, source.size, stop));
  const { layout, columns: read } = readDelimited(text, "csv", notices);
  const { columns, column, start } = clockOf(name(read, layout), layout.before, options, notices);
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
