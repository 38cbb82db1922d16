import type { Crystal } from "../../core/contracts.ts";
import { type Optics, phaseModel, templates } from "./bank.ts";
import type { Indexer } from "./index-pattern.ts";
import type { OrientationOptions } from "./maps.ts";
import { packBank } from "./match.ts";

/** Distance between zone axes of the template bank [deg]. */
const BANK_STEP = 1.5;

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
  const bank = packBank(models.flatMap((m, i) => templates(m, i, optics, size / 2, BANK_STEP)));
  return { size, camera, models, bank, optics, ...(options.exact === true && { exact: true }) };
}
