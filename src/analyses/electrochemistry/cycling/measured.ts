import type { Quantity } from "../../../core/contracts.ts";

/** A quantity divided by measured ones, relative variances added. */
export function per(top: Quantity, unit: string, scale: number, ...by: readonly Quantity[]): Quantity {
  let value = top.value * scale;
  let relative = (top.sigma ?? 0) / top.value;
  let variance = Number.isFinite(relative) ? relative ** 2 : 0;
  for (const divisor of by) {
    value /= divisor.value;
    relative = (divisor.sigma ?? 0) / divisor.value;
    variance += relative ** 2;
  }
  return { value, unit, sigma: Math.abs(value) * Math.sqrt(variance), from: "propagated" };
}
