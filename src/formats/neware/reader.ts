import type { Dataset, Notice, OpenOptions, Reader, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { clockNotices, isoDate, LAST_DATE, zoned } from "../lab-clock.ts";
import { type Filled, filledTable, streamOf } from "../lab-table.ts";
import { readArchive } from "./archive.ts";
import { newareError, parseNda } from "./nda.ts";
import { type Auxiliary, chargeFirstCycles, countChanges, type NewareRows } from "./rows.ts";

const FILE_LIMIT = 2 ** 30;

/** Rows in the order of their index, each index once. */
function inOrder(rows: NewareRows, notices: Notice[]): NewareRows {
  const { index } = rows;
  const seen = new Set<number>();
  const order = index.flatMap((value, i) => {
    if (seen.has(value)) return [];
    seen.add(value);
    return [i];
  });
  const sorted = order.every((at, i) => i === 0 || index[order[i - 1]!]! < index[at]!);
  if (sorted && order.length === index.length) return rows;
  if (!sorted) order.sort((a, b) => index[a]! - index[b]!);
  const twice = index.length - order.length;
  const what = [
    sorted ? "" : "rows out of order, sorted by their index",
    twice > 0 ? `${twice} rows twice, kept once` : "",
  ];
  const message = `neware: ${what.filter((text) => text !== "").join("; ")}`;
  notices.push({ code: "rows-order", message });
  return Object.fromEntries(
    Object.entries(rows).map(([key, values]) => [key, order.map((at) => (values as unknown[])[at])]),
  ) as unknown as NewareRows;
}

/**
 * Seconds since the first row. Where the time stamps are whole seconds (older cyclers), a step keeps its own time from
 * the stamp of its first row on, as long as the two agree to two seconds.
 */
function clockOf({ stamp, time, step }: NewareRows): Float64Array {
  const zero = stamp.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  const seconds = new Float64Array(stamp.length);
  const coarseStamps = stamp.every((value) => Number.isNaN(value) || value % 1000 === 0);
  let anchor = 0;
  for (let i = 0; i < stamp.length; i++) {
    if (i > 0 && step[i] !== step[i - 1]) anchor = i;
    const coarse = (stamp[i]! - zero) / 1000;
    const fine = (stamp[anchor]! - zero) / 1000 + (time[i]! - time[anchor]!);
    seconds[i] = coarseStamps && Math.abs(fine - coarse) <= 2 ? fine : coarse;
  }
  return seconds;
}

/** The stamps as text: UTC with Z, else the wall clock without a zone. */
function stampTexts(stamp: readonly number[], utc: boolean): string[] {
  return stamp.map((value) => {
    if (!(Math.abs(value) <= LAST_DATE)) return "";
    const text = isoDate(Math.round(value), 0);
    return utc ? text : text.replace(/Z$/, "");
  });
}

function auxiliaryColumns(auxiliary: Auxiliary, index: readonly number[]): Filled[] {
  return [...auxiliary].map(([name, values]) => {
    const unit = name.startsWith("V") ? "V" : /^[Tt]/.test(name) ? "°C" : name.startsWith("H") ? "%" : "1";
    return { name, unit, values: Float64Array.from(index, (i) => values.get(i) ?? Number.NaN) };
  });
}

function columnsOf(rows: NewareRows, auxiliary: Auxiliary, utc: boolean): Filled[] {
  const numbers = (name: string, unit: string, values: readonly number[]): Filled => {
    return { name, unit, values: Float64Array.from(values) };
  };
  const counted = chargeFirstCycles(rows.status);
  const own = rows.cycle.some((cycle, i) => cycle !== 0 && cycle !== counted[i]);
  return [
    numbers("Index", "1", rows.index),
    numbers("Cycle", "1", counted),
    ...(own ? [numbers("Cycle in file", "1", rows.cycle)] : []),
    numbers("Step", "1", countChanges(rows.step)),
    numbers("Step_Index", "1", rows.stepIndex),
    { name: "Status", unit: "", values: rows.status },
    numbers("Time", "s", rows.time),
    numbers("Voltage", "V", rows.voltage),
    numbers("Current", "mA", rows.current),
    numbers("Charge_Capacity", "mAh", rows.chargeCapacity),
    numbers("Discharge_Capacity", "mAh", rows.dischargeCapacity),
    numbers("Charge_Energy", "mWh", rows.chargeEnergy),
    numbers("Discharge_Energy", "mWh", rows.dischargeEnergy),
    { name: "Timestamp", unit: "", values: stampTexts(rows.stamp, utc) },
    ...auxiliaryColumns(auxiliary, rows.index),
    { name: "clock", unit: "s", values: clockOf(rows) },
  ];
}

/** The year 9999 [ms since 1970]: a later stamp is a broken one. */
const LAST_STAMP = 253_402_300_800_000;

async function content(source: Source, notices: Notice[], stop?: AbortSignal) {
  const head = await source.read(0, Math.min(64, source.size), stop);
  if (new TextDecoder("latin1").decode(head.subarray(0, 6)) !== "NEWARE") {
    if (head[0] !== 1 || head.length < 64) throw newareError('wanted "NEWARE" or a table of kind 1 at 0', 0);
    return readArchive(source, notices, stop);
  }
  if (source.size > FILE_LIMIT) {
    const message = `neware: ${source.name} has ${source.size} bytes, more than are held in memory`;
    throw new LithoscopeError("Refused", message, { why: "size", need: `at most ${FILE_LIMIT} bytes` });
  }
  return { ...parseNda(await source.read(0, source.size, stop)), info: {} };
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  const notices: Notice[] = [];
  const found = await content(source, notices, stop);
  if (found.rows.index.length === 0)
    throw newareError(`no record is in the ${source.size} bytes`, source.size);
  const rows = inOrder(found.rows, notices);
  for (const [i, stamp] of rows.stamp.entries())
    if (!(Math.abs(stamp) < LAST_STAMP)) rows.stamp[i] = Number.NaN;
  const odd = rows.current.filter(Number.isNaN).length;
  if (odd > 0) {
    const message = `neware: ${odd} rows have a current range that is not known, their current and charge have no value`;
    notices.push({ code: "range-unknown", message });
  }
  const first = rows.stamp.find((value) => !Number.isNaN(value));
  const start =
    first === undefined
      ? undefined
      : zoned(Math.round(first), found.utc ? 0 : undefined, "neware", options, notices);
  const columns = columnsOf(rows, found.auxiliary, found.utc);
  notices.push(...clockNotices("neware", columns.at(-1)!.values as Float64Array));
  const meta: Record<string, string> = { version: String(found.version) };
  const info = found.info as Readonly<Record<string, string>>;
  for (const key of ["Barcode", "StepName", "Remark", "DevID", "UnitID", "ChlID"])
    if (info[key]) meta[key] = info[key];
  if (start !== undefined) meta.start = start;
  const table = filledTable(source.name, columns, meta);
  return { items: [streamOf(table, "clock", start)], header: { version: found.version, info }, notices };
}

/** A stream of a cycler's rows: time in the step, potential, current, charge and energy per step, as the cycler has them. */
export const reader: Reader = { open };
