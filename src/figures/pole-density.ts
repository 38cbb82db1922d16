import { transposed } from "./ipf.ts";

/** Points across the disc of a pole figure; odd, so that one lies on the centre. */
export const POLE_GRID = 61;
/** Half width of the smoothing kernel [deg]. */
export const POLE_HALF_WIDTH = 7.5;

/** Density of one family of directions over a half sphere, shape (POLE_GRID, POLE_GRID), NaN outside the disc. */
export interface PoleDensity {
  readonly density: Float64Array;
  /** Orientations that it is made from. */
  readonly count: number;
}

/** The unit vector of the half sphere z ≥ 0 at a point of the equal-area disc of radius 1; undefined outside. */
export function fromDisc(x: number, y: number): [number, number, number] | undefined {
  const r2 = x * x + y * y;
  if (r2 > 1) return undefined;
  // Lambert's projection of the half sphere: r = √(1 − z).
  const k = Math.sqrt(2 - r2);
  return [x * k, y * k, 1 - r2];
}

/** The point of the equal-area disc of radius 1 of an axis, either sign. */
export function toDisc(v: readonly [number, number, number]): [number, number] {
  const sign = v[2] < 0 ? -1 : 1;
  const k = 1 / Math.sqrt(1 + Math.abs(v[2]));
  return [sign * v[0] * k, sign * v[1] * k];
}

/**
 * How often a family of crystal directions points each way of the sample, in multiples of a uniform distribution:
 * counts in equal-area cells, smoothed with a von Mises–Fisher kernel.
 *
 * @param orientation quaternions w, x, y, z, crystal to sample
 * @param rows the orientations to count
 * @param direction unit vector in the crystal frame
 * @param rotations the crystal's symmetry
 */
export function poleDensity(
  orientation: Float64Array,
  rows: readonly number[],
  direction: readonly [number, number, number],
  rotations: readonly (readonly [number, number, number, number])[],
): PoleDensity {
  const size = POLE_GRID;
  const half = (size - 1) / 2;
  const family = equivalents(direction, rotations);
  const cells = new Float64Array(size * size);
  for (const row of rows) {
    // The inverse of a unit quaternion turns `transposed` into the rotation itself.
    const q = [
      orientation[4 * row]!,
      -orientation[4 * row + 1]!,
      -orientation[4 * row + 2]!,
      -orientation[4 * row + 3]!,
    ];
    for (const axis of family) {
      const [x, y] = toDisc(transposed(q, axis));
      cells[Math.round(half * (1 + y)) * size + Math.round(half * (1 + x))]!++;
    }
  }
  const kappa = Math.LN2 / (1 - Math.cos((POLE_HALF_WIDTH * Math.PI) / 180));
  const places = Array.from(cells, (_, i) =>
    fromDisc((i % size) / half - 1, Math.floor(i / size) / half - 1),
  );
  const full: { v: [number, number, number]; n: number }[] = [];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i]! === 0) continue;
    // A cell whose centre lies just outside the disc is drawn to its edge.
    const [x, y] = [(i % size) / half - 1, Math.floor(i / size) / half - 1];
    const k = Math.max(1, Math.hypot(x, y));
    full.push({ v: places[i] ?? fromDisc((x / k) * 0.999999, (y / k) * 0.999999)!, n: cells[i]! });
  }
  const density = new Float64Array(size * size).fill(Number.NaN);
  let [sum, inside] = [0, 0];
  places.forEach((place, i) => {
    if (!place) return;
    let value = 0;
    for (const { v, n } of full) {
      const cosine = Math.abs(v[0] * place[0] + v[1] * place[1] + v[2] * place[2]);
      if (cosine > 0.8) value += n * Math.exp(kappa * (cosine - 1));
    }
    density[i] = value;
    sum += value;
    inside++;
  });
  const mean = sum / inside;
  if (mean > 0) for (let i = 0; i < density.length; i++) density[i]! /= mean;
  return { density, count: rows.length };
}

/** The distinct axes that the symmetry makes of one direction. */
function equivalents(
  direction: readonly [number, number, number],
  rotations: readonly (readonly [number, number, number, number])[],
): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (const q of rotations) {
    const v = [...transposed(q, direction)] as [number, number, number];
    const known = found.some((u) => Math.abs(u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) > 1 - 1e-6);
    if (!known) found.push(v);
  }
  return found;
}
