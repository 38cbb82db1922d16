import type { Pattern } from "./pattern.ts";
import type { Fit, Refiner } from "./refine.ts";

/** Spots of its own that a second crystal must show. */
const FEWEST = 3;

/**
 * Two crystals under one probe: the answer that, beside the first, explains the most light of other spots.
 *
 * @param fits best first; `distinct` says which of them are other crystals than the first
 * @returns the first crystal's share of the light that both explain, and whether the other is the brighter; share 1
 * and `other` undefined where one crystal explains the pattern
 */
export function overlapOf(
  refiner: Refiner,
  pattern: Pattern,
  fits: readonly Fit[],
  distinct: (fit: Fit) => boolean,
): { share: number; other?: Fit } {
  const first = refiner.claims(pattern, fits[0]!);
  const light = first.reduce((a, b) => a + b, 0);
  let most = 0;
  let other: Fit | undefined;
  for (const fit of fits.slice(1)) {
    if (!distinct(fit)) continue;
    const claims = refiner.claims(pattern, fit);
    let extra = 0;
    let spots = 0;
    for (let k = 0; k < claims.length; k++) {
      const own = claims[k]! - first[k]!;
      if (own <= 0.3 * pattern.spots[k]!.intensity) continue;
      extra += own;
      spots++;
    }
    if (spots >= FEWEST && extra > most) [most, other] = [extra, fit];
  }
  return other ? { share: light / (light + most), other } : { share: 1 };
}
