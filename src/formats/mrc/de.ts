import type { Column, Source, Table } from "../../core/contracts.ts";
import { type Meta, putQuantity, putText } from "../axes.ts";
import { decodeLabText, labLines } from "../lab-text.ts";
import { siblingOf } from "../sibling.ts";
import { mrcError } from "./parse.ts";

/** What Direct Electron's _info.txt says, as "key = value". */
export type DeFields = Readonly<Record<string, string>>;

/** What of it decides the axes. */
export interface DeInfo {
  readonly fields: DeFields;
  readonly scanning: boolean;
  /** Rows and columns, with repeats before them where there are several; undefined for a list of positions. */
  readonly scan: readonly number[] | undefined;
  readonly pattern: boolean;
  readonly secondsPerFrame: number | undefined;
  /** x, y; not positive where not known [nm]. */
  readonly specimenPixel: readonly [number, number];
  /** x, y; not positive where not known [1/nm]. */
  readonly patternPixel: readonly [number, number];
  readonly unsignedBytes: boolean;
}

const MAX_TEXT = 2 ** 22;
const MAX_POSITIONS = 2 ** 26;

/** Lines "key = value" of an _info.txt. */
export function parseInfo(text: string): DeFields {
  const fields: Record<string, string> = Object.create(null);
  for (const line of labLines(text)) {
    const cut = line.indexOf("=");
    if (cut > 0) fields[line.slice(0, cut).trim()] ??= line.slice(cut + 1).trim();
  }
  return fields;
}

/** The number of a field above 0; −1 stands for "not known". */
function positive(fields: DeFields, key: string): number | undefined {
  const value = Number(fields[key] || Number.NaN);
  return value > 0 ? value : undefined;
}

function scanOf(fields: DeFields): number[] | undefined {
  if (fields["Scan - Type"] !== undefined && fields["Scan - Type"] !== "Raster") return undefined;
  const part = fields["Scan - ROI Enable"] === "Enable" ? "Scan - ROI Size" : "Scan - Size";
  const [x, y] = [positive(fields, `${part} X`), positive(fields, `${part} Y`)];
  const repeats = positive(fields, "Scan - Repeats") ?? 1;
  if (x === undefined || y === undefined) return undefined;
  return repeats > 1 ? [repeats, y, x] : [y, x];
}

/** What the fields mean for the frames of the movie. */
export function infoOf(fields: DeFields): DeInfo {
  const scanning = fields["Scan - Enable"] === "Enable";
  const nanoseconds = positive(fields, "Frame Time (nanoseconds)");
  const rate = positive(fields, "Frames Per Second");
  const summed = positive(fields, "Autosave Movie Sum Count") ?? 1;
  const single = nanoseconds === undefined ? rate && 1 / rate : nanoseconds / 1e9;
  const pixel = (key: string, after = ""): [number, number] => [
    positive(fields, `${key} X${after}`) ?? -1,
    positive(fields, `${key} Y${after}`) ?? -1,
  ];
  return {
    fields,
    scanning,
    scan: scanning ? scanOf(fields) : undefined,
    pattern: scanning || positive(fields, "Instrument Project Camera Length (centimeters)") !== undefined,
    secondsPerFrame: single && single * summed,
    specimenPixel: pixel("Specimen Pixel Size", " (nanometers)"),
    patternPixel: pixel("Diffraction Pixel Size"),
    unsignedBytes: fields["Autosave Counted Movie Pixel Format"] === "uint8",
  };
}

/** Instrument and camera; dark and gain references are named, never applied. */
export function deMeta({ fields }: DeInfo): Meta {
  const meta: Meta = {};
  const scaled = (key: string, factor: number) => {
    const value = positive(fields, key);
    return value && value * factor;
  };
  putQuantity(meta, "beam.energy", scaled("Instrument Accelerating Voltage (V)", 1e-3), "keV");
  putQuantity(meta, "camera.length", scaled("Instrument Project Camera Length (centimeters)", 10), "mm");
  putQuantity(meta, "magnification", scaled("Instrument Project Magnification", 1), "1");
  putQuantity(meta, "exposure.time", scaled("Frame Time (nanoseconds)", 1e-9), "s");
  putQuantity(meta, "detector.gain", scaled("ADUs Per Electron Bin1x", 1), "ADU/e");
  if (fields["Scan - Enable"] === "Enable") {
    putQuantity(meta, "dwell.time", scaled("Scan - Dwell Time (microseconds)", 1e-6), "s");
    putQuantity(meta, "scan.rotation", Number(fields["Scan - Rotation"] || Number.NaN), "deg");
  }
  putText(meta, "detector", fields["Camera Model"]);
  putText(meta, "detector.darkReference", fields["Reference - Dark"]);
  putText(meta, "detector.gainReference", fields["Reference - Integrating Gain"]);
  putText(meta, "software", fields["Server Software Version"]);
  const seconds = positive(fields, "Timestamp (seconds since Epoch)");
  if (seconds !== undefined && seconds < 1e11)
    putText(meta, "time.start", new Date(seconds * 1e3).toISOString());
  return meta;
}

/** Name of the acquisition: what stands before _movie.mrc, _info.txt, _scan_coordinates.csv, with and without its last number. */
export function acquisitions(name: string): string[] {
  const base = name.replace(/_(movie\.mrcs?|info\.txt|scan_coordinates\.csv)$/i, "");
  const shorter = base.replace(/_\d+$/, "");
  return base === shorter ? [base] : [base, shorter];
}

/** The text of a file of the same acquisition; undefined if there is none. */
export async function textBeside(
  source: Source,
  ending: string,
  stop?: AbortSignal,
): Promise<string | undefined> {
  for (const base of acquisitions(source.name)) {
    const found = await siblingOf(source, `${base}${ending}`);
    if (!found) continue;
    return decodeLabText(await found.read(0, Math.min(found.size, MAX_TEXT), stop));
  }
  return undefined;
}

/**
 * Scan position of every frame, as "x,y" in each line, in points of the scan.
 *
 * @throws Format for a line that is no pair of numbers
 */
export function positionTable(text: string, title: string): Table {
  const lines = labLines(text).filter((line) => line.trim() !== "");
  if (lines.length > MAX_POSITIONS) throw mrcError(`${lines.length} scan positions`, 0);
  const columns: Column[] = ["x", "y"].map((name) => ({ name, unit: "px", type: "number" }));
  const values = columns.map(() => new Float64Array(lines.length));
  for (const [i, line] of lines.entries()) {
    const pair = line.split(",").map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell)));
    if (pair.length !== 2 || pair.some(Number.isNaN))
      throw mrcError(
        `wanted x,y in line ${i + 1} of the scan coordinates, found "${line.slice(0, 40)}"`,
        i + 1,
      );
    for (const k of [0, 1]) values[k]![i] = pair[k]!;
  }
  return {
    kind: "table",
    title,
    rows: lines.length,
    columns,
    meta: {},
    read: async (column, from, to) => values[column === "x" ? 0 : 1]!.slice(from, to),
  };
}
