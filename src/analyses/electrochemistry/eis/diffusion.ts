/** Diffusion coefficients of the Warburg elements of a fit, where the geometry is given. */
import type { Quantity } from "../../../core/contracts.ts";
import { spread } from "./arcs.ts";
import type { CircuitFit } from "./fit-circuit.ts";
import type { EisParams } from "./params.ts";

const GAS = 8.314462618;
const FARADAY = 96485.33212;

export interface Diffusion {
  readonly element: string;
  readonly formula: string;
  readonly coefficient: Quantity;
}

/**
 * D = L²/τ of Wo and Ws from the thickness; D = R²T²/(2A²F⁴C²σ²) of W, one electron, from area and concentration. σ holds
 * the uncertainty of the fit only.
 */
export function diffusion(fit: CircuitFit, params: EisParams): Diffusion[] {
  const { thickness: l, area: a, concentration: c, temperature: t } = params;
  return fit.circuit.parameters.flatMap(({ element, symbol, name, full }, k): Diffusion[] => {
    if (fit.atBound.includes(full)) return [];
    const value = fit.values[k]!;
    const found = (d: number, power: number, formula: string): Diffusion[] => {
      const sigma = d * spread(fit, [[k, power]]);
      return [{ element, formula, coefficient: { value: d, unit: "m^2/s", sigma, from: "found" } }];
    };
    if (l !== undefined && name === "tau" && (symbol === "Wo" || symbol === "Ws"))
      return found(l ** 2 / value, 1, "D = L²/τ");
    if (a !== undefined && c !== undefined && symbol === "W")
      return found(
        (GAS * t) ** 2 / (2 * a ** 2 * FARADAY ** 4 * c ** 2 * value ** 2),
        2,
        "D = R²T²/(2A²F⁴C²σ²)",
      );
    return [];
  });
}
