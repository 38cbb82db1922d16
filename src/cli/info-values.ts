import type { DType, Numeric, Region, Signal } from "../core/contracts.ts";
import { isLithoscopeError } from "../core/errors.ts";

/** Frames that are looked at, evenly spaced. */
const FRAMES = 16;
/** Values of a frame, and of what is stored in one piece, beyond which nothing is looked at: info answers at once. */
const MOST = 2 ** 22;
/** Values that are read where a frame has fewer: what a compressed file gives up in some tens of milliseconds. */
const TOGETHER = 2 ** 20;
/** Highest value of the types that cameras count in. */
const TOP: Partial<Record<DType, number>> = { u8: 255, u16: 65_535 };

/** What the values of some frames are; means are of those that are finite. */
export interface SampledValues {
  readonly frames: number;
  readonly of: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Part of the values at the highest number of their type; absent where the type has none. */
  readonly saturated?: number;
}

/** Regions of up to FRAMES navigation positions, and how many positions there are. */
function regionsOf({ axes }: Signal): { regions: Region[]; of: number } {
  const nav = axes.filter(({ role }) => role === "nav").map(({ size }) => size);
  const inner = axes.slice(nav.length).map(({ size }) => size);
  const of = nav.reduce((product, size) => product * size, 1);
  const count = Math.min(FRAMES, of);
  const regions = Array.from({ length: count }, (_, i): Region => {
    let flat = Math.floor(((i + 0.5) * of) / count);
    const at = nav.map(() => 0);
    for (let k = nav.length - 1; k >= 0; k--) {
      at[k] = flat % nav[k]!;
      flat = Math.floor(flat / nav[k]!);
    }
    return { start: [...at, ...inner.map(() => 0)], stop: [...at.map((v) => v + 1), ...inner] };
  });
  return { regions, of };
}

interface Tally {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** Adds the finite values of one frame. */
function tally(values: Numeric, to: Tally): void {
  let { min, max, sum, count } = to;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // Neither NaN nor infinite.
    if (value - value !== 0) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  Object.assign(to, { min, max, sum, count });
}

function timesIn(values: Numeric, wanted: number): number {
  let times = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) times++;
  return times;
}

/**
 * Least, greatest and mean value of some frames; undefined where frames or stored pieces are large, the values are no
 * plain numbers, or cannot be read, which an analysis will say.
 */
export async function sampleValues(signal: Signal, stop: AbortSignal): Promise<SampledValues | undefined> {
  const { axes, dtype, block } = signal;
  const navigation = axes.filter(({ role }) => role === "nav").length;
  const frame = axes.slice(navigation).reduce((product, { size }) => product * size, 1);
  const piece = block.reduce((product, size) => product * size, 1);
  if (/^c|^rgb/.test(dtype) || Math.max(frame, piece) > MOST) return undefined;
  const { regions, of } = regionsOf(signal);
  // A few large frames instead of many.
  const used = regions.slice(0, Math.max(1, Math.floor(TOGETHER / Math.max(frame, piece))));
  const found: Tally = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, count: 0 };
  const highest = TOP[dtype];
  let [top, all] = [0, 0];
  try {
    for (const region of used) {
      const values = await signal.tile(region, stop);
      tally(values, found);
      all += values.length;
      if (highest !== undefined && found.max === highest) top += timesIn(values, highest);
    }
  } catch (error) {
    if (isLithoscopeError(error) && error.tag !== "Cancelled") return undefined;
    throw error;
  }
  const { min, max, sum, count } = found;
  if (count === 0) return undefined;
  const values = { frames: used.length, of, min, max, mean: sum / count };
  return highest === undefined ? values : { ...values, saturated: top / all };
}
