/** What one may ask of a cell's cycling: its parameters, and the run of a file. */
import type { Notice } from "../../../core/contracts.ts";
import { choice, measured, number, optional, quantity, schema, words } from "../../../core/schema.ts";
import { firstWith, type LabTable } from "../../../science/electrochemistry/lab-tables.ts";
import type { CyclingChoice } from "./analyse.ts";
import { type ColumnChoice, cyclingRun } from "./columns.ts";
import { type Electrode, theoryOf } from "./numbers.ts";
import type { CyclingRun } from "./run.ts";

/** +1 whenever a returned number can change. */
export const CYCLING_VERSION = 2;

export const CYCLING_PARAMS = schema({
  mass: optional(measured("mg", "above 0", "Active mass, for mAh/g; with its uncertainty, 1.20±0.02mg.")),
  area: optional(measured("cm²", "above 0", "Area of the electrode, for mAh/cm².")),
  thickness: optional(
    measured(
      "µm",
      "above 0",
      "Thickness of the film; with the area gives µAh cm⁻² µm⁻¹, and D of titrations.",
    ),
  ),
  formula: optional(words(undefined, "Host such as LiNi0.5Mn1.5O4, for the theoretical capacity.")),
  ion: words("Li", "Working ion."),
  ions: optional(
    number(undefined, { above: 0 }, "How many ions leave per formula unit; all of the formula's otherwise."),
  ),
  nominal: optional(
    measured(
      "mAh",
      "above 0",
      "Capacity that 1C means; theory and mass, else the largest half cycle otherwise.",
    ),
  ),
  electrode: choice(["positive", "negative"], "positive", "A cycle begins with charge, or with discharge."),
  sign: optional(
    choice(
      ["oxidation-positive", "reduction-positive"],
      undefined,
      "What a positive current is in the file; taken for oxidation and checked otherwise.",
    ),
  ),
  capacity: choice(["integral", "counter"], "integral", "∫I dt, or what the instrument counted."),
  potential: optional(words(undefined, "Column of the potential, such as Ece.")),
  restCurrent: optional(quantity("A", undefined, { min: 0 }, "Below it no current flows.")),
});
export type CyclingParams = ReturnType<typeof CYCLING_PARAMS.parse>;

/** What the parameters say about columns, electrode and cycles. @throws Usage for a formula that is none */
export function cyclingAsked(params: CyclingParams): {
  readonly columns: ColumnChoice;
  readonly electrode: Electrode;
  readonly choice: CyclingChoice;
  /** What a recipe keeps. */
  readonly asked: Readonly<Record<string, unknown>>;
} {
  const { mass, area, thickness, formula, ion, ions, nominal, sign, potential, restCurrent } = params;
  const electrode: Electrode = {
    ...(mass && { mass }),
    ...(area && { area }),
    ...(thickness && { thickness }),
    ...(nominal && { nominal }),
    ...(formula !== undefined && { formula }),
    ...(ions !== undefined && { ions }),
    ...{ ion, capacity: params.capacity },
  };
  theoryOf(electrode);
  const columns: ColumnChoice = {
    sign: sign === "reduction-positive" ? -1 : 1,
    ...(potential !== undefined && { potential }),
    ...(restCurrent !== undefined && { restCurrent }),
  };
  const begins = params.electrode;
  const asked = {
    ...electrode,
    ...columns,
    ...{ sign: sign ?? "oxidation-positive, checked", electrode: begins },
  };
  return { columns, electrode, asked, choice: { electrode: begins, signStated: sign !== undefined } };
}

/** The run of one cell. */
export interface CellRun {
  readonly run: CyclingRun;
  /** Absolute time of the run's zero [s], where the file has one. */
  readonly start?: number;
  readonly notices: readonly Notice[];
}

/** The first table that is a cycling run. @throws Missing where none has the columns */
export function cellOf(
  tables: readonly LabTable[],
  columns: ColumnChoice,
  stop?: AbortSignal,
): Promise<CellRun> {
  return firstWith(tables, async ({ table, start: from }) => {
    const found = await cyclingRun(table, columns, stop);
    const start = from === undefined ? Number.NaN : Date.parse(from) / 1000;
    return { ...found, ...(Number.isFinite(start) && { start }) };
  });
}
