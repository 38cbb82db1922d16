/** How `info` says what our own files are: result folders, finished or not, and the JSON files in them. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Notice, Quantity } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { quantityShown, shown } from "./info-signal.ts";
import type { InfoRow } from "./info-table.ts";
import { readText } from "./output.ts";
import { PARTIAL } from "./result-folder.ts";

/** What `info` says of one file. */
export interface OwnDescription {
  /** What it is, in a few words. */
  readonly title: string;
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  readonly row: Partial<InfoRow>;
  /** Whether maps lie beside it, of which more can be said. */
  readonly hasMaps?: boolean;
}

/** What `result.json` says that it is. */
const SCHEMA = "lithoscope/result/1";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** The object in a JSON file; undefined where the file is missing or holds something else. */
async function objectIn(path: string): Promise<Json | undefined> {
  try {
    const value: unknown = JSON.parse(await readText(path));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isLithoscopeError(error, "NotFound")) return undefined;
    throw error;
  }
}

/** Verb, what it was run on, and all that it found: the content of `result.json`. */
function resultText(result: Json): string[] {
  const asked = isObject(result.asked) ? result.asked : {};
  const verb = isText(asked.verb) ? asked.verb : "an analysis";
  const scan = isObject(asked.scan) ? [asked.scan.file] : objects(asked.files).map(({ file }) => file);
  const crystals = isObject(asked.crystals) ? Object.entries(asked.crystals) : [];
  const values = Object.entries(isObject(result.values) ? result.values : {});
  const notices = objects(result.notices) as unknown as readonly Notice[];
  const whole = result.complete === true ? "complete" : "not complete, some tiles were lost";
  return [
    `  result of lithoscope ${verb}, version ${String(result.version)}, ${whole}`,
    ...scan.filter(isText).map((file) => `  input     ${file}`),
    ...crystals.map(([name, file]) => `  crystal   ${name} from ${String(file)}`),
    ...values.map(([name, quantity]) => `  ${name}: ${quantityShown(quantity as unknown as Quantity)}`),
    ...notices.map(({ message }) => `  notice: ${message}`),
  ];
}

async function describeFolder(folder: string): Promise<OwnDescription | undefined> {
  const result = await objectIn(join(folder, "result.json"));
  if (result?.schema === SCHEMA) {
    const hasMaps = await stat(join(folder, "maps.zarr", "zarr.json")).then(
      () => true,
      () => false,
    );
    const title = "result folder";
    return {
      title,
      lines: resultText(result),
      json: { resultFolder: true, result },
      row: rowOf(result),
      hasMaps,
    };
  }
  const kept = await readdir(join(folder, PARTIAL)).catch(() => undefined);
  if (!kept) return undefined;
  const tiles = kept.filter((name) => /^tile-.*\.chunk$/.test(name)).length;
  return {
    title: `unfinished result, ${tiles} tiles done; the command that began it goes on from there`,
    lines: [],
    json: { unfinished: { tiles } },
    row: { kind: "unfinished", note: `${tiles} tiles` },
  };
}

function rowOf(result: Json): Partial<InfoRow> {
  const verb = isObject(result.asked) && isText(result.asked.verb) ? `${result.asked.verb} ` : "";
  const notices = objects(result.notices).length;
  return { kind: `${verb}result`, note: notices > 0 ? `${notices} notice${notices > 1 ? "s" : ""}` : "" };
}

/** Points of each phase in the exchange file of an orientation map, and for how many of them the program stands. */
function describeMap(path: string, map: Json): OwnDescription {
  const { width, height, phases, phase, trustworthy } = map;
  const lists = [phases, phase, trustworthy].every(Array.isArray);
  const count = Number(width) * Number(height);
  if (!lists || !(count > 0) || (phase as unknown[]).length !== count) {
    const message = `${path}: wanted a map of ${shown(Number(width))} × ${shown(Number(height))} points with phases, phase and trustworthy, found other lengths`;
    throw new LithoscopeError("Format", message, { format: "map.json", at: "phase" });
  }
  const names = (phases as unknown[]).map(String);
  const of = (p: number) => (phase as number[]).flatMap((value, i) => (value === p ? [i] : []));
  const trusted = (points: readonly number[]) =>
    points.filter((i) => (trustworthy as number[])[i] === 1).length;
  const counts = names.map((name, p) => {
    const points = of(p);
    return { name, points: points.length, trusted: trusted(points) };
  });
  const notIndexed = of(-1).length;
  const lines = [
    `  ${String(height)} × ${String(width)} points, quaternions w, x, y, z from crystal to sample`,
    ...counts.map((c) => `  phase ${c.name}: ${c.points} points, ${c.trusted} of them trusted`),
    `  not indexed: ${notIndexed} points`,
  ];
  const item = { kind: "orientation-map", shape: [height, width], phases: counts, notIndexed };
  const row = {
    kind: "orientations",
    shape: `${String(height)}×${String(width)}`,
    type: names.join(" "),
    format: "map.json",
  };
  return { title: "orientation map as JSON", lines, json: { items: [item] }, row };
}

function describeRecipe(path: string, recipe: Json): OwnDescription {
  const steps = objects(recipe.steps).map(({ analysis }) => String(analysis));
  const lines = [
    ...objects(recipe.inputs).map(({ name, file }) => `  ${String(name).padEnd(10)}${String(file)}`),
    `  next      lithoscope run ${path} --out out`,
  ];
  return {
    title: `recipe: ${steps.join(", ")}`,
    lines,
    json: { recipe },
    row: { kind: "recipe", type: steps.join(" ") },
  };
}

/**
 * What one of our own JSON files or result folders is; undefined for every other path. The maps of an orientation
 * result are not looked at here.
 */
export async function describeOwn(path: string): Promise<OwnDescription | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return describeFolder(path);
  if (!found?.isFile() || !/\.json$/i.test(path)) return undefined;
  const object = await objectIn(path);
  if (!object) return undefined;
  if (object.schema === SCHEMA)
    return { title: "result", lines: resultText(object), json: { result: object }, row: rowOf(object) };
  if (object.lithoscope === "recipe/1") return describeRecipe(path, object);
  if ("quaternion" in object && "phase" in object && "width" in object) return describeMap(path, object);
  return undefined;
}
