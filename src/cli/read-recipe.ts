import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { OpenOptions } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import type { Asked } from "../reports/methods-text.ts";
import { openFile } from "../sources/file.node.ts";
import type { FlagValues } from "./command.ts";
import { contentId } from "./content-id.ts";
import { readText } from "./output.ts";

/** A file that a recipe names: a part in the run, where it lay, and what was in it. */
export interface RecipeInput {
  readonly name: string;
  readonly file: string;
  readonly id: string;
  /** Of a crystal. */
  readonly setting?: string;
  /** How a scan was opened. */
  readonly open?: OpenOptions;
}

/** A recipe of one step: what `recipe.json` in a result folder holds. */
export interface Recipe {
  /** File that it was read from. */
  readonly path: string;
  readonly hash: string;
  readonly seed: number;
  readonly inputs: readonly RecipeInput[];
  readonly analysis: string;
  /** Of the analysis that made it. */
  readonly version: number;
  readonly params: Asked;
  /** As given to the verb, of a laboratory file's analysis. */
  readonly flags?: FlagValues;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function wanted(path: string, what: string): LithoscopeError {
  return new LithoscopeError("Format", `${path}: not a recipe, wanted ${what}`, {
    format: "recipe",
    at: path,
  });
}

/**
 * The recipe of a file, or of the `recipe.json` in a result folder.
 *
 * @throws NotFound; Format if it is no recipe of one step
 */
export async function readRecipe(given: string): Promise<Recipe> {
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const path = isFolder ? join(given, "recipe.json") : given;
  const text = await readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wanted(path, `JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isObject(json) || json.lithoscope !== "recipe/1") throw wanted(path, '"lithoscope": "recipe/1"');
  const { hash, seed, inputs, steps } = json;
  if (typeof hash !== "string" || typeof seed !== "number") throw wanted(path, "hash and seed");
  const isInput = (one: unknown) =>
    isObject(one) && [one.name, one.file, one.id].every((v) => typeof v === "string");
  if (!Array.isArray(inputs) || !inputs.every(isInput)) throw wanted(path, "inputs with name, file and id");
  const step: unknown = Array.isArray(steps) && steps.length === 1 ? steps[0] : undefined;
  if (!isObject(step) || typeof step.analysis !== "string" || !isObject(step.params))
    throw wanted(path, "one step with analysis and params");
  const { analysis, version, params, flags } = step;
  const isFlag = (value: unknown) => typeof value === "string" || typeof value === "boolean";
  if (
    flags !== undefined &&
    !(isObject(flags) && Object.values(flags).every((v) => (Array.isArray(v) ? v.every(isFlag) : isFlag(v))))
  )
    throw wanted(path, "flags that are texts");
  return {
    ...{ path, hash, seed, analysis, version: Number(version), params: params as Asked },
    inputs: inputs as readonly RecipeInput[],
    ...(flags !== undefined && { flags: flags as FlagValues }),
  };
}

/**
 * Where a file of a recipe lies: as seen from here, from the recipe's folder, or by its name in that or beside it.
 *
 * @param stated path that the user gives for it
 * @throws NotFound; Missing if it holds something else than the recipe was made with
 */
export async function locateInput(recipe: Recipe, input: RecipeInput, stated?: string): Promise<string> {
  const { name, file, id } = input;
  const folder = dirname(resolve(recipe.path));
  const near = [folder, dirname(folder)].map((place) => join(place, basename(file)));
  const places = stated === undefined ? [file, resolve(folder, file), ...near] : [stated];
  let found: string | undefined;
  for (const place of places) {
    const has = await idOf(place);
    if (has === id) return place;
    found ??= has;
  }
  const settle = { what: name, flag: "--input" };
  const hint = { hint: `--input ${name}=FILE says where it is` };
  if (found === undefined) {
    const message = `${recipe.path}: "${name}" is not at ${places[0]}`;
    throw new LithoscopeError("NotFound", message, { ...settle, path: places[0]! }, hint);
  }
  const message = `${recipe.path}: "${name}" is another file than the recipe was made with: wanted ${id}, found ${found} at ${places[0]}`;
  throw new LithoscopeError("Missing", message, settle, hint);
}

/** The content id of a file; undefined if there is none. */
async function idOf(path: string): Promise<string | undefined> {
  try {
    const source = await openFile(path);
    return await contentId(source).finally(() => source.close());
  } catch (error) {
    if (isLithoscopeError(error, "NotFound")) return undefined;
    throw error;
  }
}
