/** The arcs of a fitted circuit: apex frequency, resistance, effective capacitance, each with its uncertainty. */
import type { Quantity } from "../../../core/contracts.ts";
import { type CircuitNode, seriesParts, textOf } from "../../../science/electrochemistry/circuit.ts";
import type { CircuitFit } from "./fit-circuit.ts";

export interface Arc {
  /** The bracket, such as "p(R1,CPE1)". */
  readonly element: string;
  /** 1/(2πτ) with τ = (RQ)^(1/n) [Hz]: where −Z″ of the resistance beside the CPE alone is greatest. */
  readonly frequency: Quantity;
  readonly resistance: Quantity;
  /** C = Q^(1/n) R^((1−n)/n) [F] after Hsu and Mansfeld, which is τ/R. */
  readonly capacitance: Quantity;
  /** C = Q^(1/n) (1/Rs + 1/R)^((n−1)/n) [F] after Brug, Rs the series resistance; absent where the circuit has none. */
  readonly capacitanceBrug?: Quantity;
  readonly exponent: Quantity;
}

/** A resistance and a capacitance side by side inside a bracket. */
function pairOf(node: CircuitNode): { r: number; q: number; n: number | undefined } | undefined {
  if (node.kind !== "parallel") return undefined;
  let [r, q, n]: (number | undefined)[] = [];
  const walk = (at: CircuitNode): void => {
    if (at.kind !== "element") for (const part of at.parts) walk(part);
    else if (at.symbol === "R") r ??= at.first;
    else if (at.symbol === "C" && q === undefined) q = at.first;
    else if (at.symbol === "CPE" && q === undefined) {
      q = at.first;
      n = at.first + 1;
    }
  };
  walk(node);
  return r === undefined || q === undefined ? undefined : { r, q, n };
}

/** Standard uncertainty of a function of the coordinates whose gradient is given by parameter. */
export function spread(fit: CircuitFit, gradient: readonly (readonly [number, number])[]): number {
  const p = fit.x.length;
  let sum = 0;
  for (const [i, a] of gradient) for (const [j, b] of gradient) sum += a * b * fit.covariance[i * p + j]!;
  return Math.sqrt(Math.max(0, sum));
}

/** A value that is the exponential of a function of the coordinates. */
function exponential(
  fit: CircuitFit,
  log: number,
  unit: string,
  gradient: readonly [number, number][],
): Quantity {
  const value = Math.exp(log);
  return { value, unit, sigma: value * spread(fit, gradient), from: "found" };
}

/**
 * Every bracket of a fit that holds a resistance and a capacitance, shortest time constant first. None whose resistance or
 * CPE ended at a bound: the data do not have that arc.
 *
 * @see Hsu & Mansfeld (2001), doi:10.5006/1.3280607; Brug et al. (1984), doi:10.1016/S0022-0728(84)80324-1
 */
export function arcsOf(fit: CircuitFit): Arc[] {
  const { circuit, x } = fit;
  const parts = seriesParts(circuit);
  const series = parts.flatMap((part) =>
    part.kind === "element" && part.symbol === "R" ? [part.first] : [],
  );
  const rs = series.reduce((sum, k) => sum + Math.exp(x[k]!), 0);
  const arcs = parts.flatMap((node): { log: number; arc: Arc }[] => {
    const found = pairOf(node);
    if (!found) return [];
    const { r, q, n: at } = found;
    const stopped = (k: number) => fit.atBound.includes(circuit.parameters[k]!.full);
    if (stopped(r) || stopped(q)) return [];
    const [lnR, lnQ, n] = [x[r]!, x[q]!, at === undefined ? 1 : x[at]!];
    const byN = (value: number): [number, number][] => (at === undefined ? [] : [[at, value]]);
    const log = (lnR + lnQ) / n;
    const turn = -(lnR + lnQ) / (n * n);
    // Brug: ln C = ln Q/n + (n − 1)/n · ln G, G = 1/Rs + 1/R.
    const g = 1 / rs + Math.exp(-lnR);
    const share = (n - 1) / n;
    const brug =
      series.length === 0
        ? undefined
        : exponential(fit, lnQ / n + share * Math.log(g), "F", [
            [q, 1 / n],
            [r, (-share * Math.exp(-lnR)) / g],
            ...series.map((k): [number, number] => [k, (-share * Math.exp(x[k]!)) / (rs * rs * g)]),
            ...byN((-lnQ + Math.log(g)) / (n * n)),
          ]);
    // A capacitor's is 1; of one that a bound stopped nothing is known.
    const exponentSigma = at === undefined ? 0 : stopped(at) ? Number.NaN : spread(fit, [[at, 1]]);
    const arc: Arc = {
      element: textOf(node),
      frequency: exponential(fit, -log - Math.log(2 * Math.PI), "Hz", [
        [r, -1 / n],
        [q, -1 / n],
        ...byN(-turn),
      ]),
      resistance: exponential(fit, lnR, "Ω", [[r, 1]]),
      capacitance: exponential(fit, log - lnR, "F", [[r, 1 / n - 1], [q, 1 / n], ...byN(turn)]),
      ...(brug && { capacitanceBrug: brug }),
      exponent: { value: n, unit: "1", sigma: exponentSigma, from: "found" },
    };
    return [{ log, arc }];
  });
  return arcs.sort((a, b) => a.log - b.log).map(({ arc }) => arc);
}
