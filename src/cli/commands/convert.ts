import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { LithoscopeError } from "../../core/errors.ts";
import { type Answer, type Command, type Invocation, usage } from "../command.ts";
import { readText, writeWhole } from "../output.ts";

/** A result folder holds its map as the JSON that goes out, so this copies it. */
async function run({ flags, inputs }: Invocation): Promise<Answer> {
  const [folder, out] = inputs;
  if (inputs.length !== 2 || folder === undefined || out === undefined) {
    throw usage("convert", `wanted DIR and OUT.json, found ${inputs.length} names`, "DIR OUT.json");
  }
  if (extname(out).toLowerCase() !== ".json") {
    throw usage("OUT", `wanted a name ending in .json, found "${out}"`, ".json");
  }
  const found = await stat(folder).catch(() => undefined);
  if (found?.isFile()) {
    const fields = { format: extname(folder), feature: "convert" };
    throw new LithoscopeError("Unsupported", `${folder}: wanted a result folder, found a file`, fields);
  }
  const text = await readText(join(folder, "map.json"));
  await writeWhole(out, text, flags.force === true);
  return { text: out, json: { output: out } };
}

export const convert: Command = {
  summary: "the map of a result folder as one JSON file",
  help: [
    "lithoscope convert DIR OUT.json [--force] [--json]",
    "",
    "Writes the orientation map in the result folder DIR as JSON: width, height, phases, phase,",
    "quaternion (w, x, y, z, crystal to sample), amorphous, trustworthy, covariance (rad²), grain.",
    "",
    "Example: lithoscope convert out map.json",
  ].join("\n"),
  flags: {},
  run,
};
