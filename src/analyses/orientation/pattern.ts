import { type DiscKernel, discKernel } from "../../kernels/discs.ts";
import { cos, sin } from "../../math/portable.ts";

/** One diffraction pattern made ready: background removed, disc sums, their variance, and the spots found. */
export interface Pattern {
  readonly size: number;
  /** Beam centre, column and row [px]. */
  readonly centre: readonly [number, number];
  /** Sum over a disc at each pixel, background removed [grey]. */
  readonly disc: Float32Array;
  /** Variance of `disc` where there is no spot, per integer radius from the centre [grey²]. */
  readonly noise: Float32Array;
  /** Mean background per integer radius [grey per px]. */
  readonly background: Float32Array;
  readonly spots: readonly Spot[];
  /**
   * Standard deviations by which the most significant spot stands out; 0 without spots. In the corner far from an
   * off-centre beam a ring is a few pixels: their lowest level makes spots of noise, which do not count here.
   */
  readonly strongest: number;
  /** Background under a disc, per integer radius [grey]. */
  readonly levels: Float32Array;
  /** Variance over mean of a disc sum [grey]: one electron, as a disc with soft edge counts it. */
  readonly quantum: number;
  /** Speckle and slope of the background under a disc, as a share of it. */
  readonly uneven: number;
  /** Index of the nearest spot within 3 px of a pixel, -1 none, (size, size). */
  readonly nearestSpot: Int16Array;
}

/** Position relative to the centre [px], disc sum above background [grey]. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly intensity: number;
  readonly variance: number;
}

/** What the scan as a whole says about the camera. */
export interface Camera {
  /** Radius of the diffraction discs [px]. */
  readonly discRadius: number;
  /** Grey levels per electron. */
  readonly gain: number;
  /** Grey level without electrons. */
  readonly dark: number;
  /** 1 where a pixel is dead or hot, (size, size). */
  readonly bad: Uint8Array;
}

/** Standard deviations above the background from which a local maximum is a spot. */
const THRESHOLD = 3.5;

/**
 * Noise alone makes a highest disc of four to five standard deviations on a detector: a pattern whose strongest spot
 * is no higher than this has no Bragg signal.
 */
export const BRAGG = 6;

/** Discs that fit beside each other in a ring whose level is sure. */
const SURE = 6;

/** Speckle and slope of the background under a disc, as a share of it: what a ring mean cannot take away. */
const UNEVEN = 0.03;

/** Pixels of a camera that count wrongly; listed once. */
const badPixels = new WeakMap<Camera["bad"], Uint32Array>();

function badOf({ bad }: Camera): Uint32Array {
  let list = badPixels.get(bad);
  if (!list) {
    list = Uint32Array.from(Array.from(bad.keys()).filter((i) => bad[i]));
    badPixels.set(bad, list);
  }
  return list;
}

/** Arrays of a detector's size that patterns are made in, one after the other. */
export interface PatternRoom {
  readonly frame: Float32Array;
  readonly disc: Float32Array;
  readonly nearestSpot: Int16Array;
}

/** Room for patterns of `size` px a side. */
export function patternRoom(size: number): PatternRoom {
  const n = size * size;
  return { frame: new Float32Array(n), disc: new Float32Array(n), nearestSpot: new Int16Array(n) };
}

/** Copy of a frame with bad pixels, and those without a number, replaced by the mean of their good neighbours, dark level removed. */
export function cleanFrame(raw: ArrayLike<number>, size: number, camera: Camera, out: Float32Array): void {
  const { dark } = camera;
  let sum = 0;
  for (let i = 0; i < size * size; i++) {
    const value = raw[i]! - dark;
    out[i] = value;
    sum += value;
  }
  for (const i of badOf(camera)) out[i] = aroundPixel(raw, size, camera, i);
  // A sum is a number only if all its terms are.
  if (Number.isFinite(sum)) return;
  for (let i = 0; i < size * size; i++)
    if (!Number.isFinite(raw[i])) out[i] = aroundPixel(raw, size, camera, i);
}

/** Mean of the good neighbours of a pixel, dark level removed; 0 without any. */
function aroundPixel(raw: ArrayLike<number>, size: number, camera: Camera, i: number): number {
  let sum = 0;
  let count = 0;
  const x = i % size;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const j = i + dy * size + dx;
      if (x + dx < 0 || x + dx >= size || j < 0 || j >= size * size) continue;
      if (camera.bad[j] || !Number.isFinite(raw[j])) continue;
      sum += raw[j]!;
      count++;
    }
  return count > 0 ? sum / count - camera.dark : 0;
}

/**
 * Centre of the direct beam, column and row [px]: centre of mass of the pixels above half of the beam's height
 * that lie near the start point. The beam may be clipped: the half-height disc is what is weighed.
 */
export function beamCentre(
  frame: Float32Array,
  size: number,
  radius: number,
  start: readonly number[],
): [number, number] {
  let [cx, cy] = [start[0]!, start[1]!];
  for (let pass = 0; pass < 4; pass++) {
    const reach = radius + (pass === 0 ? 5 : 2);
    let top = 0;
    const x0 = Math.max(0, Math.round(cx - reach));
    const x1 = Math.min(size - 1, Math.round(cx + reach));
    const y0 = Math.max(0, Math.round(cy - reach));
    const y1 = Math.min(size - 1, Math.round(cy + reach));
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) top = Math.max(top, frame[y * size + x]!);
    if (!(top > 0)) break;
    let sum = 0;
    let sx = 0;
    let sy = 0;
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        // A ramp between 0.3 and 0.7 of the height: sub-pixel without trusting the clipped plateau.
        const weight = Math.min(1, Math.max(0, (frame[y * size + x]! / top - 0.3) / 0.4));
        sum += weight;
        sx += weight * x;
        sy += weight * y;
      }
    if (sum <= 0) break;
    cx = sx / sum;
    cy = sy / sum;
  }
  return [cx, cy];
}

/** Offsets and weights of a disc of `radius` px with a soft edge; the weights are 1 inside. */
export function discWeights(radius: number): {
  dx: number[];
  dy: number[];
  weight: number[];
  area: number;
  area2: number;
} {
  const kernel = { dx: [] as number[], dy: [] as number[], weight: [] as number[], area: 0, area2: 0 };
  const reach = Math.ceil(radius + 1);
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++) {
      const weight = Math.min(1, Math.max(0, radius + 0.8 - Math.hypot(x, y)));
      if (weight <= 0) continue;
      kernel.dx.push(x);
      kernel.dy.push(y);
      kernel.weight.push(weight);
      kernel.area += weight;
      kernel.area2 += weight * weight;
    }
  return kernel;
}

/**
 * Prepares a cleaned frame: background as the mean of each ring outside the spots (unbiased at low counts, where
 * a median of sparse counts is not), disc sums, and spots as their local maxima above 3.5 standard deviations.
 *
 * @param room arrays that the pattern is made in and that it holds only until the next one is
 */
export function preparePattern(
  frame: Float32Array,
  size: number,
  camera: Camera,
  centre: readonly [number, number],
  room: Omit<PatternRoom, "frame"> = patternRoom(size),
): Pattern {
  const { kernel, loops } = discOf(camera.discRadius, size);
  loops.sums(frame);
  const radius = loops.radii(centre[0], centre[1]);
  // A beam in a corner is as far from the other as the diagonal.
  const rings = Math.ceil(size * Math.SQRT2) + 2;
  const background = ringBackground(loops, centre, rings, camera.gain, kernel);
  const levels = background.map((level) => level * kernel.area);
  const quantum = (camera.gain * kernel.area2) / kernel.area;
  const noise = new Float32Array(rings);
  for (let ring = 0; ring < rings; ring++) {
    const counting = kernel.area2 * (camera.gain * background[ring]! + 0.5);
    noise[ring] = counting + (UNEVEN * levels[ring]!) ** 2;
  }
  const inner = 2.2 * camera.discRadius + 1;
  const { disc } = room;
  disc.set(loops.flatten(levels, inner));
  const spots: Spot[] = [];
  let strongest = 0;
  // A little below the threshold, which is judged exactly where the pixel is a maximum.
  const least = levels.map((level) => quantum * 0.9999 * leastSignificant(level / quantum));
  for (const at of loops.maxima(inner + 1, least)) {
    const value = disc[at]!;
    const ring = Math.min(rings - 1, Math.round(radius[at]!));
    const deviations = significance(value / quantum, levels[ring]! / quantum);
    if (deviations < THRESHOLD) continue;
    if (deviations > strongest && isSure(radius[at]!, centre, size, camera.discRadius))
      strongest = deviations;
    const px = parabola(disc[at - 1]!, value, disc[at + 1]!);
    const py = parabola(disc[at - size]!, value, disc[at + size]!);
    spots.push({
      x: (at % size) + px - centre[0],
      y: Math.floor(at / size) + py - centre[1],
      intensity: value,
      variance: noise[ring]! + camera.gain * value,
    });
  }
  spots.sort((a, b) => b.intensity - a.intensity);
  const { nearestSpot } = room;
  nearestSpots(spots, size, centre, nearestSpot);
  return {
    size,
    centre,
    disc,
    noise,
    background,
    spots,
    strongest,
    levels,
    quantum,
    uneven: UNEVEN,
    nearestSpot,
  };
}

/** A disc and the loops over it. */
interface Disc {
  readonly kernel: ReturnType<typeof discWeights>;
  readonly loops: DiscKernel;
}

const discs = new Map<string, Disc>();

/** Made once a thread for a disc of `radius` px on a detector of `size` px. */
function discOf(radius: number, size: number): Disc {
  const name = `${size}/${radius}`;
  let disc = discs.get(name);
  if (!disc) {
    const kernel = discWeights(radius);
    const loops = discKernel({
      size,
      reach: Math.ceil(radius + 1),
      offsets: Int32Array.from(kernel.dx, (dx, i) => kernel.dy[i]! * size + dx),
      weights: Float32Array.from(kernel.weight),
    });
    disc = { kernel, loops };
    if (discs.size > 16) discs.clear();
    discs.set(name, disc);
  }
  return disc;
}

/** Directions in which a ring is sampled for its low level: cosine and sine. */
const DIRECTIONS = Float64Array.from({ length: 180 }, (_, i) => {
  const angle = (2 * Math.PI * (i >> 1)) / 90;
  return i % 2 === 0 ? cos(angle) : sin(angle);
});
/** The share of a ring that is lower than its low level. */
const LOW = 0.3;

/** Mean level of each ring where the disc sum is near the ring's own low level, so without spots. */
function ringBackground(
  loops: DiscKernel,
  centre: readonly [number, number],
  rings: number,
  gain: number,
  kernel: Disc["kernel"],
): Float32Array {
  const low = loops.lows(centre[0], centre[1], rings, DIRECTIONS, LOW);
  for (let ring = 1; ring + 1 < rings; ring += 2) low[ring] = (low[ring - 1]! + low[ring + 1]!) / 2;
  const limits = new Float32Array(rings);
  for (let ring = 0; ring < rings; ring++) {
    // A ring of which hardly anything lies on the detector is as the one before.
    const level = Number.isNaN(low[ring]) ? (low[ring - 1] ?? 0) : Math.max(0, low[ring]! / kernel.area);
    low[ring] = level;
    const noise = Math.sqrt((gain * level + 0.5) / kernel.area2);
    limits[ring] = kernel.area * (level + 2.2 * noise + 0.05 * level);
  }
  const pairs = loops.rings(limits);
  const background = new Float32Array(rings);
  for (let ring = 0; ring < rings; ring++) {
    const count = pairs[2 * ring + 1]!;
    background[ring] = count > 3 ? Math.max(0, pairs[2 * ring]! / count) : low[ring]!;
  }
  return background;
}

/** Whether at least six discs fit beside each other into what of the ring of this radius lies on the detector. */
function isSure(
  radius: number,
  [x, y]: readonly [number, number],
  size: number,
  discRadius: number,
): boolean {
  let inside = 0;
  for (let i = 0; i < DIRECTIONS.length; i += 2) {
    const [column, row] = [x + radius * DIRECTIONS[i]!, y + radius * DIRECTIONS[i + 1]!];
    if (column >= 0 && row >= 0 && column <= size - 1 && row <= size - 1) inside++;
  }
  const length = (inside / (DIRECTIONS.length / 2)) * 2 * Math.PI * radius;
  return length >= SURE * (2 * discRadius + 1);
}

/** Brightness below which a spot on a background of `level` [grey per px] is not told from noise [grey]. */
export function faintestSpot(level: number, { discRadius, gain }: Camera): number {
  const { area, area2 } = discWeights(discRadius);
  return BRAGG * Math.sqrt(area2 * (gain * Math.max(0, level) + 0.5) + (UNEVEN * area * level) ** 2);
}

/** Standard deviations by which `count` electrons stand out of `back`, the square root taken of both (Anscombe). */
function significance(count: number, back: number): number {
  const root = Math.sqrt(back + 0.375);
  return (2 * (Math.sqrt(count + back + 0.375) - root)) / Math.sqrt(1 + (UNEVEN * root) ** 2);
}

/** Electrons that stand out of `back` by the threshold of a spot: the inverse of `significance`. */
function leastSignificant(back: number): number {
  const root = Math.sqrt(back + 0.375);
  return (root + (THRESHOLD / 2) * Math.sqrt(1 + (UNEVEN * root) ** 2)) ** 2 - root * root;
}

function nearestSpots(
  spots: readonly Spot[],
  size: number,
  centre: readonly [number, number],
  nearest: Int16Array,
): void {
  nearest.fill(-1);
  for (let s = 0; s < spots.length; s++) {
    const x = spots[s]!.x + centre[0];
    const y = spots[s]!.y + centre[1];
    const [x0, y0] = [Math.round(x), Math.round(y)];
    for (let row = Math.max(0, y0 - 3); row <= Math.min(size - 1, y0 + 3); row++)
      for (let column = Math.max(0, x0 - 3); column <= Math.min(size - 1, x0 + 3); column++) {
        const before = nearest[row * size + column]!;
        const d2 = (column - x) ** 2 + (row - y) ** 2;
        if (d2 > 9) continue;
        if (before >= 0) {
          const other = spots[before]!;
          if ((column - other.x - centre[0]) ** 2 + (row - other.y - centre[1]) ** 2 <= d2) continue;
        }
        nearest[row * size + column] = s;
      }
  }
}

function parabola(before: number, at: number, after: number): number {
  const curve = before - 2 * at + after;
  return curve < 0 ? Math.min(0.5, Math.max(-0.5, (before - after) / (2 * curve))) : 0;
}
