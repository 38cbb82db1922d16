/** Start values of a circuit without anybody's guess: random shapes, their sizes by non-negative least squares. */

import type { Random } from "../../../core/random.ts";
import { gram, transposeTimes } from "../../../math/linear.ts";
import { nonNegativeSolve } from "../../../math/nnls.ts";
import { extent } from "../../../math/order-statistics.ts";
import {
  type Circuit,
  type CircuitNode,
  parametersOf,
  seriesParts,
} from "../../../science/electrochemistry/circuit.ts";
import { circuitImpedance } from "../../../science/electrochemistry/circuit-impedance.ts";

/** What a draw needs to know of the data. */
export interface StartData {
  readonly omega: Float64Array;
  /** Pairs, weighted by `weight`. */
  readonly z: Float64Array;
  /** One per point, for both parts. */
  readonly weight: Float64Array;
}

export interface StartMaker {
  /** Parameters in their own units, and the weighted sum of squares that they leave. */
  draw(random: Random): { readonly values: Float64Array; readonly cost: number };
}

const between = (random: Random, low: number, high: number) => low + (high - low) * random.next();

/** Parameters of a part whose resistances are about 1, relaxing at angular frequencies drawn from `draw`. */
function shape(node: CircuitNode, values: Float64Array, random: Random, draw: () => number): void {
  let first = true;
  const walk = (at: CircuitNode, rate: number): void => {
    if (at.kind !== "element") {
      const own = at.kind === "parallel" ? draw() : rate;
      for (const part of at.parts) walk(part, part.kind === "element" ? own : draw());
      return;
    }
    const k = at.first;
    const resistance = first ? 1 : 10 ** between(random, -1, 1);
    const exponent = between(random, 0.55, 1);
    if (
      at.symbol === "R" ||
      at.symbol === "Wo" ||
      at.symbol === "Ws" ||
      at.symbol === "G" ||
      at.symbol === "TLM"
    )
      first = false;
    switch (at.symbol) {
      case "R":
        values[k] = resistance;
        break;
      case "C":
        values[k] = 1 / rate;
        break;
      case "L":
        values[k] = 1 / rate;
        break;
      case "CPE":
        values[k] = rate ** -exponent;
        values[k + 1] = exponent;
        break;
      case "W":
        values[k] = Math.sqrt(rate) * resistance;
        break;
      case "TLM":
        values[k] = resistance;
        values[k + 1] = draw() ** -exponent / resistance;
        values[k + 2] = exponent;
        break;
      default:
        values[k] = resistance;
        values[k + 1] = 1 / draw();
    }
  };
  walk(node, draw());
}

/** Start values for a circuit on data; the sizes of the parts in series come from the data, the rest from chance. */
export function startMaker(circuit: Circuit, data: StartData): StartMaker {
  const { omega, z, weight } = data;
  const n = omega.length;
  const parts = seriesParts(circuit).map((root) => {
    const model = circuitImpedance({ ...circuit, root }, omega);
    return { root, model, indices: parametersOf(root) };
  });
  const k = parts.length;
  const [low, high] = extent(omega).map(Math.log) as [number, number];
  const rows = new Float64Array(2 * n * k);
  const own = new Float64Array(2 * n);
  const weighted = Float64Array.from(z, (value, i) => value * weight[i >> 1]!);
  return {
    draw(random) {
      const values = new Float64Array(circuit.parameters.length);
      const sizes: number[] = [];
      for (const [j, { root, model }] of parts.entries()) {
        shape(root, values, random, () => Math.exp(between(random, low, high)));
        model.evaluate(values, own);
        // Columns of like size, or the cost of rounding decides what is zero.
        let size = 0;
        for (let i = 0; i < 2 * n; i++) size += (own[i]! * weight[i >> 1]!) ** 2;
        size = Math.sqrt(size / n);
        sizes.push(size);
        for (let i = 0; i < 2 * n; i++) rows[i * k + j] = (own[i]! * weight[i >> 1]!) / size;
      }
      const normal = gram(rows, 2 * n, k);
      for (let j = 0; j < k; j++) normal[j * k + j] *= 1 + 1e-9;
      const amplitude = nonNegativeSolve(normal, transposeTimes(rows, 2 * n, k, weighted));
      let cost = 0;
      for (let i = 0; i < 2 * n; i++) {
        let left = weighted[i]!;
        for (let j = 0; j < k; j++) left -= rows[i * k + j]! * amplitude[j]!;
        cost += left * left;
      }
      // A part that the data did not ask for starts small, not absent: the fit may need it elsewhere.
      const least = 3e-3 * Math.max(...amplitude, 1e-30);
      for (const [j, { indices }] of parts.entries()) {
        const scale = Math.max(amplitude[j]!, least) / sizes[j]!;
        for (const index of indices) values[index] *= scale ** circuit.parameters[index]!.scales;
      }
      return { values, cost };
    },
  };
}
