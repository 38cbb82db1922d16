/** The report of a laboratory result written again, from what its folder holds. */
import { join } from "node:path";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { figurePng } from "../figures/png.node.ts";
import { plainSvg, readLabPage, readNotices, readValues } from "../reports/lab-page.ts";
import { labReport } from "../reports/lab-report.ts";
import type { ReportFile } from "../reports/orientation-report.ts";
import { readText } from "./output.ts";

/** What is read of a laboratory result's result.json. */
export interface LabResultJson {
  readonly version?: unknown;
  readonly asked: { readonly verb?: unknown; readonly files?: unknown };
  readonly values: unknown;
  readonly notices?: unknown;
}

/** True for the result of an analysis of laboratory files. */
export const isLabResult = ({ asked }: LabResultJson): boolean =>
  ["cv", "cycling", "eis", "iv"].includes(String(asked.verb));

/** Files that were analysed, by their content ids. */
function inputsOf({ asked }: LabResultJson): Record<string, string> {
  const files = Array.isArray(asked.files) ? (asked.files as readonly unknown[]) : [];
  const named = files.flatMap((one) => {
    const { file, id } = (one ?? {}) as { readonly file?: unknown; readonly id?: unknown };
    return typeof file === "string" && typeof id === "string" ? [[file, id] as const] : [];
  });
  return Object.fromEntries(named);
}

/** A text of the folder that the report is made of. @throws NotFound saying how to get it back */
async function part(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  try {
    return await readText(path);
  } catch (error) {
    if (!isLithoscopeError(error, "NotFound")) throw error;
    throw new LithoscopeError(
      "NotFound",
      `${path}: the report cannot be made without it`,
      { path },
      {
        hint: `lithoscope run ${join(folder, "recipe.json")} --out DIR makes the result again`,
        cause: error,
      },
    );
  }
}

/**
 * Every file of the report but the tables of the analysis, which stay as they are. Nothing is computed again.
 *
 * @throws NotFound where a part is gone; Format or Refused where one is not as Lithoscope writes it
 */
export async function labReportAgain(
  folder: string,
  result: LabResultJson,
  recipe: unknown,
  stop: AbortSignal,
): Promise<ReportFile[]> {
  const path = join(folder, "report.json");
  const text = await part(folder, "report.json");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const message = `${path}: wanted JSON, ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LithoscopeError("Format", message, { format: "json", at: path }, { cause });
  }
  const { figures: named, tables, schema: _schema, ...page } = readLabPage(json, path);
  const where = join(folder, "result.json");
  const figures = [];
  for (const { id, title, alt } of named) {
    stop.throwIfAborted();
    const own = (kind: string) => part(folder, `figures/${id}.${kind}`);
    const svg = plainSvg(await own("svg"), join(folder, `figures/${id}.svg`));
    const figure = { title, alt, svg, caption: (await own("txt")).trimEnd(), data: await own("csv") };
    figures.push({ id, figure });
  }
  return labReport({
    ...page,
    ...{ figures, pageTables: tables, tables: {} },
    values: readValues(result.values, where),
    notices: readNotices(result.notices ?? [], where),
    inputs: inputsOf(result),
    recipe,
    version: String(result.version ?? "unknown"),
    png: (svg) => figurePng(svg, 300, stop),
    stop,
  });
}
