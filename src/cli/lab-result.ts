/** How the electrochemistry verbs end: the same result folder, report and answer for all of them. */
import { join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import { figurePng } from "../figures/png.node.ts";
import type { LabFound } from "../reports/lab-found.ts";
import { labPage } from "../reports/lab-page.ts";
import { type LabAsked, labCommand, labRecipe } from "../reports/lab-recipe.ts";
import { labReport } from "../reports/lab-report.ts";
import { type Answer, type FlagValues, type Invocation, jsonText } from "./command.ts";
import { readText } from "./output.ts";
import { folderState, openResultFolder } from "./result-folder.ts";

/** Flags of every electrochemistry verb that writes a result; `LAB_FLAGS` are those of opening. */
export const RESULT_FLAGS = {
  seed: { type: "string" },
  workers: { type: "string" },
  "dry-run": { type: "boolean" },
  out: { type: "string" },
} as const;

/** Their lines of a verb's help. */
export const RESULT_HELP = [
  "  --out DIR                  folder for result.json, tables, figures and report.html; without it numbers only",
  "  --force                    replaces another result in DIR",
  "  --dry-run                  says what would be done",
  "  --seed N                   seed of whatever is drawn by chance (0)",
  "  --progress plain|json, --json, --quiet",
] as const;

const NOT_ASKED = new Set(["out", "force", "json", "quiet", "progress", "dry-run", "workers", "help"]);

/** The flags that decide the result, as they were given. */
function askedFlags(flags: FlagValues): FlagValues {
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => !NOT_ASKED.has(name) && value !== undefined),
  );
}

/**
 * Runs a verb to its answer. With an output folder: a finished result of the same recipe is given back at once, another
 * one is refused unless --force, a new one is written whole or not at all. Without: numbers only.
 *
 * @param out folder of the result, undefined for none
 * @throws Output; whatever `find` throws
 */
export async function labResult(
  call: Invocation,
  out: string | undefined,
  asked: LabAsked,
  find: () => Promise<LabFound>,
): Promise<Answer> {
  const { flags, stop, say } = call;
  const force = flags.force === true;
  const { verb, inputs, params } = asked;
  const recipe = await labRecipe(asked, askedFlags(flags));
  const { hash } = recipe;
  const state = out === undefined ? "fresh" : await folderState(out, hash, force);
  if (flags["dry-run"] === true) {
    const files = inputs.map(({ file }) => file).join(", ");
    return {
      text: `${files}: ${verb}, ${state}\n  recipe: ${hash}`,
      json: { dryRun: true, state, ...recipe },
    };
  }
  if (out !== undefined && state === "done")
    return { text: `${out}: already done`, json: JSON.parse(await readText(join(out, "result.json"))) };
  const found = await find();
  stop.throwIfAborted();
  const described = {
    schema: "lithoscope/result/1",
    version,
    complete: true,
    asked: { verb, files: recipe.inputs.map(({ name: _name, ...file }) => file), ...params },
    recipe: hash,
    ...(out !== undefined && {
      report: "report.html",
      tables: [...Object.keys(found.tables), "values", "notices"].map((name) => `tables/${name}.csv`),
    }),
    ...found.keys,
    values: found.values,
    notices: found.notices,
  };
  for (const notice of found.notices)
    say(`notice: ${notice.message}${notice.flag ? ` (${notice.flag})` : ""}`);
  if (out === undefined) return { text: found.text, json: described };
  const folder = await openResultFolder(out, hash, force);
  try {
    const command = labCommand(
      verb,
      inputs.map(({ file }) => file),
      askedFlags(flags),
    );
    const files = await labReport({
      ...found,
      inputs: Object.fromEntries(inputs.map(({ file, id }) => [file, id])),
      command,
      recipe,
      version,
      png: (svg) => figurePng(svg, 300, stop),
      stop,
    });
    for (const { path, bytes } of files) await folder.sink.write(path, bytes);
    await folder.sink.write("report.json", `${jsonText(labPage(found, command))}\n`);
    await folder.sink.write("recipe.json", `${jsonText(recipe)}\n`);
    await folder.sink.write("result.json", `${jsonText(described)}\n`);
    stop.throwIfAborted();
    await folder.sink.commit();
    await folder.forgetTiles();
  } catch (error) {
    // What stopped the run is what people must read, not what hindered the cleaning up.
    await folder.abandon().catch(() => undefined);
    throw error;
  }
  return { text: `${found.text}\n→ ${join(out, "report.html")}`, json: described };
}
