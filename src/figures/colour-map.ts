import { fromOklab } from "../science/crystal/readable-colour.ts";
import table from "../science/tables/colour-maps.json" with { type: "json" };

export type ColourMapName = "viridis" | "cividis" | "grey" | "diverging" | "cyclic";
export type Rgb = readonly [number, number, number];

/** Phases in order, smallest distance under colour deficiency ΔE′ 22 (measured; see the user-experience paper). */
export const PHASE_COLOURS: readonly string[] = [
  "#0050FF",
  "#DDAA33",
  "#CC3311",
  "#33BBEE",
  "#332288",
  "#FFFFB3",
];
export const AMORPHOUS = "#9E9E9E";
export const NOT_INDEXED = "#000000";
/** Where a scalar map has no value. */
export const NO_VALUE = "#D9D9D9";

/** "#RRGGBB" as three bytes. */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Three bytes as "#rrggbb". */
export function hexOf(rgb: ArrayLike<number>): string {
  return `#${[0, 1, 2].map((k) => Math.round(rgb[k]!).toString(16).padStart(2, "0")).join("")}`;
}

/** Ends and middle of the map for signed numbers; the same lightness at equal distance from zero. */
const DIVERGING: readonly Rgb[] = [
  [20, 68, 138],
  [247, 247, 245],
  [112, 62, 8],
];

/** Lightness and chroma (OKLab) of the map for angles: as much colour as every hue has at this lightness. */
const CYCLIC = { lightness: 0.7, chroma: 0.12 };

/** 256 colours, lowest value first, shape (256, 3). */
export function colourTable(name: ColourMapName): Uint8Array {
  if (name === "diverging") {
    return Uint8Array.from({ length: 768 }, (_, i) => {
      const at = (2 * Math.floor(i / 3)) / 255;
      const [from, to] = at < 1 ? [DIVERGING[0]!, DIVERGING[1]!] : [DIVERGING[1]!, DIVERGING[2]!];
      return Math.round(from[i % 3]! + (at % 1 || (at < 2 ? 0 : 1)) * (to[i % 3]! - from[i % 3]!));
    });
  }
  if (name === "cyclic") {
    const { lightness, chroma } = CYCLIC;
    const at = (i: number) => (2 * Math.PI * i) / 256;
    const colours = Array.from({ length: 256 }, (_, i) =>
      fromOklab([lightness, chroma * Math.cos(at(i)), chroma * Math.sin(at(i))]),
    );
    return Uint8Array.from(colours.flat());
  }
  if (name === "grey") return Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const hex = table.maps[name];
  return Uint8Array.from({ length: 768 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** Colours of a scalar map between `low` and `high`, shape (n, 3); values outside are held, NaN is `NO_VALUE`. */
export function scalarRgb(
  values: ArrayLike<number>,
  low: number,
  high: number,
  name: ColourMapName,
): Uint8Array {
  const colours = colourTable(name);
  const none = rgbOf(NO_VALUE);
  const out = new Uint8Array(3 * values.length);
  const scale = high > low ? 256 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      out.set(none, 3 * i);
      continue;
    }
    const at = 3 * Math.max(0, Math.min(255, Math.floor((value - low) * scale)));
    out[3 * i] = colours[at]!;
    out[3 * i + 1] = colours[at + 1]!;
    out[3 * i + 2] = colours[at + 2]!;
  }
  return out;
}
