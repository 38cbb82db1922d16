/** Noise of a reading: σ² = floor² + (relative·value)², both for one standard deviation. */
export interface Noise {
  readonly floor: number;
  readonly relative: number;
}

/** Readings that judge the noise; more are thinned evenly. */
const MOST = 2000;

export const sigmaOf = ({ floor, relative }: Noise, value: number): number =>
  Math.hypot(floor, relative * value);

/**
 * Noise of y from its neighbours in time: how far each reading lies from the straight line between the two beside it,
 * over x. Both parts by greatest likelihood; readings beyond five σ (spikes, switches of range) are left out of it.
 * A curve that bends between neighbours counts as noise.
 *
 * @returns undefined with fewer than five readings between neighbours
 */
export function noiseOf(x: Float64Array, y: Float64Array): Noise | undefined {
  let off: { e: number; floor: number; size: number }[] = [];
  for (let i = 1; i + 1 < x.length; i++) {
    const [left, here, right] = [x[i - 1]!, x[i]!, x[i + 1]!];
    const w = right === left ? 0.5 : (here - left) / (right - left);
    // At a turn of the sweep the line would be extrapolated.
    if (!(w > 0 && w < 1) || (right === left && here !== left)) continue;
    const [a, b] = [(1 - w) * y[i - 1]!, w * y[i + 1]!];
    off.push({
      e: (y[i]! - a - b) ** 2,
      floor: 1 + (1 - w) ** 2 + w * w,
      size: y[i]! ** 2 + a * a + b * b,
    });
  }
  if (off.length < 5) return undefined;
  const every = Math.ceil(off.length / MOST);
  off = off.filter((_, i) => i % every === 0);
  const most = Math.sqrt(off.reduce((sum, { size }) => Math.max(sum, size), 0));
  if (!(most > 0)) return undefined;
  let noise = likeliest(off, most);
  for (let pass = 0; pass < 2; pass++) {
    const { floor, relative } = noise;
    const kept = off.filter((o) => o.e <= 25 * (o.floor * floor ** 2 + o.size * relative ** 2));
    if (kept.length < 5) break;
    noise = likeliest(kept, most);
  }
  return noise;
}

/** Least −2 log likelihood over ln floor and ln relative: a coarse grid, then ever smaller steps. */
function likeliest(off: readonly { e: number; floor: number; size: number }[], most: number): Noise {
  const cost = (lnFloor: number, lnRelative: number) => {
    const [f, r] = [Math.exp(2 * lnFloor) * most * most, Math.exp(2 * lnRelative)];
    let sum = 0;
    for (const { e, floor, size } of off) {
      const variance = floor * f + size * r;
      sum += Math.log(variance) + e / variance;
    }
    return sum;
  };
  const [low, high] = [Math.log(1e-9), 0];
  let [best, at] = [Number.POSITIVE_INFINITY, [low, low] as [number, number]];
  let step = (high - low) / 16;
  for (let i = 0; i <= 16; i++)
    for (let j = 0; j <= 16; j++) {
      const value = cost(low + i * step, low + j * step);
      if (value < best) [best, at] = [value, [low + i * step, low + j * step]];
    }
  while (step > 1e-3) {
    let moved = false;
    for (const [di, dj] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, -1],
      [-1, 1],
    ] as const) {
      const next: [number, number] = [at[0] + di * step, Math.max(low, at[1] + dj * step)];
      next[0] = Math.max(low, next[0]);
      const value = cost(...next);
      if (value < best) {
        [best, at] = [value, next];
        moved = true;
      }
    }
    if (!moved) step /= 2;
  }
  return { floor: Math.exp(at[0]) * most, relative: Math.exp(at[1]) };
}
