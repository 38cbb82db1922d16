import type { Axis, Notice } from "../../../../core/contracts.ts";
import { calibratedAxis, pixelAxis } from "../../../axes.ts";
import { at, entriesAt, type Json, numberAt, textAt } from "./parse.ts";

const PREFIXES: readonly (readonly [string, number])[] = [
  ["p", 1e-12],
  ["n", 1e-9],
  ["µ", 1e-6],
  ["m", 1e-3],
  ["", 1],
];
/** 1/m is never wanted, 1/µm at the coarsest: the unit's own prefix, and what the number is divided by. */
const RECIPROCAL: readonly (readonly [string, number])[] = [
  ["1/m", 1],
  ["1/mm", 1e3],
  ["1/µm", 1e6],
  ["1/nm", 1e9],
  ["1/pm", 1e12],
];

/** The unit with a prefix in which `size`, half a field of view, lies between 1 and 1000, and its factor. */
export function compactUnit(unit: string, size: number): { unit: string; factor: number } | undefined {
  const list =
    unit === "1/m"
      ? RECIPROCAL
      : unit === "m" || unit === "s" || unit === "rad"
        ? PREFIXES.map(([prefix, factor]) => [`${prefix}${unit}`, factor] as const)
        : undefined;
  if (!list || !Number.isFinite(size) || size === 0) return undefined;
  const fitting = list.filter(([, factor]) => Math.abs(size) / factor >= 1);
  const [name, factor] = fitting.at(-1) ?? list[0]!;
  return { unit: name, factor };
}

/**
 * Rows and columns of an image, in the unit that suits its width; a reciprocal unit makes them ky and kx.
 *
 * @param role of both axes: signal of an image, nav of a spectrum image
 */
export function imageAxes(
  metadata: Json | undefined,
  [height, width]: readonly [number, number],
  role: Axis["role"],
  where: string,
  notices: Notice[],
): [Axis, Axis] {
  const result = at(metadata, "BinaryResult");
  const stated = textAt(result, "PixelUnitX") ?? "";
  const step = numberAt(result, "PixelSize", "width");
  const compact = step === undefined ? undefined : compactUnit(stated, (step * width) / 2);
  const [y, x] = /^1\//.test(stated) || stated === "rad" ? ["ky", "kx"] : ["y", "x"];
  const plain = [pixelAxis(y!, role, height), pixelAxis(x!, role, width)] as const;
  if (!compact) {
    const why = step === undefined ? "states no pixel size" : `has pixels in "${stated}"`;
    notices.push({ code: "uncalibrated", message: `hdf5: ${where} ${why}, its axes are left in px`, where });
    return [...plain];
  }
  const { unit, factor } = compact;
  const scaled = (axis: Axis, size: string, offset: string) => {
    const scale = numberAt(result, "PixelSize", size);
    const start = numberAt(result, "Offset", offset) ?? 0;
    return scale === undefined ? axis : calibratedAxis(axis, unit, scale / factor, start / factor);
  };
  return [scaled(plain[0], "height", "y"), scaled(plain[1], "width", "x")];
}

/** The detector that a data group comes from: the one with its number, else the first that its name begins. */
export function detectorOf(metadata: Json | undefined): Json | undefined {
  const index = numberAt(metadata, "BinaryResult", "DetectorIndex");
  const detectors = entriesAt(metadata, "Detectors");
  const numbered = detectors.find(([name]) => name === `Detector-${index}`)?.[1];
  if (numbered) return numbered;
  const name = textAt(metadata, "BinaryResult", "Detector");
  return name === undefined
    ? undefined
    : detectors.find(([, detector]) => textAt(detector, "DetectorName")?.startsWith(name))?.[1];
}

/** Time from frame to frame: the scan's frame time, or the exposure of a camera; in px where neither is stated. */
export function frameAxis(metadata: Json | undefined, frames: number): Axis {
  const step = numberAt(metadata, "Scan", "FrameTime") ?? numberAt(detectorOf(metadata), "ExposureTime") ?? 0;
  const axis = pixelAxis("frame", "nav", frames);
  const compact = compactUnit("s", step * frames);
  return compact ? calibratedAxis({ ...axis, name: "time" }, compact.unit, step / compact.factor) : axis;
}

/** The energy axis of an X-ray spectrum in keV; Velox states dispersion and start in eV. */
export function energyAxis(
  metadata: Json | undefined,
  channels: number,
  where: string,
  notices: Notice[],
): Axis {
  const detector = detectorOf(metadata);
  const axis = pixelAxis("energy", "signal", channels);
  const dispersion = numberAt(detector, "Dispersion");
  const start = numberAt(detector, "OffsetEnergy");
  if (dispersion === undefined || start === undefined || dispersion === 0) {
    const message = `hdf5: the detector of ${where} states no dispersion, its energies are left in px`;
    notices.push({ code: "uncalibrated", message, where });
    return axis;
  }
  return calibratedAxis(axis, "keV", dispersion / 1000, start / 1000);
}
