import { parseUnit } from "../core/unit.ts";
import { numberText } from "./number-text.ts";
import { el, FONT_SIZE, INK, text } from "./svg.ts";
import { roundBelow } from "./ticks.ts";

/** A round length and the part of the picture's width that it takes. */
export interface ScaleBar {
  readonly length: number;
  readonly unit: string;
  readonly label: string;
  readonly fraction: number;
}

const LENGTHS = ["pm", "nm", "µm", "mm"];

/**
 * The bar for a picture `extent` units wide: the largest 1-2-5 length below 35 % of it. Lengths come in the unit that
 * keeps the number between 1 and 1000, "px" and reciprocal lengths stay as they are.
 */
export function scaleBar(extent: number, unit: string): ScaleBar {
  let shown = unit;
  let factor = 1;
  const have = parseUnit(unit);
  if (have?.dimension === "length") {
    const metres = 0.35 * extent * have.factor;
    shown = LENGTHS.findLast((name) => metres >= parseUnit(name)!.factor) ?? "pm";
    factor = have.factor / parseUnit(shown)!.factor;
  }
  const length = roundBelow(0.35 * extent * factor);
  const words = shown.startsWith("1/") ? `${shown.slice(2)}⁻¹` : shown;
  const label = shown === "px" && length < 1 ? `${length} px` : `${numberText(length)} ${words}`;
  return { length, unit: shown, label, fraction: length / (extent * factor) };
}

/** The bar with its label to the right; the bar starts at x and its top is at y. */
export function drawScaleBar(bar: ScaleBar, x: number, y: number, pictureWidth: number): string {
  const width = bar.fraction * pictureWidth;
  return el(
    "g",
    { "data-scale-bar": bar.label },
    el("rect", { x, y, width, height: 2.5, fill: INK }),
    text(x + width + 4, y + 1.25 + 0.36 * FONT_SIZE, bar.label, { bold: true }),
  );
}
