import { cos, sin } from "../../math/portable.ts";
import type { Reflections } from "./reflections.ts";

/** Two-beam intensities averaged over precession azimuth and convergence disc, tabulated in excitation error. */
export interface PrecessionTable {
  /** Film thicknesses [Å]. */
  readonly thickness: readonly number[];
  readonly bins: number;
  /** Row of `values` for each reflection; reflections of equal |g| and |F| share one. */
  readonly family: Int32Array;
  /** Largest tabulated |s0| of each family [1/Å]; the intensity is 0 beyond. */
  readonly reach: Float64Array;
  /** (family, thickness, bins): fraction of the incident electrons. */
  readonly values: Float32Array;
}

/** Default thickness grid [Å]: fine enough to interpolate the beats of reflections with ξ above 200 Å. */
export const THICKNESS_GRID: readonly number[] = Array.from({ length: 24 }, (_, i) => 140 + 40 * i);

/** Index of a middling thickness of the grid, where nothing better is known. */
export const MIDDLE_THICKNESS = 10;

/** Excitation errors further than this beyond the precession swing are taken as dark [1/Å]. */
const TAIL = 0.02;
/** Steps of the grid on which the intensity is averaged, for each fringe 1/t. */
const STEPS_PER_FRINGE = 14;
const BINS = 448;
/** Nodes across the convergence disc. */
const DISC_NODES = 9;

/**
 * I(|s0|) of every reflection: the mean over azimuth θ and disc of sin²(πt√(s²+1/ξ²))/(1+(sξ)²) with
 * s = s0 + Δ cos θ + g α x, Δ the swing of {@link coneSwing}. Without precession (φ = 0) this is the plain two-beam
 * intensity.
 *
 * @param precession half-angle φ [rad]; @param convergence disc semi-angle α [rad]; @param k wave number [1/Å]
 * @see Blackman (1939)
 */
export function precessionTable(
  list: Reflections,
  precession: number,
  convergence: number,
  k: number,
  thickness: readonly number[] = THICKNESS_GRID,
): PrecessionTable {
  const family = new Int32Array(list.count);
  const seen = new Map<string, number>();
  const members: number[] = [];
  for (let i = 0; i < list.count; i++) {
    const key = `${list.length[i]!.toFixed(4)}/${list.inverseXi[i]!.toExponential(2)}`;
    let row = seen.get(key);
    if (row === undefined) {
      row = members.length;
      seen.set(key, row);
      members.push(i);
    }
    family[i] = row;
  }
  const reach = new Float64Array(members.length);
  const values = new Float32Array(members.length * thickness.length * BINS);
  members.forEach((i, row) => {
    const g = list.length[i]!;
    const swing = coneSwing(g, precession, k);
    reach[row] = swing + g * convergence + TAIL;
    const bin = reach[row]! / (BINS - 1);
    let spread: Float64Array = new Float64Array();
    let spreadSteps = 0;
    for (let t = 0; t < thickness.length; t++) {
      // Bins are whole steps of the grid that is averaged on.
      const steps = Math.ceil(bin * STEPS_PER_FRINGE * thickness[t]!);
      const step = bin / steps;
      if (steps !== spreadSteps) spread = spreadOf(swing, g * convergence, step);
      spreadSteps = steps;
      const at = (row * thickness.length + t) * BINS;
      average(list.inverseXi[i]! ** 2, thickness[t]!, step, steps, spread, values.subarray(at, at + BINS));
    }
  });
  return { thickness, bins: BINS, family, reach, values };
}

/**
 * Half the difference between the extreme excitation errors √(k² − (g ± p)²) of the precessing sphere, p = k sin φ
 * [1/Å]. The swing about their mean then follows the cosine of the azimuth to 0.02 %, where g φ is 5 % off in
 * intensity at the ends for 1.5 1/Å and 100 nm.
 */
function coneSwing(g: number, precession: number, k: number): number {
  const p = k * sin(precession);
  return (Math.sqrt(k * k - (g - p) ** 2) - Math.sqrt(k * k - (g + p) ** 2)) / 2;
}

/**
 * Distribution of s − s0 on the grid, from −half to +half steps: the azimuth's arcsine law on even nodes, the disc's
 * semicircle law on Chebyshev nodes. Sums to 1, symmetric.
 */
function spreadOf(swing: number, blur: number, step: number): Float64Array {
  const half = Math.ceil((swing + blur) / step) + 1;
  const weights = new Float64Array(2 * half + 1);
  const azimuths = swing > 0 ? Math.max(24, Math.ceil((4 * swing) / step)) : 1;
  const nodes = blur > 0 ? DISC_NODES : 1;
  const angles = Array.from({ length: nodes }, (_, d) => (Math.PI * (d + 1)) / (nodes + 1));
  const shares = angles.map((angle) => (2 * sin(angle) ** 2) / (nodes + 1) / azimuths);
  const blurs = angles.map((angle) => blur * cos(angle));
  for (let a = 0; a < azimuths; a++) {
    const swung = swing > 0 ? swing * cos((Math.PI * (a + 0.5)) / azimuths) : 0;
    for (let d = 0; d < nodes; d++) {
      const share = shares[d]!;
      const place = (swung + blurs[d]!) / step + half;
      const node = Math.floor(place);
      weights[node]! += share * (node + 1 - place);
      weights[node + 1]! += share * (place - node);
    }
  }
  return weights;
}

/** Fills `out` with the intensity at every `steps`-th node of the grid from 0, averaged with `spread`. */
function average(
  inverse2: number,
  thickness: number,
  step: number,
  steps: number,
  spread: Float64Array,
  out: Float32Array,
): void {
  const half = (spread.length - 1) / 2;
  // Node n of the grid is at place n + half; the intensity is even in s.
  const last = steps * (out.length - 1) + half;
  const plain = new Float64Array(half + last + 1);
  for (let n = 0; n <= last; n++) {
    const e2 = (n * step) ** 2 + inverse2;
    plain[half + n] = (inverse2 / e2) * sin(Math.PI * thickness * Math.sqrt(e2)) ** 2;
  }
  for (let n = 1; n <= half; n++) plain[half - n] = plain[half + n]!;
  for (let bin = 0; bin < out.length; bin++) {
    const centre = bin * steps + half;
    let sum = spread[half]! * plain[centre]!;
    for (let j = 1; j <= half; j++) sum += spread[half + j]! * (plain[centre + j]! + plain[centre - j]!);
    out[bin] = sum;
  }
}

/** Intensity of reflection `i` at thickness index `t` and excitation error `s0` [1/Å]. */
export function tableValue(table: PrecessionTable, i: number, t: number, s0: number): number {
  const row = table.family[i]!;
  const at = (Math.abs(s0) / table.reach[row]!) * (table.bins - 1);
  const bin = at | 0;
  if (bin >= table.bins - 1) return 0;
  const base = (row * table.thickness.length + t) * table.bins + bin;
  return table.values[base]! + (at - bin) * (table.values[base + 1]! - table.values[base]!);
}
