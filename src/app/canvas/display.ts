import type { Numeric } from "../../core/contracts.ts";
import { type ColourMapName, colourTable, NO_VALUE, rgbOf } from "../../figures/colour-map.ts";
import { colourShare, type Scale } from "../../figures/colour-scale.ts";
import { extent, ranked } from "../../math/order-statistics.ts";

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

const tables = new Map<string, Uint32Array>();

/** Colours over the range of a display as RGBA words, little-endian; made once for each map and scale. */
function colourWords({ colours, scale }: Display): Uint32Array {
  const key = `${colours} ${scale}`;
  const known = tables.get(key);
  if (known) return known;
  const rgb = colourTable(colours);
  const words = Uint32Array.from({ length: STEPS }, (_, i) => {
    const at = 3 * Math.min(255, Math.floor(256 * colourShare(i / (STEPS - 1), scale)));
    return 0xff000000 | (rgb[at + 2]! << 16) | (rgb[at + 1]! << 8) | rgb[at]!;
  });
  tables.set(key, words);
  return words;
}

/** The table that a picture is being coloured with; its memory is used again and again. */
const table = new Uint32Array(STEPS);

/** Fills the table with the colours of the values `first`, `first` + `step` …, as many as asked for. */
function coloursOf(display: Display, first: number, step: number, count: number): Uint32Array {
  const words = colourWords(display);
  const { low, high } = display;
  const factor = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let i = 0; i < count; i++) {
    const t = (first + step * i - low) * factor;
    table[i] = words[t >= STEPS - 1 ? STEPS - 1 : t > 0 ? t | 0 : 0]!;
  }
  return table;
}

/** Numbers of a picture in as many steps as the table has; made when a picture is coloured for the second time. */
interface Levels {
  readonly index: Uint16Array;
  readonly low: number;
  readonly step: number;
}

const levelled = new WeakMap<Numeric, Levels | "seen">();
/** Index of what is no number. */
const NONE = STEPS - 1;
/** Where the limits span less of all values than this share, steps would show. */
const FINEST = 1 / 200;

function levelsOf(values: Numeric): Levels | undefined {
  const known = levelled.get(values);
  if (known !== "seen" && known) return known;
  if (!known) {
    levelled.set(values, "seen");
    return undefined;
  }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  const step = high > low ? (high - low) / (NONE - 1) : 1;
  const index = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const t = (values[i]! - low) / step;
    index[i] = t >= NONE - 1 ? NONE - 1 : t >= 0 ? t + 0.5 : t < 0 ? 0 : NONE;
  }
  const made = { index, low, step };
  levelled.set(values, made);
  return made;
}

/** The word of every index. Eight at a time, as four million would else take half a frame. */
function lookUp(index: Uint8Array | Uint16Array, words: Uint32Array, out: Uint32Array): void {
  const whole = out.length - (out.length % 8);
  for (let i = 0; i < whole; i += 8) {
    out[i] = words[index[i]!]!;
    out[i + 1] = words[index[i + 1]!]!;
    out[i + 2] = words[index[i + 2]!]!;
    out[i + 3] = words[index[i + 3]!]!;
    out[i + 4] = words[index[i + 4]!]!;
    out[i + 5] = words[index[i + 5]!]!;
    out[i + 6] = words[index[i + 6]!]!;
    out[i + 7] = words[index[i + 7]!]!;
  }
  for (let i = whole; i < out.length; i++) out[i] = words[index[i]!]!;
}

/** Colours of values as RGBA words, little-endian; what is no number has its own colour. */
export function paint(values: Numeric, display: Display, out: Uint32Array): void {
  if (values instanceof Uint8Array || values instanceof Uint16Array) {
    const words = coloursOf(display, 0, 1, values instanceof Uint8Array ? 256 : 65_536);
    lookUp(values, words, out);
    return;
  }
  const [r, g, b] = rgbOf(NO_VALUE);
  const none = (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  const { low, high } = display;
  const levels = levelsOf(values);
  if (levels && high - low > FINEST * levels.step * NONE && display.scale === "linear") {
    const words = coloursOf(display, levels.low, levels.step, STEPS);
    words[NONE] = none;
    lookUp(levels.index, words, out);
    return;
  }
  const words = colourWords(display);
  const factor = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let i = 0; i < out.length; i++) {
    const t = (values[i]! - low) * factor;
    // Not a number compares false both ways, and falls through.
    if (t >= STEPS - 1) out[i] = words[STEPS - 1]!;
    else if (t >= 0) out[i] = words[t | 0]!;
    else if (t < 0) out[i] = words[0]!;
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
  const room = new Float64Array(Math.ceil(values.length / step));
  let count = 0;
  for (let i = 0; i < values.length; i += step) if (Number.isFinite(values[i])) room[count++] = values[i]!;
  if (count === 0) return [0, 1];
  const sample = room.subarray(0, count);
  const at = (share: number) => ranked(sample, Math.min(count - 1, Math.floor(share * count)));
  const [low, high] = [at(from), at(to)];
  if (high > low) return [low, high];
  const [least, most] = extent(sample);
  return most > least ? [least, most] : [least - 0.5, least + 0.5];
}
