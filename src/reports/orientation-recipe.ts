import { version } from "../../package.json" with { type: "json" };
import type { OpenOptions, Quantity } from "../core/contracts.ts";
import { recipeHash } from "../recipes/hash.ts";
import type { Outcome } from "../recipes/run.ts";
import type { Asked } from "./methods-text.ts";

/** Everything that decides an orientation run, and the names that its files have. */
export interface OrientationPlan {
  readonly analysis: { readonly id: string; readonly version: number };
  readonly scan: { readonly file: string; readonly id: string; readonly open?: OpenOptions };
  /** In the order in which they are matched. */
  readonly crystals: readonly {
    readonly name: string;
    readonly file: string;
    readonly id: string;
    readonly setting?: string;
  }[];
  /** Settled options with their origins. */
  readonly options: Asked & { readonly step?: Quantity };
  /** As the analysis takes them, without crystals and setup. */
  readonly params: object;
  readonly seed: number;
}

/** What `recipe.json` holds: runs again to the same result. */
export interface OrientationRecipe extends Readonly<Record<string, unknown>> {
  readonly hash: string;
}

/** What was asked, as `result.json` has it, and the recipe; equal plans have equal hashes, wherever their files lie. */
export async function orientationRecipe({
  analysis,
  scan,
  crystals,
  options,
  params,
  seed,
}: OrientationPlan): Promise<{
  asked: Asked & Readonly<Record<string, unknown>>;
  recipe: OrientationRecipe;
}> {
  // As the file is opened, where that was stated: another reading of the same bytes is another scan.
  const opened = scan.open ? { open: scan.open } : {};
  const key = {
    inputs: { scan: scan.id, ...Object.fromEntries(crystals.map((c, i) => [`crystal ${i + 1}`, c.id])) },
    analysis: analysis.id,
    version: analysis.version,
    params: {
      ...params,
      step: options.step?.value,
      names: crystals.map((c) => [c.name, c.setting ?? null]),
    },
    seed,
    ...opened,
  };
  const recipe = {
    lithoscope: "recipe/1",
    hash: await recipeHash(key),
    seed,
    inputs: [{ name: "scan", file: scan.file, id: scan.id, ...opened }, ...crystals],
    steps: [
      {
        ...{ id: "orientation", analysis: analysis.id, version: analysis.version },
        ...{ input: "scan", params: options },
      },
    ],
    figures: [],
  };
  const asked = {
    verb: "orientation",
    scan,
    crystals: Object.fromEntries(crystals.map((c) => [c.name, c.file])),
    settings: Object.fromEntries(crystals.flatMap((c) => (c.setting ? [[c.name, c.setting]] : []))),
    ...options,
  };
  return { asked, recipe };
}

/** The content of `result.json`. */
export function orientationResult(outcome: Outcome, asked: Asked, recipe: string) {
  const { complete, gaps, tables, values, notices } = outcome;
  return {
    schema: "lithoscope/result/1",
    ...{ version, complete },
    ...(gaps.length > 0 && { gaps }),
    ...{ asked, recipe, map: "map.json", maps: "maps.zarr", report: "report.html" },
    tables: Object.keys(tables).map((name) => `tables/${name}.csv`),
    ...{ values, notices },
  };
}
