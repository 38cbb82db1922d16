import type { Notice, Quantity } from "../../core/contracts.ts";
import { invertSymmetric } from "../../math/linear.ts";
import { atan2 } from "../../math/portable.ts";
import type { DetectorAxes } from "./sample-frame.ts";

/** Terms of the model in u (along the row) and v (down the scan), both from −1/2 to 1/2 over the scan. */
const TERMS = ["at the scan's middle", "times u", "times v", "times u²", "times u·v", "times v²"] as const;
const powers = (u: number, v: number) => [1, u, v, u * u, u * v, v * v];
/** Fewer points, rows or columns than this tell no walk. */
const FEWEST = 24;
const SHORTEST = 3;
/** A beam further off the model than this many standard deviations is left out. */
const OUTLIER = 5;
/** By which factor a turn must outweigh a mirror, or the reverse, and by how many σ stand out, to be worth a word. */
const CLEAR = 5;

/** One coordinate of the direct beam over the scan [px]. */
interface Course {
  /** Coefficients of the terms, and their standard uncertainties. */
  readonly terms: readonly number[];
  readonly sigma: readonly number[];
  /** Scatter about the model, rms. */
  readonly rest: number;
}

/** Where the direct beam goes on the detector as the scan goes on: column and row; undefined where too few points tell. */
export interface BeamWalk {
  readonly column: Course;
  readonly row: Course;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** Least squares over the points that stay within five standard deviations, four passes. */
function fitCourse(rows: readonly (readonly number[])[], values: readonly number[]): Course | undefined {
  const n = TERMS.length;
  let terms: number[] = [median(values), ...new Array<number>(n - 1).fill(0)];
  let sigma: number[] = [];
  let rest = 0;
  for (let pass = 0; pass < 4; pass++) {
    const off = values.map((value, i) => value - rows[i]!.reduce((sum, p, k) => sum + p * terms[k]!, 0));
    const limit = OUTLIER * 1.4826 * median(off.map(Math.abs)) + 1e-9;
    // The first pass only starts the walk: its residuals are the walk itself.
    const used = off.flatMap((r, i) => (pass === 0 || Math.abs(r) <= limit ? [i] : []));
    const matrix = new Float64Array(n * n);
    const right = new Float64Array(n);
    for (const i of used)
      for (let a = 0; a < n; a++) {
        right[a]! += rows[i]![a]! * values[i]!;
        for (let b = 0; b < n; b++) matrix[a * n + b]! += rows[i]![a]! * rows[i]![b]!;
      }
    const inverse = invertSymmetric(matrix, n);
    if (!inverse || used.length <= n) return undefined;
    terms = terms.map((_, a) => right.reduce((sum, value, b) => sum + inverse[a * n + b]! * value, 0));
    const squares = used.reduce((sum, i) => {
      return sum + (values[i]! - rows[i]!.reduce((all, p, k) => all + p * terms[k]!, 0)) ** 2;
    }, 0);
    rest = Math.sqrt(squares / (used.length - n));
    sigma = terms.map((_, a) => rest * Math.sqrt(inverse[a * n + a]!));
  }
  return { terms, sigma, rest };
}

/**
 * The descan model: column and row of the direct beam as second-order polynomials of the place in the scan.
 *
 * @param beam column and row per point [px], shape (height, width, 2); NaN where there is none
 */
export function beamWalk(beam: ArrayLike<number>, width: number, height: number): BeamWalk | undefined {
  if (width < SHORTEST || height < SHORTEST) return undefined;
  const rows: number[][] = [];
  const [columns, down]: [number[], number[]] = [[], []];
  for (let i = 0; i < width * height; i++) {
    if (!Number.isFinite(beam[2 * i])) continue;
    rows.push(powers((i % width) / (width - 1) - 0.5, Math.floor(i / width) / (height - 1) - 0.5));
    columns.push(beam[2 * i]!);
    down.push(beam[2 * i + 1]!);
  }
  if (rows.length < FEWEST) return undefined;
  const [column, row] = [fitCourse(rows, columns), fitCourse(rows, down)];
  return column && row && { column, row };
}

/** The model as quantities: its twelve numbers, and what it leaves. */
export function walkValues(walk: BeamWalk | undefined): Record<string, Quantity> {
  if (!walk) return {};
  const values: Record<string, Quantity> = {};
  for (const name of ["column", "row"] as const) {
    const { terms, sigma } = walk[name];
    TERMS.forEach((term, k) => {
      const what = k === 0 ? `beam centre, ${name} ${term}` : `descan of the beam's ${name}, ${term}`;
      values[what] = { value: terms[k]!, unit: "px", sigma: sigma[k]!, from: "found" };
    });
  }
  const rest = Math.hypot(walk.column.rest, walk.row.rest) / Math.SQRT2;
  values["beam centre, scatter about the descan model"] = { value: rest, unit: "px", from: "found" };
  return values;
}

/**
 * How the detector's axes were taken to lie, which no fit can check: the mirrored or turned pattern of a crystal is
 * by Friedel's law just that of the crystal in another orientation, higher Laue zones included. The walk of the beam
 * may hint at it: where the descan is off by the same share along both axes, the beam walks along v_detector = F·R(θ)·v_scan.
 */
export function axesNotice(
  walk: BeamWalk | undefined,
  { scanRotationDeg = 0, flip = "none" }: DetectorAxes,
  [width, height]: readonly [number, number],
): Notice {
  const stated = [
    ...(scanRotationDeg ? [`--scan-rotation ${scanRotationDeg}deg`] : []),
    ...(flip === "none" ? [] : [`--flip ${flip}`]),
  ].join(" ");
  const taken =
    stated === ""
      ? "detector axes are taken as parallel to the scan's"
      : `detector axes are taken as ${stated} says`;
  const message = `${taken}: not checked by the fit, because by Friedel's law a mirrored or turned pattern fits as well, with other orientations`;
  const hint = walkHint(walk, { scanRotationDeg, flip }, width, height);
  return { code: "detector-axes", message: message + hint, flag: "--flip, --scan-rotation" };
}

/** What the walk of the beam says about turn and mirror; "" where it says nothing, or that all is as stated. */
function walkHint(
  walk: BeamWalk | undefined,
  { scanRotationDeg, flip }: Required<DetectorAxes>,
  width: number,
  height: number,
): string {
  if (!walk) return "";
  // [px per scan step]; u and v run over the whole scan.
  const [xx, xy] = [walk.column.terms[1]! / (width - 1), walk.column.terms[2]! / (height - 1)];
  const [yx, yy] = [walk.row.terms[1]! / (width - 1), walk.row.terms[2]! / (height - 1)];
  const noise = Math.max(
    ...[walk.column.sigma[1]!, walk.row.sigma[1]!].map((s) => s / (width - 1)),
    ...[walk.column.sigma[2]!, walk.row.sigma[2]!].map((s) => s / (height - 1)),
  );
  // A 2 × 2 matrix is a turn with a factor and a mirrored turn with a factor.
  const turned = Math.hypot(xx + yy, yx - xy) / 2;
  const mirrored = Math.hypot(xx - yy, yx + xy) / 2;
  if (Math.max(turned, mirrored) < CLEAR * Math.max(noise, Math.min(turned, mirrored))) return "";
  const mirror = mirrored > turned;
  const degrees = (radians: number) => (radians * 180) / Math.PI;
  // F = diag(−1, 1) or diag(1, −1) before R(θ); the factor of the descan's error may be negative, so θ is known to 180°.
  const angle = degrees(mirror ? -atan2(yx + xy, xx - yy) : atan2(yx - xy, xx + yy));
  const within = (a: number) => ((((a + 90) % 180) + 180) % 180) - 90;
  const apart = Math.abs(within(angle - scanRotationDeg));
  if (mirror === (flip !== "none") && apart < 15) return "";
  const found = `${mirror ? "a mirror and " : ""}a turn of ${within(angle).toFixed(0)}° (or 180° more)`;
  return `; the beam walks over the detector with ${found} against the scan, which is what the axes do if the descan is off alike along both`;
}
