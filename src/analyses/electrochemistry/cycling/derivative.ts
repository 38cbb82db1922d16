/** dQ/dV and dV/dQ of a half cycle, and the plateaus in them. */
import { extent, whiteNoise } from "../../../math/order-statistics.ts";
import { chargeBefore } from "./integrate.ts";
import type { CyclingRun, HalfRows } from "./run.ts";

export interface Derivative {
  /** Middle of each bin [V], rising. */
  readonly potential: Float64Array;
  /** |dQ|/dV, smoothed [C/V] */
  readonly dQdV: Float64Array;
  /** [V] */
  readonly bin: number;
  /** Noise of the potential from its second differences [V]. */
  readonly noise: number;
  /** Charge at the held potential at the end, which is in no bin [C]. */
  readonly held: number;
}

export interface Plateau {
  /** Mode of the charge over potential [V]. */
  readonly potential: number;
  /** Its uncertainty: the bin as a rectangle [V]. */
  readonly sigma: number;
  /** Charge between the valleys beside it [C], and as a share of the half cycle. */
  readonly charge: number;
  readonly share: number;
}

const MOST_BINS = 200;
/** A peak stands out from its valleys by this share of the highest one. */
const PROMINENCE = 0.1;
/** Fewer bins show no shape. */
const LEAST_BINS = 20;

/** First row of the stretch at the end that is held at one potential while the current dies away; `to` + 1 if none. */
function heldFrom(run: CyclingRun, { from, to }: HalfRows, band: number): number {
  const end = run.potential[to]!;
  let at = to;
  while (at > from && Math.abs(run.potential[at - 1]! - end) <= band) at--;
  const { current } = run;
  const dies = current && to - at >= 4 && Math.abs(current[to]!) < 0.8 * Math.abs(current[at]!);
  return dies ? at + 1 : to + 1;
}

/**
 * Charge over equal steps of potential. Each interval's charge is spread evenly over the potentials between its two
 * rows, whichever way they lie, so that noise moves charge to a neighbouring bin and never divides by a small dV. The
 * bins are at least three times the noise wide; the sum over them is the charge of the half cycle without its held end.
 */
export function derivative(run: CyclingRun, rows: HalfRows): Derivative {
  const { potential } = run;
  const values: number[] = [];
  for (const { from, to } of rows.parts) for (let i = from; i <= to; i++) values.push(potential[i]!);
  const noise = whiteNoise(values);
  const [low, high] = extent(values);
  const held = heldFrom(run, rows, Math.max(3 * noise, 2e-3));
  const span = Math.max(high - low, 1e-9);
  const count = Math.max(1, Math.min(MOST_BINS, Math.floor(span / Math.max(3 * noise, 1e-9)), values.length));
  const bin = span / count;
  const sums = new Float64Array(count);
  let apart = 0;
  for (const part of rows.parts)
    for (let i = part.from; i <= part.to; i++) {
      const q = Math.abs(chargeBefore(run, i, i === part.from && !part.continues));
      if (i >= held) apart += q;
      else
        spread(
          sums,
          q,
          (potential[i === part.from && !part.continues ? i : i - 1]! - low) / bin,
          (potential[i]! - low) / bin,
        );
    }
  return {
    potential: Float64Array.from(sums, (_, k) => low + (k + 0.5) * bin),
    dQdV: smooth(sums).map((q) => q / bin),
    bin,
    noise,
    held: apart,
  };
}

/** Adds q to the bins between a and b, counted in bins, in proportion to what lies in each. */
function spread(sums: Float64Array, q: number, a: number, b: number) {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return;
  const [start, stop] = a < b ? [a, b] : [b, a];
  const last = sums.length - 1;
  const first = Math.min(last, Math.floor(start));
  const end = Math.min(last, Math.floor(stop));
  if (first === end) {
    sums[first]! += q;
    return;
  }
  for (let k = first; k <= end; k++)
    sums[k]! += (q * (Math.min(stop, k + 1) - Math.max(start, k))) / (stop - start);
}

/** Weights 1, 2, 1; the ends keep what they would lose, so that the sum stays. */
function smooth(sums: Float64Array): Float64Array {
  const at = (k: number) => sums[Math.max(0, Math.min(sums.length - 1, k))]!;
  return sums.map((q, k) => 0.25 * (at(k - 1) + 2 * q + at(k + 1)));
}

/** Plateaus: maxima of dQ/dV that stand out, each with the charge up to the valleys beside it, by rising potential. */
export function plateaus({ potential, dQdV, bin }: Derivative): Plateau[] {
  if (dQdV.length < LEAST_BINS) return [];
  const floor = PROMINENCE * Math.max(...dQdV);
  const total = dQdV.reduce((sum, d) => sum + d * bin, 0);
  if (!(total > 0)) return [];
  const peaks: number[] = [];
  const valleys: number[] = [];
  // Up and down alternate, each turn by more than `floor`.
  let [high, low, up] = [0, 0, true];
  for (let k = 1; k < dQdV.length; k++) {
    if (dQdV[k]! > dQdV[high]!) high = k;
    if (dQdV[k]! < dQdV[low]!) low = k;
    if (up && dQdV[high]! - dQdV[k]! > floor) {
      peaks.push(high);
      [low, up] = [k, false];
    } else if (!up && dQdV[k]! - dQdV[low]! > floor) {
      valleys.push(low);
      [high, up] = [k, true];
    }
  }
  if (up && dQdV.length > 2) peaks.push(high);
  return peaks.map((k, p) => {
    const charge = dQdV
      .slice(valleys[p - 1] ?? 0, valleys[p] ?? dQdV.length)
      .reduce((s, d) => s + d * bin, 0);
    return { potential: potential[k]!, sigma: bin / Math.sqrt(12), charge, share: charge / total };
  });
}

/**
 * dV/dQ over equal steps of charge: the mean potential in each step, differences between neighbours.
 *
 * @returns charge since the start of the half cycle [C] and |dV/dQ| [V/C], of `steps` − 1 points
 */
export function dVdQ(run: CyclingRun, rows: HalfRows, steps = 100): { charge: number[]; dVdQ: number[] } {
  let passed = 0;
  const points: [number, number][] = [];
  for (const { from, to, continues } of rows.parts)
    for (let i = from; i <= to; i++) {
      passed += Math.abs(chargeBefore(run, i, i === from && !continues));
      points.push([passed, run.potential[i]!]);
    }
  const count = Math.max(2, Math.min(steps, points.length >> 1));
  const sums = new Float64Array(count);
  const charges = new Float64Array(count);
  const numbers = new Float64Array(count);
  for (const [q, v] of points) {
    const k = Math.min(count - 1, Math.floor((count * q) / passed));
    if (!(k >= 0) || !Number.isFinite(v)) continue;
    sums[k]! += v;
    charges[k]! += q;
    numbers[k]!++;
  }
  const filled = Array.from(numbers, (_, k) => k).filter((k) => numbers[k]! > 0);
  const charge: number[] = [];
  const slope: number[] = [];
  for (let j = 1; j < filled.length; j++) {
    const [a, b] = [filled[j - 1]!, filled[j]!];
    const [qa, qb] = [charges[a]! / numbers[a]!, charges[b]! / numbers[b]!];
    charge.push(0.5 * (qa + qb));
    slope.push(Math.abs((sums[b]! / numbers[b]! - sums[a]! / numbers[a]!) / (qb - qa)));
  }
  return { charge, dVdQ: slope };
}
