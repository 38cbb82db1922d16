/** Complex non-linear least squares of an equivalent circuit, from start values that nobody gives. */

import type { Random } from "../../../core/random.ts";
import { seededRandom } from "../../../core/random.ts";
import { aicc } from "../../../math/aicc.ts";
import { type FitAnswer, type LeastSquares, levenbergMarquardt } from "../../../math/levenberg-marquardt.ts";
import { gram, invertSymmetric } from "../../../math/linear.ts";
import { extent } from "../../../math/order-statistics.ts";
import { type Circuit, fromCoordinates, toCoordinates } from "../../../science/electrochemistry/circuit.ts";
import { circuitImpedance } from "../../../science/electrochemistry/circuit-impedance.ts";
import { EXPONENT_RANGE } from "../../../science/electrochemistry/elements.ts";
import { modulus, omegaOf, type Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { orderParts } from "./order-parts.ts";
import { startMaker } from "./start-values.ts";

/** Lowest and highest value of a parameter by its full name, in its unit; equal where it is held. */
export type Bounds = Readonly<Record<string, readonly [number, number]>>;

export interface FitOptions {
  /** 1/σ of each point, for both parts; 1/|Z| where absent. */
  readonly weight?: Float64Array;
  /** Starts that are followed to their minimum. */
  readonly starts?: number;
  readonly seed?: string;
  readonly bounds?: Bounds;
  /** Parameters of an earlier fit, tried as one more start. */
  readonly warm?: ArrayLike<number>;
}

export interface CircuitFit {
  readonly circuit: Circuit;
  /** In their own units, in the order of `circuit.parameters`. */
  readonly values: Float64Array;
  /** Coordinates: logarithms, except exponents. */
  readonly x: Float64Array;
  /** Σ (w |Z − Z_fit|)². */
  readonly chi2: number;
  readonly points: number;
  /** Free parameters that are not at a bound. */
  readonly free: number;
  /** Of the coordinates, scaled by χ²/(2N − p); zero rows for parameters at a bound or held. */
  readonly covariance: Float64Array;
  /** Names of parameters at a bound: the element is absent, or the data do not decide. */
  readonly atBound: readonly string[];
  readonly held: readonly string[];
  readonly aicc: number;
  /** How many of the starts ended within 1e-4 of the best χ². */
  readonly hits: number;
  readonly starts: number;
  /** Starts whose descent ended. */
  readonly converged: number;
  /** Impedance of the model at the data's frequencies, pairs. */
  readonly model: Float64Array;
}

/** Everything that fits of one circuit to one spectrum share. */
export interface FitProblem extends LeastSquares {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly weight: Float64Array;
  readonly omega: Float64Array;
}

/** Limits far outside what the data could show: an element at one of them is absent. */
function limitsOf(circuit: Circuit, spectrum: Spectrum, bounds: Bounds) {
  const size = modulus(spectrum.z);
  const omega = omegaOf(spectrum);
  const [least, most] = extent(size);
  const [zLow, zHigh] = [least * 1e-6, most * 1e6];
  const [wLow, wHigh] = extent(omega);
  const range = ({ symbol, name, kind }: Circuit["parameters"][number]): [number, number] => {
    if (kind === "exponent") return [...EXPONENT_RANGE] as [number, number];
    if (symbol === "L") return [zLow / wHigh, zHigh / wLow];
    if (symbol === "C" || name === "Q") return [1e-3 / (wHigh * zHigh), 1e3 / (Math.min(wLow, 1) * zLow)];
    if (symbol === "W") return [zLow * Math.sqrt(wLow), zHigh * Math.sqrt(wHigh)];
    if (name === "tau") return [1e-5 / wHigh, 1e6 / wLow];
    return [zLow, zHigh];
  };
  const pairs = circuit.parameters.map((p) => bounds[p.full] ?? range(p));
  const side = (k: 0 | 1) =>
    toCoordinates(
      circuit,
      pairs.map((pair) => pair[k]),
    );
  return { lower: side(0), upper: side(1) };
}

/** The least-squares problem of a circuit on a spectrum: residuals w·(Z_fit − Z), both parts of each point. */
export function fitProblem(circuit: Circuit, spectrum: Spectrum, options: FitOptions = {}): FitProblem {
  const { z } = spectrum;
  const omega = omegaOf(spectrum);
  const points = omega.length;
  const weight = options.weight ?? modulus(z).map((size) => 1 / size);
  const model = circuitImpedance(circuit, omega);
  const n = circuit.parameters.length;
  const made = new Float64Array(2 * points);
  const d = new Float64Array(2 * points * n);
  const values = new Float64Array(n);
  return {
    ...limitsOf(circuit, spectrum, options.bounds ?? {}),
    weight,
    omega,
    parameters: n,
    residuals: 2 * points,
    evaluate(x, r, jacobian) {
      for (let k = 0; k < n; k++)
        values[k] = circuit.parameters[k]!.kind === "positive" ? Math.exp(x[k]!) : x[k]!;
      model.evaluate(values, made, jacobian ? d : undefined);
      for (let i = 0; i < 2 * points; i++) r[i] = weight[i >> 1]! * (made[i]! - z[i]!);
      if (!jacobian) return;
      for (let i = 0; i < 2 * points; i++) {
        const w = weight[i >> 1]!;
        for (let k = 0; k < n; k++) jacobian[i * n + k] = w * d[2 * points * k + i]!;
      }
    },
  };
}

/** Draws many shapes and keeps the `count` that fit best by their sizes alone. */
function coldStarts(
  circuit: Circuit,
  spectrum: Spectrum,
  problem: FitProblem,
  count: number,
  random: Random,
): Float64Array[] {
  const { omega, weight } = problem;
  const maker = startMaker(circuit, { omega, z: spectrum.z, weight });
  const drawn = Array.from({ length: 8 * count }, () => maker.draw(random));
  drawn.sort((a, b) => a.cost - b.cost);
  return drawn.slice(0, count).map(({ values }) => toCoordinates(circuit, values));
}

/** The best fit of a circuit to a spectrum over several starts, with its uncertainty. */
export function fitCircuit(circuit: Circuit, spectrum: Spectrum, options: FitOptions = {}): CircuitFit {
  const problem = fitProblem(circuit, spectrum, options);
  const count = options.starts ?? 20;
  const random = seededRandom(`${options.seed ?? "1"}/eis/${circuit.text}`);
  const starts = count > 0 ? coldStarts(circuit, spectrum, problem, count, random) : [];
  if (options.warm) starts.unshift(toCoordinates(circuit, options.warm));
  const answers = starts.map((start) => levenbergMarquardt(problem, start, problem));
  const best = answers.reduce((a, b) => (b.cost < a.cost ? b : a));
  return finishFit(circuit, spectrum, problem, best, answers);
}

function finishFit(
  circuit: Circuit,
  spectrum: Spectrum,
  problem: FitProblem,
  best: FitAnswer,
  answers: readonly FitAnswer[],
): CircuitFit {
  const n = problem.parameters;
  const polished = levenbergMarquardt(problem, best.x, {
    lower: problem.lower,
    upper: problem.upper,
    tolerance: 1e-15,
  });
  const { x, cost } = orderParts(circuit, problem, polished.cost <= best.cost ? polished : best);
  const r = new Float64Array(problem.residuals);
  const jacobian = new Float64Array(problem.residuals * n);
  problem.evaluate(x, r, jacobian);
  const near = (k: number, limit: number) => Math.abs(x[k]! - limit) < 1e-6 * (1 + Math.abs(limit));
  const isHeld = (k: number) => problem.lower[k] === problem.upper[k];
  const isAt = (k: number) => !isHeld(k) && (near(k, problem.lower[k]!) || near(k, problem.upper[k]!));
  const all = circuit.parameters.map((_, k) => k);
  const loose = all.filter((k) => !isHeld(k) && !isAt(k));
  const freedom = problem.residuals - loose.length;
  const covariance = new Float64Array(n * n);
  const part = Float64Array.from({ length: problem.residuals * loose.length }, (_, i) => {
    return jacobian[Math.floor(i / loose.length) * n + loose[i % loose.length]!]!;
  });
  const inverse = invertSymmetric(gram(part, problem.residuals, loose.length), loose.length);
  const variance = cost / Math.max(1, freedom);
  for (let i = 0; i < loose.length; i++)
    for (let j = 0; j < loose.length; j++)
      covariance[loose[i]! * n + loose[j]!] = inverse
        ? inverse[i * loose.length + j]! * variance
        : i === j
          ? Number.POSITIVE_INFINITY
          : 0;
  const model = Float64Array.from(r, (value, i) => spectrum.z[i]! + value / problem.weight[i >> 1]!);
  return {
    circuit,
    x,
    values: fromCoordinates(circuit, x),
    chi2: cost,
    points: problem.residuals / 2,
    free: loose.length,
    covariance,
    atBound: all.filter(isAt).map((k) => circuit.parameters[k]!.full),
    held: all.filter(isHeld).map((k) => circuit.parameters[k]!.full),
    aicc: aicc(cost, problem.residuals, loose.length),
    hits: answers.filter((answer) => answer.cost <= cost * (1 + 1e-4) + 1e-25).length,
    starts: answers.length,
    converged: answers.filter((answer) => answer.converged).length,
    model,
  };
}
