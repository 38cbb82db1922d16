import { discSums } from "../../kernels/discs.ts";

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
  /** Standard deviations by which the most significant spot stands out; 0 without spots. */
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

/** Speckle and slope of the background under a disc, as a share of it: what a ring mean cannot take away. */
const UNEVEN = 0.03;

/** Copy of a frame with bad pixels, and those without a number, replaced by the mean of their good neighbours, dark level removed. */
export function cleanFrame(raw: ArrayLike<number>, size: number, camera: Camera, out: Float32Array): void {
  for (let i = 0; i < size * size; i++) out[i] = raw[i]! - camera.dark;
  for (let i = 0; i < size * size; i++) {
    if (!camera.bad[i] && Number.isFinite(raw[i])) continue;
    let sum = 0;
    let count = 0;
    const x = i % size;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const j = i + dy * size + dx;
        if (
          x + dx < 0 ||
          x + dx >= size ||
          j < 0 ||
          j >= size * size ||
          camera.bad[j] ||
          !Number.isFinite(raw[j])
        )
          continue;
        sum += raw[j]!;
        count++;
      }
    out[i] = count > 0 ? sum / count - camera.dark : 0;
  }
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
export function discKernel(radius: number): {
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
 * a median of sparse counts is not), disc sums, and spots as their local maxima above `threshold` standard deviations.
 */
export function preparePattern(
  frame: Float32Array,
  size: number,
  camera: Camera,
  centre: readonly [number, number],
  threshold = THRESHOLD,
): Pattern {
  const kernel = discKernel(camera.discRadius);
  const reach = Math.ceil(camera.discRadius + 1);
  const sums = discSums(camera.discRadius.toString(), {
    size,
    reach,
    offsets: Int32Array.from(kernel.dx, (dx, i) => kernel.dy[i]! * size + dx),
    weights: Float32Array.from(kernel.weight),
  })(frame);
  // A beam in a corner is as far from the other as the diagonal.
  const rings = Math.ceil(size * Math.SQRT2) + 2;
  const radius = radiiFrom(centre, size);
  const background = ringBackground(frame, sums, radius, size, rings, reach, camera.gain, kernel);
  const levels = background.map((level) => level * kernel.area);
  const quantum = (camera.gain * kernel.area2) / kernel.area;
  const noise = new Float32Array(rings);
  for (let ring = 0; ring < rings; ring++) {
    const counting = kernel.area2 * (camera.gain * background[ring]! + 0.5);
    noise[ring] = counting + (UNEVEN * levels[ring]!) ** 2;
  }
  const disc = new Float32Array(size * size);
  const inner = 2.2 * camera.discRadius + 1;
  for (let y = reach; y < size - reach; y++)
    for (let x = reach; x < size - reach; x++) {
      const at = y * size + x;
      const r = radius[at]!;
      if (r < inner) continue;
      const ring = Math.min(rings - 2, r | 0);
      disc[at] = sums[at]! - levels[ring]! - (r - ring) * (levels[ring + 1]! - levels[ring]!);
    }
  const spots: Spot[] = [];
  let strongest = 0;
  for (let y = reach + 1; y < size - reach - 1; y++)
    for (let x = reach + 1; x < size - reach - 1; x++) {
      const at = y * size + x;
      const value = disc[at]!;
      if (!(value > 0) || !highest(disc, at, size, value) || !(radius[at]! > inner + 1)) continue;
      const ring = Math.min(rings - 1, Math.round(radius[at]!));
      const deviations = significance(value / quantum, levels[ring]! / quantum);
      if (deviations < threshold) continue;
      strongest = Math.max(strongest, deviations);
      const px = parabola(disc[at - 1]!, value, disc[at + 1]!);
      const py = parabola(disc[at - size]!, value, disc[at + size]!);
      spots.push({
        x: x + px - centre[0],
        y: y + py - centre[1],
        intensity: value,
        variance: noise[ring]! + camera.gain * value,
      });
    }
  spots.sort((a, b) => b.intensity - a.intensity);
  const nearestSpot = nearestSpots(spots, size, centre);
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

function radiiFrom(centre: readonly [number, number], size: number): Float32Array {
  const radius = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const dy2 = (y - centre[1]) ** 2;
    for (let x = 0; x < size; x++) {
      const dx = x - centre[0];
      radius[y * size + x] = Math.sqrt(dx * dx + dy2);
    }
  }
  return radius;
}

/** Mean level of each ring where the disc sum is near the ring's own low level, so without spots. */
function ringBackground(
  frame: Float32Array,
  sums: Float32Array,
  radius: Float32Array,
  size: number,
  rings: number,
  reach: number,
  gain: number,
  kernel: ReturnType<typeof discKernel>,
): Float32Array {
  // Pixels in order of their ring: `first` is where a ring begins.
  const first = new Int32Array(rings + 1);
  for (let y = reach; y < size - reach; y++)
    for (let x = reach; x < size - reach; x++) {
      const ring = (radius[y * size + x]! + 0.5) | 0;
      if (ring < rings) first[ring + 1]!++;
    }
  for (let ring = 0; ring < rings; ring++) first[ring + 1]! += first[ring]!;
  const next = first.slice();
  const pixel = new Int32Array(first[rings]!);
  for (let y = reach; y < size - reach; y++)
    for (let x = reach; x < size - reach; x++) {
      const ring = (radius[y * size + x]! + 0.5) | 0;
      if (ring < rings) pixel[next[ring]!++] = y * size + x;
    }
  const values = new Float32Array(pixel.length);
  for (let i = 0; i < pixel.length; i++) values[i] = sums[pixel[i]!]! / kernel.area;
  const background = new Float32Array(rings);
  const sample = new Float32Array(101);
  for (let ring = 0; ring < rings; ring++) {
    const [from, to] = [first[ring]!, first[ring + 1]!];
    if (to - from < 4) {
      background[ring] = ring > 0 ? background[ring - 1]! : 0;
      continue;
    }
    // A hundred pixels of the ring tell its low level well enough.
    const stride = Math.ceil((to - from) / 100);
    const some = sample.subarray(0, Math.ceil((to - from) / stride));
    for (let i = 0; i < some.length; i++) some[i] = values[from + i * stride]!;
    const low = Math.max(0, quantile(some, 0.3));
    const limit = low + 2.2 * Math.sqrt((gain * low + 0.5) / kernel.area2) + 0.05 * low;
    let sum = 0;
    let count = 0;
    for (let i = from; i < to; i++) {
      if (values[i]! > limit) continue;
      sum += frame[pixel[i]!]!;
      count++;
    }
    background[ring] = count > 3 ? Math.max(0, sum / count) : low;
  }
  return background;
}

/** The value below which a share `part` of the list lies, by selection; reorders the list. */
function quantile(list: Float32Array, part: number): number {
  const wanted = Math.floor(list.length * part);
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const pivot = list[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (list[i]! < pivot) i++;
      while (list[j]! > pivot) j--;
      if (i > j) break;
      const swap = list[i]!;
      list[i++] = list[j]!;
      list[j--] = swap;
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return list[wanted]!;
}

/** Whether nothing within 2 px is higher; of equals the first counts. */
function highest(disc: Float32Array, at: number, size: number, value: number): boolean {
  for (let dy = -2; dy <= 2; dy++)
    for (let j = at + dy * size - 2; j <= at + dy * size + 2; j++) {
      const other = disc[j] ?? 0;
      if (other > value || (other === value && j < at)) return false;
    }
  return true;
}

/** Standard deviations by which `count` electrons stand out of `back`, the square root taken of both (Anscombe). */
function significance(count: number, back: number): number {
  const root = Math.sqrt(back + 0.375);
  return (2 * (Math.sqrt(count + back + 0.375) - root)) / Math.sqrt(1 + (UNEVEN * root) ** 2);
}

function nearestSpots(spots: readonly Spot[], size: number, centre: readonly [number, number]): Int16Array {
  const nearest = new Int16Array(size * size).fill(-1);
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
  return nearest;
}

function parabola(before: number, at: number, after: number): number {
  const curve = before - 2 * at + after;
  return curve < 0 ? Math.min(0.5, Math.max(-0.5, (before - after) / (2 * curve))) : 0;
}
