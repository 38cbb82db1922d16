import { unitOf } from "../units.ts";
import type { Library } from "./library.ts";
import { childDataset, childGroup, type H5Group, type H5Value, numberOf, textOf } from "./parse.ts";

/**
 * py4DSTEM's calibration in its own frame: x along rows (down), y along columns. Per scan point or one number for all;
 * undefined where the file has none.
 */
export interface Calibration {
  readonly pixelSize?: number;
  readonly pixelUnit?: string;
  readonly stepSize?: number;
  readonly stepUnit?: string;
  readonly qx0?: readonly number[];
  readonly qy0?: readonly number[];
  /** Semi-axes and angle [rad] of the ellipse that a ring has become. */
  readonly ellipse?: readonly [a: number, b: number, theta: number];
  /** Turn from pattern to scan [rad], and whether the pattern is transposed first. */
  readonly rotation?: number;
  readonly flip: boolean;
}

/** Where py4DSTEM keeps its calibration: emdfile, 0.13, and 0.12 and before. */
const PLACES: readonly (readonly string[])[] = [
  ["metadatabundle", "calibration"],
  ["_metadata", "calibration"],
  ["calibration"],
  ["metadata", "metadata_0", "calibration"],
  ["metadata", "calibration"],
];

function find(groups: readonly H5Group[]): H5Group | undefined {
  for (const group of groups.toReversed()) {
    for (const place of PLACES) {
      const found = childGroup(group, ...place);
      if (found) return found;
    }
  }
  return undefined;
}

function numbersOf(value: H5Value): readonly number[] | undefined {
  if (Array.isArray(value))
    return value.every((v) => typeof v === "number") ? (value as number[]) : undefined;
  const number = numberOf(value);
  return number === undefined ? undefined : [number];
}

/** The calibration nearest to the innermost of the groups; undefined if the file has none. */
export function calibrationOf(library: Library, groups: readonly H5Group[]): Calibration | undefined {
  const group = find(groups);
  if (!group) return undefined;
  const value = (name: string): H5Value => {
    const dataset = childDataset(group, name);
    return dataset ? library.value(dataset) : group.attributes[name];
  };
  const number = (name: string) => numberOf(value(name));
  const unit = (name: string) => unitOf(textOf(value(name)));
  const [a, b, theta] = [number("a"), number("b"), number("theta")];
  const flip = value("QR_flip");
  const entries = {
    pixelSize: number("Q_pixel_size"),
    pixelUnit: unit("Q_pixel_units"),
    stepSize: number("R_pixel_size"),
    stepUnit: unit("R_pixel_units"),
    qx0: numbersOf(value("qx0")) ?? numbersOf(value("qx0_mean")),
    qy0: numbersOf(value("qy0")) ?? numbersOf(value("qy0_mean")),
    ellipse: a !== undefined && b !== undefined && theta !== undefined ? ([a, b, theta] as const) : undefined,
    rotation: number("QR_rotation"),
    flip: flip === true || numberOf(flip) === 1,
  };
  const known = Object.entries(entries).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(known) as unknown as Calibration;
}

/** Mean of the origin over the scan; undefined where there is none. */
export function meanOf(values: readonly number[] | undefined): number | undefined {
  if (!values || values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) ? mean : undefined;
}

/**
 * Calibrates points of one scan position in place, in py4DSTEM's frame and order: origin, ellipse, pixel size,
 * rotation with flip (py4DSTEM/braggvectors/braggvectors.py, `_transform`, at baf9e302).
 */
export function calibratePoints(
  { qx0, qy0, ellipse, pixelSize, rotation, flip }: Calibration,
  position: number,
  qx: Float64Array,
  qy: Float64Array,
  from: number,
  to: number,
): void {
  const at = (values: readonly number[] | undefined) => (values ? (values[position] ?? values[0]!) : 0);
  const [x0, y0] = qx0 && qy0 ? [at(qx0), at(qy0)] : [0, 0];
  let [xx, xy, yx, yy] = [1, 0, 0, 1];
  if (ellipse) {
    const e = ellipse[1] / ellipse[0];
    const [sine, cosine] = [Math.sin(ellipse[2] - Math.PI / 2), Math.cos(ellipse[2] - Math.PI / 2)];
    xx = e * sine ** 2 + cosine ** 2;
    xy = sine * cosine * (1 - e);
    yx = xy;
    yy = sine ** 2 + e * cosine ** 2;
  }
  const scale = pixelSize ?? 1;
  const [sine, cosine] = [Math.sin(rotation ?? 0), Math.cos(rotation ?? 0)];
  for (let i = from; i < to; i++) {
    const [x, y] = [qx[i]! - x0, qy[i]! - y0];
    const u = scale * (xx * x + xy * y);
    const v = scale * (yx * x + yy * y);
    const [p, q] = flip && rotation !== undefined ? [v, u] : [u, v];
    qx[i] = cosine * p - sine * q;
    qy[i] = sine * p + cosine * q;
  }
}
