import { type ColourMapName, colourTable, NO_VALUE } from "./colour-map.ts";
import { colourShare, type Scale, scaleTicks } from "./colour-scale.ts";
import { labelText, numberText } from "./number-text.ts";
import { dataUrl, rgbPng } from "./raster.ts";
import { el, FONT_SIZE, INK, text, textWidth, wrap } from "./svg.ts";
import { ticks } from "./ticks.ts";

/** What stands beside a map to say what its colours mean; drawn from (0, 0) downwards. */
export interface Key {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

export const KEY_WIDTH = 66;
const LINE = 1.25 * FONT_SIZE;

/** Several keys under one another. */
export function stack(keys: readonly Key[], gap = 7): Key {
  let y = 0;
  const parts = keys.map((key) => {
    const part = el("g", { transform: `translate(0 ${y})` }, key.svg);
    y += key.height + gap;
    return part;
  });
  return { width: Math.max(...keys.map((k) => k.width)), height: Math.max(0, y - gap), svg: parts.join("") };
}

function swatch(x: number, y: number, fill: string, hatched: boolean): string {
  const box = el("rect", { x, y, width: 9, height: 7, fill, stroke: INK, "stroke-width": 0.4 });
  if (!hatched) return box;
  const lines = [2, 5, 8].map((k) => `M${x + k} ${y}L${Math.max(x + k - 4, x)} ${y + Math.min(7, k * 1.75)}`);
  return box + el("path", { d: lines.join(""), stroke: "#4A4A4A", "stroke-width": 0.7, fill: "none" });
}

/** A quantity's colours from `low` to `high` with its name, unit and range, and the colour of "no value" where there may be gaps. */
export function colourBar(
  name: ColourMapName,
  low: number,
  high: number,
  label: { readonly name: string; readonly unit: string },
  height = 110,
  gaps = true,
  scale: Scale = "linear",
): Key {
  const colours = colourTable(name);
  const column = new Uint8Array(768);
  for (let i = 0; i < 256; i++) column.set(colours.subarray(3 * (255 - i), 3 * (255 - i) + 3), 3 * i);
  const top = 4;
  const at = (value: number) => top + height * (1 - colourShare((value - low) / (high - low), scale));
  const round =
    scale === "linear"
      ? ticks(low, high, Math.max(3, Math.round(height / 22)))
      : scaleTicks(low, high, scale, 12 / height);
  const marks = round.filter((value) => value >= low && value <= high);
  const widest = Math.max(...marks.map((value) => textWidth(numberText(value))));
  const title = labelText(label.name, label.unit);
  const size = Math.min(FONT_SIZE, (FONT_SIZE * (height + 2 * top)) / textWidth(title));
  const x = 10 + 4 + widest + 4 + size;
  const noValue = top + height + 9;
  return {
    width: KEY_WIDTH,
    height: gaps ? noValue + 8 : top + height + 4,
    svg: [
      el("image", {
        x: 0,
        y: top,
        width: 10,
        height,
        preserveAspectRatio: "none",
        href: dataUrl(rgbPng(column, 1, 256)),
      }),
      el("rect", { x: 0, y: top, width: 10, height, fill: "none", stroke: INK, "stroke-width": 0.5 }),
      ...marks.map(
        (value) =>
          el("path", { d: `M10 ${at(value).toFixed(2)}h2`, stroke: INK, "stroke-width": 0.5 }) +
          text(14, at(value) + 0.36 * FONT_SIZE, numberText(value)),
      ),
      text(x, top + height / 2, title, { rotate: -90, anchor: "middle", size }),
      gaps ? swatch(0, noValue, NO_VALUE, false) + text(13, noValue + 6, "no value") : "",
    ].join(""),
  };
}

export interface LegendEntry {
  readonly fill: string;
  readonly label: string;
  readonly hatched?: boolean;
}

/** Colours with their names, long names in several lines. */
export function legend(entries: readonly LegendEntry[], title?: string): Key {
  const parts: string[] = [];
  let y = 0;
  if (title !== undefined) {
    for (const line of wrap(title, KEY_WIDTH)) {
      parts.push(text(0, y + 6, line, { bold: true }));
      y += LINE;
    }
    y += 2;
  }
  for (const entry of entries) {
    parts.push(swatch(0, y, entry.fill, entry.hatched === true));
    for (const line of wrap(entry.label, KEY_WIDTH - 13)) {
      parts.push(text(13, y + 6, line));
      y += LINE;
    }
    y += 2.5;
  }
  return { width: KEY_WIDTH, height: y, svg: parts.join("") };
}

/** Words alone, wrapped. */
export function note(content: string): Key {
  const lines = wrap(content, KEY_WIDTH, 6);
  const svg = lines.map((line, i) => text(0, 6 + 7.5 * i, line, { size: 6 })).join("");
  return { width: KEY_WIDTH, height: 7.5 * lines.length, svg };
}

/** The scan's frame as every map has it: x to the right, y down, z into the picture, along the electrons. */
export function frameArrows(): Key {
  const line = { stroke: INK, "stroke-width": 0.7, fill: "none" };
  return {
    width: KEY_WIDTH,
    height: 26,
    svg: [
      el("path", { d: "M6 5h16m-3 -2l3 2l-3 2", ...line }),
      el("path", { d: "M6 5v16m-2 -3l2 3l2 -3", ...line }),
      el("circle", { cx: 6, cy: 5, r: 2.4, fill: "#FFFFFF", stroke: INK, "stroke-width": 0.7 }),
      el("path", { d: "M4.4 3.4l3.2 3.2m0 -3.2l-3.2 3.2", stroke: INK, "stroke-width": 0.5 }),
      text(24, 7.5, "x"),
      text(10, 24, "y"),
      text(13, 15, "z into the map", { size: 6 }),
    ].join(""),
  };
}
