import { LithoscopeError } from "../../../core/errors.ts";
import { parseQuantity, parseUnit } from "../../../core/unit.ts";

/** A length on the detector, in pixels, as reciprocal length, or as scattering angle. */
export interface Reach {
  readonly value: number;
  readonly unit: "px" | "1/Å" | "mrad";
}

/** A virtual detector as asked for. */
export interface DetectorSpec {
  readonly name: string;
  readonly text: string;
  readonly shape: "disc" | "ring";
  readonly x: Reach;
  readonly y: Reach;
  /** 0 for a disc. */
  readonly inner: Reach;
  readonly outer: Reach;
}

/** A virtual detector on the pixels. */
export interface Detector {
  readonly name: string;
  readonly text: string;
  /** Column and row of the middle [px]. */
  readonly x: number;
  readonly y: number;
  /** A pixel belongs if inner ≤ distance of its centre < outer; for a disc also at outer [px]. */
  readonly inner: number;
  readonly outer: number;
  readonly closed: boolean;
}

/** What turns lengths into pixels. */
export interface DetectorScale {
  /** Column and row of the direct beam [px]. */
  readonly centre: readonly [number, number];
  /** Pixel [1/Å]. */
  readonly pixel?: number;
  /** Wavelength [Å]. */
  readonly wavelength?: number;
}

const UNITS: Readonly<Record<string, Reach["unit"]>> = { pixel: "px", "length^-1": "1/Å", angle: "mrad" };

function reach(text: string, path: string): Reach {
  const dimension = parseUnit(
    /[^\d.+-].*$/.exec(text.replace(/e[+-]?\d+/i, ""))?.[0].trim() ?? "",
  )?.dimension;
  const unit = UNITS[dimension ?? ""];
  if (!unit) {
    throw new LithoscopeError("Usage", `${path}: wanted a number in px, mrad or 1/Å, found "${text}"`, {
      path,
      expected: "px, mrad or 1/Å",
    });
  }
  return { value: parseQuantity(text, unit, path).value, unit };
}

/**
 * A detector from `[NAME=]disc:x,y,r` or `[NAME=]ring:x,y,r0,r1`, every number with its unit.
 *
 * @param standard the name where the text gives none
 * @throws Usage for another shape, count of numbers, unit, or radii that enclose nothing
 */
export function parseDetector(given: string, standard: string, path = "--detector"): DetectorSpec {
  const [, named, text] = /^(?:([\w-]+)=)?(.*)$/.exec(given) as unknown as [
    string,
    string | undefined,
    string,
  ];
  const [, shape, list] = /^(disc|ring):(.*)$/.exec(text) ?? [];
  const parts = list?.split(",") ?? [];
  const wrong = (what: string) =>
    new LithoscopeError("Usage", `${path}: wanted disc:x,y,r or ring:x,y,r0,r1, ${what}`, {
      path,
      expected: "disc:64px,64px,5px",
    });
  if (shape !== "disc" && shape !== "ring") throw wrong(`found "${given}"`);
  if (parts.length !== (shape === "disc" ? 3 : 4)) throw wrong(`found ${parts.length} numbers`);
  const [x, y, a, b] = parts.map((part) => reach(part, path)) as [Reach, Reach, Reach, Reach | undefined];
  const [inner, outer] = b ? [a, b] : [{ ...a, value: 0 }, a];
  if (inner.value < 0 || outer.value <= 0 || (inner.unit === outer.unit && inner.value >= outer.value))
    throw wrong(`found radii that enclose nothing in "${given}"`);
  return { name: named ?? standard, text, shape, x, y, inner, outer };
}

/**
 * The detector on the pixels. A position in px is an absolute column or row; one in 1/Å or mrad is counted from the
 * direct beam, along +x and +y of the detector. mrad are scattering angles, λg to first order.
 *
 * @throws Missing if a unit needs the pixel size or the voltage, and it is not known
 */
export function placeDetector(spec: DetectorSpec, scale: DetectorScale): Detector {
  const pixels = ({ value, unit }: Reach) => {
    if (unit === "px") return value;
    if (scale.pixel === undefined) throw missing(spec, "the detector's pixel size", "--pixel-size");
    if (unit === "1/Å") return value / scale.pixel;
    if (scale.wavelength === undefined) throw missing(spec, "the accelerating voltage", "--voltage");
    return value / 1e3 / (scale.wavelength * scale.pixel);
  };
  const at = (length: Reach, middle: number) => (length.unit === "px" ? 0 : middle) + pixels(length);
  const detector = {
    name: spec.name,
    text: spec.text,
    x: at(spec.x, scale.centre[0]),
    y: at(spec.y, scale.centre[1]),
    inner: pixels(spec.inner),
    outer: pixels(spec.outer),
    closed: spec.shape === "disc",
  };
  if (detector.inner < detector.outer) return detector;
  throw new LithoscopeError("Usage", `--detector: the radii of "${spec.text}" enclose nothing`, {
    path: "--detector",
    expected: "r0 below r1",
  });
}

function missing(spec: DetectorSpec, what: string, flag: string): LithoscopeError {
  return new LithoscopeError("Missing", `virtual-image: "${spec.text}" needs ${what}, give ${flag}`, {
    what,
    flag,
  });
}

/** Flat indices of the pixels of a detector. */
export function detectorPixels(detector: Detector, height: number, width: number): Uint32Array {
  const found: number[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const d = Math.hypot(column - detector.x, row - detector.y);
      const inside = detector.closed ? d <= detector.outer : d < detector.outer;
      if (d >= detector.inner && inside) found.push(row * width + column);
    }
  return Uint32Array.from(found);
}
