import type { Dataset, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { unitRatio } from "../../core/unit.ts";
import { clockNotices } from "../lab-clock.ts";
import { readDelimited } from "../lab-delimited.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable } from "../lab-table.ts";
import { checkTextSize, decodeLabText } from "../lab-text.ts";
import { asSpectrum, renamed } from "./nameless.ts";

const TIME = /^(?:elapsed|test|total|run)?[ _]?(?:time|zeit|temps)$|^t$/i;

function named(
  columns: readonly Filled[],
  hasNames: boolean,
  options: OpenOptions | undefined,
  notices: Notice[],
): readonly Filled[] {
  if (options?.columns) return renamed(columns, options.columns);
  if (hasNames) return columns;
  const spectrum = asSpectrum(columns, notices);
  if (spectrum) return spectrum;
  const message = `csv: the text has no column names, its ${columns.length} columns are numbered and have no units`;
  notices.push({ code: "columns-unnamed", message, flag: "--columns" });
  return columns;
}

/** The column that counts seconds, made from one that counts hours, minutes or milliseconds where need be. */
function clockOf(columns: readonly Filled[]): { columns: readonly Filled[]; clock?: string } {
  const time = columns.find(({ name, values }) => TIME.test(name.trim()) && values instanceof Float64Array);
  const factor = time && time.unit !== "1" ? unitRatio(time.unit, "s") : undefined;
  if (!time || factor === undefined) return { columns };
  if (factor === 1) return { columns, clock: time.name };
  const values = (time.values as Float64Array).map((value) => value * factor);
  return { columns: [...columns, { name: "clock", unit: "s", values }], clock: "clock" };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("csv", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const { layout, columns: read } = readDelimited(text, "csv", notices);
  const { columns, clock } = clockOf(named(read, layout.headings.length > 0, options, notices));
  const ticks = columns.find(({ name }) => name === clock)?.values;
  if (ticks instanceof Float64Array) notices.push(...clockNotices("csv", ticks));
  const before = layout.before.filter((line) => line.trim() !== "");
  const meta: Table["meta"] = before.length > 0 ? { comments: before.slice(0, 20).join("; ") } : {};
  const table = filledTable(source.name, columns, meta);
  const items = await sweepItems(
    table,
    "csv",
    clock === undefined ? undefined : { column: clock },
    notices,
    stop,
  );
  return { items, header: { lines: layout.before }, notices };
}

/** The table of a text of no known maker, names and units from its heading. */
export const reader: Reader = { open };
