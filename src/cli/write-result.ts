import { version } from "../../package.json" with { type: "json" };
import type { Quantity, Sink } from "../core/contracts.ts";
import type { Outcome } from "../recipes/run.ts";
import { mapJson } from "../reports/map-json.ts";
import { jsonText } from "./command.ts";

/** A finished orientation run and what was asked of it. */
export interface OrientationResult {
  readonly outcome: Outcome;
  readonly width: number;
  readonly height: number;
  readonly phases: readonly string[];
  /** As `asked` in result.json: verb, scan, crystals, settings and the settled options. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly step?: Quantity | undefined;
  /** As recipe.json holds it: runs again to the same result. */
  readonly recipe: Readonly<Record<string, unknown>> & { readonly hash: string };
}

/**
 * Writes a result into a folder's sink, without committing it, and returns what result.json says. Whatever belongs to
 * a result folder is written here: maps.zarr, tables, figures and the report go where the comment stands, from
 * `outcome.maps` with units and texts of the analysis's `outputs`.
 */
export async function writeResult(
  result: OrientationResult,
  sink: Sink,
): Promise<Record<string, unknown> & { notices: Outcome["notices"] }> {
  const { outcome, width, height, phases, asked, recipe } = result;
  const maps = outcome.maps as unknown as Parameters<typeof mapJson>[0];
  const described = {
    schema: "lithoscope/result/1",
    version,
    complete: outcome.complete,
    ...(outcome.gaps.length > 0 && { gaps: outcome.gaps }),
    asked,
    recipe: recipe.hash,
    map: "map.json",
    values: outcome.values,
    notices: outcome.notices,
  };
  await sink.write("map.json", jsonText(mapJson({ ...maps, width, height, phases })));
  await sink.write("recipe.json", `${jsonText(recipe)}\n`);
  // maps.zarr, tables/*.csv, figures/* and report.html are written here.
  await sink.write("result.json", `${jsonText(described)}\n`);
  return described;
}
