/** What one may ask of impedance spectra. */
import { LithoscopeError } from "../../../core/errors.ts";
import { choice, flag, integer, list, optional, quantity, schema, words } from "../../../core/schema.ts";
import { parseQuantity, parseUnit } from "../../../core/unit.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { CANDIDATES } from "./choose-circuit.ts";
import type { Bounds } from "./fit-circuit.ts";

/** +1 whenever a returned number can change. */
export const EIS_VERSION = 5;

export const EIS_PARAMS = schema({
  circuit: optional(
    words(undefined, "Circuits, parted by blanks; a stated few are compared where none is given."),
  ),
  weights: choice(
    ["modulus", "unit", "measured"],
    "modulus",
    "1/|Z|, 1, or 1/σ from at least three sweeps at the same frequencies.",
  ),
  starts: integer(20, { min: 1, max: 1000 }, "Starts that are followed to their minimum."),
  thickness: optional(
    quantity("m", undefined, { min: 0 }, "Length of diffusion L; gives D = L²/τ of Wo and Ws."),
  ),
  area: optional(quantity("m^2", undefined, { min: 0 }, "Area; with the concentration gives D of W.")),
  concentration: optional(quantity("mol/m^3", undefined, { min: 0 }, "Concentration for D of W.")),
  temperature: quantity("K", 298.15, { min: 1 }, "Temperature for D of W."),
  bounds: optional(
    list("Ranges of parameters such as R1=1Ohm:1kOhm or CPE1.n=0.5:1; one value holds the parameter."),
  ),
  negate: optional(
    choice(
      ["none", "re", "im", "both"],
      undefined,
      "Parts that the file stores with the other sign, where its columns do not say.",
    ),
  ),
  table: optional(
    words(undefined, "The table of impedance with this in its title, where a file holds several."),
  ),
  quick: flag("Leaves out the intervals of the profile likelihood."),
});
export type EisParams = ReturnType<typeof EIS_PARAMS.parse>;

/** The circuits that are named, or those that may be compared where none is. */
export function circuitsOf({ circuit }: Pick<EisParams, "circuit">): readonly string[] {
  const named = circuit?.split(/\s+/).filter((text) => text !== "") ?? [];
  return named.length > 0 ? named : CANDIDATES.map((text) => `L0-${text}`);
}

const wrong = (message: string, expected: string) =>
  new LithoscopeError("Usage", `bounds: ${message}`, { path: "bounds", expected });

/** A value of a parameter: with its unit where that is one that can be written, else a number. */
function bound(text: string, unit: string): number {
  if (unit !== "1" && parseUnit(unit)) return parseQuantity(text, unit, "bounds").value;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw wrong(`wanted a number, found "${text}"`, "a number");
  return value;
}

/**
 * Lowest and highest value of each parameter that `bounds` names.
 *
 * @throws Usage for a parameter that no circuit has, or for no range
 */
export function boundsOf(params: Pick<EisParams, "circuit" | "bounds">): Bounds {
  const units = new Map(
    circuitsOf(params).flatMap((text) =>
      parseCircuit(text).parameters.map(({ full, unit }) => [full, unit] as const),
    ),
  );
  const bounds: Record<string, readonly [number, number]> = {};
  for (const text of params.bounds ?? []) {
    const [, name = "", low = "", high] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(text) ?? [];
    const unit = units.get(name);
    if (unit === undefined) {
      const known = [...units.keys()].join(", ");
      throw wrong(
        `wanted NAME=LOW:HIGH or NAME=VALUE with a parameter of the circuit (${known}), found "${text}"`,
        "R1=1Ohm:1kOhm",
      );
    }
    const [from, to] = [bound(low, unit), bound(high ?? low, unit)];
    if (from > to) throw wrong(`wanted the lower value first, found "${text}"`, "LOW:HIGH");
    bounds[name] = [from, to];
  }
  return bounds;
}

/** What the parameters say, and what of them a recipe keeps. @throws Usage for a bound that is none */
export function eisAsked(params: EisParams) {
  const { bounds: _texts, negate, table, ...own } = params;
  const bounds = boundsOf(params);
  const asked = { ...own, bounds, ...(negate && { negate }), ...(table !== undefined && { table }) };
  return { params, bounds, asked, input: { negate, table } };
}
