/** From columns and spectra to the strips of a plot. */
import type { Axis, Column, DType, Numeric } from "../../../core/contracts.ts";
import { colourTable, hexOf } from "../../../figures/colour-map.ts";
import type { PlotLabel } from "../../canvas/plot-axes.tsx";
import type { Curve } from "../../canvas/plot-curves.ts";
import type { Shown } from "./presets.ts";

/** Curves that share an axis up. */
export interface Strip {
  readonly y: PlotLabel;
  readonly curves: readonly Curve[];
}

/** Strips over one axis across. */
export interface Trace {
  readonly x: PlotLabel;
  readonly strips: readonly Strip[];
  readonly equal: boolean;
}

/** Colours of curves; they are variables of the style sheet, one set on dark and one on light. */
export const CURVE_COLOURS = [1, 2, 3, 4, 5, 6].map((k) => `var(--curve-${k})`);
/** More stretches than this are no cycles. */
const MOST_CYCLES = 400;

const colour = (k: number) => CURVE_COLOURS[k % CURVE_COLOURS.length]!;

/** A column as an axis names it. */
export function shownName({ column, negative }: Shown): string {
  return negative ? `−${column}` : column;
}

function values(data: Readonly<Record<string, Float64Array>>, { column, negative }: Shown): Float64Array {
  const found = data[column]!;
  return negative ? found.map((v) => -v) : found;
}

/** Stretches of rows with the same number of the cycle. */
export function cyclesOf(cycle: ArrayLike<number>): { from: number; to: number; cycle: number }[] {
  const found: { from: number; to: number; cycle: number }[] = [];
  for (let i = 0; i < cycle.length; i++) {
    const last = found.at(-1);
    if (last && last.cycle === cycle[i]) last.to = i + 1;
    else found.push({ from: i, to: i + 1, cycle: cycle[i]! });
    if (found.length > MOST_CYCLES) return [];
  }
  return found;
}

/** Colours of cycles in their order along viridis, as far as it shows on the ground that it is drawn on. */
function cycleColours(count: number, ground: "dark" | "light"): string[] {
  const table = colourTable("viridis");
  const [first, last] = ground === "dark" ? [90, 255] : [0, 200];
  return Array.from({ length: count }, (_, k) => {
    const at = Math.round(first + (count > 1 ? (k * (last - first)) / (count - 1) : 0));
    return hexOf(table.subarray(3 * at, 3 * at + 3));
  });
}

/** Strips of the columns of a table: one for each unit. */
export function tableTrace(
  columns: readonly Column[],
  data: Readonly<Record<string, Float64Array>>,
  look: {
    readonly x: Shown;
    readonly y: readonly Shown[];
    readonly equal: boolean;
    readonly log: { readonly x: boolean; readonly y: boolean };
    readonly marks: boolean;
    readonly cycles?: ArrayLike<number>;
    readonly ground: "dark" | "light";
  },
): Trace {
  const unit = (name: string) => columns.find((column) => column.name === name)!.unit;
  const x = values(data, look.x);
  const parts = look.cycles ? cyclesOf(look.cycles) : [];
  const several = parts.length > 1;
  const colours = cycleColours(parts.length, look.ground);
  const strips = new Map<string, { y: PlotLabel; curves: Curve[] }>();
  for (const [k, shown] of look.y.entries()) {
    const of = unit(shown.column);
    const log = look.log.y && !/^(?:deg|°|rad)$/.test(of);
    const strip = strips.get(of) ?? { y: { name: shownName(shown), unit: of, log }, curves: [] };
    strips.set(of, strip);
    if (strip.curves.length > 0 && !several)
      strip.y = { ...strip.y, name: `${strip.y.name}, ${shownName(shown)}` };
    const y = values(data, shown);
    const base = { marks: look.marks && x.length < 2000, dashed: strip.curves.length > 3 };
    if (!several) strip.curves.push({ ...base, name: shownName(shown), colour: colour(k), x, y, first: 0 });
    else
      for (const [c, { from, to, cycle }] of parts.entries())
        strip.curves.push({
          ...base,
          ...{ name: `cycle ${cycle}`, colour: colours[c]!, first: from },
          ...{ x: x.subarray(from, to), y: y.subarray(from, to) },
        });
  }
  const label = { name: shownName(look.x), unit: unit(look.x.column), log: look.log.x };
  return { x: label, strips: [...strips.values()], equal: look.equal };
}

/** Coordinates of an axis. */
export function axisValues({ size, scale, offset, values: listed }: Axis): Float64Array {
  return listed ?? Float64Array.from({ length: size }, (_, i) => offset + scale * i);
}

/** Numbers of a spectrum as a line: the modulus of complex ones. */
export function plainValues(numbers: Numeric, dtype: DType): ArrayLike<number> {
  if (!dtype.startsWith("c")) return numbers;
  return Float64Array.from({ length: numbers.length / 2 }, (_, i) =>
    Math.hypot(numbers[2 * i]!, numbers[2 * i + 1]!),
  );
}
