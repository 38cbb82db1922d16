import type { Spot } from "./pattern.ts";

/** Share of amorphous film per scan point, and whether the scan had both end members to calibrate it on. */
export interface AmorphousShare {
  readonly share: Float32Array;
  readonly hasEndMember: boolean;
}

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
 * @param spots number of spots, shape (n)
 * @returns share 0..1; 0 (or 1 where there is no spot) and `hasEndMember` false if no point is free of spots
 */
export function amorphousShare(
  profiles: Float32Array,
  rings: number,
  bragg: Float32Array,
  spots: Uint16Array,
  from: number,
  to: number,
): AmorphousShare {
  const n = bragg.length;
  const share = Float32Array.from(spots, (count) => (count < 2 ? 1 : 0));
  const ratio = Float64Array.from(bragg, (sum, i) => {
    let diffuse = 1e-9;
    for (let r = from; r < to; r++) diffuse += r * profiles[i * rings + r]!;
    return sum / diffuse;
  });
  const order = Array.from(ratio.keys()).sort((a, b) => ratio[b]! - ratio[a]!);
  const crystalline = order.slice(0, Math.max(4, Math.floor(n * 0.2)));
  const usual = ratio[crystalline[crystalline.length >> 1]!]!;
  const free = order.filter((i) => ratio[i]! < FREE * usual);
  if (free.length < Math.max(4, SMALLEST_SHARE * n) || free.length > 0.95 * n)
    return { share, hasEndMember: false };
  const mean = (points: readonly number[]) => {
    const out = new Float64Array(rings);
    for (const i of points)
      for (let r = from; r < to; r++) out[r]! += profiles[i * rings + r]! / points.length;
    return out;
  };
  const glass = mean(free);
  const film = mean(crystalline);
  if (shapeDistance(glass, film, from, to) < DISTINCT) return { share, hasEndMember: false };
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
    share[i] = a + c > 0 ? a / (a + c) : share[i]!;
  }
  return { share, hasEndMember: true };
}

/** Sum of the spots, each less five standard deviations, so that speckle and noise do not add up [grey]. */
export function braggSum(spots: readonly Spot[]): number {
  return spots.reduce((sum, s) => sum + Math.max(0, s.intensity - 5 * Math.sqrt(s.variance)), 0);
}
