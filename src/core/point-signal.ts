import type { Axis, PointList, Region, Signal } from "./contracts.ts";
import { LithoscopeError } from "./errors.ts";
import { countOf } from "./tile-plan.ts";

/** Numbers of one point in a tile: qx, qy, intensity. */
export const POINT_NUMBERS = 3;
/** Positions whose lists are counted at once. */
const COUNTED = 4096;

/**
 * A list of spots as a signal, so that it is worked off in tiles like any scan: axes (navigation …, point, number), as
 * many points as the longest list has, qx, qy and intensity of each; NaN after the last one. It keeps the list's ref:
 * what opens that and finds points makes this signal of it again.
 *
 * @throws Unsupported without columns qx, qy and intensity
 */
export async function pointSignal(list: PointList, stop?: AbortSignal): Promise<Signal> {
  const names = ["qx", "qy", "intensity"];
  const missing = names.find((name) => list.columns.every((column) => column.name !== name));
  if (missing !== undefined) {
    const message = `"${list.title}" has points without ${missing}, wanted qx, qy and intensity`;
    throw new LithoscopeError("Unsupported", message, { format: list.ref.format, feature: missing });
  }
  const total = countOf(list.navigation.map(({ size }) => size));
  let most = 1;
  for (let from = 0; from < total; from += COUNTED) {
    const { offsets } = await list.points(from, Math.min(total, from + COUNTED), stop);
    for (let i = 1; i < offsets.length; i++) most = Math.max(most, offsets[i]! - offsets[i - 1]!);
  }
  const unit = list.columns.find(({ name }) => name === "qx")!.unit;
  const axis = (name: string, size: number): Axis => ({
    ...{ name, role: "signal", size, unit: "1", scale: 1, offset: 0, from: "none" },
  });
  return {
    kind: "signal",
    title: list.title,
    axes: [...list.navigation, axis("point", most), axis("number", POINT_NUMBERS)],
    dtype: "f64",
    value: { name: "qx, qy, intensity", unit },
    meta: list.meta,
    block: [...list.navigation.map(() => 1), most, POINT_NUMBERS],
    ref: list.ref,
    tile: (region, stop) => tileOf(list, names, most, region, stop),
  };
}

async function tileOf(
  list: PointList,
  names: readonly string[],
  most: number,
  { start, stop: end }: Region,
  stop?: AbortSignal,
): Promise<Float64Array> {
  const sizes = list.navigation.map(({ size }) => size);
  const across = end[sizes.length - 1]! - start[sizes.length - 1]!;
  const rows = countOf(sizes.slice(0, -1).map((_, i) => end[i]! - start[i]!));
  const [p0, n0] = start.slice(sizes.length) as [number, number];
  const [p1, n1] = end.slice(sizes.length) as [number, number];
  const width = n1 - n0;
  const out = new Float64Array(rows * across * (p1 - p0) * width).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    let from = start[sizes.length - 1]!;
    let stride = sizes.at(-1)!;
    let rest = row;
    for (let i = sizes.length - 2; i >= 0; i--) {
      const span = end[i]! - start[i]!;
      from += (start[i]! + (rest % span)) * stride;
      rest = Math.floor(rest / span);
      stride *= sizes[i]!;
    }
    const { offsets, columns } = await list.points(from, from + across, stop);
    for (let i = 0; i < across; i++)
      for (let p = p0; p < Math.min(p1, offsets[i + 1]! - offsets[i]!, most); p++)
        for (let n = n0; n < n1; n++)
          out[((row * across + i) * (p1 - p0) + p - p0) * width + n - n0] =
            columns[names[n]!]![offsets[i]! + p]!;
  }
  return out;
}
