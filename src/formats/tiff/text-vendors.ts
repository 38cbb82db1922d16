import { type Meta, putQuantity, putText } from "../axes.ts";
import { labLines } from "../lab-text.ts";
import { type Directory, GATAN, numberTag, TAG, textTag } from "./parse.ts";
import { type Calibration, NONE, scaleOf, square, unitIn } from "./scale.ts";

/** Gatan's tags: units, origins and steps of x, y and the stack. */
export function gatan(directory: Directory): Calibration | undefined {
  if (numberTag(directory, GATAN.scale) === undefined) return undefined;
  const [x, y, stack] = [0, 1, 2].map((i) => {
    const origin = numberTag(directory, GATAN.origin + i);
    const step = numberTag(directory, GATAN.scale + i);
    return scaleOf(unitIn(textTag(directory, GATAN.unit + i)), step, origin);
  });
  const found = [x, y, stack].some((scale) => scale!.from === "file");
  return found ? { x: x!, y: y!, stack: stack!, pattern: x!.unit.startsWith("1/") } : undefined;
}

/** FEI's and Thermo Fisher's text: sections in brackets, "key=value" below them. */
export function fei(directory: Directory): Calibration | undefined {
  const text = textTag(directory, TAG.fei) ?? textTag(directory, TAG.feiOlder);
  if (text === undefined) return undefined;
  const fields = new Map<string, string>();
  let section = "";
  for (const line of labLines(text)) {
    const heading = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const cut = line.indexOf("=");
    if (cut > 0) fields.set(`${section}/${line.slice(0, cut).trim()}`, line.slice(cut + 1).trim());
  }
  const number = (...keys: string[]) => {
    const found = keys.map((key) => fields.get(key)).find((value) => value !== undefined && value !== "");
    return found === undefined ? undefined : Number(found);
  };
  // Images of the infrared camera have a field of view instead of a pixel.
  const field = (width: string, pixels: string) => {
    const [length, count] = [number(`IRBeam/${width}`), number(`Image/${pixels}`)];
    return length !== undefined && count !== undefined ? length / count : undefined;
  };
  const x = number("Scan/PixelWidth", "EScan/PixelWidth", "IScan/PixelWidth") ?? field("HFW", "ResolutionX");
  const y =
    number("Scan/PixelHeight", "EScan/PixelHeight", "IScan/PixelHeight") ?? field("VFW", "ResolutionY");
  const meta: Meta = {};
  const volts = number("Beam/HV", "EBeam/HV", "IBeam/HV");
  putQuantity(meta, "beam.energy", volts && volts / 1e3, "keV");
  const current = number("EBeam/BeamCurrent", "IBeam/BeamCurrent");
  putQuantity(meta, "beam.current", current && current * 1e9, "nA");
  putQuantity(meta, "dwell.time", number("Scan/Dwelltime", "Scan/Dwell", "EScan/Dwell") || undefined, "s");
  putText(meta, "microscope", fields.get("System/SystemType"));
  putText(meta, "detector", fields.get("Detectors/Name"));
  putText(meta, "time.start.local", `${fields.get("User/Date") ?? ""} ${fields.get("User/Time") ?? ""}`);
  return { x: scaleOf("m", x), y: scaleOf("m", y), stack: NONE, meta };
}

/** A width of the picture that Zeiss's first numbers refer to [px]. */
const ZEISS_WIDTH = 1024;

/**
 * Zeiss's text: lines of bare numbers, the fourth the pixel [m] of a picture 1024 wide, then keys in capitals, each
 * followed by "name = value unit". The named pixel size has fewer digits and is taken where the numbers are missing or
 * differ from it.
 */
export function zeiss(directory: Directory, width: number): Calibration | undefined {
  const text = textTag(directory, TAG.zeiss);
  if (text === undefined) return undefined;
  const lines = labLines(text);
  const first = lines.findIndex((line) => /^[A-Z]{2}_/.test(line));
  const bare = Number(lines[3]) * (ZEISS_WIDTH / width);
  const named = (key: string) => {
    const line = lines[lines.indexOf(key) + 1] ?? "";
    const match = lines.includes(key) ? /[=:]\s*([-+.\deE]+)\s*(\S*)/.exec(line) : null;
    return match ? { value: Number(match[1]), unit: unitIn(match[2]) } : undefined;
  };
  const pixel = named("AP_IMAGE_PIXEL_SIZE") ?? named("AP_PIXEL_SIZE");
  const factors: Readonly<Record<string, number>> = { m: 1, mm: 1e-3, µm: 1e-6, nm: 1e-9, pm: 1e-12 };
  const stated = pixel && pixel.value * (factors[pixel.unit ?? ""] ?? Number.NaN);
  const usable = first > 3 && bare > 0;
  const agrees = usable && (!stated || Math.abs(bare / stated - 1) < 0.02);
  const meta: Meta = {};
  putQuantity(meta, "beam.energy", named("AP_ACTUALKV")?.value, "keV");
  putQuantity(meta, "magnification", named("AP_MAG")?.value, "1");
  return square(scaleOf("m", agrees ? bare : stated), { meta });
}
