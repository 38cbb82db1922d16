import { basename } from "node:path";
import { type GivenOptions, missing } from "../analyses/orientation/settle.ts";
import type { Crystal, Notice, Quantity, Signal } from "../core/contracts.ts";
import { inFile, isLithoscopeError } from "../core/errors.ts";
import { parseQuantity } from "../core/unit.ts";
import { interpretCif } from "../formats/cif/reader.ts";
import { openFile } from "../sources/file.node.ts";
import { type FlagValues, flagText, flagTexts, usage } from "./command.ts";
import { contentId } from "./content-id.ts";
import { readText } from "./output.ts";

/** NAME=VALUE pairs of a repeatable flag; without NAME= the name is `nameOf(value)`. */
function pairs(flags: FlagValues, flag: string, nameOf?: (value: string) => string): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of flagTexts(flags, flag)) {
    const cut = text.indexOf("=");
    if (cut < 0 && !nameOf) throw usage(`--${flag}`, `wanted NAME=…, found "${text}"`, "NAME=…");
    const value = text.slice(cut + 1);
    const name = cut < 0 ? nameOf!(value) : text.slice(0, cut);
    if (!name || !value) throw usage(`--${flag}`, `wanted NAME=…, found "${text}"`, "NAME=…");
    if (found.has(name)) throw usage(`--${flag}`, `the name "${name}" is given twice`, "different names");
    found.set(name, value);
  }
  return found;
}

function given(flags: FlagValues, flag: string, unit: string): Quantity | undefined {
  const text = flagText(flags, flag);
  return text === undefined ? undefined : parseQuantity(text, unit, `--${flag}`);
}

/** One of two words of a flag. */
function oneOf<const W extends string>(flags: FlagValues, flag: string, words: readonly W[], standard: W): W {
  const text = flagText(flags, flag) ?? standard;
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw usage(`--${flag}`, `wanted ${words.join(" or ")}, found "${text}"`, words.join(" or "));
  return found;
}

/** A whole number of a flag. */
export function wholeNumber(flags: FlagValues, flag: string, least: number, standard: number): number {
  const text = flagText(flags, flag);
  if (text === undefined) return standard;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw usage(
      `--${flag}`,
      `wanted a whole number from ${least} on, found "${text}"`,
      `${least} … 999999999`,
    );
  return Number(text);
}

/** A crystal with where it came from. */
export interface KnownCrystal {
  readonly crystal: Crystal;
  readonly file: string;
  readonly id: string;
  readonly setting?: string;
}

/** The crystals in the order given; what their files left open is added to the notices. */
export async function readCrystals(flags: FlagValues, notices: Notice[]): Promise<KnownCrystal[]> {
  const files = pairs(flags, "crystal", (file) => basename(file).replace(/\.cif$/i, ""));
  if (files.size === 0) throw missing("the list of crystals to look for", "--crystal", "NAME=FILE.cif");
  const settings = pairs(flags, "setting");
  for (const name of settings.keys()) {
    if (!files.has(name)) throw usage("--setting", `no --crystal has the name "${name}"`, "a crystal's name");
  }
  const crystals: KnownCrystal[] = [];
  for (const [name, file] of files) {
    const setting = settings.get(name);
    const text = await readText(file);
    const read = await inFile(file, () => interpretCif(text, name, setting));
    const source = await openFile(file);
    const id = await contentId(source).finally(() => source.close());
    crystals.push({ crystal: read.crystal, file, id, ...(setting !== undefined && { setting }) });
    notices.push(...read.notices);
  }
  return crystals;
}

/** The start of the beam, "64px,64px", inside the detector. */
function centreOf(flags: FlagValues, scan: Signal): readonly [number, number] | undefined {
  const text = flagText(flags, "centre");
  if (text === undefined) return undefined;
  const parts = text.split(",");
  if (parts.length !== 2) throw usage("--centre", `wanted column,row, found "${text}"`, "64px,64px");
  const [column, row] = parts.map((part) => parseQuantity(part, "px", "--centre").value) as [number, number];
  const [rows, columns] = scan.axes.slice(-2).map((axis) => axis.size) as [number, number];
  const inside = (value: number, size: number) => value >= -0.5 && value <= size - 0.5;
  if (!inside(column, columns) || !inside(row, rows))
    throw usage(
      "--centre",
      `wanted a place on the detector of ${columns} × ${rows} px, found "${text}"`,
      "inside",
    );
  return [column, row];
}

/** The flags of the analysis' parameters, whose names people do not know. */
const FLAG_OF: Readonly<Record<string, string>> = {
  voltageKv: "--voltage",
  precessionDeg: "--precession",
  pixelSize: "--pixel-size",
  scanRotationDeg: "--scan-rotation",
};

/** What `parse` makes of the parameters; its complaint names the flag, with range and unit. */
export function parseNamed<P>(
  parse: (given: Readonly<Record<string, unknown>>) => P,
  given: Readonly<Record<string, unknown>>,
): P {
  try {
    return parse(given);
  } catch (error) {
    const name = isLithoscopeError(error, "Usage") ? String(error.fields.path) : "";
    const flag = FLAG_OF[name];
    if (flag === undefined || !isLithoscopeError(error)) throw error;
    const expected = String(error.fields.expected).replace(/^quantity/, "a number in");
    throw usage(flag, `wanted ${expected}, found ${given[name]}`, expected);
  }
}

/** What the flags state of a run. */
export function givenOptions(flags: FlagValues, scan: Signal): GivenOptions {
  return {
    voltage: given(flags, "voltage", "kV"),
    precession: given(flags, "precession", "deg"),
    pixelSize: given(flags, "pixel-size", "1/Å"),
    step: given(flags, "step", "nm"),
    scanRotation: given(flags, "scan-rotation", "deg"),
    calibration: oneOf(flags, "calibration", ["refine", "fixed"], "refine"),
    flip: oneOf(flags, "flip", ["none", "x", "y"], "none"),
    centre: centreOf(flags, scan),
    exact: flags.exact === true,
  };
}
