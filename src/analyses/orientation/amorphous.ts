import type { Spot } from "./pattern.ts";

/** Share of amorphous film per scan point, and whether the scan had both end members to calibrate it on. */
export interface AmorphousShare {
  readonly share: Float32Array;
  /** Standard uncertainty of each share. */
  readonly sigma: Float32Array;
  readonly hasEndMember: boolean;
}

/** What nothing is known of between two bounds has this share of their distance as its standard deviation. */
export const UNIFORM = 1 / Math.sqrt(12);

/** Fewer points without crystals than this share of the scan are weak patterns, not an end member. */
const SMALLEST_SHARE = 0.03;

/** A point with less Bragg signal than this part of the usual share is free of crystal: speckle makes a few spots too. */
const FREE = 0.01;

/** Two end members whose normalised profiles differ by less than this are one material, weakly and strongly lit. */
const DISTINCT = 0.08;

/** Half the area between two ring profiles, each with area 1; 0 for the same shape, 1 for no overlap. */
export function shapeDistance(a: Float64Array, b: Float64Array, from: number, to: number): number {
  let [areaA, areaB] = [1e-12, 1e-12];
  for (let r = from; r < to; r++) {
    areaA += r * a[r]!;
    areaB += r * b[r]!;
  }
  let difference = 0;
  for (let r = from; r < to; r++) difference += 0.5 * r * Math.abs(a[r]! / areaA - b[r]! / areaB);
  return difference;
}

/**
 * Amorphous thickness share from the diffuse rings: each background profile is a non-negative sum of two end
 * members of the same scan, the mean profile of points with hardly any Bragg signal and that of the points with the largest
 * Bragg fraction. Both carry the windows and their own mean thickness, so the ratio of the coefficients is a ratio
 * of thicknesses as far as the film's thickness does not depend on what it is made of.
 *
 * @param profiles mean background per ring, shape (n, rings) [grey per px]
 * @param bragg sum of the spots above background, shape (n) [grey]
 * Without a point that is free of crystals nothing separates amorphous film over a crystal from the crystal's own
 * background: the share is then 0 with the σ of a number that may be anything from 0 to 1. A point without spots is
 * amorphous as far as a crystal as bright as the scan's usual ones would have shown above the noise of this pattern:
 * a crystal with less than q of the share hides in it, so the amorphous share lies between 1 − q and 1, and its middle
 * is taken. Where even a whole crystal would hide, that is 1/2, and the point is not counted as amorphous.
 *
 * @param spots number of spots, 0 where there is no Bragg signal, shape (n)
 * @param hidden brightness below which a spot is lost in the noise of its pattern, shape (n) [grey]
 * @returns share 0..1 with σ; `hasEndMember` false if no point is free of spots, or what is free is the same film
 */
export function amorphousShare(
  profiles: Float32Array,
  rings: number,
  bragg: Float32Array,
  spots: Uint16Array,
  hidden: Float32Array,
  from: number,
  to: number,
): AmorphousShare {
  const n = bragg.length;
  const diffuse = Float64Array.from(bragg, (_, i) => {
    let sum = 1e-9;
    for (let r = from; r < to; r++) sum += r * profiles[i * rings + r]!;
    return sum;
  });
  const ratio = Float64Array.from(bragg, (sum, i) => sum / diffuse[i]!);
  const order = Array.from(ratio.keys()).sort((a, b) => ratio[b]! - ratio[a]!);
  const crystalline = order.slice(0, Math.max(4, Math.floor(n * 0.2)));
  const usual = ratio[crystalline[crystalline.length >> 1]!]!;
  const count = [...crystalline].sort((a, b) => spots[a]! - spots[b]!)[crystalline.length >> 1]!;
  /** Share of a usual crystal that could hide in the noise of a point's pattern. */
  const hides = (i: number) =>
    Math.min(1, (hidden[i]! * Math.max(1, spots[count]!)) / (usual * diffuse[i]!)) || 1;
  const share = Float32Array.from(spots, (found, i) => (found === 0 ? 1 - hides(i) / 2 : 0));
  const sigma = Float32Array.from(spots, (found, i) => UNIFORM * (found < 2 ? hides(i) : 1));
  const free = order.filter((i) => ratio[i]! < FREE * usual);
  if (free.length < Math.max(4, SMALLEST_SHARE * n) || free.length > 0.95 * n)
    return { share, sigma, hasEndMember: false };
  const mean = (points: readonly number[]) => {
    const out = new Float64Array(rings);
    for (const i of points)
      for (let r = from; r < to; r++) out[r]! += profiles[i * rings + r]! / points.length;
    return out;
  };
  const glass = mean(free);
  const film = mean(crystalline);
  if (shapeDistance(glass, film, from, to) < DISTINCT) return { share, sigma, hasEndMember: false };
  for (let i = 0; i < n; i++) {
    let [gg, gf, ff, gb, fb] = [0, 0, 0, 0, 0];
    for (let r = from; r < to; r++) {
      // Ring r holds ∝ r pixels; counting variance ∝ level.
      const w = r / (0.5 * (glass[r]! + film[r]!) + 1e-6);
      const b = profiles[i * rings + r]!;
      gg += w * glass[r]! * glass[r]!;
      gf += w * glass[r]! * film[r]!;
      ff += w * film[r]! * film[r]!;
      gb += w * glass[r]! * b;
      fb += w * film[r]! * b;
    }
    const det = gg * ff - gf * gf;
    const a = Math.max(0, (gb * ff - fb * gf) / det);
    const c = Math.max(0, (fb * gg - gb * gf) / det);
    if (!(a + c > 0)) continue;
    share[i] = a / (a + c);
    let squares = 0;
    for (let r = from; r < to; r++) {
      const w = r / (0.5 * (glass[r]! + film[r]!) + 1e-6);
      squares += w * (profiles[i * rings + r]! - a * glass[r]! - c * film[r]!) ** 2;
    }
    // Covariance of the two coefficients from the scatter about the fit, carried over to their ratio.
    const scale = squares / Math.max(1, to - from - 2) / det;
    const variance = scale * (c * c * ff + a * a * gg + 2 * a * c * gf);
    sigma[i] = Math.min(UNIFORM, Math.sqrt(variance) / (a + c) ** 2);
  }
  return { share, sigma, hasEndMember: true };
}

/** Sum of the spots, each less five standard deviations, so that speckle and noise do not add up [grey]. */
export function braggSum(spots: readonly Spot[]): number {
  return spots.reduce((sum, s) => sum + Math.max(0, s.intensity - 5 * Math.sqrt(s.variance)), 0);
}
