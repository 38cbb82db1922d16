import type { Dataset, Item, Notice, OpenOptions, Reader, Source, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { clockNotices, isoDate, zoned } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable } from "../lab-table.ts";
import { checkTextSize, decodeLabText } from "../lab-text.ts";

type Json = Readonly<Record<string, unknown>>;

const formatError = (message: string, cause?: unknown): LithoscopeError =>
  new LithoscopeError("Format", `palmsens: ${message}`, { format: "palmsens", at: 0 }, { cause });

/** A field of an object whatever the case of its first letter: PSTrace 5 writes DataSet, newer programs dataset. */
function field(object: unknown, name: string): unknown {
  if (object === null || typeof object !== "object") return undefined;
  const found = Object.keys(object).find((key) => key.toLowerCase() === name);
  return found === undefined ? undefined : (object as Json)[found];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const PREFIXES: Readonly<Record<string, string>> = {
  Pico: "p",
  Nano: "n",
  Micro: "µ",
  Milli: "m",
  Kilo: "k",
  Mega: "M",
};

/** "A" of PalmSens.Units.MicroAmpere is µA: the symbol is that of the bare unit, values are in the unit of the type. */
function unitOf(unit: unknown): string {
  const symbol = textOf(field(unit, "s"));
  const prefix = /\.(Pico|Nano|Micro|Milli|Kilo|Mega)[A-Z]/.exec(textOf(field(unit, "type")))?.[1];
  const bare = symbol === "°" ? "deg" : symbol;
  if (bare === "") return "1";
  return prefix !== undefined && !bare.startsWith(PREFIXES[prefix]!) ? `${PREFIXES[prefix]}${bare}` : bare;
}

/** One array of the file as a column; undefined for hidden ones, which hold the instrument's own bookkeeping. */
function columnOf(array: unknown): Filled | undefined {
  if (field(array, "hidden") === true) return undefined;
  const unit = field(array, "unit");
  const name = textOf(field(array, "description"));
  // The unit's quantity says where the array holds the negative: "-Z''" of ZIm.
  const sign = textOf(field(unit, "q")).startsWith("-") ? "-" : "";
  const values = Float64Array.from(listOf(field(array, "datavalues")), (value) => {
    const number = field(value, "v");
    return typeof number === "number" ? number : Number.NaN;
  });
  return { name: `${sign}${name}`, unit: unitOf(unit), values };
}

/** The arrays of a data set, those of equal length together: an edited set can hold several lengths. */
function tablesOf(dataSet: unknown): Filled[][] {
  const groups = new Map<number, Filled[]>();
  for (const array of listOf(field(dataSet, "values"))) {
    const column = columnOf(array);
    if (!column || column.values.length === 0) continue;
    groups.set(column.values.length, [...(groups.get(column.values.length) ?? []), column]);
  }
  return [...groups.values()];
}

const sameValues = (a: Filled, b: Filled): boolean =>
  a.values.length === b.values.length && [...a.values].every((value, i) => Object.is(value, b.values[i]));

/** Columns of the second that the first table does not have with the same values. */
const differs = (one: readonly Filled[], other: readonly Filled[]): boolean =>
  other.some((column) => !one.some((own) => own.name === column.name && sameValues(own, column)));

/** .NET counts 100 ns from the year 1; JavaScript ms from 1970. */
const ticksToMs = (ticks: unknown): number | undefined =>
  typeof ticks === "number" && ticks > 6.2e17 && ticks < 7.2e17
    ? Math.round(ticks / 1e4 - 62135596800000)
    : undefined;

/** The start in the zone that the two clocks of the measurement, local and UTC, tell. */
function startOf(
  measurement: unknown,
  options: OpenOptions | undefined,
  notices: Notice[],
): string | undefined {
  const local = ticksToMs(field(measurement, "timestamp"));
  const utc = ticksToMs(field(measurement, "utctimestamp"));
  if (local === undefined) return utc === undefined ? undefined : isoDate(utc, 0);
  const offset = utc === undefined ? undefined : Math.round((local - utc) / 60000) * 60;
  return zoned(local, offset, "palmsens", options, notices);
}

function sessionOf(text: string): unknown {
  // Some versions write a second byte order mark behind the text.
  const bare = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  let session: unknown;
  try {
    session = JSON.parse(bare);
  } catch (cause) {
    throw formatError(
      `wanted the JSON text of a session, ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
  if (!Array.isArray(field(session, "measurements")))
    throw formatError("wanted Measurements in the session, found none");
  return session;
}

/** The tables of one measurement: its own data set, and the spectra of it that hold other values. */
function measured(measurement: unknown, notices: Notice[]): { title: string; columns: Filled[] }[] {
  const own = tablesOf(field(measurement, "dataset"));
  const tables = own.map((columns) => ({ title: "", columns }));
  for (const spectrum of listOf(field(measurement, "eisdatalist"))) {
    for (const columns of tablesOf(field(spectrum, "dataset"))) {
      if (own.some((known) => !differs(known, columns))) continue;
      const title = textOf(field(spectrum, "title")) || "spectrum";
      tables.push({ title: `, ${title}`, columns });
      if (own.length === 0) continue;
      const message = `palmsens: the spectrum "${title}" holds other values than the measurement's own data set; both are given`;
      notices.push({ code: "spectrum-differs", message });
    }
  }
  return tables;
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("palmsens", source.name, source.size);
  const notices: Notice[] = [];
  const session = sessionOf(decodeLabText(await source.read(0, source.size, stop)));
  const items: Item[] = [];
  const titles: string[] = [];
  for (const measurement of listOf(field(session, "measurements"))) {
    const title = textOf(field(measurement, "title"));
    titles.push(title);
    const start = startOf(measurement, options, notices);
    const method = textOf(field(measurement, "method"));
    const technique = /^METHOD_ID=(.*)$/m.exec(method)?.[1]?.trim();
    const meta: Table["meta"] = {
      ...(technique && { technique }),
      ...(textOf(field(measurement, "deviceserial")) && {
        device: textOf(field(measurement, "deviceserial")),
      }),
      ...(start !== undefined && { start }),
    };
    for (const { title: part, columns } of measured(measurement, notices)) {
      const name = [source.name, title].filter(Boolean).join(", ");
      const table = filledTable(`${name}${part}`, columns, meta);
      const time = columns.find((column) => column.name === "time" && column.unit === "s");
      const timed = time?.values.some((value) => value !== time.values[0]);
      if (timed) notices.push(...clockNotices(`palmsens: ${table.title}`, time!.values as Float64Array));
      const clock = timed ? { column: "time", start } : undefined;
      items.push(...(await sweepItems(table, "palmsens", clock, notices, stop)));
    }
  }
  if (items.length === 0) throw formatError("no measurement of the session holds values");
  return { items, header: { version: textOf(field(session, "coreversion")), titles }, notices };
}

/** The data sets of every measurement of a PalmSens session, names as the program shows them. */
export const reader: Reader = { open };
