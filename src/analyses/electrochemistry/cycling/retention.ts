/** How capacity holds over cycles, and what replicate cells agree on. */
import { median } from "../../../math/order-statistics.ts";
import type { HalfCycle } from "./halves.ts";

export interface Retention {
  /** Capacity of the last complete cycle over that of the first. */
  readonly ratio: number;
  readonly sigma: number;
  readonly first: number;
  readonly last: number;
  /** Change per cycle as a share of the first, by the median of slopes between all pairs (Theil and Sen); NaN below 3. */
  readonly slope: number;
  /** NaN below 5 cycles. */
  readonly slopeSigma: number;
}

/** Retention of the halves that end a cycle; undefined with fewer than two. */
export function retention(halves: readonly HalfCycle[]): Retention | undefined {
  const ends = halves.filter(({ efficiency }) => Number.isFinite(efficiency));
  if (ends.length < 2) return undefined;
  const [first, last] = [ends[0]!, ends.at(-1)!];
  const ratio = Math.abs(last.charge / first.charge);
  const slopes: number[] = [];
  for (let i = 0; i < ends.length; i++)
    for (let j = i + 1; j < ends.length; j++)
      slopes.push(
        (Math.abs(ends[j]!.charge) - Math.abs(ends[i]!.charge)) /
          Math.abs(first.charge) /
          (ends[j]!.cycle - ends[i]!.cycle),
      );
  const enough = ends.length >= 3;
  const slope = enough ? median(slopes) : Number.NaN;
  // Scatter about the line over the spread of the cycles, as for a straight line with normal errors.
  const off = ends.map((e) => Math.abs(e.charge / first.charge) - slope * e.cycle);
  const centre = enough ? median(off) : Number.NaN;
  const scatter = enough ? 1.4826 * median(off.map((o) => Math.abs(o - centre))) : Number.NaN;
  const mean = ends.reduce((sum, { cycle }) => sum + cycle, 0) / ends.length;
  const spread = Math.sqrt(ends.reduce((sum, { cycle }) => sum + (cycle - mean) ** 2, 0));
  return {
    ratio,
    sigma: ratio * Math.hypot(last.sigma / last.charge, first.sigma / first.charge),
    first: first.cycle,
    last: last.cycle,
    slope,
    slopeSigma: ends.length >= 5 ? scatter / spread : Number.NaN,
  };
}

/** Mean and standard deviation of one half cycle over replicate cells. */
export interface Replicated {
  readonly cycle: number;
  readonly kind: HalfCycle["kind"];
  readonly cells: number;
  readonly mean: number;
  /** Standard deviation between cells; NaN for one. */
  readonly s: number;
}

/** `pick` of equal half cycles of several cells; halves that not all cells have are given with their number of cells. */
export function replicate<H extends HalfCycle>(
  cells: readonly (readonly H[])[],
  pick: (half: H, cell: number) => number,
): Replicated[] {
  const groups = new Map<string, { half: H; values: number[] }>();
  cells.forEach((halves, c) => {
    for (const half of halves) {
      const value = pick(half, c);
      if (!Number.isFinite(value)) continue;
      const key = `${half.cycle} ${half.kind}`;
      const group = groups.get(key) ?? { half, values: [] };
      group.values.push(value);
      groups.set(key, group);
    }
  });
  return [...groups.values()].map(({ half: { cycle, kind }, values }) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    const s = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : Number.NaN;
    return { cycle, kind, cells: values.length, mean, s };
  });
}
