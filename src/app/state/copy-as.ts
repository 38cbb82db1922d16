import type { Quantity } from "../../core/contracts.ts";
import { detectorText } from "../panels/pattern/detectors.ts";
import { recipeOf } from "./history.ts";
import { labAnswer } from "./lab-runs.ts";
import { factsOf, type RunAsked } from "./runs.ts";
import { entries, files, type OpenFile, shownEntry } from "./workspace.ts";

/** What is looked at, in the words of the command line, as a recipe and for Python. */
export interface Copies {
  readonly cli: string;
  readonly recipe: string;
  readonly python: string;
}

/** One step of a recipe, and the command that does it. */
interface Told {
  readonly file: OpenFile;
  readonly analysis: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { readonly name: string; readonly file: string; readonly id?: string }[];
  readonly command: readonly string[];
  readonly python: readonly string[];
}

/** A word as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w.,:=/@%+^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

const stem = (name: string) => name.replace(/\.[^.]+$/, "").replace(/[^\p{L}\p{N}._-]+/gu, "-") || "scan";
/** A file's name that the command line does not take for a flag. */
const asFile = (name: string) => (name.startsWith("-") ? `./${name}` : name);
const fileOfKey = (key: string) => files.value.find(({ handle }) => key.split("/")[0] === `f${handle.id}`);

/** The virtual images of a scan. */
function imagesTold(file: OpenFile, key: string): Told | undefined {
  const { detectors } = recipeOf(key);
  if (detectors.length === 0) return undefined;
  const asked = detectors.map((detector) => `${detector.name}=${detectorText(detector)}`);
  const out = `${stem(file.name)}-images`;
  return {
    file,
    analysis: "virtual-image",
    params: { detectors: asked },
    inputs: [],
    command: [
      ...["virtual-image", asFile(file.name)],
      ...asked.flatMap((text) => ["--detector", text]),
      ...["--out", out],
    ],
    python: [
      "import numpy as np",
      ...detectors.map(
        ({ name }) =>
          `${name.replace(/\W/g, "_")} = np.load(${pythonText(`${out}/${name}.npy`)})  # row, column`,
      ),
    ],
  };
}

const FLAGS: Readonly<Record<string, string>> = {
  voltageKv: "voltage",
  precessionDeg: "precession",
  pixelSize: "pixel-size",
  calibration: "calibration",
  scanRotationDeg: "scan-rotation",
  flip: "flip",
};

/** The flags of a run; what the file says itself is left to the file. */
function flagsOf({ params, crystals }: RunAsked): string[] {
  const named = crystals.flatMap(({ name, setting }) => [
    ...["--crystal", `${name}=${asFile(`${name}.cif`)}`],
    ...(setting === undefined ? [] : ["--setting", `${name}=${setting}`]),
  ]);
  const given = Object.entries(FLAGS).flatMap(([param, flag]) => {
    const value = params[param];
    if (typeof value !== "string" || (param === "flip" && value === "none")) return [];
    return [`--${flag}`, value.replace(/ /g, "")];
  });
  const step = params.step as Quantity | undefined;
  if (step?.from === "flag") given.push("--step", `${step.value}${step.unit}`);
  return [...named, ...given, ...(params.exact === true ? ["--exact"] : [])];
}

function runTold(asked: RunAsked): Told | undefined {
  const file = fileOfKey(asked.scan);
  if (!file || !asked.analysis.startsWith("orientation")) return undefined;
  // The command line sees for itself whether patterns or lists are to be indexed.
  const out = `${stem(file.name)}-orientation`;
  const content = (name: string) => files.value.find((one) => one.name === `${name}.cif`)?.content;
  return {
    file,
    analysis: asked.analysis,
    params: asked.params,
    inputs: asked.crystals.map(({ name }) => {
      const id = content(name);
      return { name, file: `${name}.cif`, ...(id && { id }) };
    }),
    command: ["orientation", asFile(file.name), ...flagsOf(asked), "--out", out],
    python: [
      "import zarr",
      `m = zarr.open_group(${pythonText(`${out}/maps.zarr`)}, mode="r")  # units, axes and conventions: m.attrs`,
      'phase, reliability = m["phase"][:], m["reliability"][:]  # row, column; -1 and NaN: no value',
      'q = m["orientation"][:]  # w, x, y, z, crystal to sample',
    ],
  };
}

const pythonText = (text: string) => JSON.stringify(text);
const commandLine = (words: readonly string[]) => ["lithoscope", ...words.map(shellWord)].join(" ");

/** How what is looked at is asked for elsewhere; undefined where nothing is. */
export function copies(): Copies | undefined {
  const entry = shownEntry.value;
  if (!entry) return undefined;
  const lab = labAnswer(entry.item);
  if (lab?.recipe)
    return {
      cli: lab.command,
      recipe: `${JSON.stringify(lab.recipe, null, 2)}\n`,
      python: [`# after: ${lab.command}, in its folder out`, lab.found.python].join("\n"),
    };
  const { asked, recipe: made } = factsOf(entry.item) ?? {};
  const file = fileOfKey(asked?.scan ?? entry.key);
  if (!file) return undefined;
  const told = asked ? runTold(asked) : imagesTold(file, entry.key);
  const command = told?.command ?? ["info", asFile(file.name)];
  const recipe = made ?? {
    lithoscope: "recipe/1",
    seed: 0,
    inputs: [
      { name: "scan", file: file.name, ...(file.content && { id: file.content }) },
      ...(told?.inputs ?? []),
    ],
    steps: told ? [{ id: told.analysis, analysis: told.analysis, input: "scan", params: told.params }] : [],
    figures: [],
  };
  return {
    cli: commandLine(command),
    recipe: `${JSON.stringify(recipe, null, 2)}\n`,
    python: [`# after: ${commandLine(command)}`, ...(told?.python ?? [])].join("\n"),
  };
}

/** True where there is something to look at. */
export const canCopy = () => entries.value.length > 0 && copies() !== undefined;
