/** Flags and files of `cv`. */
import { type CvColumns, voltammogramOf } from "../analyses/electrochemistry/cv/columns.ts";
import { type CoupleWindow, LNMO_WINDOWS } from "../analyses/electrochemistry/cv/couples.ts";
import type { Voltammogram } from "../analyses/electrochemistry/cv/sweeps.ts";
import type { Notice, OpenOptions, Quantity } from "../core/contracts.ts";
import { isLithoscopeError } from "../core/errors.ts";
import { parseQuantity } from "../core/unit.ts";
import { choiceFlag } from "./choice-flag.ts";
import { type FlagValues, flagText, flagTexts, usage } from "./command.ts";
import { isSweep, withLabFile } from "./lab-input.ts";
import { measuredFlag } from "./measured-flag.ts";

/** What is known of the cell beside the file. */
export interface CvCell {
  /** [Ω], [V], [cm²], [mol/L] */
  readonly resistance?: Quantity;
  readonly reference?: Quantity;
  readonly area?: Quantity;
  readonly concentration?: Quantity;
}

/** `0.25V±0.06V`, `-0.3V`: a potential of either sign with its uncertainty. */
function offsetFlag(flags: FlagValues): Quantity | undefined {
  const given = flagText(flags, "reference");
  if (given === undefined) return undefined;
  const [head = "", tail] = given.split(/\s*(?:±|\+-|\+\/-)\s*/);
  const value = parseQuantity(head, "V", "--reference");
  return { ...value, sigma: tail === undefined ? 0 : parseQuantity(tail, "V", "--reference").value };
}

/** `Ni2+/3+=4.3..4.5V` */
function windowOf(text: string): CoupleWindow {
  const [, name, low, high, unit] = /^(.+)=(-?[\d.]+)\.\.(-?[\d.]+)\s*(\D+)$/.exec(text) ?? [];
  if (name === undefined)
    throw usage("--couple", `wanted NAME=LOW..HIGH with a unit, found "${text}"`, "Ni2+/3+=4.3..4.5V");
  const [from, to] = [low, high].map((value) => parseQuantity(`${value}${unit}`, "V", "--couple").value);
  if (!(from! < to!))
    throw usage("--couple", `${text}: the lower end is not below the higher one`, "LOW..HIGH");
  return { names: [name], low: from!, high: to! };
}

/** What the flags state, defaults filled in. */
export function cvFlags(flags: FlagValues) {
  const [potential, current] = [flagText(flags, "potential"), flagText(flags, "current")];
  const reference = offsetFlag(flags);
  const sign = choiceFlag(flags, "sign", ["oxidation-positive", "reduction-positive"]);
  const columns: CvColumns = {
    reference: reference?.value ?? 0,
    sign: sign === "reduction-positive" ? -1 : 1,
    ...(potential !== undefined && { potential }),
    ...(current !== undefined && { current }),
  };
  const [resistance, area, concentration] = [
    measuredFlag(flags, "resistance", "Ω"),
    measuredFlag(flags, "area", "cm²"),
    measuredFlag(flags, "concentration", "mol/L"),
  ];
  const cell: CvCell = {
    ...(resistance && { resistance }),
    ...(reference && { reference }),
    ...(area && { area }),
    ...(concentration && { concentration }),
  };
  const stated = flagTexts(flags, "couple").map(windowOf);
  const windows = stated.length > 0 ? stated : LNMO_WINDOWS;
  return { columns, cell, windows, signStated: sign !== undefined };
}

export interface CvFile {
  readonly file: string;
  readonly id: string;
  readonly open: OpenOptions;
  readonly run: Voltammogram;
  readonly notices: readonly Notice[];
}

/** The first table of a file that has time, current and potential. */
export function readCv(
  path: string,
  open: OpenOptions,
  columns: CvColumns,
  stop: AbortSignal,
): Promise<CvFile> {
  return withLabFile(path, open, stop, async (lab) => {
    let first: unknown;
    for (const entry of lab.tables) {
      if (isSweep(entry)) continue;
      try {
        const { run, notices } = await voltammogramOf(entry.table, columns, stop);
        return { file: path, id: lab.id, open, run, notices: [...lab.notices, ...notices] };
      } catch (error) {
        if (!isLithoscopeError(error, "Missing")) throw error;
        first ??= error;
      }
    }
    throw first;
  });
}
