/** Peaks of a distribution of relaxation times: where they are, how much resistance is theirs, how sure they are. */
import { levenbergMarquardt } from "../../../math/levenberg-marquardt.ts";
import { nonNegativeSolve } from "../../../math/nnls.ts";
import { type DrtSolution, type DrtSystem, regularised, TERMS } from "./drt-system.ts";

export interface DrtPeak {
  /** Of the maximum [s]. */
  readonly tau: number;
  /** Standard uncertainty of τ from draws of the noise [s]. */
  readonly tauSigma: number;
  /** Resistance [Ω], and its standard uncertainty from draws of the noise. */
  readonly area: number;
  readonly areaSigma: number;
  /** Logarithm of the likelihood that the data lose without this peak. */
  readonly evidence: number;
  /** Share of the draws of the noise that have a maximum here. */
  readonly present: number;
  /** False beyond the measured range, where the data do not show a maximum. */
  readonly inside: boolean;
}

export interface FoundPeak {
  readonly node: number;
  readonly logTau: number;
  /** First and last node between the minima around it. */
  readonly from: number;
  readonly to: number;
  /** Share of γ at each node that is this peak's. */
  readonly share: Float64Array;
  /** Area [Ω] that it shares with others: how it is divided rests on the shapes alone. */
  readonly shared: number;
}

/** Maxima below this share of the highest, or of this share of the whole area, are ripples. */
const LEAST_HEIGHT = 0.005;
const LEAST_AREA = 0.003;
/** A minimum above this share of the lower maximum beside it parts nothing. */
const SHALLOW = 0.85;

interface Candidate {
  node: number;
  from: number;
  to: number;
}

/** Every maximum of γ with the nodes between the minima around it. */
function maxima(gamma: Float64Array): Candidate[] {
  const raw: Candidate[] = [];
  let from = 0;
  for (let k = 0; k < gamma.length; k++) {
    const before = k === 0 ? 0 : gamma[k - 1]!;
    const after = k === gamma.length - 1 ? 0 : gamma[k + 1]!;
    if (gamma[k]! > 0 && gamma[k]! > before && gamma[k]! >= after) {
      let to = k;
      // The first node of 0 belongs to the peak: a spike one node wide ends there, not at its own top.
      while (to + 1 < gamma.length && gamma[to]! > 0 && gamma[to + 1]! <= gamma[to]!) to++;
      raw.push({ node: k, from, to });
      from = to;
    }
  }
  return raw;
}

/** The candidates without one of them, whose nodes fall to the neighbour behind the higher minimum. */
function without(candidates: readonly Candidate[], k: number, gamma: Float64Array): Candidate[] {
  const left = candidates[k - 1];
  const right = candidates[k + 1];
  const { from, to } = candidates[k]!;
  const toLeft = left && (!right || gamma[from]! >= gamma[to]!);
  return candidates.flatMap((one, i) => {
    if (i === k) return [];
    if (toLeft && i === k - 1) return [{ ...one, to }];
    if (!toLeft && i === k + 1) return [{ ...one, from }];
    return [one];
  });
}

/** ln τ of the greatest γ within a quarter of a decade of a node, between nodes by a parabola. */
export function peakPlace(
  gamma: Float64Array,
  logTau: Float64Array,
  node: number,
  spacing: number,
  reach = 3,
): number {
  let top = node;
  for (let k = Math.max(0, node - reach); k <= Math.min(gamma.length - 1, node + reach); k++)
    if (gamma[k]! > gamma[top]!) top = k;
  const [a, b, c] = [gamma[top - 1] ?? 0, gamma[top]!, gamma[top + 1] ?? 0];
  const bend = a - 2 * b + c;
  const offset = bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend)) : 0;
  return logTau[top]! + offset * spacing;
}

/** True where γ has a maximum within a quarter of a decade of a node. */
export function hasPeak(gamma: Float64Array, node: number, reach = 3): boolean {
  for (let k = Math.max(0, node - reach); k <= Math.min(gamma.length - 1, node + reach); k++)
    if (gamma[k]! > 0 && gamma[k]! > (gamma[k - 1] ?? 0) && gamma[k]! >= (gamma[k + 1] ?? 0)) return true;
  return false;
}

/**
 * Maxima of γ that stay where λ is ten times as large (`smoother`), with the minima between them; overlap is divided by shapes R/2π · sin((1−n)π)/(cosh(n·ln(τ/τ0)) −
 * cos((1−n)π)), that of a depressed arc, fitted together.
 *
 * @param range measured range of ln τ
 */
export function findPeaks(
  logTau: Float64Array,
  gamma: Float64Array,
  smoother: Float64Array,
  spacing: number,
  range: readonly [number, number],
): FoundPeak[] {
  const highest = gamma.reduce((a, b) => Math.max(a, b), 0);
  const total = gamma.reduce((a, b) => a + b, 0);
  let kept = maxima(gamma);
  const isRipple = ({ node, from, to }: Candidate) => {
    const own = gamma.subarray(from, to + 1).reduce((a, b) => a + b, 0);
    const dip = Math.max(from > 0 ? gamma[from]! : 0, to < gamma.length - 1 ? gamma[to]! : 0);
    return (
      dip > SHALLOW * gamma[node]! ||
      gamma[node]! < LEAST_HEIGHT * highest ||
      own < LEAST_AREA * total ||
      !hasPeak(smoother, node)
    );
  };
  for (;;) {
    const lowest = kept
      .map((one, k) => ({ k, height: gamma[one.node]!, ripple: isRipple(one) }))
      .filter(({ ripple }) => ripple)
      .sort((a, b) => a.height - b.height)[0];
    if (!lowest || kept.length === 1) break;
    kept = without(kept, lowest.k, gamma);
  }
  const shapes = fitShapes(kept, logTau, gamma, spacing);
  return kept.map((peak, k) => {
    const { node } = peak;
    const [a, b, c] = [gamma[node - 1] ?? 0, gamma[node]!, gamma[node + 1] ?? 0];
    const bend = a - 2 * b + c;
    const offset = bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend)) : 0;
    // What lies beyond the measured range stands for what the data do not show; no peak inside counts it.
    const measured = (i: number) => logTau[i]! >= range[0] && logTau[i]! <= range[1];
    const share = shapes[k]!.map((value, i) => (measured(i) || !measured(node) ? value : 0));
    const shared = gamma.reduce((sum, g, i) => sum + spacing * g * share[i]! * (1 - share[i]!), 0);
    return { ...peak, logTau: logTau[node]! + offset * spacing, share, shared };
  });
}

/** γ of a depressed arc: area 1, exponent n, at distance d in ln τ from its maximum; at most that of n = 0.99. */
function arc(d: number, n: number): number {
  const angle = (1 - n) * Math.PI;
  return Math.sin(angle) / (2 * Math.PI) / (Math.cosh(Math.min(700, Math.abs(n * d))) - Math.cos(angle));
}

function fitShapes(
  peaks: readonly { node: number; from: number; to: number }[],
  logTau: Float64Array,
  gamma: Float64Array,
  spacing: number,
): Float64Array[] {
  const n = peaks.length;
  const nodes = gamma.length;
  if (n < 2) return peaks.map(() => new Float64Array(nodes).fill(1));
  const start = peaks.flatMap(({ node, from, to }) => {
    let area = 0;
    for (let k = from; k <= to; k++) area += gamma[k]! * spacing;
    return [Math.log(area), logTau[node]!, 0.85];
  });
  const limits = { lower: new Float64Array(3 * n), upper: new Float64Array(3 * n), iterations: 60 };
  for (let k = 0; k < n; k++) {
    limits.lower.set([start[3 * k]! - 5, start[3 * k + 1]! - spacing, 0.5], 3 * k);
    limits.upper.set([start[3 * k]! + 2, start[3 * k + 1]! + spacing, 0.985], 3 * k);
  }
  const model = (x: ArrayLike<number>, k: number, i: number) =>
    Math.exp(x[3 * k]!) * arc(logTau[i]! - x[3 * k + 1]!, x[3 * k + 2]!);
  const problem = {
    parameters: 3 * n,
    residuals: nodes,
    evaluate(x: Float64Array, r: Float64Array, jacobian?: Float64Array) {
      for (let i = 0; i < nodes; i++) {
        r[i] = -gamma[i]!;
        for (let k = 0; k < n; k++) {
          const value = model(x, k, i);
          r[i] += value;
          if (!jacobian) continue;
          jacobian[i * 3 * n + 3 * k] = value;
          for (const p of [1, 2]) {
            const moved = [x[3 * k]!, x[3 * k + 1]!, x[3 * k + 2]!];
            moved[p] += 1e-6;
            jacobian[i * 3 * n + 3 * k + p] = (model(moved, 0, i) - value) / 1e-6;
          }
        }
      }
    },
  };
  const { x } = levenbergMarquardt(problem, start, limits);
  return peaks.map((_, k) =>
    Float64Array.from({ length: nodes }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += model(x, j, i);
      return model(x, k, i) / sum;
    }),
  );
}

/** Resistance of each peak under another γ [Ω]. */
export function peakAreas(peaks: readonly FoundPeak[], gamma: ArrayLike<number>, spacing: number): number[] {
  return peaks.map(({ share }) => {
    let sum = 0;
    for (let i = 0; i < gamma.length; i++) sum += share[i]! * gamma[i]! * spacing;
    return sum;
  });
}

/** What the logarithm of the likelihood loses where γ is held at 0 between the minima around each peak. */
export function peakEvidence(
  system: DrtSystem,
  best: DrtSolution,
  peaks: readonly FoundPeak[],
  noise: number,
): number[] {
  const { unknowns: n } = system;
  const h = regularised(system, best.roughness, best.lambda);
  const size = system.data.reduce((sum, value) => sum + value * value, 0);
  return peaks.map(({ from, to }) => {
    const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i < TERMS + from || i > TERMS + to);
    const m = kept.length;
    const part = new Float64Array(m * m);
    for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) part[i * m + j] = h[kept[i]! * n + kept[j]!]!;
    const right = Float64Array.from(kept, (i) => system.right[i]!);
    const x = nonNegativeSolve(
      part,
      right,
      Float64Array.from(kept, (i) => best.x[i]!),
    );
    // At the minimum ½ xᵀHx − fᵀx is −½ fᵀx.
    const cost = size - right.reduce((sum, value, i) => sum + value * x[i]!, 0);
    return (cost - best.cost - best.lambda * best.rough) / (2 * noise * noise);
  });
}
