/**
 * Densities of orientations and directions with the kernel of de la Vallée Poussin, in multiples of a random
 * texture. Its half width ω½ gives κ = ½ ln ½ / ln cos(ω½/2) (Schaeben, Math. Geosci. 31 (1999) 345).
 */
import { conjugate, multiply, type Quaternion, rotateVector, type Vector3 } from "./rotation.ts";

const DEG = Math.PI / 180;

/** κ of the kernel whose half width (half its height at this angle) is `deg`. */
export function kernelKappa(deg: number): number {
  return (0.5 * Math.log(0.5)) / Math.log(Math.cos((deg * DEG) / 2));
}

/** Half widths that `kernelHalfWidth` chooses from [deg]. */
export const HALF_WIDTHS = [5, 7.5, 10, 12.5, 15, 20, 30] as const;

/**
 * The half width [deg] for a density of these orientations: of `HALF_WIDTHS` the one under which each orientation is
 * the likeliest given all others (leave-one-out). One orientation per grain: the points of a grain are not
 * independent and would choose the smallest. At most 400 of them, evenly taken.
 *
 * @param weights of the grains, such as areas or 1
 */
export function kernelHalfWidth(
  orientations: readonly Quaternion[],
  weights: ArrayLike<number>,
  rotations: readonly Quaternion[],
): number {
  const stride = Math.max(1, Math.ceil(orientations.length / 400));
  const rows = orientations.map((_, i) => i).filter((i) => i % stride === 0);
  if (rows.length < 3) return HALF_WIDTHS.at(-1)!;
  const kappas = HALF_WIDTHS.map(kernelKappa);
  const norms = kappas.map(rotationNorm);
  const sums = rows.map(() => new Float64Array(HALF_WIDTHS.length));
  for (let a = 0; a < rows.length; a++) {
    for (let b = a + 1; b < rows.length; b++) {
      const difference = multiply(conjugate(orientations[rows[a]!]!), orientations[rows[b]!]!);
      for (const s of rotations) {
        const w = difference[0] * s[0] - difference[1] * s[1] - difference[2] * s[2] - difference[3] * s[3];
        const log = Math.log(w * w + 1e-300);
        for (let k = 0; k < kappas.length; k++) {
          const value = (norms[k]! * Math.exp(kappas[k]! * log)) / rotations.length;
          sums[a]![k]! += weights[rows[b]!]! * value;
          sums[b]![k]! += weights[rows[a]!]! * value;
        }
      }
    }
  }
  const total = rows.reduce((sum, i) => sum + weights[i]!, 0);
  const likelihood = HALF_WIDTHS.map((_, k) =>
    rows.reduce((sum, i, a) => {
      const others = Math.max(1e-300, total - weights[i]!);
      return sum + weights[i]! * Math.log(sums[a]![k]! / others + 1e-12);
    }, 0),
  );
  return HALF_WIDTHS[likelihood.indexOf(Math.max(...likelihood))]!;
}

/** B(3/2, 1/2) / B(3/2, κ + 1/2): the kernel on rotations then has the mean 1. */
function rotationNorm(kappa: number): number {
  return (
    (Math.PI / 2) * Math.exp(logGamma(kappa + 2) - logGamma(kappa + 0.5) - Math.log(Math.sqrt(Math.PI) / 2))
  );
}

/** Stirling's series after shifting the argument above 10: 1e-13. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Densities at directions, multiples of random. */
export interface DirectionDensity {
  /** Directions that were counted, flat (n, 3), with their weights; either sign counts. */
  readonly directions: Float64Array;
  readonly weights: Float64Array;
  readonly halfWidthDeg: number;
}

/** Pole figure: the directions in the sample of all equivalents of crystal direction `pole`. */
export function poleFigure(
  orientations: readonly Quaternion[],
  weights: ArrayLike<number>,
  pole: Vector3,
  rotations: readonly Quaternion[],
  halfWidthDeg: number,
): DirectionDensity {
  const family = distinctAxes(rotations.map((s) => rotateVector(s, pole)));
  return collect(orientations, weights, halfWidthDeg, (q) => family.map((v) => rotateVector(q, v)));
}

/** Inverse pole figure: the directions in the crystal, with all equivalents, of sample direction `axis`. */
export function inversePoleFigure(
  orientations: readonly Quaternion[],
  weights: ArrayLike<number>,
  axis: Vector3,
  rotations: readonly Quaternion[],
  halfWidthDeg: number,
): DirectionDensity {
  return collect(orientations, weights, halfWidthDeg, (q) => {
    const v = rotateVector(conjugate(q), axis);
    return rotations.map((s) => rotateVector(s, v));
  });
}

/** Axes without those that are there already, either sign. */
function distinctAxes(all: readonly Vector3[]): Vector3[] {
  const found: Vector3[] = [];
  for (const v of all) {
    const least = (1 - 1e-6) * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    if (found.every((u) => Math.abs(u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) < least)) found.push(v);
  }
  return found;
}

function collect(
  orientations: readonly Quaternion[],
  weights: ArrayLike<number>,
  halfWidthDeg: number,
  directionsOf: (q: Quaternion) => readonly Vector3[],
): DirectionDensity {
  const each = orientations.length > 0 ? directionsOf(orientations[0]!).length : 0;
  const directions = new Float64Array(3 * each * orientations.length);
  const heavy = new Float64Array(each * orientations.length);
  let at = 0;
  orientations.forEach((q, i) => {
    for (const v of directionsOf(q)) {
      const length = Math.hypot(...v);
      for (let c = 0; c < 3; c++) directions[3 * at + c] = v[c]! / length;
      heavy[at++] = weights[i]!;
    }
  });
  return { directions, weights: heavy, halfWidthDeg };
}

/**
 * The same density from at most one direction per cell of the equal-area disc, `size` cells across: what makes
 * millions of directions quick. Directions move by less than a cell, 2.1° at 61 cells.
 */
export function inCells(
  { directions, weights, halfWidthDeg }: DirectionDensity,
  size: number,
): DirectionDensity {
  const half = (size - 1) / 2;
  // Mean directions of the cells, so that the shift is smaller still.
  const sums = new Float64Array(4 * size * size);
  for (let i = 0; i < weights.length; i++) {
    const v = [directions[3 * i]!, directions[3 * i + 1]!, directions[3 * i + 2]!] as const;
    const sign = v[2] < 0 ? -1 : 1;
    const [x, y] = toDisc(v);
    const cell = 4 * (Math.round(half * (1 + y)) * size + Math.round(half * (1 + x)));
    for (let c = 0; c < 3; c++) sums[cell + c]! += sign * weights[i]! * v[c]!;
    sums[cell + 3]! += weights[i]!;
  }
  const cells = Array.from({ length: size * size }, (_, i) => 4 * i).filter((cell) => sums[cell + 3]! > 0);
  const merged = new Float64Array(3 * cells.length);
  cells.forEach((cell, k) => {
    const length = Math.hypot(sums[cell]!, sums[cell + 1]!, sums[cell + 2]!);
    for (let c = 0; c < 3; c++) merged[3 * k + c] = sums[cell + c]! / length;
  });
  return {
    directions: merged,
    weights: Float64Array.from(cells, (cell) => sums[cell + 3]!),
    halfWidthDeg,
  };
}

/** The point of the equal-area (Lambert) disc of radius 1 of a unit axis, either sign. */
export function toDisc(v: Vector3): [number, number] {
  const k = (v[2] < 0 ? -1 : 1) / Math.sqrt(1 + Math.abs(v[2]));
  return [v[0] * k, v[1] * k];
}

/**
 * Multiples of random at unit directions `at`, flat (m, 3), NaN where they are: the kernel on rotations seen along one axis is
 * (1 + κ) cos^2κ(θ/2).
 */
export function densityAt(
  { directions, weights, halfWidthDeg }: DirectionDensity,
  at: Float64Array,
): Float64Array {
  const kappa = kernelKappa(halfWidthDeg);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const norm = (1 + kappa) / (2 * total);
  // Beyond this cosine the kernel is below 1e-6 of its height.
  const least = 2 * 1e-6 ** (1 / kappa) - 1;
  const out = new Float64Array(at.length / 3);
  for (let m = 0; m < out.length; m++) {
    const [x, y, z] = [at[3 * m]!, at[3 * m + 1]!, at[3 * m + 2]!];
    let sum = Number.isNaN(x) ? Number.NaN : 0;
    for (let i = 0; i < weights.length; i++) {
      const cosine = directions[3 * i]! * x + directions[3 * i + 1]! * y + directions[3 * i + 2]! * z;
      if (cosine > least) sum += weights[i]! * ((1 + cosine) / 2) ** kappa;
      if (-cosine > least) sum += weights[i]! * ((1 - cosine) / 2) ** kappa;
    }
    out[m] = sum * norm;
  }
  return out;
}

/** Points of the equal-area (Lambert) disc of the half sphere z ≥ 0, `size` across, as unit vectors, NaN outside it. */
export function equalAreaGrid(size: number): Float64Array {
  const out = new Float64Array(3 * size * size).fill(Number.NaN);
  const half = (size - 1) / 2;
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [(i % size) / half - 1, Math.floor(i / size) / half - 1];
    const r2 = x * x + y * y;
    if (r2 > 1) continue;
    const k = Math.sqrt(2 - r2);
    out.set([x * k, y * k, 1 - r2], 3 * i);
  }
  return out;
}
