/** How the electrochemistry verbs end: the same result folder, report and answer for all of them. */
import { join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import type { Notice, OpenOptions, Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import { figurePng } from "../figures/png.node.ts";
import { recipeHash } from "../recipes/hash.ts";
import { shell } from "../reports/command-line.ts";
import type { NamedFigure } from "../reports/figures-of.ts";
import { labReport } from "../reports/lab-report.ts";
import type { Methods } from "../reports/methods-text.ts";
import type { PageTable } from "../reports/report-html.ts";
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

/** What decides the bits of a run. */
export interface LabAsked {
  /** The verb, which is also the name of the analysis. */
  readonly verb: string;
  /** +1 whenever a returned number can change. */
  readonly version: number;
  readonly inputs: readonly {
    readonly file: string;
    readonly id: string;
    readonly open?: OpenOptions | undefined;
  }[];
  /** With defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** What a verb found, ready to be written. */
export interface LabFound {
  /** Heading of the report: "Impedance of cell.mpt". */
  readonly title: string;
  /** The answer in a few sentences; the report begins with them. */
  readonly answer: readonly string[];
  /** For the terminal: the short table that stdout gets. */
  readonly text: string;
  /** The verb's own keys of result.json, such as `{ eis: { fits, validity, drt } }`; every number a quantity. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** Key numbers by name: `values` of result.json and the first table of the report. */
  readonly values: Readonly<Record<string, Quantity>>;
  readonly pageTables?: readonly PageTable[];
  /** tables/NAME.csv */
  readonly tables: Readonly<Record<string, readonly CsvColumn[]>>;
  /** figures/ID.svg|png|csv|txt, `map: false`. */
  readonly figures: readonly NamedFigure[];
  readonly notices: readonly Notice[];
  readonly methods: Methods;
  /** Python lines that load the main table. */
  readonly python: string;
}

const NOT_ASKED = new Set(["out", "force", "json", "quiet", "progress", "dry-run", "workers", "help"]);

/** The flags that decide the result, as they were given. */
function askedFlags(flags: FlagValues): FlagValues {
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => !NOT_ASKED.has(name) && value !== undefined),
  );
}

/** The command line that asks for the same again. */
function commandOf(verb: string, inputs: readonly string[], flags: FlagValues): string {
  const words = ["lithoscope", verb, ...inputs.map(shell)];
  for (const [name, value] of Object.entries(askedFlags(flags)))
    for (const one of Array.isArray(value) ? value : [value])
      words.push(...(one === true ? [`--${name}`] : [shell(`--${name}=${one}`)]));
  return [...words, "--out", "out"].join(" ");
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
  const { verb, inputs, params, seed } = asked;
  const opened = inputs.map(({ open }) => (open && Object.keys(open).length > 0 ? { open } : {}));
  const hash = await recipeHash({
    inputs: Object.fromEntries(inputs.map(({ id }, i) => [`file ${i + 1}`, id])),
    analysis: verb,
    version: asked.version,
    params: { ...params, opened },
    seed,
  });
  const recipe = {
    lithoscope: "recipe/1",
    hash,
    seed,
    inputs: inputs.map(({ file, id }, i) => ({ name: `file ${i + 1}`, file, id, ...opened[i] })),
    steps: [
      {
        id: verb,
        analysis: verb,
        version: asked.version,
        input: inputs.map((_, i) => `file ${i + 1}`),
        params,
        flags: askedFlags(flags),
      },
    ],
    figures: [],
  };
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
    const files = await labReport({
      ...found,
      inputs: Object.fromEntries(inputs.map(({ file, id }) => [file, id])),
      command: commandOf(
        verb,
        inputs.map(({ file }) => file),
        flags,
      ),
      recipe,
      version,
      png: figurePng,
      stop,
    });
    for (const { path, bytes } of files) await folder.sink.write(path, bytes);
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
