import type { Numeric } from "../../core/contracts.ts";
import { type ColourMapName, colourTable, NO_VALUE, rgbOf } from "../../figures/colour-map.ts";
import { colourShare, type Scale } from "../../figures/colour-scale.ts";

/** How numbers become colours. */
export interface Display {
  readonly colours: ColourMapName;
  readonly scale: Scale;
  /** Values of the first and the last colour. */
  readonly low: number;
  readonly high: number;
}

/** Entries of the table from value to colour: as many as a 16-bit camera has levels. */
const STEPS = 65_536;
/** Values looked at for a percentile. */
const SAMPLED = 65_536;

/** Colours of values as RGBA bytes, little-endian words; what is no number has its own colour. */
export function paint(values: Numeric, { colours, scale, low, high }: Display, out: Uint32Array): void {
  const rgb = colourTable(colours);
  const table = new Uint32Array(STEPS);
  for (let i = 0; i < STEPS; i++) {
    const at = 3 * Math.min(255, Math.floor(256 * colourShare(i / (STEPS - 1), scale)));
    table[i] = 0xff000000 | (rgb[at + 2]! << 16) | (rgb[at + 1]! << 8) | rgb[at]!;
  }
  const [r, g, b] = rgbOf(NO_VALUE);
  const none = (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  const factor = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let i = 0; i < out.length; i++) {
    const t = (values[i]! - low) * factor;
    // Not a number compares false both ways, and falls through.
    if (t >= STEPS - 1) out[i] = table[STEPS - 1]!;
    else if (t >= 0) out[i] = table[t | 0]!;
    else if (t < 0) out[i] = table[0]!;
    else out[i] = none;
  }
}

/** RGBA words of a picture that has its colours already, three bytes a point. */
export function paintRgb(rgb: Uint8Array, out: Uint32Array): void {
  for (let i = 0; i < out.length; i++)
    out[i] = 0xff000000 | (rgb[3 * i + 2]! << 16) | (rgb[3 * i + 1]! << 8) | rgb[3 * i]!;
}

/** Values below which the shares `from` and `to` of all finite ones lie, from an even sample. */
export function percentiles(values: Numeric, from: number, to: number): [number, number] {
  const step = Math.max(1, Math.floor(values.length / SAMPLED));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) if (Number.isFinite(values[i])) sample.push(values[i]!);
  const sorted = Float64Array.from(sample).sort();
  if (sorted.length === 0) return [0, 1];
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const [low, high] = [at(from), at(to)];
  if (high > low) return [low, high];
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return most > least ? [least, most] : [least - 0.5, least + 0.5];
}
