/** What one may ask of a voltammogram: its parameters, and the run of a file. */
import type { Notice, Quantity } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { choice, list, measured, optional, schema, words } from "../../../core/schema.ts";
import { parseQuantity } from "../../../core/unit.ts";
import { firstWith, type LabTable } from "../../../science/electrochemistry/lab-tables.ts";
import type { CvChoice } from "./analyse.ts";
import { type CvColumns, voltammogramOf } from "./columns.ts";
import { type CoupleWindow, LNMO_WINDOWS } from "./couples.ts";
import type { Voltammogram } from "./sweeps.ts";

export const CV_PARAMS = schema({
  resistance: optional(
    measured("Ω", "above 0", "Series resistance to correct for, from impedance; without it none is."),
  ),
  reference: optional(
    measured(
      "V",
      "either sign",
      "Added to all potentials, for a pseudo-reference; its σ enters that of potentials.",
    ),
  ),
  couple: optional(
    list(
      "Windows of couples such as Ni2+/3+=4.3..4.5V, after the reference; those of LiNi0.5Mn1.5O4 otherwise.",
    ),
  ),
  area: optional(measured("cm²", "above 0", "Area, with the concentration for D where b is 0.5.")),
  concentration: optional(measured("mol/L", "above 0", "Concentration for D.")),
  sign: optional(
    choice(
      ["oxidation-positive", "reduction-positive"],
      undefined,
      "What a positive current is in the file; taken for oxidation and checked otherwise.",
    ),
  ),
  potential: optional(words(undefined, "Column of the potential, such as Ece.")),
  current: optional(words(undefined, "Column of the current.")),
});
export type CvParams = ReturnType<typeof CV_PARAMS.parse>;

/** What is known of the cell beside the file: [Ω], [V], [cm²], [mol/L]. */
export interface CvCell {
  readonly resistance?: Quantity;
  readonly reference?: Quantity;
  readonly area?: Quantity;
  readonly concentration?: Quantity;
}

/** `Ni2+/3+=4.3..4.5V` */
function windowOf(text: string): CoupleWindow {
  const wrong = (why: string, expected: string) =>
    new LithoscopeError("Usage", `couple: ${why}`, { path: "couple", expected });
  const [, name, low, high, unit] = /^(.+)=(-?[\d.]+)\.\.(-?[\d.]+)\s*(\D+)$/.exec(text) ?? [];
  if (name === undefined)
    throw wrong(`wanted NAME=LOW..HIGH with a unit, found "${text}"`, "Ni2+/3+=4.3..4.5V");
  const [from, to] = [low, high].map((value) => parseQuantity(`${value}${unit}`, "V", "couple").value);
  if (!(from! < to!)) throw wrong(`${text}: the lower end is not below the higher one`, "LOW..HIGH");
  return { names: [name], low: from!, high: to! };
}

/** What the parameters say about columns, cell and couples. @throws Usage for a window that is none */
export function cvAsked(params: CvParams): {
  readonly columns: CvColumns;
  readonly cell: CvCell;
  readonly choice: CvChoice;
  /** What a recipe keeps. */
  readonly asked: Readonly<Record<string, unknown>>;
} {
  const { resistance, reference, area, concentration, sign, potential, current } = params;
  const stated = (params.couple ?? []).map(windowOf);
  const columns: CvColumns = {
    reference: reference?.value ?? 0,
    sign: sign === "reduction-positive" ? -1 : 1,
    ...(potential !== undefined && { potential }),
    ...(current !== undefined && { current }),
  };
  const cell: CvCell = {
    ...(resistance && { resistance }),
    ...(reference && { reference: { ...reference, sigma: reference.sigma ?? 0 } }),
    ...(area && { area }),
    ...(concentration && { concentration }),
  };
  const windows = stated.length > 0 ? stated : LNMO_WINDOWS;
  const choice = { resistance: resistance?.value ?? 0, windows, signStated: sign !== undefined };
  return { columns, cell, choice, asked: { ...columns, ...cell, windows } };
}

/** The first table with time, current and potential. @throws Missing where none has them */
export function voltammogramIn(
  tables: readonly LabTable[],
  columns: CvColumns,
  stop?: AbortSignal,
): Promise<{ run: Voltammogram; notices: readonly Notice[] }> {
  return firstWith(tables, ({ table }) => voltammogramOf(table, columns, stop));
}
