import type { Random } from "../../core/random.ts";
import type { BoundaryInput } from "../../science/crystal/grain-boundaries.ts";
import { disorientationAt, packRotations } from "../../science/crystal/misorientation.ts";
import type { Quaternion } from "../../science/crystal/rotation.ts";
import type { GrainTable } from "./grain-table.ts";

/**
 * Kernel average misorientation [deg]: mean disorientation to the 4-neighbours of the same grain; NaN where there is
 * none. Pairs further apart than `largest` are left out: inside a grain they are wrong answers.
 */
export function kernelAverageMisorientation(
  maps: BoundaryInput,
  crystals: readonly { readonly rotations: readonly Quaternion[] }[],
  largest = 5,
): Float32Array {
  const { width, height, grain, phase, orientation } = maps;
  const n = width * height;
  const packed = crystals.map((crystal) => packRotations(crystal.rotations));
  const sum = new Float64Array(n);
  const pairs = new Uint8Array(n);
  const pair = (i: number, j: number) => {
    if (grain[i]! < 0 || grain[i] !== grain[j] || phase[i] !== phase[j]) return;
    const deg = disorientationAt(orientation, i, j, packed[phase[i]!]!);
    if (!(deg <= largest)) return;
    sum[i]! += deg;
    sum[j]! += deg;
    pairs[i]!++;
    pairs[j]!++;
  };
  for (let i = 0; i < n; i++) {
    if (i % width < width - 1) pair(i, i + 1);
    if (i < n - width) pair(i, i + width);
  }
  return Float32Array.from(sum, (value, i) => (pairs[i]! > 0 ? value / pairs[i]! : Number.NaN));
}

/**
 * What noise alone adds to `kam` [deg]: the median in the calmest grain of at least `points` points; for isotropic
 * noise σ per axis it is 2.26 σ. NaN without such a grain.
 */
export function kamFloor(kam: Float32Array, grain: Int32Array, table: GrainTable, points = 50): number {
  const inside = new Map<number, number[]>();
  grain.forEach((g, i) => {
    if (g < 0 || table.points[g]! < points || Number.isNaN(kam[i]!)) return;
    if (!inside.has(g)) inside.set(g, []);
    inside.get(g)!.push(kam[i]!);
  });
  const medians = [...inside.values()].map((values) => values.sort((a, b) => a - b)[values.length >> 1]!);
  return medians.length > 0 ? Math.min(...medians) : Number.NaN;
}

/** A share of the map with its standard uncertainty and the interval that holds 95 % of the resamples. */
export interface AreaFraction {
  readonly fraction: number;
  readonly sigma: number;
  readonly low: number;
  readonly high: number;
  /** Edge of the resampled blocks [points]. */
  readonly block: number;
  /** Independent points that would give the same uncertainty. */
  readonly effective: number;
}

/**
 * The share of points where `inside` is 1 among those where it is 0 or 1 (255 = not counted), resampled in blocks,
 * because neighbours are not independent: circular moving blocks, 1000 rounds.
 *
 * @param block edge of the blocks in points: two to three times the correlation length, such as the mean grain diameter
 */
export function areaFraction(
  inside: Uint8Array,
  width: number,
  height: number,
  block: number,
  random: Random,
): AreaFraction {
  const edge = Math.max(1, Math.min(Math.ceil(block), width, height));
  const ones = wrappedSums(inside, width, height, edge, (v) => (v === 1 ? 1 : 0));
  const all = wrappedSums(inside, width, height, edge, (v) => (v === 255 ? 0 : 1));
  let [hits, total] = [0, 0];
  for (const value of inside) {
    if (value === 255) continue;
    total++;
    hits += value;
  }
  const fraction = hits / total;
  const blocks = Math.max(1, Math.round((width * height) / (edge * edge)));
  const rounds = 1000;
  const shares = new Float64Array(rounds);
  for (let r = 0; r < rounds; r++) {
    let [a, b] = [0, 0];
    for (let k = 0; k < blocks; k++) {
      const at = Math.floor(random.next() * width * height);
      a += ones[at]!;
      b += all[at]!;
    }
    shares[r] = b > 0 ? a / b : fraction;
  }
  shares.sort();
  const mean = shares.reduce((s, v) => s + v, 0) / rounds;
  const sigma = Math.sqrt(shares.reduce((s, v) => s + (v - mean) ** 2, 0) / (rounds - 1));
  return {
    fraction,
    sigma,
    low: shares[Math.floor(0.025 * rounds)]!,
    high: shares[Math.ceil(0.975 * rounds) - 1]!,
    block: edge,
    effective: sigma > 0 ? (fraction * (1 - fraction)) / sigma ** 2 : total,
  };
}

/** Sums over the block of edge `edge` that starts at every point, the map wrapped round. */
function wrappedSums(
  values: Uint8Array,
  width: number,
  height: number,
  edge: number,
  weight: (value: number) => number,
): Float64Array {
  const rows = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < edge; x++) sum += weight(values[y * width + (x % width)]!);
    for (let x = 0; x < width; x++) {
      rows[y * width + x] = sum;
      sum += weight(values[y * width + ((x + edge) % width)]!) - weight(values[y * width + x]!);
    }
  }
  const out = new Float64Array(width * height);
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let y = 0; y < edge; y++) sum += rows[(y % height) * width + x]!;
    for (let y = 0; y < height; y++) {
      out[y * width + x] = sum;
      sum += rows[((y + edge) % height) * width + x]! - rows[y * width + x]!;
    }
  }
  return out;
}
