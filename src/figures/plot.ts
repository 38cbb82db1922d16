import { labelText, numberText } from "./number-text.ts";
import { COLUMN, el, FAINT, FONT_SIZE, INK, text, textWidth } from "./svg.ts";
import { ticks } from "./ticks.ts";

/** One axis of a plot: what it shows, in which unit, from where to where. */
export interface PlotAxis {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** Values are decimal logarithms; ticks are whole powers of ten. */
  readonly decades?: boolean;
}

/** A frame with axes; `x` and `y` turn values into points on the page. */
export interface PlotFrame {
  readonly svg: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Low and high ends that are ticks themselves and hold the values. */
export function roundRange(low: number, high: number, count = 5): { low: number; high: number } {
  const top = high > low ? high : low + 1;
  const marks = ticks(low, top, count);
  const step = marks.length > 1 ? marks[1]! - marks[0]! : top - low;
  return { low: Math.floor(low / step + 1e-9) * step, high: Math.ceil(top / step - 1e-9) * step };
}

/** Where an axis has its ticks, about `count` of them. */
export function axisMarks({ low, high, decades }: PlotAxis, count: number): number[] {
  if (!decades) return ticks(low, high, count);
  const first = Math.ceil(low - 1e-9);
  const all = Array.from({ length: Math.max(0, Math.floor(high + 1e-9) - first + 1) }, (_, i) => first + i);
  if (all.length < 2) {
    const fine = Array.from({ length: 3 * (Math.ceil(high) - Math.floor(low)) }, (_, i) =>
      Math.log10([1, 2, 5][i % 3]! * 10 ** (Math.floor(low) + Math.floor(i / 3))),
    );
    return fine.filter((v) => v >= low - 1e-9 && v <= high + 1e-9);
  }
  // Every second or third power where all would touch.
  const every = Math.ceil(all.length / (count + 4));
  return all.filter((power) => power % every === 0);
}

/** The number that stands at a tick. */
export function markText({ decades }: Pick<PlotAxis, "decades">, value: number): string {
  // Ticks are round already: as many digits as tell them apart where a small range lies far from 0.
  if (!decades) return numberText(value, 12);
  if (Math.abs(value - Math.round(value)) > 1e-6) return numberText(10 ** value, 1);
  return `10${[...String(Math.round(value))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")}`;
}

/**
 * Axes, ticks with numbers, and labels that carry the unit, in a column `COLUMN` wide and `height` high; the frame
 * begins no further left than `least`, so that frames one below the other can share their left edge.
 */
export function plotFrame(
  horizontal: PlotAxis,
  vertical: PlotAxis,
  height = 150,
  top = 20,
  least = 0,
): PlotFrame {
  const xMarks = axisMarks(horizontal, 6);
  const yMarks = axisMarks(vertical, 5);
  const numbers = Math.max(0, ...yMarks.map((value) => textWidth(markText(vertical, value))));
  const left = Math.max(least, 6 + FONT_SIZE + 5 + numbers + 5);
  const width = COLUMN - left - 12;
  const inner = height - top - 28;
  const x = (value: number) => left + (width * (value - horizontal.low)) / (horizontal.high - horizontal.low);
  const y = (value: number) => top + inner * (1 - (value - vertical.low) / (vertical.high - vertical.low));
  const bottom = top + inner;
  const stroke = { stroke: INK, "stroke-width": 0.6 };
  const svg = [
    ...yMarks.map((value) =>
      el("path", { d: `M${left} ${y(value).toFixed(2)}h${width}`, stroke: FAINT, "stroke-width": 0.25 }),
    ),
    el("path", { d: `M${left} ${top}V${bottom}H${left + width}`, fill: "none", ...stroke }),
    ...xMarks.map(
      (value) =>
        el("path", { d: `M${x(value).toFixed(2)} ${bottom}v3`, ...stroke }) +
        text(x(value), bottom + 4 + FONT_SIZE, markText(horizontal, value), { anchor: "middle" }),
    ),
    ...yMarks.map(
      (value) =>
        el("path", { d: `M${left} ${y(value).toFixed(2)}h-3`, ...stroke }) +
        text(left - 5, y(value) + 0.36 * FONT_SIZE, markText(vertical, value), { anchor: "end" }),
    ),
    text(left + width / 2, bottom + 14 + FONT_SIZE, labelText(horizontal.name, horizontal.unit), {
      anchor: "middle",
    }),
    text(6 + 0.8 * FONT_SIZE, top + inner / 2, labelText(vertical.name, vertical.unit), {
      anchor: "middle",
      rotate: -90,
    }),
  ].join("");
  return { svg, left, top, width, height: inner, x, y };
}
