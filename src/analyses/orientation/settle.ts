import type { Notice, PointList, Quantity, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { unitRatio } from "../../core/unit.ts";
import { reciprocalPixel } from "../../science/scattering/electron.ts";
import type { OrientationOptions } from "./maps.ts";

/** A scan of patterns, or of lists of spots, as its file describes it. */
export type ScanInfo = Pick<Signal, "kind" | "axes" | "meta"> | Omit<PointList, "points">;

/** Numbers that a person or a file states, in kV, deg, 1/Å and nm. */
export interface StatedOptions {
  readonly voltage?: Quantity | undefined;
  readonly precession?: Quantity | undefined;
  readonly pixelSize?: Quantity | undefined;
  readonly step?: Quantity | undefined;
  readonly scanRotation?: Quantity | undefined;
}

/** What a person states of a run. */
export interface GivenOptions extends StatedOptions {
  readonly calibration?: OrientationOptions["calibration"];
  readonly flip?: NonNullable<OrientationOptions["flip"]>;
  readonly exact?: boolean;
  /** Direct beam, column and row [px]. */
  readonly centre?: readonly [number, number] | undefined;
}

/** Pixel that calibrated lists are painted with where nobody says otherwise [1/Å]; it changes no position. */
const LIST_PIXEL: Quantity = { value: 0.025, unit: "1/Å", from: "assumed" };

/** A quantity of the file in a unit that differs by a factor only (keV and kV count as alike). */
function fromFile(value: number, unit: string, wanted: string): Quantity | undefined {
  const ratio = unitRatio(wanted.endsWith("V") ? unit.replace(/eV$/, "V") : unit, wanted);
  return ratio === undefined ? undefined : { value: value * ratio, unit: wanted, from: "file" };
}

function metaQuantity({ meta }: ScanInfo, key: string, unit: string): Quantity | undefined {
  const value = meta[key];
  return typeof value === "object" ? fromFile(value.value, value.unit, unit) : undefined;
}

function axisQuantity(scan: ScanInfo, role: "nav" | "signal", unit: string): Quantity | undefined {
  const axes = scan.kind === "points" ? scan.navigation : scan.axes;
  const axis = axes.findLast((a) => a.role === role && a.from !== "none");
  return axis && fromFile(Math.abs(axis.scale), axis.unit, unit);
}

/** The pixel of the patterns; an angle becomes a length by the wavelength. */
function pixelOnAxis(scan: ScanInfo, voltageKv: number | undefined): Quantity | undefined {
  const angle = axisQuantity(scan, "signal", "rad");
  if (!angle) return axisQuantity(scan, "signal", "1/Å");
  if (!voltageKv) return undefined;
  return { ...angle, value: reciprocalPixel(angle.value, voltageKv), unit: "1/Å" };
}

/** True for lists whose places are lengths. */
export function isCalibrated(lists: Pick<PointList, "columns">): boolean {
  return lists.columns.some(({ name, unit }) => name === "qx" && unit !== "px");
}

/** What a file says of its scan. A pixel in an angle needs a voltage, the file's own or that which is given. */
export function optionsOfFile(scan: ScanInfo, given: Pick<StatedOptions, "voltage"> = {}): StatedOptions {
  const voltage = metaQuantity(scan, "beam.energy", "kV");
  return {
    voltage,
    precession: metaQuantity(scan, "beam.precession", "deg"),
    // Lists in a length have no pixel; they are painted with one that changes no place.
    pixelSize:
      scan.kind === "points"
        ? isCalibrated(scan)
          ? LIST_PIXEL
          : undefined
        : pixelOnAxis(scan, (given.voltage ?? voltage)?.value),
    step: axisQuantity(scan, "nav", "nm"),
    scanRotation: metaQuantity(scan, "scan.rotation", "deg"),
  };
}

/** That something must be stated, and the flag that states it. */
export function missing(what: string, flag: string, example: string): LithoscopeError {
  const message = `orientation: ${what} is not known, give ${flag} ${example}`;
  return new LithoscopeError("Missing", message, { what, flag });
}

function wrong(flag: string, expected: string, found: number): LithoscopeError {
  const message = `${flag}: wanted ${expected}, found ${found}`;
  return new LithoscopeError("Usage", message, { path: flag, expected });
}

/** What is given outranks the file; a difference above 2 % is worth a notice. */
function settle(flag: string, stated: Quantity | undefined, found: Quantity | undefined, notices: Notice[]) {
  if (stated && found && Math.abs(stated.value - found.value) > 0.02 * Math.abs(found.value)) {
    const message = `--${flag} ${stated.value} ${stated.unit} used, the file says ${found.value} ${found.unit}`;
    notices.push({ code: "flag-outranks-file", message, flag: `--${flag}` });
  }
  return stated ?? found;
}

/**
 * What the scan's numbers are, from what is given and what the file says: for people, with origin, and as the analysis
 * takes them. What is only assumed is added to the notices.
 *
 * @throws Missing without a voltage, or without a pixel size where one is needed; Usage for numbers out of range
 */
export function settleOptions(given: GivenOptions, scan: ScanInfo, notices: Notice[]) {
  const lists = scan.kind === "points";
  if (lists && !isCalibrated(scan) && !given.pixelSize)
    throw missing("the length that a pixel of the lists stands for", "--pixel-size", "0.0252/Å");
  const file = optionsOfFile(scan, given);
  const voltage = settle("voltage", given.voltage, file.voltage, notices);
  if (!voltage) throw missing("the accelerating voltage", "--voltage", "200kV");
  // The pixel that lists are painted with contradicts nothing.
  const start = lists
    ? (given.pixelSize ?? file.pixelSize)
    : settle("pixel-size", given.pixelSize, file.pixelSize, notices);
  if (start && !(start.value > 0)) throw wrong("--pixel-size", "a number above 0", start.value);
  const { calibration = "refine", flip = "none", exact = false, centre, scanRotation } = given;
  if (!start && calibration === "fixed")
    throw missing("the detector's pixel size, which is to be fixed,", "--pixel-size", "0.0252/Å");
  // 0 asks the analysis to find it, or to say that it cannot.
  const pixelSize = start ?? { value: 0, unit: "1/Å", from: "found" as const };
  if (!start) {
    const message = "no pixel size given or in the file: found from the crystals";
    notices.push({ code: "no-pixel-size", message, flag: "--pixel-size" });
  }
  const known = settle("precession", given.precession, file.precession, notices);
  const precession = known ?? { value: 0, unit: "deg", from: "assumed" as const };
  if (!known) {
    const message = "no precession angle given, 0 assumed";
    notices.push({ code: "no-precession", message, flag: "--precession" });
  }
  const step = settle("step", given.step, file.step, notices);
  if (!step) notices.push({ code: "no-step", message: "no step given, sizes are in px", flag: "--step" });
  if (!(voltage.value > 0)) throw wrong("--voltage", "a number above 0", voltage.value);
  if (precession.value < 0) throw wrong("--precession", "0 or more", precession.value);
  const turned = file.scanRotation?.value ?? 0;
  if (!scanRotation && turned !== 0) {
    const message = `the file states a scan rotation of ${turned} deg, against what is not known: not applied`;
    notices.push({ code: "scan-rotation", message, flag: "--scan-rotation" });
  }
  const asked = {
    ...{ voltage, pixelSize, precession, calibration },
    ...(step && { step }),
    ...(scanRotation && { scanRotation }),
    ...(flip !== "none" && { flip }),
    ...(centre && { centre: centre.map((value) => ({ value, unit: "px", from: "flag" as const })) }),
    ...(exact && { exact }),
  };
  const options: OrientationOptions = {
    voltageKv: voltage.value,
    precessionDeg: precession.value,
    pixelSize: pixelSize.value,
    pixelSizeFrom: pixelSize.from ?? "assumed",
    ...{ calibration, exact, flip },
    scanRotationDeg: scanRotation?.value ?? 0,
    ...(centre && { centre }),
    ...(step && { step }),
  };
  return { asked, options };
}
