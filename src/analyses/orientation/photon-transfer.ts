/** A patch of background: mean and variance of its grey levels. */
export interface Patch {
  readonly mean: number;
  readonly variance: number;
}

/** Patches whose means spread by less than a tenth span no line: relative variance of the means. */
const NARROW = 0.01;
/** How much of its squared distance counts of a patch below the line. */
const BELOW = 0.25;
/** Variance that rounding to whole grey levels adds. */
const ROUNDING = 1 / 12;

/** Gain with its standard uncertainty [grey per electron], and dark level [grey]. */
export interface TransferLine {
  readonly gain: number;
  readonly gainSigma: number;
  readonly dark: number;
}

/**
 * Gain [grey per electron] and dark level [grey] from the photon-transfer line variance = gain · (mean − dark).
 * Spots that were overlooked only add variance, so patches above the line lose their weight; eight passes.
 *
 * @returns undefined with too few patches; dark 0 where they do not span a line. `gainSigma` is the spread of the
 * patches about the line carried over to its slope (White's sandwich, which trusts no model of their noise), and what
 * the uneven weights do to it.
 * @see Janesick, Photon Transfer (2007), ch. 5; White (1980), doi:10.2307/1912934
 */
export function photonTransfer(patches: readonly Patch[], whole: boolean): TransferLine | undefined {
  if (patches.length < 20) return undefined;
  const rounding = whole ? ROUNDING : 0;
  const points = patches.map(({ mean, variance }) => ({ mean, variance: variance - rounding }));
  let line: Line | undefined;
  for (let pass = 0; pass < 8; pass++) {
    line = fitLine(points, line, BELOW);
    if (!line) return levelOnly(patches, rounding);
    if (!(line.gain > 0)) return undefined;
  }
  const { gain, offset, sigma } = line!;
  // Patches above the line weigh less than those below it, which pulls it down by as much as their spread is noise.
  let even = line;
  for (let pass = 0; pass < 4 && even; pass++) even = fitLine(points, even, 1);
  const pulled = (even?.gain ?? gain) - gain;
  return { gain, gainSigma: Math.hypot(sigma, pulled), dark: -offset / gain };
}

interface Line {
  readonly gain: number;
  readonly offset: number;
  /** Standard uncertainty of the gain from the spread of the points. */
  readonly sigma: number;
}

/**
 * Weighted line through patches, each weighing less the further it lies from an earlier line.
 *
 * @param below how much of its squared distance counts of a patch that lies below
 * @returns undefined where the patches span no line
 */
function fitLine(points: readonly Patch[], before: Line | undefined, below: number): Line | undefined {
  let [s, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  const weights = points.map(({ mean, variance }) => {
    const expected = before ? before.gain * mean + before.offset : 0;
    const spread = before ? Math.max(expected, 0.05 * variance, 1e-3) : mean + 1;
    const residual = before ? (variance - expected) / (0.15 * spread) : 0;
    const w = 1 / (spread * spread) / (1 + (residual > 0 ? 1 : below) * residual * residual);
    s += w;
    sx += w * mean;
    sy += w * variance;
    sxx += w * mean * mean;
    sxy += w * mean * variance;
    return w;
  });
  const det = s * sxx - sx * sx;
  if (!(det > NARROW * s * sxx)) return undefined;
  const gain = (s * sxy - sx * sy) / det;
  const offset = (sy - gain * sx) / s;
  let squares = 0;
  points.forEach(({ mean, variance }, i) => {
    squares += (weights[i]! * (s * mean - sx) * (variance - gain * mean - offset)) ** 2;
  });
  return { gain, offset, sigma: Math.sqrt(squares) / det };
}

/** Where all patches are equally bright: no dark level, the gain from the median ratio of variance and mean. */
function levelOnly(patches: readonly Patch[], rounding: number): TransferLine | undefined {
  const ratios = patches
    .filter(({ mean }) => mean > 0)
    .map(({ mean, variance }) => (variance - rounding) / mean)
    .sort((a, b) => a - b);
  const gain = ratios[ratios.length >> 1];
  if (gain === undefined || !(gain > 0)) return undefined;
  const off = ratios.map((ratio) => Math.abs(ratio - gain)).sort((a, b) => a - b);
  // σ of a median of normal values, whose own σ is 1.4826 median deviations.
  const gainSigma = (Math.sqrt(Math.PI / 2) * 1.4826 * off[off.length >> 1]!) / Math.sqrt(ratios.length);
  return { gain, gainSigma, dark: 0 };
}
