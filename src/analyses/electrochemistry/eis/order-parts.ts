import type { FitAnswer, LeastSquares } from "../../../math/levenberg-marquardt.ts";
import {
  type Circuit,
  type CircuitNode,
  parametersOf,
  seriesParts,
} from "../../../science/electrochemistry/circuit.ts";

/** Text of a tree without the numbers of its elements: parts of one pattern can change places. */
function pattern(node: CircuitNode): string {
  return node.kind === "element" ? node.symbol : `${node.kind}(${node.parts.map(pattern).join(",")})`;
}

/** Logarithm of the time constant of a bracket: its resistances times its capacitances. */
function logTime(node: CircuitNode, x: Float64Array): number | undefined {
  const found = { resistance: undefined as number | undefined, time: undefined as number | undefined };
  const walk = (at: CircuitNode): void => {
    if (at.kind !== "element") for (const part of at.parts) walk(part);
    else if (at.symbol === "R") found.resistance ??= x[at.first]!;
    else if (at.symbol === "C" && found.resistance !== undefined)
      found.time ??= found.resistance + x[at.first]!;
    else if (at.symbol === "CPE" && found.resistance !== undefined)
      found.time ??= (found.resistance + x[at.first]!) / x[at.first + 1]!;
  };
  if (node.kind !== "parallel") return undefined;
  walk(node);
  return found.time;
}

/**
 * The same minimum with brackets of one pattern in order of their time constants, shortest first, so that R1 and R2 do
 * not depend on the start. Left alone where bounds or rounding tell the places apart.
 */
export function orderParts(
  circuit: Circuit,
  problem: LeastSquares & { readonly lower: Float64Array; readonly upper: Float64Array },
  answer: FitAnswer,
): { readonly x: Float64Array; readonly cost: number } {
  const groups = new Map<string, { node: CircuitNode; time: number }[]>();
  for (const node of seriesParts(circuit)) {
    const time = logTime(node, answer.x);
    if (time === undefined) continue;
    const key = pattern(node);
    groups.set(key, [...(groups.get(key) ?? []), { node, time }]);
  }
  const x = Float64Array.from(answer.x);
  for (const members of groups.values()) {
    const sorted = [...members].sort((a, b) => a.time - b.time);
    for (const [k, { node }] of members.entries()) {
      const from = parametersOf(sorted[k]!.node);
      for (const [i, to] of parametersOf(node).entries()) x[to] = answer.x[from[i]!]!;
    }
  }
  const inside = x.every((value, k) => value >= problem.lower[k]! && value <= problem.upper[k]!);
  const r = new Float64Array(problem.residuals);
  problem.evaluate(x, r);
  const cost = r.reduce((sum, value) => sum + value * value, 0);
  const same = Math.abs(cost - answer.cost) <= 1e-9 * answer.cost + 1e-25;
  return inside && same ? { x, cost } : { x: answer.x, cost: answer.cost };
}
