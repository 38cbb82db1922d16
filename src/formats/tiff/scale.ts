import type { Axis, Notice } from "../../core/contracts.ts";
import type { Meta } from "../axes.ts";
import { unitOf } from "../units.ts";

export type Scale = Pick<Axis, "unit" | "scale" | "offset" | "from">;

/** An axis that the file does not calibrate. */
export const NONE: Scale = { unit: "px", scale: 1, offset: 0, from: "none" };

/** The unit that a word of a TIFF means; undefined for none. ImageJ writes its micro sign as an escape. */
export function unitIn(text: string | undefined): string | undefined {
  const unit = unitOf((text ?? "").replace(/\\u00b5/i, "µ").replace(/\\u00c5/i, "Å"));
  return unit === "none" ? undefined : unit;
}

/** Step and start in a unit; `NONE` where one of them is missing or cannot be. */
export function scaleOf(unit: string | undefined, scale: number | undefined, offset = 0): Scale {
  if (unit === undefined || scale === undefined || !Number.isFinite(scale) || scale === 0) return NONE;
  return { unit, scale, offset: Number.isFinite(offset) ? offset : 0, from: "file" };
}

/** What a vendor's tags say of a page. */
export interface Calibration {
  readonly x: Scale;
  readonly y: Scale;
  /** Of the pages of a stack. */
  readonly stack: Scale;
  /** True for a diffraction pattern. */
  readonly pattern?: boolean;
  readonly meta?: Meta;
  readonly notices?: readonly Notice[];
}

/** A calibration with the same step along x and y. */
export function square(scale: Scale, rest: Omit<Calibration, "x" | "y" | "stack"> = {}): Calibration {
  return { x: scale, y: scale, stack: NONE, ...rest };
}
