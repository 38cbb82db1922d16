import { parseArgs } from "node:util";
import { LithoscopeError } from "../../core/errors.ts";
import { commandWords } from "../../reports/command-line.ts";
import { type Answer, type Command, type FlagValues, flagTexts, type Invocation, usage } from "../command.ts";
import { locateInput, type Recipe, readRecipe } from "../read-recipe.ts";
import { VERBS } from "../verbs.ts";
import { orientation } from "./orientation.ts";

/** Analyses whose recipes `lithoscope orientation` runs. */
const MAPS = ["orientation", "orientation-points"];
/** Verbs whose recipes hold the flags they were given. */
const BY_FLAGS = ["cv", "cycling", "eis", "iv"];
/** Flags that belong to this run and not to the recipe. */
const OWN = ["out", "workers", "dry-run", "force", "json", "quiet", "progress"];

/** `--input NAME=FILE` by name. */
function stated(call: Invocation, recipe: Recipe): Map<string, string> {
  const files = new Map<string, string>();
  for (const text of flagTexts(call.flags, "input")) {
    const cut = text.indexOf("=");
    const name = text.slice(0, Math.max(0, cut));
    const known = recipe.inputs.map((input) => input.name);
    if (!known.includes(name) || cut === text.length - 1)
      throw usage(
        "--input",
        `wanted NAME=FILE with NAME one of ${known.join(", ")}, found "${text}"`,
        "NAME=FILE",
      );
    files.set(name, text.slice(cut + 1));
  }
  return files;
}

/** The words that ask `orientation` for what the recipe says. */
async function wordsOf(call: Invocation, recipe: Recipe): Promise<string[]> {
  const files = stated(call, recipe);
  const [scan, ...crystals] = recipe.inputs;
  if (!scan) throw usage(recipe.path, "wanted a scan among the inputs of the recipe", "inputs");
  const open = scan.open ? { open: scan.open } : {};
  const file = await locateInput(recipe, scan, files.get(scan.name));
  const words = commandWords({ ...recipe.params, scan: { file, id: scan.id, ...open } });
  // Not by the keys of an object, which would put a crystal that is called "1" first.
  for (const crystal of crystals) {
    words.push(`--crystal=${crystal.name}=${await locateInput(recipe, crystal, files.get(crystal.name))}`);
    if (crystal.setting !== undefined) words.push(`--setting=${crystal.name}=${crystal.setting}`);
  }
  return [...words, `--seed=${recipe.seed}`];
}

interface AskedAgain {
  readonly command: Command;
  readonly inputs: readonly string[];
  readonly flags: FlagValues;
}

function notRun(recipe: Recipe): LithoscopeError {
  const message = `${recipe.path}: recipes of ${recipe.analysis} are not run yet; the report beside it has the command that made it`;
  return new LithoscopeError("Unsupported", message, { format: "recipe", feature: recipe.analysis });
}

async function mapAskedOf(call: Invocation, recipe: Recipe): Promise<AskedAgain> {
  if (!MAPS.includes(recipe.analysis)) throw notRun(recipe);
  const args = await wordsOf(call, recipe);
  const { values, positionals } = parseArgs({ args, options: orientation.flags, allowPositionals: true });
  return { command: orientation, inputs: positionals, flags: values };
}

/** The recipe of a laboratory file's analysis: its verb with the flags that were given. */
async function askedOf(call: Invocation, recipe: Recipe, flags: FlagValues): Promise<AskedAgain> {
  if (!BY_FLAGS.includes(recipe.analysis)) throw notRun(recipe);
  const command = await VERBS[recipe.analysis]!.load();
  const unknown = Object.keys(flags).find((name) => !(name in command.flags) || OWN.includes(name));
  if (unknown !== undefined)
    throw usage(
      recipe.path,
      `${recipe.analysis} has no flag --${unknown}`,
      Object.keys(command.flags).join(", "),
    );
  const files = stated(call, recipe);
  const inputs: string[] = [];
  for (const input of recipe.inputs) inputs.push(await locateInput(recipe, input, files.get(input.name)));
  return { command, inputs, flags };
}

async function run(call: Invocation): Promise<Answer> {
  const { inputs, say } = call;
  if (inputs.length !== 1)
    throw usage("run", `wanted one RECIPE.json, found ${inputs.length}`, "RECIPE.json");
  const recipe = await readRecipe(inputs[0]!);
  const own = Object.fromEntries(
    OWN.flatMap((name) => (name in call.flags ? [[name, call.flags[name]]] : [])),
  );
  const asked = recipe.flags ? await askedOf(call, recipe, recipe.flags) : await mapAskedOf(call, recipe);
  const answer = await asked.command.run({
    ...call,
    inputs: asked.inputs,
    flags: { ...asked.flags, ...own },
  });
  const { recipe: made, hash } = answer.json as { readonly recipe?: string; readonly hash?: string };
  if ((made ?? hash) !== recipe.hash)
    say(
      `notice: the recipe was made by version ${recipe.version} of the analysis or by another version of a reader: this result is ${made ?? hash} and its numbers may differ`,
    );
  return answer;
}

export const runRecipe: Command = {
  help: [
    "lithoscope run RECIPE.json --out DIR",
    "",
    "Runs the recipe.json of a result folder again, to the same result: maps and analyses of",
    "laboratory files. RECIPE.json may be the folder. Its files are looked for from here, in the recipe's folder and beside it; they must hold what they held.",
    "",
    '  --input NAME=FILE          another place of a file of the recipe: scan=…, "file 1"=…, or a crystal by its name',
    "  --workers N                threads (as many as the computer has cores); the result does not depend on it",
    "  --out DIR                  folder for the result",
    "  --force                    replaces another result in DIR",
    "  --dry-run                  says what would be done",
    "  --progress plain|json, --json, --quiet",
    "",
    "Example: lithoscope run out/recipe.json --out again",
  ].join("\n"),
  flags: {
    input: { type: "string", multiple: true },
    workers: { type: "string" },
    "dry-run": { type: "boolean" },
    out: { type: "string" },
  },
  run,
};
