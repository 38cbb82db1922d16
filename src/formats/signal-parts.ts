/** How writers lay out elements of several numbers where a format has only plain ones: as a last axis. */
import type { DType, Signal } from "../core/contracts.ts";
import { DTYPES } from "./regions.ts";

/** The plain type of an element's numbers. */
export function partType(dtype: DType): Exclude<DType, "c64" | "c128" | "rgb8"> {
  if (dtype === "c64") return "f32";
  if (dtype === "c128") return "f64";
  return dtype === "rgb8" ? "u8" : dtype;
}

/** Shape of the numbers: that of the signal, with the parts of an element as a last axis where there are several. */
export function partShape({ axes, dtype }: Pick<Signal, "axes" | "dtype">): number[] {
  const parts = DTYPES[dtype][1];
  const shape = axes.map(({ size }) => size);
  return parts > 1 ? [...shape, parts] : shape;
}
