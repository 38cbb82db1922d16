/** The clock of a table in text: which column counts seconds, and when it was 0. */
import type { Notice, OpenOptions } from "../../core/contracts.ts";
import { unitRatio } from "../../core/unit.ts";
import { median } from "../../math/order-statistics.ts";
import { elapsedIn, isoDate, LAST_DATE, readWallTime, startOf, wallMilliseconds } from "../lab-clock.ts";
import type { Filled } from "../lab-table.ts";

/** Names of columns that count time. */
export const TIME = /^(?:elapsed|test|total|run)?[ _]?(?:time|zeit|temps)$|^(?:t|test)$/i;
const DATE = /^(?:date|datum|time ?stamp|real ?time|dpt ?time|date[ _]?(?:and[ _]?)?time|absolute ?time)$/i;
const DURATION = /^(?:total|test|elapsed|run)[ _]?time\b/i;
/** Lines above the table that say when the test began. */
const STARTED = /^\W*(?:started|start of test|start ?time|date of test|acquisition started on)\b\W*(.*)$/i;

export interface Clock {
  /** The columns, with `clock` behind them where it had to be made. */
  readonly columns: readonly Filled[];
  readonly column?: string;
  /** ISO date of its zero. */
  readonly start?: string;
}

/** Seconds of "12:34:56.7" with any number of hours, or "1d 02:03:04"; undefined for other text. */
function durationOf(text: string): number | undefined {
  const match = /^\s*(?:(\d+)d\s+)?(\d+):(\d{2}):(\d{2}(?:[.,]\d+)?)\s*$/.exec(text);
  if (!match) return undefined;
  const [, days = "0", hours, minutes, seconds] = match;
  return (
    86400 * Number(days) + 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds!.replace(",", "."))
  );
}

/** All cells of a text column as numbers; undefined where one is none. */
function allOf(
  values: readonly string[],
  read: (text: string) => number | undefined,
): Float64Array | undefined {
  const found = new Float64Array(values.length);
  for (const [i, text] of values.entries()) {
    const value = read(text);
    if (value === undefined) return undefined;
    found[i] = value;
  }
  return found;
}

/** Seconds since 1970 of the years 2000 to 2037, as Arbin counts dates. */
const isUnix = (value: number): boolean => value > 946_684_800 && value < 2 ** 31;

/**
 * Wall clock of every row [s], of the first column that holds dates alone, written out or in seconds since 1970; NaN
 * where a cell is empty.
 */
export function datesOf(
  columns: readonly Filled[],
  order: "dmy" | "mdy",
): { name: string; seconds: Float64Array; first: string; written: boolean } | undefined {
  for (const { name, values } of columns) {
    if (!DATE.test(name.trim()) || values.length === 0) continue;
    if (values instanceof Float64Array) {
      if (!values.every(isUnix)) continue;
      const first = new Date(Math.round(1000 * values[0]!)).toISOString();
      return { name, seconds: values, first, written: false };
    }
    const seconds = allOf(values, (text) => {
      if (text === "") return Number.NaN;
      const wall = readWallTime(text, order);
      return wall && wallMilliseconds(wall) / 1000;
    });
    if (seconds && values[0] !== "") return { name, seconds, first: values[0]!, written: true };
  }
  return undefined;
}

const HOUR = 3600;
/** An hour stands out among intervals that are mostly shorter than this [s]. */
const USUAL_AT_MOST = 600;

/** Says where written dates jump ahead by an hour among short intervals, as when summer time begins. */
function sayHourAhead(clock: Float64Array, notices: Notice[]): void {
  const steps = clock.subarray(1).map((t, i) => t - clock[i]!);
  const usual = median(steps);
  if (!(usual <= USUAL_AT_MOST)) return;
  const rows = Array.from(steps.keys()).filter((i) => Math.abs(steps[i]! - HOUR - usual) <= usual + 1);
  if (rows.length === 0) return;
  const message = `csv: the dates jump ahead by an hour at row ${rows[0]! + 2}, a pause or the beginning of summer time; with the name of the zone (--time-zone Europe/Berlin) summer time is taken out`;
  notices.push({ code: "clock-hour-ahead", message, where: `row ${rows[0]! + 2}`, flag: "--time-zone" });
}

/** Which of day and month comes first, where any date of the rows can be read only one way. */
function orderOf(columns: readonly Filled[]): "dmy" | "mdy" | undefined {
  for (const { name, values } of columns) {
    if (!DATE.test(name.trim()) || values instanceof Float64Array) continue;
    for (const text of values) {
      const [, a, b] = /(?:^|\D)(\d{1,2})[-/.](\d{1,2})[-/.]\d{2}/.exec(text) ?? [];
      if (Number(a) > 12 && Number(a) <= 31) return "dmy";
      if (Number(b) > 12 && Number(b) <= 31) return "mdy";
    }
  }
  return undefined;
}

/** The column that counts, in seconds, made where it counts something else; undefined where none does. */
function counted(
  columns: readonly Filled[],
): { name: string; values: Float64Array; made: boolean } | undefined {
  for (const { name, unit, values } of columns) {
    if (!TIME.test(name.trim()) || !(values instanceof Float64Array) || unit === "1") continue;
    const seconds = unitRatio(unit, "s");
    if (seconds === undefined) continue;
    return { name, values: seconds === 1 ? values : values.map((v) => v * seconds), made: seconds !== 1 };
  }
  for (const { name, values } of columns) {
    if (!DURATION.test(name.trim()) || values instanceof Float64Array) continue;
    const seconds = allOf(values, durationOf);
    if (seconds) return { name, values: seconds, made: true };
  }
  return undefined;
}

/**
 * The clock of the columns: one that counts a unit of time, else dates of the rows as seconds since the first. The start is
 * the first date less what the clock shows there, else what a line above the table says.
 */
export function clockOf(
  columns: readonly Filled[],
  before: readonly string[],
  options: OpenOptions | undefined,
  notices: Notice[],
): Clock {
  const time = counted(columns);
  const seen = options?.dateOrder ?? orderOf(columns);
  const dates = datesOf(columns, seen ?? "mdy");
  const said = before.flatMap((line) => STARTED.exec(line)?.[1] || [])[0];
  const habit = { format: "csv", order: seen ?? "mdy", certain: seen !== undefined } as const;
  const start = startOf(dates?.first ?? said, habit, options, notices);
  if (!time && !dates) return { columns, ...(start !== undefined && { start }) };
  if (!time) {
    // Dates that count seconds since 1970 know no summer time.
    const zone = dates!.written ? (options?.timeZone ?? "Z") : "Z";
    const values = elapsedIn(zone, dates!.seconds);
    const message = `csv: the column clock gives the dates of "${dates!.name}" as seconds since the first row`;
    notices.push({ code: "clock-derived", message });
    if (dates!.written && options?.timeZone === undefined) sayHourAhead(values, notices);
    return withClock(columns, values, start);
  }
  const zero = dates && start !== undefined ? earlier(start, time.values[0]!) : start;
  if (time.made) return withClock(columns, time.values, zero);
  return { columns, column: time.name, ...(zero !== undefined && { start: zero }) };
}

function withClock(columns: readonly Filled[], values: Float64Array, start: string | undefined): Clock {
  return {
    columns: [...columns, { name: "clock", unit: "s", values }],
    column: "clock",
    ...(start !== undefined && { start }),
  };
}

/** An ISO date less some seconds, in its own zone; undefined where there is no such date. */
function earlier(date: string, seconds: number): string | undefined {
  if (!Number.isFinite(seconds)) return date;
  const zone = /([+-])(\d{2}):(\d{2})$/.exec(date);
  const offset = zone ? (zone[1] === "-" ? -1 : 1) * (3600 * Number(zone[2]) + 60 * Number(zone[3])) : 0;
  const wall = Math.round(Date.parse(date) - 1000 * seconds) + 1000 * offset;
  return Math.abs(wall) <= LAST_DATE ? isoDate(wall, offset) : undefined;
}
