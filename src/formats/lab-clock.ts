/** Dates as laboratory programs write them, and what can be wrong with a clock. */
import type { Notice, OpenOptions } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/** A wall clock reading, not yet a point in time: the zone is not in it. Month 1–12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Seconds since midnight. */
  readonly seconds: number;
  /** Seconds east of Greenwich, where the text says so. */
  readonly offset?: number;
  /** True where day and month could be the other way round. */
  readonly ambiguous: boolean;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** French and German abbreviations that differ from the English ones. */
const OTHER_MONTHS: Readonly<Record<string, number>> = {
  fév: 2,
  fev: 2,
  mär: 3,
  mrz: 3,
  avr: 4,
  mai: 5,
  juin: 6,
  juil: 7,
  aoû: 8,
  aou: 8,
  okt: 10,
  dez: 12,
  déc: 12,
};

function monthOf(word: string): number | undefined {
  const low = word.toLowerCase();
  const known = MONTHS.indexOf(low.slice(0, 3)) + 1;
  return known || OTHER_MONTHS[low.slice(0, 4)] || OTHER_MONTHS[low.slice(0, 3)] || undefined;
}

const fullYear = (year: number): number => (year < 70 ? 2000 + year : year < 100 ? 1900 + year : year);

/** Seconds since midnight of "16:43:15", "3:56:08 PM", "13:53"; undefined for other text. */
export function readTime(text: string): number | undefined {
  const match = /(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([AaPp])?\.?[Mm]?/.exec(text);
  if (!match) return undefined;
  let hour = Number(match[1]);
  if (match[4]) hour = (hour % 12) + (/p/i.test(match[4]) ? 12 : 0);
  const seconds = Number((match[3] ?? "0").replace(",", "."));
  if (hour > 24 || Number(match[2]) > 59 || seconds >= 61) return undefined;
  return 3600 * hour + 60 * Number(match[2]) + seconds;
}

function dateParts(text: string, order: "dmy" | "mdy"): Omit<WallTime, "seconds" | "offset"> | undefined {
  const iso = /(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.exec(text);
  if (iso) return checked(Number(iso[1]), Number(iso[2]), Number(iso[3]), false);
  const word = /([A-Za-zäéû]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})/.exec(text);
  if (word && monthOf(word[1]!)) return checked(Number(word[3]), monthOf(word[1]!)!, Number(word[2]), false);
  const named = /(\d{1,2})[-\s.]+([A-Za-zäéû]{3,9})\.?[-\s.,]+'?(\d{4}|\d{2})\b/.exec(text);
  if (named && monthOf(named[2]!))
    return checked(fullYear(Number(named[3])), monthOf(named[2]!)!, Number(named[1]), false);
  const plain = /(\d{1,2})([-/.])(\d{1,2})\2'?(\d{4}|\d{2})(?!\d)/.exec(text);
  if (!plain) return undefined;
  const [a, b, year] = [Number(plain[1]), Number(plain[3]), fullYear(Number(plain[4]))];
  // Dates with points are written day first wherever they are used.
  const dayFirst = plain[2] === "." || a > 12 || (b <= 12 && order === "dmy");
  const ambiguous = plain[2] !== "." && a <= 12 && b <= 12 && a !== b;
  return dayFirst ? checked(year, b, a, ambiguous) : checked(year, a, b, ambiguous);
}

function checked(year: number, month: number, day: number, ambiguous: boolean) {
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1970 || year > 2200) return undefined;
  return { year, month, day, ambiguous };
}

/** The clock reading of a text such as "01/10/2024 11:02:29.886"; undefined where there is none. */
export function readWallTime(text: string, order: "dmy" | "mdy" = "mdy"): WallTime | undefined {
  const date = dateParts(text, order);
  if (!date) return undefined;
  const seconds = readTime(text) ?? 0;
  const zone = /\d(?:\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$/.exec(text);
  return { ...date, seconds, ...(zone && { offset: offsetOf(zone[1]!)! }) };
}

/** Seconds east of Greenwich of "Z" or "+02:00"; undefined for a zone with a name. */
export function offsetOf(zone: string): number | undefined {
  if (/^(?:Z|UTC|GMT)$/i.test(zone)) return 0;
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (!match) return undefined;
  return (match[1] === "-" ? -1 : 1) * (3600 * Number(match[2]) + 60 * Number(match[3] ?? 0));
}

/** Milliseconds since 1970 of a clock reading as if its zone were Greenwich's. */
export function wallMilliseconds({ year, month, day, seconds }: WallTime): number {
  return Date.UTC(year, month - 1, day) + Math.round(1000 * seconds);
}

/** What the clocks of a named zone ("Europe/Berlin") show at an instant, less the instant [ms]; daylight saving included. */
function offsetAt(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const found = Object.fromEntries(
      format.formatToParts(new Date(instant)).map((p) => [p.type, Number(p.value)]),
    );
    const { year, month, day, hour, minute, second } = found;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - instant;
  };
}

/** Seconds east of Greenwich of a named zone at a wall clock reading [ms]. */
function namedOffset(zone: string, wall: number): number {
  const offset = offsetAt(zone);
  const whole = Math.floor(wall / 1000) * 1000;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  return offset(whole - offset(whole)) / 1000;
}

function zoneOffset(zone: string, wall: number): number {
  const fixed = offsetOf(zone);
  if (fixed !== undefined) return fixed;
  try {
    return namedOffset(zone, wall);
  } catch (cause) {
    const message = `--time-zone: wanted "+02:00", "Z" or a name such as "Europe/Berlin", found "${zone}"`;
    throw new LithoscopeError("Usage", message, { path: "--time-zone", expected: "a time zone" }, { cause });
  }
}

/** Milliseconds from 1970 of the last date that there is, and of the first with a minus. */
export const LAST_DATE = 8.64e15;

/** Offsets of zones change at whole quarters of an hour only [s]. */
const QUARTER = 900;
const DAY = 86400;

/**
 * Seconds since the first of wall clock readings [s], as they pass in a zone whose summer time moves the clocks. Of an hour
 * that the clocks show twice the earlier one is meant until time would go back.
 *
 * @param zone "Europe/Berlin"; an offset such as "+02:00" has no summer time
 */
export function elapsedIn(zone: string, wall: Float64Array): Float64Array {
  zoneOffset(zone, 0);
  if (offsetOf(zone) !== undefined) return wall.map((w) => w - wall[0]!);
  const find = offsetAt(zone);
  const known = new Map<number, number>();
  const offset = (instant: number) => {
    const quarter = Math.floor(instant / QUARTER);
    const seconds = known.get(quarter) ?? find(1000 * QUARTER * quarter) / 1000;
    known.set(quarter, seconds);
    return seconds;
  };
  let last = Number.NEGATIVE_INFINITY;
  const passed = wall.map((w) => {
    if (Number.isNaN(w)) return w;
    const [before, after] = [w - offset(w - DAY), w - offset(w + DAY)];
    const able = [before, after].filter((at) => at + offset(at) === w).sort((a, b) => a - b);
    const at = able.find((instant) => instant >= last) ?? able.at(-1) ?? before;
    last = Math.max(last, at);
    return at;
  });
  return passed.map((at) => at - passed[0]!);
}

/** An ISO date with its zone, milliseconds kept where there are any. */
export function isoDate(wall: number, offsetSeconds: number): string {
  const text = new Date(wall).toISOString().replace("Z", "");
  const [sign, size] = [offsetSeconds < 0 ? "-" : "+", Math.abs(Math.round(offsetSeconds / 60))];
  const zone = `${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
  return `${text}${offsetSeconds === 0 ? "Z" : zone}`;
}

export interface StartOptions {
  readonly format: string;
  /** Which of day and month this program writes first; "certain" where it does so in every language. */
  readonly order: "dmy" | "mdy";
  readonly certain?: boolean;
}

/**
 * The start of a measurement as an ISO date with zone. Without a zone in the text it is `--time-zone`, or Greenwich's
 * with a notice; with day and month that could be exchanged, `--date-order`, or the program's habit with a notice.
 */
export function startOf(
  text: string | undefined,
  { format, order, certain = false }: StartOptions,
  options: OpenOptions | undefined,
  notices: Notice[],
): string | undefined {
  const wall = text === undefined ? undefined : readWallTime(text, options?.dateOrder ?? order);
  if (!wall) return undefined;
  if (wall.ambiguous && !certain && options?.dateOrder === undefined) {
    const read = `${wall.year}-${String(wall.month).padStart(2, "0")}-${String(wall.day).padStart(2, "0")}`;
    const message = `${format}: the start "${text!.trim()}" is read as ${read}; day and month could be the other way round`;
    notices.push({ code: "date-order", message, flag: "--date-order" });
  }
  return zoned(wallMilliseconds(wall), wall.offset, format, options, notices);
}

/** A wall clock reading [ms] as an ISO date with zone, the assumption said. */
export function zoned(
  wall: number,
  known: number | undefined,
  format: string,
  options: OpenOptions | undefined,
  notices: Notice[],
): string {
  if (known !== undefined) return isoDate(wall, known);
  if (options?.timeZone !== undefined) return isoDate(wall, zoneOffset(options.timeZone, wall));
  const message = `${format}: the start ${isoDate(wall, 0).slice(0, 19)} has no time zone, taken as UTC`;
  notices.push({ code: "zone-assumed", message, flag: "--time-zone" });
  return isoDate(wall, 0);
}

/** What is wrong with a clock [s]: rows where it runs back, one hour back as when daylight saving ends, no values. */
export function clockNotices(format: string, seconds: Float64Array): Notice[] {
  let back = 0;
  let first = -1;
  let hour = false;
  let last = Number.NaN;
  let empty = 0;
  for (let i = 0; i < seconds.length; i++) {
    const t = seconds[i]!;
    if (Number.isNaN(t)) {
      empty++;
      continue;
    }
    if (t < last) {
      if (first < 0) first = i;
      back++;
      if (Math.abs(last - t - 3600) < 0.05 * 3600) hour = true;
    }
    last = t;
  }
  const notices: Notice[] = [];
  if (back > 0) {
    const why = hour ? "; by an hour, as when daylight saving time ends" : "";
    const message = `${format}: the clock runs back at ${back} of ${seconds.length} rows, first at row ${first + 1}${why}; rows are kept in the file's order`;
    notices.push({ code: "clock-backwards", message, where: `row ${first + 1}` });
  }
  if (empty > 0)
    notices.push({
      code: "clock-empty",
      message: `${format}: ${empty} of ${seconds.length} rows have no time`,
    });
  return notices;
}
