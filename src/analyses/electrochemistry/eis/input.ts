/** The spectra of a laboratory file: which of its tables, which of their points. */
import type { Notice } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import {
  impedanceColumns,
  type Negate,
  spectrumOf,
} from "../../../science/electrochemistry/impedance-columns.ts";
import { isSweep, type LabTable } from "../../../science/electrochemistry/lab-tables.ts";
import type { Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { FEWEST_POINTS } from "./analysis.ts";

/** A file by the name that messages give it. */
export interface SpectrumFile {
  readonly name: string;
  readonly tables: readonly LabTable[];
}

/** Which table, and which parts are stored with the other sign. */
export interface SpectrumChoice {
  readonly table?: string | undefined;
  readonly negate?: Negate | undefined;
}

/** The tables of a file that hold one spectrum each: single sweeps in place of the table that they are part of. */
function spectrumTables(file: SpectrumFile, wanted: string | undefined, notices: Notice[]): LabTable[] {
  const impedance = file.tables.filter(({ table }) => impedanceColumns(table.columns) !== undefined);
  if (wanted !== undefined) {
    const found = impedance.filter(({ table }) => table.title.includes(wanted));
    if (found.length > 0) return found;
    const titles = impedance.map(({ table }) => `"${table.title}"`).join(", ") || "none";
    const message = `--table: no table of impedance has "${wanted}" in its title, found ${titles}`;
    throw new LithoscopeError("Usage", message, { path: "--table", expected: titles });
  }
  // Drift corrected by the instrument: another reading of the same sweep.
  const raw = impedance.filter(({ table }) => table.meta.corrected === undefined);
  const corrected = impedance.length - raw.length;
  if (corrected > 0 && raw.length > 0) {
    const message = `${file.name}: the file also holds the sweep as corrected by the instrument, the measured one is taken`;
    notices.push({ code: "measured-taken", message, flag: "--table" });
  }
  const tables = raw.length > 0 ? raw : impedance;
  return tables.filter((table, i) => isSweep(table) || !(tables[i + 1] && isSweep(tables[i + 1]!)));
}

/**
 * The spectra of a file, each as `spectrumOf` gives it.
 *
 * @throws Refused where it has none; Usage where no table has the title that is wanted
 */
export async function spectraIn(
  file: SpectrumFile,
  { table: wanted, negate }: SpectrumChoice,
  notices: Notice[],
  stop?: AbortSignal,
): Promise<Spectrum[]> {
  const tables = spectrumTables(file, wanted, notices);
  if (tables.length === 0) {
    const headings = ({ table }: LabTable) =>
      table.columns.map(({ name, unit }) => (unit === "" || unit === "1" ? name : `${name} [${unit}]`));
    const found = file.tables.map((table) => headings(table).join(", ")).join("; ");
    const message = `${file.name}: wanted columns of frequency and impedance (Z′ and Z″, or |Z| and phase), found ${found}`;
    const hint = "of a text table, --columns f/Hz,Z'/Ohm,-Z''/Ohm names the columns";
    throw new LithoscopeError("Refused", message, { reason: "no impedance in the file" }, { hint });
  }
  const spectra: Spectrum[] = [];
  const said: Notice[] = [];
  for (const { table, start } of tables) {
    try {
      const found = await spectrumOf(table, { negate, start }, said, stop);
      if (found && found.frequency.length < FEWEST_POINTS && tables.length > 1) {
        const message = `${found.title}: ${found.frequency.length} points are no spectrum; this sweep is left out`;
        said.push({ code: "spectrum-left-out", message });
      } else if (found) spectra.push(found);
    } catch (error) {
      // One short sweep among several is left out and said; a file that has nothing else is refused.
      if (tables.length === 1 || !(error instanceof LithoscopeError) || error.tag !== "Refused") throw error;
      said.push({ code: "spectrum-left-out", message: `${error.message}; this sweep is left out` });
    }
  }
  if (spectra.length === 0) {
    const message = `${file.name}: no sweep has the points that a spectrum needs`;
    throw new LithoscopeError("Refused", message, { reason: "no spectrum in the file" });
  }
  notices.push(...said);
  return spectra;
}

/** Seconds of a spectrum's first point on the clock of the world, where its file has a start; else undefined. */
export function momentOf({ start, time }: Spectrum): number | undefined {
  if (start === undefined) return undefined;
  const zero = Date.parse(start) / 1000;
  return Number.isFinite(zero) ? zero + (time ? Math.min(time[0]!, time[time.length - 1]!) : 0) : undefined;
}
