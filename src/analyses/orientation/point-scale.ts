import type { Optics } from "./bank.ts";
import type { SpotPair } from "./refine.ts";

/** Scale of the spots of one phase against that of the whole scan: 1.01 where its cell should be 1 % smaller. */
export interface PhaseScale {
  readonly phase: number;
  readonly scale: number;
  readonly sigma: number;
  readonly spots: number;
}

/** A spot further than this many standard deviations from its place is somebody else's. */
const OUTLIER = 3.5;
/** Fewer spots than this say nothing about a cell. */
const FEWEST = 60;
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

/** How much larger or smaller than the scan's scale that of each phase's own spots is. */
export function fitPhaseScales(
  pairs: readonly SpotPair[],
  phaseOf: readonly number[],
  matrix: Symmetric,
): PhaseScale[] {
  const found: PhaseScale[] = [];
  for (const phase of new Set(phaseOf)) {
    const own = pairs.filter((_, i) => phaseOf[i] === phase);
    if (own.length < FEWEST) continue;
    let scale = 1;
    let sigma = Number.NaN;
    for (let pass = 0; pass < PASSES; pass++) {
      const [a, b, c] = matrix.map((m) => m * scale) as unknown as Symmetric;
      let [top, bottom, squares, used] = [0, 0, 0, 0];
      for (const pair of own) {
        const r2 = residual([a, b, c], pair);
        if (pass > 0 && r2 > 2 * OUTLIER * OUTLIER) continue;
        const px = matrix[0] * pair.gx + matrix[1] * pair.gy;
        const py = matrix[1] * pair.gx + matrix[2] * pair.gy;
        top += (px * pair.x + py * pair.y) / pair.variance;
        bottom += (px * px + py * py) / pair.variance;
        squares += r2;
        used += 2;
      }
      scale = top / bottom;
      sigma = Math.sqrt(squares / Math.max(1, used) / bottom);
    }
    found.push({ phase, scale, sigma, spots: own.length });
  }
  return found.sort((p, q) => p.phase - q.phase);
}
