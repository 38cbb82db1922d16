/** The linear model of a distribution of relaxation times, its roughness, and one solution for one λ. */
import { gram, sumSquares, times, transposeTimes } from "../../../math/linear.ts";
import { NonNegativeSolver } from "../../../math/nnls.ts";
import { modulus, omegaOf, type Spectrum } from "../../../science/electrochemistry/spectrum.ts";

/** R∞, L, 1/C and σ of a Warburg tail stand before γ in every solution. */
export const TERMS = 4;
const PER_DECADE = 12;
/** Decades of τ below the measured range. */
const BEYOND = 1;
/** And above it: a tail between a capacitance and Warburg's needs them, or λ falls until peaks make up for it. */
const SLOWER = 0.5;
/** Gauss's four points and weights on 0 … 1. */
const POINTS = [0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970263];
const SHARES = [0.1739274225687269, 0.326072577431273, 0.326072577431273, 0.1739274225687269];

export interface DrtSystem {
  readonly points: number;
  readonly unknowns: number;
  /** ln τ of the nodes of γ, which is linear between them, and their distance. */
  readonly logTau: Float64Array;
  readonly spacing: number;
  /** What a unit of each of the first unknowns is in SI. */
  readonly scales: readonly number[];
  readonly rows: Float64Array;
  readonly data: Float64Array;
  readonly weight: Float64Array;
  readonly normal: Float64Array;
  readonly right: Float64Array;
}

/** A roughness of γ as a quadratic form, scaled so that λ = 1 weighs it as heavily as the data. */
export type Roughness = Float64Array;

/** The model of a spectrum: weighted rows, γ on 12 nodes per decade of τ. */
export function drtSystem(spectrum: Spectrum): DrtSystem {
  const { z } = spectrum;
  const omega = omegaOf(spectrum);
  const n = omega.length;
  const weight = modulus(z).map((size) => 1 / size);
  const [wHigh, wLow] = [omega[0]!, omega[n - 1]!];
  const low = -Math.log(wHigh) - BEYOND * Math.LN10;
  const high = -Math.log(wLow) + SLOWER * Math.LN10;
  const nodes = Math.round(((high - low) / Math.LN10) * PER_DECADE) + 1;
  const spacing = (high - low) / (nodes - 1);
  const logTau = Float64Array.from({ length: nodes }, (_, k) => low + spacing * k);
  const unknowns = TERMS + nodes;
  const rows = new Float64Array(2 * n * unknowns);
  const scales = [1, 1 / wHigh, wLow, Math.sqrt(wLow)];
  for (let i = 0; i < n; i++) {
    const re = 2 * i * unknowns;
    const im = re + unknowns;
    const w = weight[i]!;
    rows[re] = w;
    rows[im + 1] = w * omega[i]! * scales[1]!;
    rows[im + 2] = (-w / omega[i]!) * scales[2]!;
    rows[re + 3] = (w / Math.sqrt(omega[i]!)) * scales[3]!;
    rows[im + 3] = -rows[re + 3]!;
    for (let k = 0; k + 1 < nodes; k++)
      for (let g = 0; g < 4; g++) {
        const u = POINTS[g]!;
        const x = omega[i]! * Math.exp(logTau[k]! + spacing * u);
        const part = (w * spacing * SHARES[g]!) / (1 + x * x);
        const at = TERMS + k;
        rows[re + at] += part * (1 - u);
        rows[re + at + 1] += part * u;
        rows[im + at] -= part * x * (1 - u);
        rows[im + at + 1] -= part * x * u;
      }
  }
  const data = z.map((value, i) => value * weight[i >> 1]!);
  const normal = gram(rows, 2 * n, unknowns);
  return {
    ...{ points: n, unknowns, logTau, spacing, scales, rows, data, weight, normal },
    right: transposeTimes(rows, 2 * n, unknowns, data),
  };
}

/** γ below this share of its maximum is not told from 0 by its own size. */
const FLOOR = 0.01;
/** Width of the average that stands for the local size of γ, in ln τ. */
const WIDTH = 0.25;

/**
 * Integral over ln τ of γ″² + γ′², γ being 0 beyond its ends; with an earlier γ given, of the same over the square of the
 * local size of that γ: sharp peaks and faint tails are then as smooth as each other, as they are on a logarithmic scale.
 * Slope and bend weigh alike over one unit of ln τ, about the width of a single relaxation: with the bend alone an edge
 * makes γ swing beside it, and the swings pass for peaks.
 */
export function roughnessOf(system: DrtSystem, earlier?: Float64Array): Roughness {
  const { unknowns, spacing, normal, logTau } = system;
  const nodes = logTau.length;
  const size = earlier ? localSize(earlier, spacing) : undefined;
  const out = new Float64Array(unknowns * unknowns);
  // The differences that stand for spacing²·γ″ and spacing·γ′, each with its weight: both are spacing²·derivative.
  const differences = [
    { coefficients: [1, -2, 1], share: 1 },
    { coefficients: [0, -1, 1], share: spacing * spacing },
  ];
  for (let k = -1; k <= nodes; k++) {
    const weight = size ? 1 / size[Math.max(0, Math.min(nodes - 1, k))]! ** 2 : 1;
    for (const { coefficients, share } of differences)
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) {
          const [a, b] = [k - 1 + i, k - 1 + j];
          if (a < 0 || b < 0 || a >= nodes || b >= nodes) continue;
          out[(TERMS + a) * unknowns + TERMS + b] += share * coefficients[i]! * coefficients[j]! * weight;
        }
  }
  const trace = (matrix: Float64Array) => {
    let sum = 0;
    for (let k = TERMS; k < unknowns; k++) sum += matrix[k * (unknowns + 1)]!;
    return sum;
  };
  const scale = trace(normal) / trace(out);
  return out.map((value) => value * scale);
}

function localSize(gamma: Float64Array, spacing: number): Float64Array {
  const highest = gamma.reduce((a, b) => Math.max(a, b), 0);
  const reach = Math.ceil((3 * WIDTH) / spacing);
  return gamma.map((_, k) => {
    let [sum, weights] = [0, 0];
    for (let j = -reach; j <= reach; j++) {
      const weight = Math.exp(-0.5 * ((j * spacing) / WIDTH) ** 2);
      sum += weight * (gamma[k + j] ?? 0);
      weights += weight;
    }
    return sum / weights + FLOOR * highest + 1e-300;
  });
}

export interface DrtSolution {
  readonly lambda: number;
  readonly roughness: Roughness;
  /** The first four in units of `scales`, then γ [Ω]. */
  readonly x: Float64Array;
  /** Weighted sum of squares. */
  readonly cost: number;
  /** Penalty without λ. */
  readonly rough: number;
  /** Twice the logarithm of the evidence, up to a constant. */
  readonly evidence: number;
}

/** The normal matrix with λ times the roughness. */
export function regularised(system: DrtSystem, roughness: Roughness, lambda: number): Float64Array {
  const h = system.normal.slice();
  for (let i = 0; i < h.length; i++) h[i] += lambda * roughness[i]!;
  for (let i = 0; i < system.unknowns; i++)
    h[i * (system.unknowns + 1)] += 1e-10 * system.normal[i * (system.unknowns + 1)]!;
  return h;
}

/** Logarithm of the determinant of a part of a matrix that has no entries beyond its second diagonals. */
function bandDeterminant(matrix: Float64Array, n: number, chosen: readonly number[]): number {
  const k = chosen.length;
  const l = new Float64Array(3 * k);
  let sum = 0;
  for (let i = 0; i < k; i++) {
    const at = (j: number) => (j < 0 ? 0 : matrix[chosen[i]! * n + chosen[j]!]!);
    // Entries of row i of the factor: two before the diagonal, one before it, the diagonal.
    const second = i < 2 ? 0 : at(i - 2) / l[3 * (i - 2) + 2]!;
    const first = i < 1 ? 0 : (at(i - 1) - second * l[3 * (i - 1) + 1]!) / l[3 * (i - 1) + 2]!;
    const square = at(i) - second * second - first * first;
    if (!(square > 0)) return Number.NaN;
    l.set([second, first, Math.sqrt(square)], 3 * i);
    sum += Math.log(square);
  }
  return sum;
}

/**
 * The distribution for one λ, with the evidence of λ for a normal prior of that roughness on the unknowns that are not
 * zero and noise of unknown size.
 *
 * @see MacKay (1992), doi:10.1162/neco.1992.4.3.415
 */
export function solveDrt(
  system: DrtSystem,
  roughness: Roughness,
  lambda: number,
  start?: Float64Array,
): DrtSolution {
  const { unknowns: n, points } = system;
  const h = regularised(system, roughness, lambda);
  const solver = new NonNegativeSolver(h, n, start);
  const x = solver.solve(system.right);
  const model = times(system.rows, 2 * points, n, x);
  const cost = sumSquares(model.map((value, i) => value - system.data[i]!));
  const bent = times(roughness, n, n, x);
  const rough = x.reduce((sum, value, i) => sum + value * bent[i]!, 0);
  const bound = Array.from(x.keys()).filter((i) => x[i]! > 0 && i >= TERMS);
  const prior = bandDeterminant(roughness, n, bound) + bound.length * Math.log(lambda);
  const evidence = prior - solver.logDeterminant - 2 * points * Math.log(cost + lambda * rough);
  return { lambda, roughness, x, cost, rough, evidence };
}

/** λ by the greatest evidence: whole decades from 10^`from` down, then `steps` around the best. */
function searchLambda(
  system: DrtSystem,
  roughness: Roughness,
  from: number,
  steps: readonly number[],
  start?: Float64Array,
): DrtSolution {
  let best: DrtSolution | undefined;
  let last = start;
  const consider = (power: number): boolean => {
    const one = solveDrt(system, roughness, 10 ** power, last);
    last = one.x;
    const better = Number.isFinite(one.evidence) && (!best || one.evidence > best.evidence);
    if (better) best = one;
    return better;
  };
  let worse = 0;
  for (let power = from; power >= -12 && worse < 2; power--) worse = consider(power) ? 0 : worse + 1;
  if (!best) return solveDrt(system, roughness, 1e-4, start);
  for (const step of steps) {
    const middle = Math.log10((best as DrtSolution).lambda);
    if (!consider(middle + step)) consider(middle - step);
  }
  return best;
}

/** The distribution with λ by the greatest evidence; first for γ″ as it is, then twice relative to the γ found before. */
export function chooseLambda(system: DrtSystem): DrtSolution {
  const plain = roughnessOf(system);
  let found = searchLambda(system, plain, -1, []);
  // Ten times smoother, so that ripples of the first solution do not become a prior of their own.
  found = solveDrt(system, plain, found.lambda * 10, found.x);
  for (const steps of [[], [0.5, 0.25]]) {
    const roughness = roughnessOf(system, found.x.subarray(TERMS));
    found = searchLambda(system, roughness, 1, steps, found.x);
  }
  return found;
}
