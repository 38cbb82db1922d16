import type { Crystal } from "../../core/contracts.ts";
import { type Optics, phaseModel, widened } from "./bank.ts";
import { searchableBank } from "./bank-levels.ts";
import type { Indexer } from "./index-pattern.ts";
import type { OrientationOptions } from "./maps.ts";

/** Everything that a pattern is indexed with: reflections, intensity tables and template bank of each crystal. */
export function buildIndexer(
  crystals: readonly Crystal[],
  options: OrientationOptions,
  size: number,
  camera: Indexer["camera"],
  optics: Optics,
): Indexer {
  const models = crystals.map((crystal) =>
    phaseModel(crystal, optics.pixel * size * 0.56, options.voltageKv, optics, camera.discRadius),
  );
  const wide = widened(models, optics, camera.discRadius);
  const bank = searchableBank(wide, optics, size / 2);
  return { size, camera, models, wide, bank, optics, ...(options.exact === true && { exact: true }) };
}
