import { countOf } from "../../core/tile-plan.ts";
import { itemOf } from "./datasets.ts";
import type { ItemHandle } from "./methods.ts";
import type { Context } from "./protocol.ts";

/** Positions whose lists are read at once. */
const BLOCK = 2048;
/** Pixels along each side of the picture of all spots. */
const SIDE = 256;

/** What the lists of a scan come to. */
export interface SpotSummary {
  /** Spots of each position, and the sum of their intensities. */
  readonly count: Float32Array;
  readonly intensity: Float32Array;
  /** Sum of the intensities of all spots by place, (side, side): −reach … reach across and down. */
  readonly all: Float32Array;
  readonly side: number;
  readonly reach: number;
  readonly total: number;
}

/** Counts the spots of a scan in two passes: how far they reach, then where they are. Progress is a share. */
export async function spotSummary(
  { file, item }: ItemHandle,
  { stop, progress }: Context,
): Promise<SpotSummary> {
  const list = await itemOf(file, item, "points");
  const places = countOf(list.navigation.map(({ size }) => size));
  const count = new Float32Array(places);
  const intensity = new Float32Array(places);
  let [reach, total] = [0, 0];
  const pass = async (
    half: 0 | 1,
    take: (columns: Readonly<Record<string, Float64Array>>, offsets: Uint32Array, from: number) => void,
  ) => {
    for (let from = 0; from < places; from += BLOCK) {
      const to = Math.min(places, from + BLOCK);
      const { offsets, columns } = await list.points(from, to, stop);
      take(columns, offsets, from);
      progress((half + to / places) / 2);
    }
  };
  await pass(0, (columns, offsets, from) => {
    const { qx, qy, intensity: strength } = columns;
    for (let i = 0; i + 1 < offsets.length; i++) {
      count[from + i] = offsets[i + 1]! - offsets[i]!;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        intensity[from + i]! += strength?.[k] ?? 1;
        reach = Math.max(reach, Math.abs(qx![k]!) || 0, Math.abs(qy![k]!) || 0);
        total++;
      }
    }
  });
  const all = new Float32Array(SIDE * SIDE);
  const scale = reach > 0 ? (SIDE - 1) / (2 * reach) : 0;
  await pass(1, ({ qx, qy, intensity: strength }) => {
    for (let k = 0; k < qx!.length; k++) {
      const x = Math.round((qx![k]! + reach) * scale);
      const y = Math.round((qy![k]! + reach) * scale);
      if (x >= 0 && y >= 0 && x < SIDE && y < SIDE) all[y * SIDE + x]! += strength?.[k] ?? 1;
    }
  });
  return { count, intensity, all, side: SIDE, reach, total };
}
