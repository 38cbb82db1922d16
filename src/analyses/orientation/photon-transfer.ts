/** A patch of background: mean and variance of its grey levels. */
export interface Patch {
  readonly mean: number;
  readonly variance: number;
}

/** Patches whose means spread by less than a tenth span no line: relative variance of the means. */
const NARROW = 0.01;
/** Variance that rounding to whole grey levels adds. */
const ROUNDING = 1 / 12;

/**
 * Gain [grey per electron] and dark level [grey] from the photon-transfer line variance = gain · (mean − dark).
 * Spots that were overlooked only add variance, so patches above the line lose their weight; eight passes.
 *
 * @returns undefined with too few patches; dark 0 where they do not span a line
 * @see Janesick, Photon Transfer (2007), ch. 5
 */
export function photonTransfer(
  patches: readonly Patch[],
  whole: boolean,
): { gain: number; dark: number } | undefined {
  if (patches.length < 20) return undefined;
  const rounding = whole ? ROUNDING : 0;
  let [gain, offset] = [0, 0];
  for (let pass = 0; pass < 8; pass++) {
    let [s, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
    for (const { mean, variance } of patches) {
      const y = variance - rounding;
      const line = gain * mean + offset;
      const spread = pass === 0 ? mean + 1 : Math.max(line, 0.05 * y, 1e-3);
      const residual = pass === 0 ? 0 : (y - line) / (0.15 * spread);
      const w =
        1 / (spread * spread) / (1 + (residual > 0 ? residual * residual : 0.25 * residual * residual));
      s += w;
      sx += w * mean;
      sy += w * y;
      sxx += w * mean * mean;
      sxy += w * mean * y;
    }
    const det = s * sxx - sx * sx;
    if (!(det > NARROW * s * sxx)) return levelOnly(patches, rounding);
    gain = (s * sxy - sx * sy) / det;
    offset = (sy - gain * sx) / s;
    if (!(gain > 0)) return undefined;
  }
  return { gain, dark: -offset / gain };
}

/** Where all patches are equally bright: no dark level, the gain from the median ratio of variance and mean. */
function levelOnly(patches: readonly Patch[], rounding: number): { gain: number; dark: number } | undefined {
  const ratios = patches
    .filter(({ mean }) => mean > 0)
    .map(({ mean, variance }) => (variance - rounding) / mean)
    .sort((a, b) => a - b);
  const gain = ratios[ratios.length >> 1];
  return gain !== undefined && gain > 0 ? { gain, dark: 0 } : undefined;
}
