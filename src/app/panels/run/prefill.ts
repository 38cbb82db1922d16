import type { Quantity, Signal } from "../../../core/contracts.ts";
import { unitRatio } from "../../../core/unit.ts";

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
export function fromFile(scan: Signal, name: string): string | undefined {
  const [key, unit] = META[name] ?? [];
  const stated = key === undefined ? undefined : scan.meta[key];
  if (typeof stated === "object") return inUnit(stated.value, stated.unit, unit!);
  const axis = scan.axes.at(-1)!;
  if (name === "pixelSize" && axis.from !== "none") return inUnit(Math.abs(axis.scale), axis.unit, "1/Å");
  return undefined;
}

/** Distance of the scan points, where the file has it. */
export function stepOf(scan: Signal): Quantity | undefined {
  const axis = scan.axes.findLast(({ role }) => role === "nav");
  if (!axis || axis.from === "none" || unitRatio(axis.unit, "nm") === undefined) return undefined;
  return { value: Math.abs(axis.scale), unit: axis.unit, from: "file" };
}
