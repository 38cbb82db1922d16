import { POINT_NUMBERS } from "../../core/point-signal.ts";
import { exp } from "../../math/portable.ts";
import type { Pattern, Spot } from "./pattern.ts";

/** Side of the painted patterns at most, at least [px]. */
const LARGEST = 192;
const SMALLEST = 48;
/** The Refiner reads nothing closer than this to the edge: the outermost listed spots lie there [px]. */
const RIM = 5;
/** A listed spot within this distance of the origin is the direct beam [px]. */
export const BEAM = 4;
/** Standard deviation of the falloff that a spot is painted with [px], and how far it reaches. */
const SPREAD = 1;
const REACH = 3;
/** Closer than this to a listed spot, another one may have been left out of the list [px]. */
const COVERED = 5;
/** Electrons that make a spot at the detection level stand out by four standard deviations. */
const DETECTED = 6.45;
/** Share of the frame that must lie on either side of 0. */
const INSIDE = 0.15;
/** Share of the scan whose lists are equally long, and longest, from which the list was cut to that length. */
const CAPPED = 0.02;

/** How listed positions are painted; plain data, the same for the whole scan. */
export interface PointFrame {
  readonly size: number;
  /** Direct beam on the painted frame, column and row [px]; between the outermost spots the frame has no margin. */
  readonly centre: readonly [number, number];
  /** Direct beam in the list's unit; each position's own direct beam, if it is listed, counts before it. */
  readonly origin: readonly [number, number];
  /** Frame pixels per list unit, and what a frame pixel is before the data refine it [1/Å]. */
  readonly perUnit: number;
  readonly pixel: number;
  /** Weakest intensity that was listed, and the length at which lists were cut; Infinity if they were not. */
  readonly level: number;
  readonly cap: number;
}

/** The points of one position in a tile of `pointSignal`: NaN ends it. */
function lengthOf(raw: ArrayLike<number>): number {
  let n = 0;
  while (POINT_NUMBERS * n + 2 < raw.length && Number.isFinite(raw[POINT_NUMBERS * n]!)) n++;
  return n;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/**
 * The frame for lists whose unit is `unit` 1/Å, painted with pixels of `pixelSize` 1/Å or larger: the rectangle of the
 * outermost spots. Positions that count from a corner get the direct beam where the brightest spot mostly is.
 */
export function pointFrame(lists: readonly ArrayLike<number>[], unit: number, pixelSize: number): PointFrame {
  const box = [Infinity, -Infinity, Infinity, -Infinity];
  const brightest: [number[], number[]] = [[], []];
  const weakest: number[] = [];
  const lengths: number[] = [];
  for (const raw of lists) {
    const n = lengthOf(raw);
    if (n === 0) continue;
    lengths.push(n);
    let [top, low] = [0, Infinity];
    for (let i = 0; i < n; i++) {
      const [x, y, intensity] = [raw[3 * i]!, raw[3 * i + 1]!, raw[3 * i + 2]!];
      box[0] = Math.min(box[0]!, x);
      box[1] = Math.max(box[1]!, x);
      box[2] = Math.min(box[2]!, y);
      box[3] = Math.max(box[3]!, y);
      if (intensity > raw[3 * top + 2]!) top = i;
      if (intensity > 0) low = Math.min(low, intensity);
    }
    brightest[0].push(raw[3 * top]!);
    brightest[1].push(raw[3 * top + 1]!);
    if (n >= 3 && Number.isFinite(low)) weakest.push(low);
  }
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  const cut = lengths.filter((n) => n === longest).length > CAPPED * lengths.length;
  const [left, right, top, bottom] =
    lengths.length > 0 ? (box as [number, number, number, number]) : [0, 1, 0, 1];
  const extent = Math.max(right - left, bottom - top, 1e-9);
  const scale = Math.min(unit / pixelSize, (LARGEST - 2 * RIM - 2) / extent);
  // Where 0 lies well inside, positions count from the direct beam already; else from the detector's corner.
  const inside = (low: number, high: number) => Math.min(-low, high) > INSIDE * extent;
  const counted = inside(left, right) && inside(top, bottom);
  const origin = counted
    ? ([0, 0] as const)
    : ([quantile(brightest[0], 0.5) || 0, quantile(brightest[1], 0.5) || 0] as const);
  return {
    size: Math.max(SMALLEST, Math.ceil(extent * scale) + 2 * RIM + 2),
    centre: [RIM + 0.5 + (origin[0] - left) * scale, RIM + 0.5 + (origin[1] - top) * scale],
    origin,
    perUnit: scale,
    pixel: unit / scale,
    level: quantile(weakest, 0.05) || 1,
    cap: cut ? longest : Infinity,
  };
}

/**
 * A pattern as `preparePattern` gives it, from a list of spots: each painted as its intensity with a falloff of a
 * pixel, on no background. A list holds no counts: the weakest listed spot is taken to stand out by four standard
 * deviations. Where a list was cut at its greatest length, that is its own weakest one.
 */
export function pointPattern(raw: ArrayLike<number>, frame: PointFrame): Pattern {
  const { size, origin, perUnit } = frame;
  const n = lengthOf(raw);
  const at = (i: number, axis: 0 | 1) => (raw[POINT_NUMBERS * i + axis]! - origin[axis]) * perUnit;
  let beam = -1;
  let level = Infinity;
  for (let i = 0; i < n; i++) {
    const intensity = raw[POINT_NUMBERS * i + 2]!;
    if (intensity > 0) level = Math.min(level, intensity);
    const near = Math.hypot(at(i, 0), at(i, 1)) < BEAM;
    if (near && (beam < 0 || intensity > raw[POINT_NUMBERS * beam + 2]!)) beam = i;
  }
  if (n < frame.cap || !Number.isFinite(level)) level = frame.level;
  const [bx, by] = beam < 0 ? [0, 0] : [at(beam, 0), at(beam, 1)];
  const quantum = level / DETECTED;
  const floor = (level / 4) ** 2;
  const spots: Spot[] = [];
  for (let i = 0; i < n; i++) {
    const intensity = raw[POINT_NUMBERS * i + 2]!;
    const [x, y] = [at(i, 0) - bx, at(i, 1) - by];
    if (intensity > 0 && Math.hypot(x, y) >= BEAM)
      spots.push({ x, y, intensity, variance: floor + quantum * intensity });
  }
  spots.sort((a, b) => b.intensity - a.intensity);
  const rings = Math.ceil(size * 0.75);
  const centre = [frame.centre[0] + bx, frame.centre[1] + by] as const;
  return {
    size,
    centre,
    ...paint(spots, size, centre),
    noise: new Float32Array(rings).fill(floor),
    background: new Float32Array(rings),
    spots,
    // Whoever made the list took its entries for spots.
    strongest: Number.POSITIVE_INFINITY,
    levels: new Float32Array(rings),
    quantum,
    uneven: 0,
  };
}

/** The spots on a frame, the stronger one where two overlap, the nearest of each pixel within 3 px, and what they cover. */
export function paint(spots: readonly Spot[], size: number, centre: readonly [number, number]) {
  const disc = new Float32Array(size * size);
  const nearestSpot = new Int16Array(size * size).fill(-1);
  const distance = new Float32Array(size * size).fill(REACH * REACH);
  const covered = new Uint8Array(size * size);
  spots.forEach((spot, s) => {
    const [x, y] = [spot.x + centre[0], spot.y + centre[1]];
    const [x0, y0] = [Math.round(x), Math.round(y)];
    for (let row = Math.max(0, y0 - COVERED); row <= Math.min(size - 1, y0 + COVERED); row++)
      for (let column = Math.max(0, x0 - COVERED); column <= Math.min(size - 1, x0 + COVERED); column++) {
        const p = row * size + column;
        const d2 = (column - x) ** 2 + (row - y) ** 2;
        if (d2 <= COVERED * COVERED) covered[p] = 1;
        if (d2 > REACH * REACH) continue;
        disc[p] = Math.max(disc[p]!, spot.intensity * exp(-d2 / (2 * SPREAD * SPREAD)));
        if (d2 < distance[p]!) {
          distance[p] = d2;
          nearestSpot[p] = s;
        }
      }
  });
  return { disc, nearestSpot, covered };
}
