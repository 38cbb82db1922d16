/** What one may ask of current and potential: the parameters, and the run of a file. */
import type { Notice, Quantity } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { choice, list, measured, optional, schema, words } from "../../../core/schema.ts";
import { parseQuantity, unitRatio } from "../../../core/unit.ts";
import {
  type CurrentPotentialColumns,
  currentPotential,
} from "../../../science/electrochemistry/current-potential.ts";
import { firstWith, type LabTable } from "../../../science/electrochemistry/lab-tables.ts";
import type { IvChoice } from "./analyse.ts";
import type { IvRun } from "./run.ts";

export const IV_PARAMS = schema({
  kind: optional(choice(["iv", "it"], undefined, "What the file holds, where it is taken for the other.")),
  compliance: optional(
    list(
      "Limits of the source such as 1mA or 20V, rows at them are left out; plateaus behind a kink otherwise.",
    ),
  ),
  probes: choice(["2", "4"], "2", "With two the resistance holds that of the contacts."),
  sign: choice(
    ["along", "against"],
    "along",
    "A positive current flows along a positive potential, or against it.",
  ),
  potential: optional(words(undefined, "Column of the potential, such as Channel B Voltage.")),
  current: optional(words(undefined, "Column of the current.")),
  thickness: optional(
    measured("µm", "above 0", "Film open on one side: D = L²/(2.467 τ) of the exponential."),
  ),
  area: optional(measured("cm²", "above 0", "Area, with the concentration for D of Cottrell's law.")),
  concentration: optional(measured("mol/L", "above 0", "Concentration for D, one electron.")),
});
export type IvParams = ReturnType<typeof IV_PARAMS.parse>;

/** What diffusion coefficients need, and how the contacts were made. */
export interface IvDevice {
  readonly probes: 2 | 4;
  /** [µm], [cm²], [mol/L] */
  readonly thickness?: Quantity;
  readonly area?: Quantity;
  readonly concentration?: Quantity;
}

/** `1mA`, `20V`: which of the two it is, its unit says. */
function limitsOf(texts: readonly string[]): Pick<IvChoice, "current" | "potential"> {
  const limits: { current?: number; potential?: number } = {};
  for (const text of texts) {
    const unit = /[^\d.eE+\-\s].*$/.exec(text)?.[0] ?? "";
    const isPotential = unitRatio(unit, "V") !== undefined;
    const { value } = parseQuantity(text, isPotential ? "V" : "A", "compliance");
    if (!(value > 0)) {
      const message = `compliance: wanted a limit above 0, found "${text}"`;
      throw new LithoscopeError("Usage", message, { path: "compliance", expected: "1mA or 20V" });
    }
    limits[isPotential ? "potential" : "current"] = value;
  }
  return limits;
}

/** What the parameters say about columns, device and limits. @throws Usage for a limit that is none */
export function ivAsked(params: IvParams): {
  readonly columns: CurrentPotentialColumns;
  readonly device: IvDevice;
  readonly choice: IvChoice;
  /** What a recipe keeps. */
  readonly asked: Readonly<Record<string, unknown>>;
} {
  const { kind, compliance, probes, sign, potential, current, thickness, area, concentration } = params;
  const columns: CurrentPotentialColumns = {
    sign: sign === "against" ? -1 : 1,
    ...(potential !== undefined && { potential }),
    ...(current !== undefined && { current }),
  };
  const device: IvDevice = {
    probes: probes === "4" ? 4 : 2,
    ...(thickness && { thickness }),
    ...(area && { area }),
    ...(concentration && { concentration }),
  };
  const choice: IvChoice = { ...limitsOf(compliance ?? []), ...(kind && { kind }) };
  return { columns, device, choice, asked: { ...columns, ...device, ...choice, kind: kind ?? "found" } };
}

/** The first table with current and potential. @throws Missing where none has them */
export function ivRunIn(
  tables: readonly LabTable[],
  columns: CurrentPotentialColumns,
  stop?: AbortSignal,
): Promise<{ run: IvRun; notices: readonly Notice[] }> {
  return firstWith(tables, ({ table }) => currentPotential(table, columns, stop));
}
