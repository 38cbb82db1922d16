import type { Camera } from "./pattern.ts";

/** What sample frames say about light: between which levels patterns lie, and how much they usually have. */
export interface Exposure {
  /** Lowest and highest level of a good pixel in any sample frame [grey]. */
  readonly floor: number;
  readonly ceiling: number;
  /** Level without electrons: that of the emptiest sample frame, where it is below the camera's [grey]. */
  readonly dark: number;
  /** Mean level above it outside the direct beam, of the brightest tenth of sample frames [grey]. */
  readonly usual: number;
}

/** A camera with the direct beam's place. */
export interface PlacedCamera extends Camera {
  readonly centre: readonly [number, number];
}

/** Pixels this near to a pattern's highest level, as a share of its range, are clipped if they are many. */
const CLIPPED = 0.02;
/** A pattern with less light than this share of the usual one has passed no film. */
const FAINT = 0.01;
/** Standard errors of the mean by which a signal stands out of the noise. */
const SIGNIFICANT = 5;

/** Good pixels of a camera, row by row: all, and those clear of the direct beam. */
interface GoodPixels {
  readonly all: Uint32Array;
  readonly clear: Uint32Array;
}

const goodPixels = new WeakMap<PlacedCamera, GoodPixels>();

/** Listed once a camera. */
function goodOf(camera: PlacedCamera, size: number): GoodPixels {
  const known = goodPixels.get(camera);
  if (known) return known;
  const { bad, centre, discRadius } = camera;
  const reach = Math.max(4 * discRadius, size / 7);
  const all = Uint32Array.from(bad.keys()).filter((i) => !bad[i]);
  const clear = all.filter((i) => {
    const [dx, dy] = [(i % size) - centre[0], Math.floor(i / size) - centre[1]];
    return dx * dx + dy * dy >= reach * reach;
  });
  const made = { all, clear };
  goodPixels.set(camera, made);
  return made;
}

/** Mean of the listed pixels that have a number, and its standard error. */
function meanLevel(raw: ArrayLike<number>, pixels: Uint32Array) {
  let [sum, squares, count] = [0, 0, pixels.length];
  for (let k = 0; k < pixels.length; k++) {
    const value = raw[pixels[k]!]!;
    // Infinite or no number at all.
    if (value - value !== 0) {
      count--;
      continue;
    }
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, error: Math.sqrt(Math.max(0, squares / count - mean * mean) / count) };
}

/** Median of the good pixels where it is below `limit`, else `limit`. */
function middle(raw: ArrayLike<number>, bad: Uint8Array, limit: number): number {
  const below: number[] = [];
  let count = 0;
  for (let i = 0; i < raw.length; i++) {
    if (bad[i] || !Number.isFinite(raw[i])) continue;
    count++;
    if (raw[i]! < limit) below.push(raw[i]!);
  }
  // Hardly ever: so many pixels are sorted only where the median is among them.
  return below.length > count >> 1 ? below.sort((a, b) => a - b)[count >> 1]! : limit;
}

/** Least and greatest level of the listed pixels. */
function range(raw: ArrayLike<number>, pixels: Uint32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < pixels.length; k++) {
    const value = raw[pixels[k]!]!;
    if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value < Number.POSITIVE_INFINITY) high = value;
  }
  return [low, high];
}

/** The exposure of a scan from sample frames; saturated ones tell its ceiling only. */
export function exposureOf(
  frames: readonly ArrayLike<number>[],
  size: number,
  camera: PlacedCamera,
): Exposure {
  let [floor, ceiling, dark] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, camera.dark];
  for (const raw of frames) {
    const [low, high] = range(raw, goodOf(camera, size).all);
    floor = Math.min(floor, low);
    ceiling = Math.max(ceiling, high);
    dark = middle(raw, camera.bad, dark);
  }
  const light = frames
    .filter((raw) => !isSaturated(raw, size, camera))
    .map((raw) => meanLevel(raw, goodOf(camera, size).clear).mean - dark)
    .sort((a, b) => a - b);
  return { floor, ceiling, dark, usual: light[Math.floor(0.9 * (light.length - 1))] ?? 0 };
}

/**
 * Whether the detector is clipped in most of the rings about its middle: half of their pixels read the pattern's
 * highest level. A direct beam that is clipped, or a few spots, leave a pattern as it is.
 */
export function isSaturated(
  raw: ArrayLike<number>,
  size: number,
  camera: PlacedCamera,
  [low, high] = range(raw, goodOf(camera, size).all),
): boolean {
  if (!(high > low)) return false;
  const { bad } = camera;
  const { all } = goodOf(camera, size);
  const clip = high - CLIPPED * (high - low);
  let clipped = 0;
  for (let k = 0; k < all.length; k++) if (raw[all[k]!]! >= clip) clipped++;
  // Half of the rings' pixels within a quarter of the detector: no fewer can do.
  if (clipped < 0.05 * raw.length) return false;
  const rings = size >> 1;
  const count = new Uint32Array(rings);
  const full = new Uint32Array(rings);
  const half = (size - 1) / 2;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const i = y * size + x;
      const ring = Math.floor(Math.hypot(x - half, y - half));
      if (ring >= rings || bad[i]) continue;
      count[ring]!++;
      if (raw[i]! >= clip) full[ring]!++;
    }
  return full.filter((n, ring) => 2 * n >= count[ring]! && n > 0).length > rings / 2;
}

/** The highest level of 8, 10, 12, 14 or more bits. */
function isFullScale(level: number): boolean {
  return level >= 255 && Number.isInteger(Math.log2(level + 1));
}

/**
 * What a pattern is that cannot be matched: "saturated", "vacuum" where nothing but the direct beam stands out of dark
 * level and noise, or less than a hundredth of the scan's usual light does; undefined for all others.
 */
export function unusable(
  raw: ArrayLike<number>,
  size: number,
  camera: PlacedCamera,
  { floor, ceiling, dark, usual }: Exposure,
): "saturated" | "vacuum" | undefined {
  const { all, clear } = goodOf(camera, size);
  const [low, high] = range(raw, all);
  if (low === high) {
    // All pixels alike: at the top of what the detector can read, or without light.
    const top = high >= ceiling && (high > floor || isFullScale(high));
    return top ? "saturated" : "vacuum";
  }
  if (isSaturated(raw, size, camera, [low, high])) return "saturated";
  const { mean, error } = meanLevel(raw, clear);
  return mean - dark <= Math.max(SIGNIFICANT * error, FAINT * usual) ? "vacuum" : undefined;
}
