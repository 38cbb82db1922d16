import { version } from "../../package.json" with { type: "json" };
import type { Crystal, Quantity, Sink } from "../core/contracts.ts";
import { figurePng } from "../figures/png.node.ts";
import type { Outcome } from "../recipes/run.ts";
import { mapJson } from "../reports/map-json.ts";
import { orientationReport, type ResultJson } from "../reports/orientation-report.ts";
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
  readonly asked: Readonly<Record<string, unknown>>;
  readonly step?: Quantity | undefined;
  /** As recipe.json holds it: runs again to the same result. */
  readonly recipe: Readonly<Record<string, unknown>> & { readonly hash: string };
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
  const described = {
    schema: "lithoscope/result/1",
    version,
    complete: outcome.complete,
    ...(outcome.gaps.length > 0 && { gaps: outcome.gaps }),
    asked,
    recipe: recipe.hash,
    map: "map.json",
    maps: "maps.zarr",
    report: "report.html",
    tables: Object.keys(outcome.tables).map((name) => `tables/${name}.csv`),
    values: outcome.values,
    notices: outcome.notices,
  };
  await sink.write("map.json", jsonText(mapJson(maps)));
  await sink.write("recipe.json", `${jsonText(recipe)}\n`);
  await writeOrientationMaps(outcome.maps, { width, height, crystals, step, version }, sink, stop);
  for (const [name, table] of Object.entries(outcome.tables))
    await sink.write(`tables/${name}.csv`, await tableCsv(table, stop));
  const files = await orientationReport({
    maps: maps as unknown as Parameters<typeof orientationReport>[0]["maps"],
    crystals,
    result: described as unknown as ResultJson,
    png: figurePng,
    recipe,
    ...(step && { step }),
    ...(stop && { stop }),
  });
  for (const { path, bytes } of files) await sink.write(path, bytes);
  await sink.write("result.json", `${jsonText(described)}\n`);
  return described;
}
