/** Records of .nda files: versions 29 (BTS 7 and 8) and 130 (BTS 9). Layouts after NewareNDA (BSD-3-Clause). */
import { LithoscopeError } from "../../core/errors.ts";
import { type Auxiliary, addRow, type NewareRows, noRows, rangeFactor, statusOf } from "./rows.ts";

export function newareError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `neware: ${sentence}`, { format: "neware", at });
}

export interface NdaContent {
  readonly version: number;
  readonly rows: NewareRows;
  readonly auxiliary: Auxiliary;
  /** True where the time stamps are UTC, false for a local clock without a zone. */
  readonly utc: boolean;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const long = (data: DataView, at: number): number => Number(data.getBigInt64(at, true));

/** Wall clock as milliseconds; NaN where the fields are no date. */
export function stampOf(data: DataView, at: number): number {
  const [year, month, day] = [data.getUint16(at, true), data.getUint8(at + 2), data.getUint8(at + 3)];
  if (year < 1990 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  return Date.UTC(year, month - 1, day, data.getUint8(at + 4), data.getUint8(at + 5), data.getUint8(at + 6));
}

function put(auxiliary: Auxiliary, name: string, index: number, value: number): void {
  const column = auxiliary.get(name) ?? new Map<number, number>();
  column.set(index, value);
  auxiliary.set(name, column);
}

/** A record of 86 bytes that begins with 55 00. */
function row29(data: DataView, at: number): Parameters<typeof addRow>[1] | undefined {
  const [index, status] = [data.getUint32(at + 2, true), data.getUint8(at + 12)];
  if (index === 0 || status === 0) return undefined;
  const factor = rangeFactor(data.getInt32(at + 78, true));
  return {
    index,
    cycle: data.getUint32(at + 6, true) + 1,
    step: data.getUint32(at + 10, true),
    stepIndex: data.getUint16(at + 10, true),
    status: statusOf(status),
    time: long(data, at + 14) / 1000,
    voltage: data.getInt32(at + 22, true) / 10000,
    current: data.getInt32(at + 26, true) * factor,
    chargeCapacity: (long(data, at + 38) * factor) / 3600,
    dischargeCapacity: (long(data, at + 46) * factor) / 3600,
    chargeEnergy: (long(data, at + 54) * factor) / 3600,
    dischargeEnergy: (long(data, at + 62) * factor) / 3600,
    stamp: stampOf(data, at + 70),
  };
}

/** Auxiliary channel of 86-byte records: index, then voltage and temperature. */
function auxiliary29(data: DataView, at: number, auxiliary: Auxiliary): void {
  const channel = data.getUint8(at + 1);
  const index = data.getUint32(at + 2, true);
  put(auxiliary, `T${channel}`, index, data.getInt16(at + 34, true) / 10);
  put(auxiliary, `V${channel}`, index, data.getInt32(at + 22, true) / 10000);
}

function findBytes(bytes: Uint8Array, wanted: readonly number[], from: number): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

function parse29(bytes: Uint8Array): NdaContent {
  const length = 86;
  const data = view(bytes);
  const follows = (start: number): boolean => {
    const next = start + length;
    return next + length > bytes.length || (bytes[next] === 0x55 && bytes[next + 12] !== 0);
  };
  // A record follows four zero bytes, and another record follows it.
  let at = findBytes(bytes, [0, 0, 0, 0, 0x55, 0], 0);
  while (at >= 0 && !follows(at + 4)) at = findBytes(bytes, [0, 0, 0, 0, 0x55, 0], at + 4);
  if (at < 0) throw newareError(`wanted a record (00 00 00 00 55 00), none is in ${bytes.length} bytes`, 0);
  const rows = noRows();
  const auxiliary: Auxiliary = new Map();
  for (let start = at + 4; start + length <= bytes.length; start += length) {
    if (data.getUint32(start + 82, true) !== 0) continue;
    if (bytes[start] === 0x55 && bytes[start + 1] === 0) {
      const row = row29(data, start);
      if (row) addRow(rows, row);
    } else if (bytes[start] === 0x65) auxiliary29(data, start, auxiliary);
  }
  return { version: 29, rows, auxiliary, utc: false };
}

/** BTS 9.0: `at` is four bytes into a record of 88. */
function row9(data: DataView, at: number): Parameters<typeof addRow>[1] {
  const stepIndex = data.getUint8(at + 5);
  return {
    index: data.getUint32(at + 12, true),
    cycle: 0,
    step: stepIndex,
    stepIndex,
    status: statusOf(data.getUint8(at + 6)),
    time: long(data, at + 24) / 1e6,
    voltage: data.getFloat32(at + 32, true),
    current: data.getFloat32(at + 36, true),
    chargeCapacity: data.getFloat32(at + 48, true) / 3600,
    chargeEnergy: data.getFloat32(at + 52, true) / 3600,
    dischargeCapacity: data.getFloat32(at + 56, true) / 3600,
    dischargeEnergy: data.getFloat32(at + 60, true) / 3600,
    stamp: long(data, at + 64) / 1000,
  };
}

/** BTS 9.1: capacity and energy have a sign, which says charge or discharge. */
function row91(data: DataView, at: number): Parameters<typeof addRow>[1] {
  const stepIndex = data.getUint8(at + 2);
  const [capacity, energy] = [data.getFloat32(at + 28, true) / 3600, data.getFloat32(at + 32, true) / 3600];
  return {
    index: data.getUint32(at + 8, true),
    cycle: data.getUint32(at + 36, true) + 1,
    step: stepIndex,
    stepIndex,
    status: statusOf(data.getUint8(at + 3)),
    time: data.getUint32(at + 12, true) + 1e-9 * data.getUint32(at + 16, true),
    voltage: data.getFloat32(at + 24, true),
    current: data.getFloat32(at + 20, true),
    chargeCapacity: Math.max(0, capacity),
    dischargeCapacity: Math.max(0, -capacity),
    chargeEnergy: Math.max(0, energy),
    dischargeEnergy: Math.max(0, -energy),
    stamp: 1000 * data.getUint32(at + 44, true) + 1e-6 * data.getUint32(at + 48, true),
  };
}

function parse130(bytes: Uint8Array): NdaContent {
  const start = 1024;
  if (bytes.length < start + 88)
    throw newareError(`wanted records at ${start}, file ends at ${bytes.length}`, start);
  const data = view(bytes);
  const newer = bytes[start] === 0x55;
  const next = newer ? findBytes(bytes, [bytes[start]!, bytes[start + 1]!], start + 2) : -1;
  const length = newer && next > 0 ? next - start : newer ? 52 : 88;
  const mark = bytes.subarray(start, start + 6);
  const rows = noRows();
  const auxiliary: Auxiliary = new Map();
  if (length < 52 || length > 4096)
    throw newareError(`records of ${length} bytes at ${start} are not known`, start);
  for (let at = start; at + length <= bytes.length; at += length) {
    if (bytes[at] === 0x81) break;
    if (bytes[at] === 0x55) {
      addRow(rows, row91(data, at));
      if (length === 56) put(auxiliary, "T1", data.getUint32(at + 8, true), data.getFloat32(at + 52, true));
    } else if (mark.every((byte, i) => bytes[at + i] === byte)) addRow(rows, row9(data, at + 4));
    else if (data.getUint32(at, true) === 0 && bytes[at + 4] === 0x65) auxiliary29(data, at + 4, auxiliary);
  }
  return { version: 130, rows, auxiliary, utc: true };
}

/**
 * Rows and auxiliary values of an .nda file.
 *
 * @throws Format if there is no record; Unsupported for other versions
 */
export function parseNda(bytes: Uint8Array): NdaContent {
  const version = bytes[14];
  if (version === 29) return parse29(bytes);
  if (version === 130) return parse130(bytes);
  const hint = "export it as .csv or .xlsx in BTSDA, or save it anew with a current BTSDA";
  const fields = { format: "neware", feature: `version ${version}` };
  throw new LithoscopeError("Unsupported", `neware: version ${version} at 14 is not read`, fields, { hint });
}
