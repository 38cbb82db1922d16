import type { Crystal } from "../../core/contracts.ts";
import { conjugate, rotateVector, toMatrix } from "../../science/crystal/rotation.ts";
import type { Optics } from "./bank.ts";
import type { SpotPair } from "./refine.ts";

/** By how much the axes of a cell differ from what its spots say on the scan's scale: 0.01 where a should be 1 % longer. */
export interface CellCheck {
  readonly phase: number;
  /** Of a, b and c, and their standard uncertainties from the scatter of the spots. */
  readonly longer: readonly number[];
  readonly sigma: readonly number[];
  readonly spots: number;
}

/** Spots of one pattern with the answer that explains them. */
export interface PhasePairs {
  readonly phase: number;
  readonly quaternion: readonly [number, number, number, number];
  readonly pairs: readonly SpotPair[];
}

/** A spot further than this many standard deviations from its place is somebody else's. */
const OUTLIER = 3.5;
/** Fewer spots than this say nothing about a cell. */
const FEWEST = 100;
/** Times that outliers are left out anew. */
const PASSES = 4;

type Symmetric = readonly [xx: number, xy: number, yy: number];

function residual([a, b, c]: Symmetric, { gx, gy, x, y, variance }: SpotPair): number {
  return ((x - a * gx - b * gy) ** 2 + (y - b * gx - c * gy) ** 2) / variance;
}

/**
 * The symmetric matrix that takes reciprocal space to the frame [px·Å]: weighted least squares over the spots without
 * outliers. `scatter` is the relative standard uncertainty of its mean.
 */
export function fitScale(pairs: readonly SpotPair[], optics: Optics): { matrix: Symmetric; scatter: number } {
  let matrix = optics.ellipse.map((m) => m / optics.pixel) as unknown as Symmetric;
  let scatter = Number.NaN;
  for (let pass = 0; pass < PASSES; pass++) {
    let [sxx, sxy, syy, vx, vm, vy, squares, used] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const pair of pairs) {
      const r2 = residual(matrix, pair);
      if (pass > 0 && r2 > 2 * OUTLIER * OUTLIER) continue;
      const { gx, gy, x, y, variance } = pair;
      sxx += (gx * gx) / variance;
      sxy += (gx * gy) / variance;
      syy += (gy * gy) / variance;
      vx += (gx * x) / variance;
      vm += (gy * x + gx * y) / variance;
      vy += (gy * y) / variance;
      squares += r2;
      used += 2;
    }
    // a·sxx + b·sxy = vx; a·sxy + b·(sxx + syy) + c·sxy = vm; b·sxy + c·syy = vy: a and c by b.
    const b =
      (vm - (sxy * vx) / sxx - (sxy * vy) / syy) / (sxx + syy - (sxy * sxy) / sxx - (sxy * sxy) / syy);
    const [a, c] = [(vx - b * sxy) / sxx, (vy - b * sxy) / syy];
    matrix = [a, b, c];
    scatter = Math.sqrt(squares / Math.max(1, used) / (sxx + syy)) / ((a + c) / 2);
  }
  return { matrix, scatter };
}

/** A strain as xx, yy, zz, yz, xz, xy; the last three count twice along a direction. */
type Strain = readonly [number, number, number, number, number, number];

const along = (e: Strain, [x, y, z]: readonly [number, number, number]) =>
  e[0] * x * x + e[1] * y * y + e[2] * z * z + 2 * (e[3] * y * z + e[4] * x * z + e[5] * x * y);

/** The strains that the rotations of the crystal leave as they are: one for a cubic crystal, four for a monoclinic one. */
function ownStrains(rotations: Crystal["rotations"]): Strain[] {
  const kept: number[][] = [];
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, v, i) => sum + (i < 3 ? 1 : 2) * v * b[i]!, 0);
  for (let k = 0; k < 6; k++) {
    const unit = [0, 0, 0, 0, 0, 0].map((_, i) => (i === k ? 1 : 0)) as unknown as Strain;
    const mean = [0, 0, 0, 0, 0, 0];
    for (const rotation of rotations) {
      const m = toMatrix(rotation);
      const column = (j: number) => [m[j]!, m[3 + j]!, m[6 + j]!] as const;
      // (RᵀER)ij = ri·E·rj, by polarisation.
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [1, 2],
        [0, 2],
        [0, 1],
      ].forEach(([i, j], at) => {
        const [p, q] = [column(i!), column(j!)];
        const sum = [p[0] + q[0], p[1] + q[1], p[2] + q[2]] as const;
        mean[at]! += (along(unit, sum) - along(unit, p) - along(unit, q)) / 2 / rotations.length;
      });
    }
    for (const other of kept) {
      const part = dot(mean, other);
      for (let i = 0; i < 6; i++) mean[i]! -= part * other[i]!;
    }
    const length = Math.sqrt(dot(mean, mean));
    if (length > 1e-6) kept.push(mean.map((v) => v / length));
  }
  return kept as unknown as Strain[];
}

/** Unit vectors along a, b and c in the crystal frame a ∥ x, c* ∥ z. */
function axesOf([, , , alpha, beta, gamma]: Crystal["cell"]): (readonly [number, number, number])[] {
  const [ca, cb, cg] = [alpha, beta, gamma].map((deg) => Math.cos((deg * Math.PI) / 180)) as [
    number,
    number,
    number,
  ];
  const sg = Math.sqrt(1 - cg * cg);
  const y = (ca - cb * cg) / sg;
  return [
    [1, 0, 0],
    [cg, sg, 0],
    [cb, y, Math.sqrt(Math.max(0, 1 - cb * cb - y * y))],
  ];
}

/** Inverse of a small symmetric positive matrix, row-major; undefined if it is singular. */
function inverse(matrix: readonly number[], n: number): number[] | undefined {
  const a = [...matrix];
  const b = a.map((_, i) => (Math.floor(i / n) === i % n ? 1 : 0));
  for (let p = 0; p < n; p++) {
    const pivot = a[p * n + p]!;
    if (!(pivot > 1e-9 * matrix[p * n + p]!)) return undefined;
    for (let j = 0; j < n; j++) {
      a[p * n + j]! /= pivot;
      b[p * n + j]! /= pivot;
    }
    for (let i = 0; i < n; i++) {
      if (i === p) continue;
      const f = a[i * n + p]!;
      for (let j = 0; j < n; j++) {
        a[i * n + j]! -= f * a[p * n + j]!;
        b[i * n + j]! -= f * b[p * n + j]!;
      }
    }
  }
  return b;
}

/**
 * What the distances of the spots from the beam say about each cell, within its symmetry: a spot along the direction u
 * of the crystal lies further out by −uᵀεu. Shared scale and cells cannot be told apart: only what differs between
 * phases, or between the axes of one, is about a cell.
 */
export function checkCells(
  answers: readonly PhasePairs[],
  matrix: Symmetric,
  k: number,
  crystals: readonly Crystal[],
): CellCheck[] {
  return crystals.flatMap((crystal, phase) => {
    const basis = ownStrains(crystal.rotations);
    const rows = answers
      .filter((answer) => answer.phase === phase)
      .flatMap(({ quaternion, pairs }) => pairs.map((pair) => rowOf(pair, quaternion, matrix, k, basis)));
    if (rows.length < FEWEST) return [];
    const fit = fitRows(rows, basis.length);
    if (!fit) return [];
    const axes = axesOf(crystal.cell).map((axis) => basis.map((strain) => along(strain, axis)));
    const sum = (f: (i: number) => number) => basis.reduce((total, _, i) => total + f(i), 0);
    const longer = axes.map((axis) => sum((i) => axis[i]! * fit.strain[i]!));
    const sigma = axes.map((axis) =>
      Math.sqrt(sum((i) => sum((j) => axis[i]! * axis[j]! * fit.covariance[i * basis.length + j]!))),
    );
    return [{ phase, longer, sigma, spots: rows.length }];
  });
}

interface Row {
  /** Relative distance beyond the predicted one, its weight, and what each strain would make of it. */
  readonly beyond: number;
  readonly weight: number;
  readonly terms: readonly number[];
}

function rowOf(
  { gx, gy, x, y, variance }: SpotPair,
  quaternion: PhasePairs["quaternion"],
  [a, b, c]: Symmetric,
  k: number,
  basis: readonly Strain[],
): Row {
  const [px, py] = [a * gx + b * gy, b * gx + c * gy];
  const far2 = px * px + py * py;
  // What diffracts lies on the sphere.
  const gz = -(gx * gx + gy * gy) / (2 * k);
  const length = Math.hypot(gx, gy, gz);
  const u = rotateVector(conjugate(quaternion), [gx / length, gy / length, gz / length]);
  return {
    beyond: (px * x + py * y) / far2 - 1,
    weight: far2 / variance,
    terms: basis.map((strain) => -along(strain, u)),
  };
}

function fitRows(rows: readonly Row[], n: number): { strain: number[]; covariance: number[] } | undefined {
  let strain = new Array<number>(n).fill(0);
  let spread = Number.POSITIVE_INFINITY;
  for (let pass = 0; ; pass++) {
    const normal = new Array<number>(n * n).fill(0);
    const right = new Array<number>(n).fill(0);
    let [squares, used] = [0, 0];
    for (const { beyond, weight, terms } of rows) {
      const off = beyond - terms.reduce((sum, term, i) => sum + term * strain[i]!, 0);
      if (off * off * weight > OUTLIER * OUTLIER * spread) continue;
      squares += off * off * weight;
      used++;
      for (let i = 0; i < n; i++) {
        right[i]! += weight * terms[i]! * beyond;
        for (let j = 0; j < n; j++) normal[i * n + j]! += weight * terms[i]! * terms[j]!;
      }
    }
    const inverted = inverse(normal, n);
    if (!inverted || used <= n) return undefined;
    const dot = (i: number) => right.reduce((sum, v, j) => sum + inverted[i * n + j]! * v, 0);
    spread = squares / (used - n);
    strain = strain.map((_, i) => dot(i));
    if (pass === PASSES) return { strain, covariance: inverted.map((v) => v * spread) };
  }
}
