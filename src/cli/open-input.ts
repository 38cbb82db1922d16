import { basename, resolve } from "node:path";
import type { OrientationMaps } from "../analyses/orientation/maps.ts";
import { toOrientationMap } from "../analyses/orientation/to-map.ts";
import type { Dataset, OpenOptions, Source } from "../core/contracts.ts";
import { openDataset } from "../formats/open.ts";
import { openFile } from "../sources/file.node.ts";
import { readOrientationMaps } from "./orientation-maps.ts";

/** The map of a result folder as the one item of a dataset; undefined where `path` is no such folder. */
async function openResult(path: string, stop: AbortSignal): Promise<Dataset | undefined> {
  const stored = await readOrientationMaps(path, stop);
  if (!stored) return undefined;
  const maps = stored.maps as unknown as OrientationMaps;
  const item = toOrientationMap(maps, stored.crystals, basename(resolve(path)), stored.step);
  return { items: [item], header: {}, notices: [] };
}

/** What `use` makes of a file, or of a result folder, which counts as a file with its map; it is closed after. */
export async function withInput<T>(
  path: string,
  options: OpenOptions,
  stop: AbortSignal,
  use: (dataset: Dataset, isResult: boolean, source?: Source) => T | Promise<T>,
): Promise<T> {
  const result = await openResult(path, stop);
  if (result) return use(result, true);
  const source = await openFile(path);
  try {
    return await use(await openDataset(source, stop, options), false, source);
  } finally {
    await source.close();
  }
}
