import type { Sweep, Voltammogram } from "./sweeps.ts";
import { noiseOf } from "./sweeps.ts";

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

/** Points of a sweep beyond this are averaged in groups. */
const MOST = 800;

/**
 * The points of some sweeps, corrected for a series resistance.
 *
 * @param resistance [Ω]
 * @param most points of a sweep
 */
export function curveOf(run: Voltammogram, sweeps: readonly Sweep[], resistance: number, most = MOST): Curve {
  const parts = sweeps.map(({ from, to, direction }) => {
    const noise = noiseOf(run.current.subarray(from, to + 1));
    const size = Math.max(1, Math.ceil((to - from + 1) / most));
    const points: [number, number, number, number, number][] = [];
    for (let start = from; start <= to; start += size) {
      const end = Math.min(to + 1, start + size);
      let [e, i, t] = [0, 0, 0];
      for (let row = start; row < end; row++) {
        e += run.potential[row]! - run.current[row]! * resistance;
        i += run.current[row]!;
        t += run.time[row]!;
      }
      const n = end - start;
      points.push([e / n, i / n, direction, noise / Math.sqrt(n), t / n]);
    }
    return points;
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
