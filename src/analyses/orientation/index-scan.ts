import type { Buffers } from "../../core/analysis.ts";
import type { Crystal, Numeric, Signal } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { countOf, filledArray, placeTile, planTiles, positionsOf, shapesOf } from "../../core/tile-plan.ts";
import { orientation } from "./analysis.ts";
import { calibrateScan } from "./calibrate-scan.ts";
import { kernel } from "./kernel.ts";
import type { OrientationMaps, OrientationOptions } from "./maps.ts";
import { outputs } from "./outputs.ts";

/**
 * Phase and orientation at every point of a 4D-STEM scan, tile by tile on the caller's thread: the plain form of
 * what `recipes/run.ts` has an executor do, with the same bits.
 *
 * @param scan signal with axes (y, x, row, column)
 * @returns maps over the scan; orientations crystal to sample, frames of docs/conventions.md
 * @throws Missing without crystals; Refused if the detector is not square
 */
export async function indexScan(
  scan: Signal,
  crystals: readonly Crystal[],
  options: OrientationOptions,
  onProgress?: (done: number, total: number) => void,
  stop?: AbortSignal,
): Promise<OrientationMaps> {
  const given = orientation.params.parse({ ...options, crystals });
  const setup = await calibrateScan(scan, given, stop);
  const random = seededRandom(`0/${orientation.id}/prepare`);
  const state = kernel.prepare(scan, { ...given, setup }, random);
  const { navigation } = shapesOf(scan);
  const total = countOf(navigation);
  const buffers = (positions: number): Buffers =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, o]): [string, Numeric] => [
        name,
        filledArray(o.dtype, o.components * positions, o.fill),
      ]),
    );
  const sum = buffers(total);
  let done = 0;
  for (const region of planTiles(scan)) {
    stop?.throwIfAborted();
    const positions = positionsOf(region, navigation.length);
    const out = buffers(positions);
    kernel.tile(await scan.tile(region, stop), region, state, out, random);
    for (const [name, { components }] of Object.entries(outputs))
      placeTile(out[name]!, region, navigation, components, sum[name]!);
    done += positions;
    onProgress?.(done, total);
  }
  const { maps, values, notices } = kernel.finish!(sum, state, scan);
  const { width, height } = state;
  const phases = crystals.map((crystal) => crystal.name);
  return { ...(maps as unknown as OrientationMaps), width, height, phases, values, notices };
}
