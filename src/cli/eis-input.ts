/** The spectra of laboratory files, in the order of time where the files say it. */
import { FEWEST_POINTS } from "../analyses/electrochemistry/eis/analysis.ts";
import type { Notice, OpenOptions } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { impedanceColumns, type Negate, spectrumOf } from "../science/electrochemistry/impedance-columns.ts";
import type { Spectrum } from "../science/electrochemistry/spectrum.ts";
import { isSweep, type LabFile, type LabTable, withLabFile } from "./lab-input.ts";

export interface EisInput {
  readonly spectra: readonly Spectrum[];
  readonly inputs: readonly { readonly file: string; readonly id: string; readonly open: OpenOptions }[];
  readonly notices: readonly Notice[];
}

/** The tables of a file that hold one spectrum each: single sweeps in place of the table that they are part of. */
function spectrumTables(file: LabFile, wanted: string | undefined, notices: Notice[]): LabTable[] {
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
    const message = `${file.path}: the file also holds the sweep as corrected by the instrument, the measured one is taken`;
    notices.push({ code: "measured-taken", message, flag: "--table" });
  }
  const tables = raw.length > 0 ? raw : impedance;
  return tables.filter((table, i) => isSweep(table) || !(tables[i + 1] && isSweep(tables[i + 1]!)));
}

async function spectraOf(
  file: LabFile,
  flags: { table?: string | undefined; negate?: Negate | undefined },
  notices: Notice[],
  stop: AbortSignal,
) {
  const tables = spectrumTables(file, flags.table, notices);
  if (tables.length === 0) {
    const headings = ({ table }: LabTable) =>
      table.columns.map(({ name, unit }) => (unit === "" || unit === "1" ? name : `${name} [${unit}]`));
    const found = file.tables.map((table) => headings(table).join(", ")).join("; ");
    const message = `${file.path}: wanted columns of frequency and impedance (Z′ and Z″, or |Z| and phase), found ${found}`;
    const hint = "of a text table, --columns f/Hz,Z'/Ohm,-Z''/Ohm names the columns";
    throw new LithoscopeError("Refused", message, { reason: "no impedance in the file" }, { hint });
  }
  const spectra: Spectrum[] = [];
  const said: Notice[] = [];
  for (const { table, start } of tables) {
    try {
      const found = await spectrumOf(table, { negate: flags.negate, start }, said, stop);
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
    const message = `${file.path}: no sweep has the points that a spectrum needs`;
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

/** Every spectrum of the files: by their time where all have one, else as the files stand in the command. */
export async function eisInput(
  paths: readonly string[],
  open: OpenOptions,
  flags: { table?: string | undefined; negate?: Negate | undefined },
  stop: AbortSignal,
): Promise<EisInput> {
  const notices: Notice[] = [];
  const inputs: EisInput["inputs"][number][] = [];
  const all: Spectrum[] = [];
  for (const path of paths) {
    await withLabFile(path, open, stop, async (file) => {
      const twin = inputs.find(({ id }) => id === file.id);
      if (twin) {
        const message = `${path}: the same content as ${twin.file}, left out`;
        notices.push({ code: "file-twice", message });
        return;
      }
      notices.push(...file.notices);
      inputs.push({ file: path, id: file.id, open });
      all.push(...(await spectraOf(file, flags, notices, stop)));
    });
  }
  const moments = all.map(momentOf);
  if (all.length > 1 && moments.every((moment) => moment !== undefined)) {
    const order = all.map((_, i) => i).sort((a, b) => moments[a]! - moments[b]! || a - b);
    if (order.some((from, to) => from !== to))
      notices.push({ code: "series-sorted", message: "the spectra were put in the order of their times" });
    return { spectra: order.map((i) => all[i]!), inputs, notices };
  }
  if (all.length > 1 && paths.length > 1)
    notices.push({
      code: "series-order",
      message: "not every file says when it was measured: the spectra stay in the order of the command",
    });
  return { spectra: all, inputs, notices };
}
