import { createHash } from "node:crypto";
import { join } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { LNMO, PLATINUM } from "../../analyses/simulation/crystals.ts";
import { type SimulationParams, simulationParams } from "../../analyses/simulation/params.ts";
import { simulateOrientation } from "../../analyses/simulation/scan.ts";
import { truthFiles } from "../../analyses/simulation/truth.ts";
import type { Crystal, Sink } from "../../core/contracts.ts";
import { inFile, isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { writer as bloWriter } from "../../formats/blo/writer.ts";
import { interpretCif } from "../../formats/cif/reader.ts";
import {
  type Answer,
  type Command,
  type FlagValues,
  flagText,
  flagTexts,
  type Invocation,
  jsonText,
  usage,
} from "../command.ts";
import { holds } from "../holds.ts";
import { checkFolder, checkWritable, readText, writeFolder } from "../output.ts";
import { simulateEchemFiles } from "./simulate-echem.ts";

/** Starting points: the film of the paper before and after cycling. */
const PRESETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  pristine: {},
  cycled: { grain: 10, amorphous: 0.5, relief: 0.2 },
};
/** Bytes of patterns that one run makes. */
const LIMIT = 2 ** 31 - 2 ** 20;

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Parameters from the preset and the flags over it; complaints name the flag. */
function paramsOf(flags: FlagValues, preset: string): SimulationParams {
  const values: Record<string, unknown> = { ...PRESETS[preset] };
  for (const name of Object.keys(simulationParams.fields)) {
    const text = flagText(flags, kebab(name));
    if (text !== undefined) values[name] = text;
  }
  try {
    return simulationParams.parse(values);
  } catch (error) {
    if (!isLithoscopeError(error, "Usage")) throw error;
    const name = String(error.fields.path);
    const message = error.message.replace(`${name}:`, `--${kebab(name)}:`);
    throw usage(`--${kebab(name)}`, message.replace(/^\S+ /, ""), String(error.fields.expected));
  }
}

async function crystalsOf(flags: FlagValues): Promise<{ crystal: Crystal; cif: string }[]> {
  const stated = flagTexts(flags, "crystal").map((text) => {
    const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (!name || !file || /[/\\]/.test(name))
      throw usage("--crystal", `wanted NAME=FILE.cif, found "${text}"`, "NAME=FILE.cif");
    return { name, file };
  });
  const texts = stated.length
    ? await Promise.all(stated.map(async ({ name, file }) => ({ name, file, cif: await readText(file) })))
    : [LNMO, PLATINUM].map((known) => ({ ...known, file: known.name }));
  return Promise.all(
    texts.map(async ({ name, file, cif }) => {
      const { crystal } = await inFile(file, () => interpretCif(cif, name));
      return { crystal, cif };
    }),
  );
}

/** The bytes that a writer makes of one item. */
async function bytesOf(scan: Parameters<typeof bloWriter.write>[0], stop: AbortSignal): Promise<Uint8Array> {
  let made: Uint8Array | string = "";
  const sink: Sink = {
    write: async (_path, bytes) => {
      made = bytes;
    },
    commit: async () => {},
    discard: async () => {},
  };
  await bloWriter.write(scan, sink, "scan.blo", stop);
  return made as unknown as Uint8Array;
}

function seedOf(flags: FlagValues): number {
  const text = flagText(flags, "seed") ?? "1";
  if (!/^\d{1,9}$/.test(text))
    throw usage("--seed", `wanted a whole number, found "${text}"`, "0 … 999999999");
  return Number(text);
}

/** What was simulated, and the flags that a caller passes to `orientation`. */
function describe(
  materials: readonly { crystal: Crystal; cif: string }[],
  params: SimulationParams,
  preset: string,
  seed: number,
) {
  const names = materials.map(({ crystal }) => crystal.name);
  const asked = {
    crystal: names.map((name) => `${name}=${name}.cif`),
    voltage: `${params.voltage}kV`,
    precession: `${params.precession}deg`,
    "pixel-size": `${params.pixelSize}/Å`,
    step: `${params.step}nm`,
  };
  const shown = Object.entries(asked).flatMap(([flag, value]) =>
    [value].flat().map((one) => `--${flag} ${one}`),
  );
  const command = `lithoscope orientation scan.blo ${shown.join(" ")} --out out`;
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  return {
    schema: "lithoscope/simulated-scan/1",
    version,
    scan: "scan.blo",
    seed,
    preset,
    flags: asked,
    command,
    crystals: Object.fromEntries(materials.map(({ cif }, i) => [names[i]!, `sha256:${hash(cif)}`])),
    params,
  };
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs, stop, progress } = call;
  if (inputs.length === 1 && inputs[0] === "echem") return simulateEchemFiles(call, seedOf(flags));
  if (inputs.length !== 1 || inputs[0] !== "orientation") {
    const found = inputs.join(" ");
    throw usage("simulate", `wanted the kind orientation or echem, found "${found}"`, "orientation, echem");
  }
  const out = flagText(flags, "out");
  if (out === undefined) throw usage("--out", "wanted the folder for the experiment", "--out DIR");
  const preset = flagText(flags, "preset") ?? "pristine";
  if (!Object.hasOwn(PRESETS, preset)) {
    const known = Object.keys(PRESETS).join(", ");
    throw usage("--preset", `wanted one of ${known}, found "${preset}"`, known);
  }
  const params = paramsOf(flags, preset);
  const seed = seedOf(flags);
  const bytes = params.size ** 2 * (params.detector ** 2 + 6);
  if (bytes > LIMIT) {
    const message = `simulate: ${params.size}² patterns of ${params.detector}² pixels are ${bytes} bytes`;
    throw new LithoscopeError("Refused", message, { why: "too large", need: `at most ${LIMIT} bytes` });
  }
  const force = flags.force === true;
  const materials = (await crystalsOf(flags)).slice(0, params.layer > 0 ? 2 : 1);
  const crystals = materials.map(({ crystal }) => crystal);
  const described = describe(materials, params, preset, seed);
  const text = `${join(out, "scan.blo")}: ${params.size} × ${params.size} patterns; in ${out}:\n${described.command}`;
  const json = { output: out, ...described };
  if (flags["dry-run"] === true) {
    const wanted = `would write ${bytes} bytes of patterns to ${out}`;
    return { text: wanted, json: { dryRun: true, bytes, ...json } };
  }
  const description = `${JSON.stringify(described, null, 2)}\n`;
  if (await holds(join(out, "scan.json"), description)) return { text, json };
  await checkFolder(out, force);
  await checkWritable(out);
  const { scan, truth } = simulateOrientation(crystals, params, seed, progress, stop);
  const { json: head, bytes: truthBytes } = truthFiles(truth, crystals, preset, seed, "truth.bin");
  await writeFolder(
    out,
    [
      ...materials.map(({ crystal, cif }): [string, string] => [`${crystal.name}.cif`, cif]),
      ["scan.blo", await bytesOf(scan, stop)],
      ["truth.bin", truthBytes],
      ["truth.json", `${jsonText(head)}\n`],
      ["scan.json", description],
    ],
    force,
  );
  return { text, json };
}

function fieldLine([name, info]: [string, (typeof simulationParams.fields)[string]]): string {
  const unit = info.unit?.replace(/^1\//, "/") ?? "";
  return `  --${`${kebab(name)} ${String(info.default)}${unit}`.padEnd(24)} ${info.text}`;
}

export const simulate: Command = {
  help: [
    "lithoscope simulate orientation --out DIR [--seed N] [--preset pristine|cycled] …",
    "lithoscope simulate echem --out DIR [--seed N]",
    "",
    "echem writes the film's voltammogram, 50 cycles, impedance and two I–V sweeps as EC-Lab text, truth.json,",
    "and echem.json with the commands to use; it has no flags but --seed, --out, --force, --dry-run.",
    "",
    "orientation writes scan.blo, the CIFs of its crystals, truth.json with truth.bin, and scan.json with the flags to use.",
    "",
    "  --seed 1                   same seed, same bytes",
    "  --preset pristine|cycled   the film before and after cycling (pristine)",
    "  --crystal NAME=FILE.cif    the film's crystal, then the layer's (LNMO and Pt)",
    ...Object.entries(simulationParams.fields).map(fieldLine),
    "  --out DIR                  the same command again finds the experiment done",
    "  --force                    replaces another one in DIR",
    "  --dry-run                  says what would be written",
    "  --progress plain|json, --json, --quiet",
    "",
    "Example: lithoscope simulate orientation --seed 7 --size 48 --grain 15nm --out film",
  ].join("\n"),
  flags: {
    out: { type: "string" },
    seed: { type: "string" },
    preset: { type: "string" },
    "dry-run": { type: "boolean" },
    crystal: { type: "string", multiple: true },
    ...Object.fromEntries(
      Object.keys(simulationParams.fields).map((name) => [kebab(name), { type: "string" as const }]),
    ),
  },
  run,
};
