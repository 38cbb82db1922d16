import { version } from "../../package.json" with { type: "json" };
import type { Crystal, Quantity, Sink } from "../core/contracts.ts";
import { figurePng } from "../figures/png.node.ts";
import type { Outcome } from "../recipes/run.ts";
import { mapJson } from "../reports/map-json.ts";
import type { Asked } from "../reports/methods-text.ts";
import { type OrientationRecipe, orientationResult } from "../reports/orientation-recipe.ts";
import { orientationReport } from "../reports/orientation-report.ts";
import { tableCsv } from "../reports/table-csv.ts";
import { jsonText } from "./command.ts";
import { writeOrientationMaps } from "./orientation-maps.ts";

/** A finished orientation run and what was asked of it. */
export interface OrientationResult {
  readonly outcome: Outcome;
  readonly width: number;
  readonly height: number;
  readonly crystals: readonly Crystal[];
  /** As `asked` in result.json: verb, scan, crystals, settings and the settled options. */
  readonly asked: Asked;
  readonly step?: Quantity | undefined;
  /** As recipe.json holds it: runs again to the same result. */
  readonly recipe: OrientationRecipe;
}

/** Writes every file of a result into a folder's sink, without committing it, and returns what result.json says. */
export async function writeResult(
  result: OrientationResult,
  sink: Sink,
  stop?: AbortSignal,
): Promise<Record<string, unknown> & { notices: Outcome["notices"] }> {
  const { outcome, width, height, crystals, asked, recipe, step } = result;
  const phases = crystals.map(({ name }) => name);
  const maps = { ...(outcome.maps as unknown as Parameters<typeof mapJson>[0]), width, height, phases };
  const described = orientationResult(outcome, asked, recipe.hash);
  // The pictures are drawn in another thread while the maps are written.
  const report = orientationReport({
    maps: maps as unknown as Parameters<typeof orientationReport>[0]["maps"],
    crystals,
    result: described,
    png: (svg) => figurePng(svg, 300, stop),
    recipe,
    ...(step && { step }),
    ...(stop && { stop }),
  });
  // A disk that is full is told before anything that the report may suffer from it.
  report.catch(() => undefined);
  await sink.write("map.json", jsonText(mapJson(maps)));
  await sink.write("recipe.json", `${jsonText(recipe)}\n`);
  await writeOrientationMaps(outcome.maps, { width, height, crystals, step, version }, sink, stop);
  for (const [name, table] of Object.entries(outcome.tables))
    await sink.write(`tables/${name}.csv`, await tableCsv(table, stop));
  const files = await report;
  for (const { path, bytes } of files) await sink.write(path, bytes);
  await sink.write("result.json", `${jsonText(described)}\n`);
  return described;
}
