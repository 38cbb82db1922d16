import type { Axis, Quantity } from "../core/contracts.ts";

/** An axis without a calibration: pixels counted from 0. */
export function pixelAxis(name: string, role: Axis["role"], size: number): Axis {
  return { name, role, size, unit: "px", scale: 1, offset: 0, from: "none" };
}

/**
 * The axis with what a file states, where that is a calibration: a unit, a finite step that is not 0, a finite start.
 * Anything else leaves it in px: a reader never invents a step.
 */
export function calibratedAxis(axis: Axis, unit: string | undefined, scale: number, offset = 0): Axis {
  const known = unit !== undefined && unit !== "" && unit !== "px" && unit !== "none";
  if (!known || !Number.isFinite(scale) || scale === 0 || !Number.isFinite(offset)) return axis;
  return { ...axis, unit, scale, offset, from: "file" };
}

/** The axis at listed coordinates: evenly spaced ones to `tolerance` of a step become a step, others stay listed. */
export function listedAxis(axis: Axis, unit: string, values: Float64Array, tolerance = 1e-6): Axis {
  const first = Number.isFinite(values[0]) ? values[0]! : 0;
  if (values.length < 2) return { ...axis, unit, scale: 1, offset: first, from: "file", values };
  const scale = (values.at(-1)! - first) / (values.length - 1);
  const even = values.every((v, i) => Math.abs(v - first - scale * i) <= tolerance * Math.abs(scale));
  if (even && scale !== 0) return { ...axis, unit, scale, offset: first, from: "file" };
  return { ...axis, unit, scale: 1, offset: first, from: "file", values };
}

/** Reads of a signal with these axes: one navigation position at a time. */
export function frameBlock(axes: readonly Axis[]): number[] {
  return axes.map(({ role, size }) => (role === "nav" ? 1 : size));
}

export type Meta = Record<string, Quantity | string>;

/** Adds a quantity that a file states, if it is a finite number. */
export function putQuantity(meta: Meta, key: string, value: number | undefined, unit: string): void {
  if (value !== undefined && Number.isFinite(value)) meta[key] = { value, unit, from: "file" };
}

/** Adds a text that a file states, if there is any. */
export function putText(meta: Meta, key: string, value: string | undefined): void {
  const text = value?.replace(/\0/g, "").trim();
  if (text) meta[key] = text;
}
