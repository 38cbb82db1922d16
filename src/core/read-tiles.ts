import type { Numeric, Region, Signal } from "./contracts.ts";
import { countOf, filledArray } from "./tile-plan.ts";

/**
 * The values of regions of real numbers, in their order; while one is worked on, the next is being read. Two pieces of
 * memory serve in turn, so values hold only until the next are asked for.
 *
 * @throws what reading throws; Cancelled
 */
export async function* readTiles(
  signal: Signal,
  regions: readonly Region[],
  stop?: AbortSignal,
): AsyncGenerator<Numeric> {
  const spare: Numeric[] = [];
  const read = async (region: Region) => {
    const length = countOf(region.stop.map((to, i) => to - region.start[i]!));
    const fits = spare.at(-1)?.length === length;
    const memory = fits ? spare.pop()! : filledArray(signal.dtype, length, 0);
    return { values: await signal.tile(region, stop, memory), memory };
  };
  let next = regions[0] && read(regions[0]);
  for (let i = 0; next; i++) {
    const { values, memory } = await next;
    next = regions[i + 1] && read(regions[i + 1]!);
    // Heard of when its turn comes; nobody waits for it where the loop was left.
    next?.catch(() => undefined);
    yield values;
    spare.push(memory);
  }
}
