import type { DType, Region, Signal } from "../core/contracts.ts";
import { isLithoscopeError } from "../core/errors.ts";

/** Frames that are looked at, evenly spaced. */
const FRAMES = 16;
/** Values of a frame, and of what is stored in one piece, beyond which nothing is looked at: info answers at once. */
const MOST = 2 ** 22;
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
  const used = regions.slice(0, Math.max(1, Math.floor(MOST / Math.max(frame, piece))));
  let [min, max, sum, count, top, all] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0];
  const highest = TOP[dtype];
  try {
    for (const region of used) {
      for (const value of await signal.tile(region, stop)) {
        all++;
        if (!Number.isFinite(value)) continue;
        count++;
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
        if (value === highest) top++;
      }
    }
  } catch (error) {
    if (isLithoscopeError(error) && error.tag !== "Cancelled") return undefined;
    throw error;
  }
  if (count === 0) return undefined;
  const found = { frames: used.length, of, min, max, mean: sum / count };
  return highest === undefined ? found : { ...found, saturated: top / all };
}
