import type { PointList, Quantity, Signal } from "../../../core/contracts.ts";
import { unitRatio } from "../../../core/unit.ts";
import { reciprocalPixel } from "../../../science/scattering/electron.ts";

/** A value of the file as text in the parameter's own unit; keV of an electron and kV count as alike. */
function inUnit(value: number, unit: string, wanted: string): string | undefined {
  const ratio = unitRatio(wanted.endsWith("V") ? unit.replace(/eV$/, "V") : unit, wanted);
  return ratio === undefined ? undefined : `${Number((value * ratio).toPrecision(6))} ${wanted}`;
}

const META: Readonly<Record<string, readonly [key: string, unit: string]>> = {
  voltageKv: ["beam.energy", "kV"],
  precessionDeg: ["beam.precession", "deg"],
};

/** The text that a parameter's field begins with, from the file; undefined where it says nothing. */
export function fromFile(scan: Signal | PointList, name: string): string | undefined {
  const [key, unit] = META[name] ?? [];
  const stated = key === undefined ? undefined : scan.meta[key];
  if (typeof stated === "object") return inUnit(stated.value, stated.unit, unit!);
  // Lists in a length have no pixel; they are painted with one that changes no place.
  if (scan.kind === "points") return name === "pixelSize" && isCalibrated(scan) ? LIST_PIXEL : undefined;
  const axis = scan.axes.at(-1)!;
  if (name === "pixelSize" && axis.from !== "none") return pixelOf(scan, Math.abs(axis.scale), axis.unit);
  return undefined;
}

/** A pixel in 1/Å; an angle becomes one by the wavelength, where the file states the energy. */
function pixelOf(scan: Signal, step: number, unit: string): string | undefined {
  const [angle, energy] = [unitRatio(unit, "rad"), scan.meta["beam.energy"]];
  if (angle === undefined) return inUnit(step, unit, "1/Å");
  const ratio = typeof energy === "object" ? unitRatio(energy.unit.replace(/eV$/, "V"), "kV") : undefined;
  if (ratio === undefined || typeof energy !== "object") return undefined;
  return inUnit(reciprocalPixel(step * angle, energy.value * ratio), "1/Å", "1/Å");
}

/** Pixel that calibrated lists are painted with. */
const LIST_PIXEL = "0.025 1/Å";

/** True for lists whose places are lengths. */
export function isCalibrated(lists: PointList): boolean {
  return lists.columns.some(({ name, unit }) => name === "qx" && unit !== "px");
}

/** Distance of the scan points, where the file has it. */
export function stepOf(scan: Signal | PointList): Quantity | undefined {
  const axis = (scan.kind === "points" ? scan.navigation : scan.axes).findLast(({ role }) => role === "nav");
  if (!axis || axis.from === "none" || unitRatio(axis.unit, "nm") === undefined) return undefined;
  return { value: Math.abs(axis.scale), unit: axis.unit, from: "file" };
}
