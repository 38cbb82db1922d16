/** Flags and files of `iv`. */
import type { IvChoice } from "../analyses/electrochemistry/iv/analyse.ts";
import type { IvRun } from "../analyses/electrochemistry/iv/run.ts";
import type { Notice, OpenOptions, Quantity } from "../core/contracts.ts";
import { isLithoscopeError } from "../core/errors.ts";
import { parseQuantity, unitRatio } from "../core/unit.ts";
import {
  type CurrentPotentialColumns,
  currentPotential,
} from "../science/electrochemistry/current-potential.ts";
import { choiceFlag } from "./choice-flag.ts";
import { type FlagValues, flagText, flagTexts, usage } from "./command.ts";
import { isSweep, withLabFile } from "./lab-input.ts";
import { measuredFlag } from "./measured-flag.ts";

/** What diffusion coefficients need, and how the contacts were made. */
export interface IvDevice {
  readonly probes: 2 | 4;
  /** [µm], [cm²], [mol/L] */
  readonly thickness?: Quantity;
  readonly area?: Quantity;
  readonly concentration?: Quantity;
}

/** `--compliance 1mA`, `--compliance 20V`: which of the two it is, its unit says. */
function limitsOf(flags: FlagValues): Pick<IvChoice, "current" | "potential"> {
  const limits: { current?: number; potential?: number } = {};
  for (const text of flagTexts(flags, "compliance")) {
    const unit = /[^\d.eE+\-\s].*$/.exec(text)?.[0] ?? "";
    const isPotential = unitRatio(unit, "V") !== undefined;
    const { value } = parseQuantity(text, isPotential ? "V" : "A", "--compliance");
    if (!(value > 0)) throw usage("--compliance", `wanted a limit above 0, found "${text}"`, "1mA or 20V");
    limits[isPotential ? "potential" : "current"] = value;
  }
  return limits;
}

/** What the flags state, defaults filled in. */
export function ivFlags(flags: FlagValues) {
  const kind = choiceFlag(flags, "kind", ["iv", "it"]);
  const [potential, current] = [flagText(flags, "potential"), flagText(flags, "current")];
  const columns: CurrentPotentialColumns = {
    sign: choiceFlag(flags, "sign", ["along", "against"]) === "against" ? -1 : 1,
    ...(potential !== undefined && { potential }),
    ...(current !== undefined && { current }),
  };
  const thickness = measuredFlag(flags, "thickness", "µm");
  const area = measuredFlag(flags, "area", "cm²");
  const concentration = measuredFlag(flags, "concentration", "mol/L");
  const device: IvDevice = {
    probes: choiceFlag(flags, "probes", ["2", "4"]) === "4" ? 4 : 2,
    ...(thickness && { thickness }),
    ...(area && { area }),
    ...(concentration && { concentration }),
  };
  const choice: IvChoice = { ...limitsOf(flags), ...(kind && { kind }) };
  return { columns, device, choice };
}

export interface IvFile {
  readonly id: string;
  readonly run: IvRun;
  readonly notices: readonly Notice[];
}

/** The first table of a file that has current and potential. */
export function readIv(
  path: string,
  open: OpenOptions,
  columns: CurrentPotentialColumns,
  stop: AbortSignal,
): Promise<IvFile> {
  return withLabFile(path, open, stop, async (lab) => {
    let first: unknown;
    for (const entry of lab.tables) {
      if (isSweep(entry)) continue;
      try {
        const { run, notices } = await currentPotential(entry.table, columns, stop);
        return { id: lab.id, run, notices: [...lab.notices, ...notices] };
      } catch (error) {
        if (!isLithoscopeError(error, "Missing")) throw error;
        first ??= error;
      }
    }
    throw first;
  });
}
