/** Tables inside an .ndax archive: pages of 4 KiB, one page of head. Layouts after NewareNDA (BSD-3-Clause). */
import { LithoscopeError } from "../../core/errors.ts";
import { newareError, stampOf } from "./nda.ts";
import { addRow, type NewareRows, noRows, rangeFactor, statusOf } from "./rows.ts";

const PAGE = 4096;

/** Kinds of tables by their first byte. */
export const KIND = { data: 1, auxiliary: 5, step: 7, run: 18 } as const;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const long = (data: DataView, at: number): number => Number(data.getBigInt64(at, true));

/**
 * Kind and version of a table.
 *
 * @throws Unsupported for versions that nobody has met
 */
export function ndcVersion(bytes: Uint8Array, name: string): { kind: number; version: number } {
  const [kind, version] = [bytes[0] ?? 0, bytes[2] ?? 0];
  if ([2, 5, 11, 14, 16, 17].includes(version)) return { kind, version };
  const hint = "export it as .csv or .xlsx in BTSDA";
  const fields = { format: "neware", feature: `ndc version ${version}` };
  throw new LithoscopeError(
    "Unsupported",
    `neware: ${name} has version ${version} at 2, which is not read`,
    fields,
    {
      hint,
    },
  );
}

/** Offsets of the records of a table: from `first` to `last` of every page behind the head. */
function* places(bytes: Uint8Array, size: number, first: number, last: number): Generator<number> {
  for (let page = PAGE; page + PAGE <= bytes.length; page += PAGE) {
    for (let at = page + first; at + size <= page + PAGE - last; at += size) yield at;
  }
}

/** A record of the layout of versions 2 and 5, which holds everything. */
function fullRow(data: DataView, at: number): Parameters<typeof addRow>[1] {
  const factor = rangeFactor(data.getInt32(at + 82, true));
  const stepIndex = data.getUint8(at + 16);
  return {
    index: data.getUint32(at + 8, true),
    cycle: data.getUint32(at + 12, true) + 1,
    step: stepIndex,
    stepIndex,
    status: statusOf(data.getUint8(at + 17)),
    time: long(data, at + 23) / 1000,
    voltage: data.getInt32(at + 31, true) / 10000,
    current: data.getInt32(at + 35, true) * factor,
    chargeCapacity: (long(data, at + 43) * factor) / 3600,
    dischargeCapacity: (long(data, at + 51) * factor) / 3600,
    chargeEnergy: (long(data, at + 59) * factor) / 3600,
    dischargeEnergy: (long(data, at + 67) * factor) / 3600,
    stamp: stampOf(data, at + 75),
  };
}

/** Offsets of records of 94 bytes that repeat the eight bytes at 517. */
function* marked(bytes: Uint8Array): Generator<number> {
  const mark = bytes.subarray(517, 525);
  for (let at = bytes.indexOf(mark[0]!, 517); at >= 0 && at + 94 <= bytes.length; ) {
    if (mark.every((byte, i) => bytes[at + i] === byte)) {
      yield at;
      at = bytes.indexOf(mark[0]!, at + 94);
    } else at = bytes.indexOf(mark[0]!, at + 1);
  }
}

/** Offset of each full record, and of the byte that says its kind. */
function* fullPlaces(bytes: Uint8Array, version: number): Generator<{ at: number; kind: number }> {
  if (version === 2) for (const at of marked(bytes)) yield { at, kind: bytes[at]! };
  else for (const at of places(bytes, 87, 125, 56)) yield { at, kind: bytes[at + 7]! };
}

/** Rows of data.ndc of versions 2 and 5. */
export function parseFullData(bytes: Uint8Array, version: number): NewareRows {
  const data = viewOf(bytes);
  const rows = noRows();
  for (const { at, kind } of fullPlaces(bytes, version)) if (kind === 0x55) addRow(rows, fullRow(data, at));
  if (rows.index.length === 0) throw newareError("wanted a record behind the first page, found none", PAGE);
  return rows;
}

/** Potentials [V] and currents [mA] of data.ndc since version 11, by their place; index 1 is the first. */
export function parsePairs(bytes: Uint8Array, version: number): { voltage: number[]; current: number[] } {
  const data = viewOf(bytes);
  const [volts, milliamps] = version === 11 || version === 16 ? [1e-4, 1] : [1, 1000];
  const voltage: number[] = [];
  const current: number[] = [];
  for (const at of places(bytes, 8, 132, 4)) {
    voltage.push(data.getFloat32(at, true) * volts);
    current.push(data.getFloat32(at + 4, true) * milliamps);
  }
  return { voltage, current };
}

/** A row of data_runInfo.ndc: what the cycler wrote down now and then. */
export interface RunRow {
  /** Time in the step, and between two records [s]. */
  readonly time: number;
  readonly dt: number;
  /** [mAh], [mWh] */
  readonly chargeCapacity: number;
  readonly dischargeCapacity: number;
  readonly chargeEnergy: number;
  readonly dischargeEnergy: number;
  /** UTC [ms since 1970]. */
  readonly stamp: number;
  readonly step: number;
}

/** Rows of data_runInfo.ndc by index; of two with one index the first counts. */
export function parseRun(bytes: Uint8Array, version: number): Map<number, RunRow> {
  const data = viewOf(bytes);
  const [size, last] = version === 11 ? [47, 16] : version === 14 ? [55, 4] : [100, 64];
  // Versions 11 and 16 count in mA s and mW s, the others in A h and W h.
  const factor = version === 11 || version === 16 ? 1 / 3600 : 1000;
  const rows = new Map<number, RunRow>();
  for (const at of places(bytes, size, 132, last)) {
    const index = data.getInt32(at + 41, true);
    if (index === 0 || rows.has(index)) continue;
    rows.set(index, {
      time: data.getInt32(at, true) / 1000,
      chargeCapacity: data.getFloat32(at + 5, true) * factor,
      dischargeCapacity: data.getFloat32(at + 9, true) * factor,
      chargeEnergy: data.getFloat32(at + 13, true) * factor,
      dischargeEnergy: data.getFloat32(at + 17, true) * factor,
      dt: data.getInt32(at + 29, true) / 1000,
      stamp: 1000 * data.getInt32(at + 33, true) + data.getInt16(at + 45, true),
      step: data.getInt32(at + 37, true),
    });
  }
  return rows;
}

/** Rows of data_step.ndc in order: cycle from 1, number in the schedule, kind. */
export function parseSteps(
  bytes: Uint8Array,
  version: number,
): { cycle: number; stepIndex: number; status: string }[] {
  const data = viewOf(bytes);
  const old = version === 11 || version === 14;
  const steps: { cycle: number; stepIndex: number; status: string }[] = [];
  for (const at of places(bytes, old ? 37 : 100, 132, old ? 5 : 64)) {
    const there = data.getInt32(old ? at + 4 : at + 33, true) !== 0;
    if (!there) continue;
    const status = statusOf(data.getUint8(at + 24));
    steps.push({ cycle: data.getInt32(at, true) + 1, stepIndex: data.getInt32(at + 4, true), status });
  }
  return steps;
}

/** Values of an auxiliary table by index; "?" where only the test's own list says what they are. */
export function parseAuxiliary(bytes: Uint8Array, version: number): Map<string, Map<number, number>> {
  const data = viewOf(bytes);
  const columns = new Map<string, Map<number, number>>();
  const put = (name: string, index: number, value: number): void => {
    const column = columns.get(name) ?? new Map<number, number>();
    column.set(index, value);
    columns.set(name, column);
  };
  if (version === 2 || version === 5) {
    for (const { at, kind } of fullPlaces(bytes, version)) {
      if (kind !== 0x65 && kind !== 0x74) continue;
      const index = data.getUint32(at + 8, true);
      put("V", index, data.getInt32(at + 31, true) / 10000);
      put("T", index, data.getInt16(at + 41, true) / 10);
      if (kind === 0x74) put("t", index, data.getInt16(at + 43, true) / 10);
    }
    return columns;
  }
  let index = 0;
  if (version === 14 || version === 17) {
    for (const at of places(bytes, 4, 132, 4)) put("?", ++index, data.getFloat32(at, true));
    return columns;
  }
  if (version === 11 && bytes[PAGE + 132] === 0x74) {
    for (const at of places(bytes, 88, 132, 4))
      if (bytes[at] === 0x74) put("T", data.getInt32(at + 1, true), data.getInt16(at + 35, true) / 10);
    return columns;
  }
  for (const at of places(bytes, 7, 132, 2)) {
    if (version === 11 && bytes[at] !== 0x65) continue;
    index++;
    put("V", index, data.getFloat32(at + 1, true) / 10000);
    put("T", index, data.getInt16(at + 5, true) / 10);
  }
  return columns;
}
