import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Crystal, Notice } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { figurePng } from "../../figures/png.node.ts";
import { interpretCif } from "../../formats/cif/reader.ts";
import { mapArrays } from "../../reports/map-arrays.ts";
import { orientationReport, type ReportFile, type ResultJson } from "../../reports/orientation-report.ts";
import { type Answer, type Command, type Invocation, usage } from "../command.ts";
import { readOrientationMaps, type StoredMaps } from "../orientation-maps.ts";
import { readText } from "../output.ts";
import { isLabResult, type LabResultJson, labReportAgain } from "../report-lab.ts";

async function readJson<T>(path: string): Promise<T> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    const message = `${path}: wanted JSON, ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LithoscopeError("Format", message, { format: "json", at: path }, { cause });
  }
}

/** The recipe beside the result, if there is one. */
async function readRecipe(path: string): Promise<unknown> {
  try {
    return await readJson(path);
  } catch (error) {
    if (isLithoscopeError(error, "NotFound")) return undefined;
    throw error;
  }
}

/** The text of a file named in a result: as seen from here, else from the result folder. */
async function readNear(folder: string, file: string): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    if (!isLithoscopeError(error, "NotFound")) throw error;
    return readText(resolve(folder, file));
  }
}

/** The crystals that the result names; a file that is gone costs boundaries and direction colours, not the report. */
async function readCrystals(folder: string, result: ResultJson, notices: Notice[]): Promise<Crystal[]> {
  const settings = result.asked.settings ?? {};
  const crystals: Crystal[] = [];
  try {
    for (const [name, file] of Object.entries(result.asked.crystals ?? {})) {
      crystals.push((await interpretCif(await readNear(folder, file), name, settings[name])).crystal);
    }
  } catch (error) {
    if (!isLithoscopeError(error)) throw error;
    const message = `no boundaries and no direction colours in the report: ${error.message}`;
    notices.push({ code: "crystal-gone", message });
    return [];
  }
  return crystals;
}

/** The map of a folder without maps.zarr, and the crystals from the files that its result names. */
async function readMapJson(folder: string, result: ResultJson, notices: Notice[]): Promise<StoredMaps> {
  const json = join(folder, "map.json");
  return {
    maps: mapArrays(await readJson(json), json),
    crystals: await readCrystals(folder, result, notices),
  };
}

/** Writes every file under a temporary folder first, then moves each to its name. */
async function replaceFiles(folder: string, files: readonly ReportFile[]) {
  const part = join(folder, `.report-${process.pid}`);
  try {
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(part, path)), { recursive: true });
      await writeFile(join(part, path), bytes);
    }
    for (const { path } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await rename(join(part, path), join(folder, path));
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${folder}: the report cannot be written, ${reason}`;
    throw new LithoscopeError("Output", message, { path: folder }, { cause });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Every file of the report on an orientation map. */
async function mapReport(
  folder: string,
  result: ResultJson,
  recipe: unknown,
  notices: Notice[],
  stop: AbortSignal,
): Promise<ReportFile[]> {
  const { maps, crystals } =
    (await readOrientationMaps(folder, stop)) ?? (await readMapJson(folder, result, notices));
  const step = result.asked.step;
  return orientationReport({
    maps,
    crystals,
    result: { ...result, notices: [...(result.notices ?? []), ...notices] },
    png: (svg) => figurePng(svg, 300, stop),
    stop,
    ...(step && { step }),
    ...(recipe !== undefined && { recipe }),
  });
}

async function run({ inputs, stop, say }: Invocation): Promise<Answer> {
  const [folder] = inputs;
  if (folder === undefined || inputs.length > 1) {
    throw usage("report", `wanted one result folder, found ${inputs.length}`, "DIR");
  }
  const result = await readJson<ResultJson & LabResultJson>(join(folder, "result.json"));
  if (typeof result.values !== "object" || typeof result.asked !== "object") {
    const message = `${join(folder, "result.json")}: wanted what was asked and the values found, found neither`;
    throw new LithoscopeError("Format", message, { format: "lithoscope/result/1", at: "asked, values" });
  }
  const notices: Notice[] = [];
  const recipe = await readRecipe(join(folder, "recipe.json"));
  const files = isLabResult(result)
    ? await labReportAgain(folder, result, recipe, stop)
    : await mapReport(folder, result, recipe, notices, stop);
  for (const { message } of notices) say(`notice: ${message}`);
  stop.throwIfAborted();
  await replaceFiles(folder, files);
  const page = join(folder, "report.html");
  return { text: page, json: { report: page, files: files.map(({ path }) => path), notices } };
}

export const report: Command = {
  help: [
    "lithoscope report DIR [--json] [--quiet]",
    "",
    "Writes report.html, figures/*.svg|png|csv|txt, methods.md, citations.bib and two tables (values, notices) into",
    "the result folder DIR, from its result.json and maps.zarr (map.json where that is gone); of cv, cycling, eis or",
    "iv from result.json, report.json and figures/*.svg. Nothing is computed again; files of an earlier report are",
    "replaced.",
    "",
    "Example: lithoscope report out",
  ].join("\n"),
  flags: {},
  run,
};
