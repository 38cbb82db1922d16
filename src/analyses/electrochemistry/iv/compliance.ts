/** Rows at which the source limited current or potential: there the other one no longer sets it. */
import { extent, whiteNoise } from "../../../math/order-statistics.ts";
import type { IvRun } from "./run.ts";

export interface Limit {
  readonly what: "current" | "potential";
  /** [A] or [V], with the sign of the side it was met on. */
  readonly at: number;
  readonly rows: number;
  readonly stated: boolean;
}

export interface Masked {
  /** 1 for a masked row. */
  readonly mask: Uint8Array;
  readonly limits: readonly Limit[];
}

export interface StatedLimits {
  /** [A] */
  readonly current?: number;
  /** [V] */
  readonly potential?: number;
}

/** A plateau: this near to the greatest value … */
const FLAT = 2e-3;
/** … over this share of the other quantity … */
const WIDE = 0.03;
/** … after a rise with at least this power of it: a kink, where a saturating device bends. */
const KINK = 0.3;

/** Rows of one side that lie on a plateau of `limited` although `other` goes on. */
function plateau(limited: Float64Array, other: Float64Array, side: 1 | -1): number[] {
  const rows = Array.from(limited, (_, i) => i).filter((i) => side * limited[i]! > 0);
  const top = rows.reduce((most, i) => Math.max(most, side * limited[i]!), 0);
  const size = (i: number) => Math.abs(other[i]!);
  const flat = rows.filter((i) => side * limited[i]! >= (1 - FLAT) * top);
  if (flat.length < 3) return [];
  const [low, high] = extent(flat.map(size));
  const [least] = extent(flat.map((i) => side * limited[i]!));
  if (!(high - low >= Math.max(WIDE * high, 10 * whiteNoise(other)))) return [];
  if ((top - least) / top > 0.1 * ((high - low) / high)) return [];
  const set = new Set(flat);
  const below = rows.filter((i) => !set.has(i) && size(i) < low).sort((a, b) => size(b) - size(a));
  const before = below.find((i) => size(i) <= 0.8 * low) ?? below.at(-1);
  if (before === undefined || !(size(before) > 0)) return [];
  const power = Math.log(top / (side * limited[before]!)) / Math.log(low / size(before));
  return power >= KINK ? flat : [];
}

/** Rows to leave out: at a stated limit, else on a plateau of three or more rows behind a kink. */
export function compliance({ current, potential }: IvRun, stated: StatedLimits): Masked {
  const mask = new Uint8Array(current.length);
  const limits: Limit[] = [];
  for (const [what, limited, other] of [
    ["current", current, potential],
    ["potential", potential, current],
  ] as const)
    for (const side of [1, -1] as const) {
      const limit = stated[what];
      const rows =
        limit === undefined
          ? plateau(limited, other, side)
          : Array.from(limited, (_, i) => i).filter((i) => side * limited[i]! >= (1 - FLAT) * limit);
      if (rows.length === 0) continue;
      for (const i of rows) mask[i] = 1;
      const at = limit === undefined ? limited[rows[0]!]! : side * limit;
      limits.push({ what, at, rows: rows.length, stated: limit !== undefined });
    }
  return { mask, limits };
}
