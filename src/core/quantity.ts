import type { Origin, Quantity } from "./contracts.ts";

/** A number that leaves the engine, with its standard uncertainty where one is known. */
export function quantity(value: number, unit: string, sigma?: number, from: Origin = "found"): Quantity {
  return { value, unit, ...(sigma !== undefined && { sigma }), from };
}

/** A quantity under its name, or null with the reason under `nameWhy` where there is no number. */
export function orNull(name: string, value: number, unit: string, sigma: number, why: string) {
  return Number.isFinite(value)
    ? { [name]: quantity(value, unit, sigma) }
    : { [name]: null, [`${name}Why`]: why };
}
