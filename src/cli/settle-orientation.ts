import { basename } from "node:path";
import type { OrientationOptions } from "../analyses/orientation/maps.ts";
import type { Crystal, Notice, Quantity, Signal } from "../core/contracts.ts";
import { inFile, isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { parseQuantity, unitRatio } from "../core/unit.ts";
import { interpretCif } from "../formats/cif/reader.ts";
import { reciprocalPixel } from "../science/scattering/electron.ts";
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

/** A quantity of the file in a unit that differs by a factor only (keV and kV count as alike). */
function fromFile(value: number, unit: string, wanted: string): Quantity | undefined {
  const ratio = unitRatio(wanted.endsWith("V") ? unit.replace(/eV$/, "V") : unit, wanted);
  return ratio === undefined ? undefined : { value: value * ratio, unit: wanted, from: "file" };
}

function metaQuantity(scan: Signal, key: string, unit: string): Quantity | undefined {
  const value = scan.meta[key];
  return typeof value === "object" ? fromFile(value.value, value.unit, unit) : undefined;
}

function axisQuantity(scan: Signal, role: "nav" | "signal", unit: string): Quantity | undefined {
  const axis = scan.axes.findLast((a) => a.role === role && a.from !== "none");
  return axis && fromFile(Math.abs(axis.scale), axis.unit, unit);
}

/** The pixel of the patterns; an angle becomes a length by the wavelength. */
function pixelOnAxis(scan: Signal, voltageKv: number): Quantity | undefined {
  const angle = axisQuantity(scan, "signal", "rad");
  if (angle) return { ...angle, value: reciprocalPixel(angle.value, voltageKv), unit: "1/Å" };
  return axisQuantity(scan, "signal", "1/Å");
}

/** The flag outranks the file; a difference above 2 % is worth a notice. */
function settle(flag: string, stated: Quantity | undefined, found: Quantity | undefined, notices: Notice[]) {
  if (stated && found && Math.abs(stated.value - found.value) > 0.02 * Math.abs(found.value)) {
    const message = `--${flag} ${stated.value} ${stated.unit} used, the file says ${found.value} ${found.unit}`;
    notices.push({ code: "flag-outranks-file", message, flag: `--${flag}` });
  }
  return stated ?? found;
}

export function missing(what: string, flag: string, example: string): LithoscopeError {
  return new LithoscopeError("Missing", `orientation: ${what} is not known, give ${flag} ${example}`, {
    what,
    flag,
  });
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

/** What the scan's numbers are, from flags and file: for people, with origin, and as the analysis takes them. */
export function settleOptions(flags: FlagValues, scan: Signal, notices: Notice[]) {
  const energy = metaQuantity(scan, "beam.energy", "kV");
  const voltage = settle("voltage", given(flags, "voltage", "kV"), energy, notices);
  if (!voltage) throw missing("the accelerating voltage", "--voltage", "200kV");
  const onAxis = pixelOnAxis(scan, voltage.value);
  const start = settle("pixel-size", given(flags, "pixel-size", "1/Å"), onAxis, notices);
  if (start && !(start.value > 0))
    throw usage("--pixel-size", `wanted a number above 0, found ${start.value}`, "above 0");
  const calibration = oneOf(flags, "calibration", ["refine", "fixed"], "refine");
  if (!start && calibration === "fixed")
    throw missing("the detector's pixel size, which is to be fixed,", "--pixel-size", "0.0252/Å");
  // 0 asks the analysis to find it, or to say that it cannot.
  const pixelSize = start ?? { value: 0, unit: "1/Å", from: "found" as const };
  if (!start) {
    const message = "no pixel size given or in the file: found from the crystals";
    notices.push({ code: "no-pixel-size", message, flag: "--pixel-size" });
  }
  const stated = given(flags, "precession", "deg");
  const known = settle("precession", stated, metaQuantity(scan, "beam.precession", "deg"), notices);
  const precession = known ?? { value: 0, unit: "deg", from: "assumed" as const };
  if (!known) {
    const message = "no precession angle given, 0 assumed";
    notices.push({ code: "no-precession", message, flag: "--precession" });
  }
  const step = settle("step", given(flags, "step", "nm"), axisQuantity(scan, "nav", "nm"), notices);
  if (!step) notices.push({ code: "no-step", message: "no step given, sizes are in px", flag: "--step" });
  if (!(voltage.value > 0))
    throw usage("--voltage", `wanted a number above 0, found ${voltage.value}`, "above 0");
  if (precession.value < 0) throw usage("--precession", "wanted 0 or more", "0 or more");
  const rotation = given(flags, "scan-rotation", "deg");
  const flip = oneOf(flags, "flip", ["none", "x", "y"], "none");
  const fromScan = metaQuantity(scan, "scan.rotation", "deg");
  if (!rotation && fromScan && fromScan.value !== 0) {
    const message = `the file states a scan rotation of ${fromScan.value} deg, against what is not known: not applied`;
    notices.push({ code: "scan-rotation", message, flag: "--scan-rotation" });
  }
  const centre = centreOf(flags, scan);
  const asked = {
    ...{ voltage, pixelSize, precession, calibration },
    ...(step && { step }),
    ...(rotation && { scanRotation: rotation }),
    ...(flip !== "none" && { flip }),
    ...(centre && { centre: centre.map((value) => ({ value, unit: "px", from: "flag" as const })) }),
    ...(flags.exact === true && { exact: true }),
  };
  const options: OrientationOptions = {
    voltageKv: voltage.value,
    precessionDeg: precession.value,
    pixelSize: pixelSize.value,
    pixelSizeFrom: pixelSize.from ?? "assumed",
    calibration,
    exact: flags.exact === true,
    scanRotationDeg: rotation?.value ?? 0,
    flip,
    ...(centre && { centre }),
    ...(step && { step }),
  };
  return { asked, options };
}
