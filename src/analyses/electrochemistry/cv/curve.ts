import { whiteNoise } from "../../../math/order-statistics.ts";
import type { Sweep, Voltammogram } from "./sweeps.ts";

/** The rows of one cycle as they are fitted: both sweeps, at most so many points each. */
export interface Curve {
  /** Potential less I·R [V], current [A], direction of the sweep, one entry per point. */
  readonly potential: Float64Array;
  readonly current: Float64Array;
  readonly direction: Int8Array;
  /** Standard deviation of the noise of each point [A]. */
  readonly sigma: Float64Array;
  /** [s] */
  readonly time: Float64Array;
}

/** A fit to less than this share of the largest current is never asked for. */
const LEAST_NOISE = 3e-4;
/** Points of a sweep beyond this are averaged in groups. */
const MOST = 400;

/**
 * The points of some sweeps, corrected for a series resistance.
 *
 * @param resistance [Ω]
 * @param points of a sweep at most
 */
export function curveOf(
  run: Voltammogram,
  sweeps: readonly Sweep[],
  resistance: number,
  points = MOST,
): Curve {
  let most = 0;
  for (const { from, to } of sweeps)
    for (let i = from; i <= to; i++) most = Math.max(most, Math.abs(run.current[i]!));
  const parts = sweeps.map(({ from, to, direction }) => {
    const noise = Math.max(whiteNoise(run.current.subarray(from, to + 1)), LEAST_NOISE * most);
    const size = Math.max(1, Math.ceil((to - from + 1) / points));
    const rows: [number, number, number, number, number][] = [];
    for (let start = from; start <= to; start += size) {
      const end = Math.min(to + 1, start + size);
      let [e, i, t] = [0, 0, 0];
      for (let row = start; row < end; row++) {
        e += run.potential[row]! - run.current[row]! * resistance;
        i += run.current[row]!;
        t += run.time[row]!;
      }
      const n = end - start;
      rows.push([e / n, i / n, direction, noise / Math.sqrt(n), t / n]);
    }
    return rows;
  });
  const all = parts.flat();
  return {
    potential: Float64Array.from(all, ([e]) => e),
    current: Float64Array.from(all, ([, i]) => i),
    direction: Int8Array.from(all, ([, , d]) => d),
    sigma: Float64Array.from(all, ([, , , s]) => s),
    time: Float64Array.from(all, ([, , , , t]) => t),
  };
}
