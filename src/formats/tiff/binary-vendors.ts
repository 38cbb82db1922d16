import type { Source } from "../../core/contracts.ts";
import { type Meta, putQuantity, putText } from "../axes.ts";
import { type Directory, numberTag, TAG, textTag } from "./parse.ts";
import { type Calibration, NONE, scaleOf } from "./scale.ts";

/** The first bytes of a structure that a tag points to; undefined where the file ends before it does. */
async function structure(source: Source, at: number | undefined, length: number, stop?: AbortSignal) {
  if (at === undefined || at + length > source.size) return undefined;
  const bytes = await source.read(at, length, stop);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(view: DataView, at: number, length: number, encoding: "latin1" | "utf-16le"): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  return new TextDecoder(encoding).decode(bytes).replace(/\0.*$/s, "");
}

/** Pixels per centimetre or inch as a step in metres; NaN where the tag has no physical unit. */
export function metresPerPixel(directory: Directory, tag: number): number {
  const unit = { 2: 0.0254, 3: 0.01 }[numberTag(directory, TAG.resolutionUnit) ?? 2];
  const perUnit = numberTag(directory, tag);
  return unit !== undefined && perUnit !== undefined && perUnit > 0 ? unit / perUnit : Number.NaN;
}

/** TVIPS EM-MENU: bytes of the first structure, and where the second ends. */
const TVIPS_FIRST = 244;
const TVIPS_BYTES = 6312;

/** "Day, month, year" in three fields of one number; "seconds since midnight" in the other. */
function tvipsTime(date: number, seconds: number): string {
  const [day, month, year] = [date & 255, (date >> 8) & 255, date >> 16];
  const two = (n: number) => String(n).padStart(2, "0");
  if (year < 1990 || month < 1 || month > 12 || day < 1 || seconds < 0 || seconds >= 86400) return "";
  return `${year}-${two(month)}-${two(day)}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** TVIPS's structure (EM-MENU help): version 1 leaves the pixel to the resolution tags, version 2 states it in nm. */
export async function tvips(
  source: Source,
  directory: Directory,
  little: boolean,
  stop?: AbortSignal,
): Promise<Calibration | undefined> {
  const at = numberTag(directory, TAG.tvips);
  const first = await structure(source, at, TVIPS_FIRST, stop);
  const version = first?.getInt32(0, little);
  if (!first || (version !== 1 && version !== 2)) return undefined;
  const meta: Meta = {};
  if (version === 1) {
    putQuantity(meta, "beam.energy", first.getInt32(84, little) || undefined, "keV");
    const [x, y] = [TAG.xResolution, TAG.yResolution].map((tag) =>
      scaleOf("m", metresPerPixel(directory, tag)),
    );
    return { x: x!, y: y!, stack: NONE, meta };
  }
  const whole = await structure(source, at, TVIPS_BYTES, stop);
  if (whole?.getUint32(TVIPS_BYTES - 4, little) !== 0xaaaaaaaa) return undefined;
  const f32 = (place: number) => whole.getFloat32(TVIPS_FIRST + place, little);
  const i32 = (place: number) => whole.getInt32(TVIPS_FIRST + place, little);
  const pattern = i32(3288) === 3;
  putQuantity(meta, "beam.energy", f32(3028) > 0 ? f32(3028) / 1e3 : undefined, "keV");
  putQuantity(
    meta,
    pattern ? "camera.length" : "magnification",
    f32(3292) || undefined,
    pattern ? "mm" : "1",
  );
  putQuantity(meta, "exposure.time", f32(3708) > 0 ? f32(3708) / 1e3 : undefined, "s");
  for (const [i, name] of ["alpha", "beta"].entries())
    putQuantity(meta, `stage.${name}`, f32(3308 + 4 * (3 + i)), "deg");
  putText(meta, "camera", textAt(whole, TVIPS_FIRST + 3524, 160, "utf-16le"));
  putText(meta, "time.start.local", tvipsTime(i32(340), i32(344)));
  // The pixel of a pattern is in a unit that the help does not name.
  const [x, y] = pattern ? [NONE, NONE] : [scaleOf("nm", f32(2724)), scaleOf("nm", f32(2728))];
  return { x, y, stack: NONE, pattern, meta };
}

/** Olympus SIS: a block "SIS0" with a list of parts; part 1 has the pixel as a number and a power of ten [m]. */
export async function olympusSis(
  source: Source,
  directory: Directory,
  stop?: AbortSignal,
): Promise<Calibration | undefined> {
  const text = textTag(directory, TAG.sisText);
  const at = numberTag(directory, TAG.sis);
  const head = await structure(source, at, 60, stop);
  if (head?.getUint32(0, false) !== 0x53495330) return text === undefined ? undefined : sisText(text);
  const meta: Meta = {};
  const [minute, hour, day, month, year] = [10, 12, 14, 16, 18].map((place) => head.getInt16(place, true));
  const two = (n: number) => String(n).padStart(2, "0");
  if (year! > 80 && year! < 300)
    putText(
      meta,
      "time.start.local",
      `${1900 + year!}-${two(month! + 1)}-${two(day!)}T${two(hour!)}:${two(minute!)}`,
    );
  const parts = head.getUint16(58, true);
  const list = await structure(source, at! + 60, 8 * Math.min(parts, 256), stop);
  for (let i = 0; list && i < list.byteLength; i += 8) {
    if (list.getInt16(i, true) !== 1) continue;
    const part = await structure(source, list.getUint32(i + 4, true), 112, stop);
    if (!part) continue;
    const power = 10 ** part.getInt16(10, true);
    const pixel = (place: number) => Number((part.getFloat64(place, true) * power).toPrecision(12));
    putQuantity(meta, "magnification", part.getFloat64(36, true) || undefined, "1");
    putText(meta, "camera", textAt(part, 46, 34, "latin1"));
    return { x: scaleOf("m", pixel(12)), y: scaleOf("m", pixel(20)), stack: NONE, meta };
  }
  return { x: NONE, y: NONE, stack: NONE, meta };
}

/** Olympus's other tag, "key=value" lines: XCal and YCal are nm or µm by the name of the unit beside them. */
function sisText(text: string): Calibration | undefined {
  const number = (key: string) => {
    const match = new RegExp(`^\\s*${key}\\s*=\\s*([-+.\\deE]+)`, "im").exec(text);
    return match ? Number(match[1]) : undefined;
  };
  const [x, y] = [
    number("XCalibration") ?? number("PixelSizeX"),
    number("YCalibration") ?? number("PixelSizeY"),
  ];
  const unit = /^\s*(?:Unit|CalibrationUnit)\s*=\s*(\S+)/im.exec(text)?.[1];
  const known = unit !== undefined && ["nm", "µm", "um"].includes(unit);
  return known
    ? { x: scaleOf(unit.replace("um", "µm"), x), y: scaleOf(unit.replace("um", "µm"), y), stack: NONE }
    : undefined;
}
