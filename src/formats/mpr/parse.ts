/** The modules of a BioLogic modular file, in the file's own words. Layouts as met in files, not from a published list. */
import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { MPR_MAGIC } from "./format.ts";

export interface MprModule {
  readonly shortName: string;
  readonly longName: string;
  /** First byte of its data, and their number; fewer are there when the file is cut. */
  readonly offset: number;
  readonly length: number;
  readonly version: number;
  /** Since EC-Lab 11.50 a second version number, 10 or 11. */
  readonly subVersion?: number;
  /** As written: month, day, year. */
  readonly date: string;
}

/** Head of the data module. */
export interface MprData {
  readonly points: number;
  readonly ids: readonly number[];
  /** Bytes between the start of the module's data and the first record. */
  readonly skip: number;
}

/** What the settings module says in text. */
export interface MprSettings {
  readonly technique: string;
  readonly comments: string;
  readonly electrodeMaterial: string;
  readonly electrolyte: string;
  readonly referenceElectrode: string;
}

const SHORT_HEADER = 51;
const LONG_HEADER = 59;
/** The data head is at most this long in every layout met. */
export const DATA_HEAD = 1008;

const TECHNIQUES: Readonly<Record<number, string>> = {
  4: "GCPL",
  6: "CV",
  11: "OCV",
  24: "CA",
  25: "CP",
  28: "WAIT",
  29: "PEIS",
  30: "GEIS",
  50: "ZIR",
  51: "CVA",
  108: "LSV",
  118: "coC",
  127: "MB",
};

export function mprError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `mpr: ${sentence}`, { format: "mpr", at });
}

const latin = (bytes: Uint8Array): string => new TextDecoder("windows-1252").decode(bytes);
const viewOf = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength);

/** A string with its length in front; empty where that length leaves the bytes. */
function pascal(bytes: Uint8Array, at: number): string {
  const length = bytes[at] ?? 0;
  if (at + 1 + length > bytes.length) return "";
  return latin(bytes.subarray(at + 1, at + 1 + length))
    .replace(/\0.*$/s, "")
    .trim();
}

function moduleAt(head: Uint8Array, at: number): MprModule {
  const view = viewOf(head);
  const texts = {
    shortName: latin(head.subarray(6, 16)).trim(),
    longName: latin(head.subarray(16, 41)).trim(),
  };
  // Since 11.50 a field of ones and a second version number stand around the length.
  if (view.getUint32(41, true) === 0xffffffff && head.length >= 6 + LONG_HEADER) {
    return {
      ...texts,
      offset: at + 6 + LONG_HEADER,
      length: view.getUint32(45, true),
      version: view.getUint32(49, true),
      subVersion: view.getUint32(53, true),
      date: latin(head.subarray(57, 65)),
    };
  }
  return {
    ...texts,
    offset: at + 6 + SHORT_HEADER,
    length: view.getUint32(41, true),
    version: view.getUint32(45, true),
    date: latin(head.subarray(49, 57)),
  };
}

/**
 * The modules one after the other, with the offset where the walk ended; a module that the file's end cuts is the last.
 *
 * @throws Format if the magic string or the first module is not there
 */
export async function readModules(
  source: Source,
  stop?: AbortSignal,
): Promise<{ modules: MprModule[]; end: number }> {
  const start = await source.read(0, Math.min(256, source.size), stop);
  if (latin(start.subarray(0, MPR_MAGIC.length)) !== MPR_MAGIC)
    throw mprError(`wanted "${MPR_MAGIC}" at 0, found "${latin(start.subarray(0, 12))}"`, 0);
  const first = latin(start).indexOf("MODULE");
  if (first < 0)
    throw mprError(`wanted a MODULE within 256 bytes, file ends at ${source.size}`, start.length);
  const modules: MprModule[] = [];
  let at = first;
  while (at + 6 + SHORT_HEADER <= source.size) {
    const head = await source.read(at, Math.min(6 + LONG_HEADER, source.size - at), stop);
    if (latin(head.subarray(0, 6)) !== "MODULE") break;
    const found = moduleAt(head, at);
    modules.push(found);
    at = found.offset + found.length;
  }
  if (modules.length === 0)
    throw mprError(`wanted a whole module head at ${first}, file ends at ${source.size}`, first);
  return { modules, end: at };
}

/** Where records start in the layouts met; others are tried where the usual one does not fit the declared count. */
export const RECORD_STARTS = [405, 406, 1007, 1008, 100, 101];

/**
 * Head of the data module from its first bytes: number of points, column ids, first record.
 *
 * @throws Format if the ids do not fit in
 */
export function parseDataHead(bytes: Uint8Array, module: MprModule): MprData {
  const view = viewOf(bytes);
  if (bytes.length < 6)
    throw mprError(
      `wanted the head of the data at ${module.offset}, ${bytes.length} bytes are there`,
      module.offset,
    );
  const points = view.getUint32(0, true);
  // The number of columns has two bytes since 11.50; ids have one byte in version 0 of the old layout.
  const wide = module.subVersion !== undefined;
  const columns = wide ? view.getUint16(4, true) : view.getUint8(4);
  const width = !wide && module.version === 0 ? 1 : 2;
  const first = wide ? 6 : 5;
  if (columns === 0 || first + width * columns > bytes.length)
    throw mprError(
      `the data at ${module.offset} claim ${columns} columns, which do not fit in`,
      module.offset,
    );
  const ids = Array.from({ length: columns }, (_, i) =>
    width === 2 ? view.getUint16(first + 2 * i, true) : view.getUint8(first + i),
  );
  return { points, ids, skip: wide ? 1007 : module.version === 0 ? 100 : module.version === 2 ? 405 : 406 };
}

/** Technique and texts of the settings; offsets as found in files of EC-Lab 10 to 11.52. */
export function parseSettings(bytes: Uint8Array): MprSettings {
  const code = bytes[0] ?? 0;
  return {
    technique: TECHNIQUES[code] ?? `technique 0x${code.toString(16).padStart(2, "0")}`,
    comments: pascal(bytes, 0x007),
    electrodeMaterial: pascal(bytes, 0x11e),
    electrolyte: pascal(bytes, 0x1c0),
    referenceElectrode: pascal(bytes, 0x215),
  };
}

/** Days since 1899-12-30 of the acquisition's start, local clock; undefined where none is found. */
export function parseLogStart(bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  for (const at of [585, 465, 469, 473]) {
    if (at + 8 > bytes.length) continue;
    const days = view.getFloat64(at, true);
    // 1995 to 2090: anything else is no date of a potentiostat.
    if (days > 34700 && days < 69800) return days;
  }
  return undefined;
}
