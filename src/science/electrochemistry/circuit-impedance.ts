import type { Circuit, CircuitNode } from "./circuit.ts";
import { ELEMENTS } from "./elements.ts";

/** Impedance of one circuit at fixed frequencies; buffers are made once, so that a fit allocates nothing. */
export interface CircuitImpedance {
  readonly points: number;
  /**
   * Z at every frequency, as pairs re, im; where `d` is given also ∂Z/∂x, parameter k from 2·points·k on, x being the
   * logarithm of a positive parameter and an exponent itself.
   *
   * @param values parameters in their own units
   */
  evaluate(values: ArrayLike<number>, z: Float64Array, d?: Float64Array): void;
}

interface Placed {
  readonly node: CircuitNode;
  readonly parts: readonly Placed[];
  readonly z: Float64Array;
  /** Derivative of the whole by this node's impedance. */
  readonly factor: Float64Array;
}

function place(node: CircuitNode, points: number): Placed {
  const parts = node.kind === "element" ? [] : node.parts.map((part) => place(part, points));
  return { node, parts, z: new Float64Array(2 * points), factor: new Float64Array(2 * points) };
}

/** A circuit made ready for the angular frequencies `omega` [rad/s]. */
export function circuitImpedance(circuit: Circuit, omega: Float64Array): CircuitImpedance {
  const n = omega.length;
  const root = place(circuit.root, n);
  const own = new Float64Array(2 * n * 3);

  const forward = (at: Placed, values: ArrayLike<number>): void => {
    const { node, parts, z } = at;
    if (node.kind === "element") {
      ELEMENTS[node.symbol].evaluate(omega, slice(values, node.first), z);
      return;
    }
    for (const part of parts) forward(part, values);
    z.fill(0);
    if (node.kind === "series") {
      for (const part of parts) for (let i = 0; i < 2 * n; i++) z[i] += part.z[i]!;
      return;
    }
    for (let i = 0; i < 2 * n; i += 2) {
      let [gx, gy] = [0, 0];
      for (const { z: own } of parts) {
        const size = own[i]! * own[i]! + own[i + 1]! * own[i + 1]!;
        gx += own[i]! / size;
        gy -= own[i + 1]! / size;
      }
      const size = gx * gx + gy * gy;
      z[i] = gx / size;
      z[i + 1] = -gy / size;
    }
  };

  const backward = (at: Placed, values: ArrayLike<number>, d: Float64Array): void => {
    const { node, parts, z, factor } = at;
    if (node.kind === "element") {
      const kind = ELEMENTS[node.symbol];
      kind.evaluate(omega, slice(values, node.first), z, own);
      for (let k = 0; k < kind.parameters.length; k++) {
        const from = 2 * n * k;
        const to = 2 * n * (node.first + k);
        for (let i = 0; i < 2 * n; i += 2) {
          const [x, y] = [own[from + i]!, own[from + i + 1]!];
          d[to + i] = x * factor[i]! - y * factor[i + 1]!;
          d[to + i + 1] = x * factor[i + 1]! + y * factor[i]!;
        }
      }
      return;
    }
    for (const part of parts) {
      if (node.kind === "series") part.factor.set(factor);
      else turnedBySquare(z, part.z, factor, part.factor);
      backward(part, values, d);
    }
  };

  return {
    points: n,
    evaluate(values, z, d) {
      forward(root, values);
      z.set(root.z);
      if (!d) return;
      for (let i = 0; i < 2 * n; i += 2) {
        root.factor[i] = 1;
        root.factor[i + 1] = 0;
      }
      backward(root, values, d);
    },
  };
}

function slice(values: ArrayLike<number>, first: number): ArrayLike<number> {
  return values instanceof Float64Array
    ? values.subarray(first, first + 3)
    : Array.from(values).slice(first, first + 3);
}

/** out = factor · (whole/part)², complex: what a parallel branch passes on. */
function turnedBySquare(
  whole: Float64Array,
  part: Float64Array,
  factor: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < whole.length; i += 2) {
    const size = part[i]! * part[i]! + part[i + 1]! * part[i + 1]!;
    const x = (whole[i]! * part[i]! + whole[i + 1]! * part[i + 1]!) / size;
    const y = (whole[i + 1]! * part[i]! - whole[i]! * part[i + 1]!) / size;
    const [sx, sy] = [x * x - y * y, 2 * x * y];
    out[i] = factor[i]! * sx - factor[i + 1]! * sy;
    out[i + 1] = factor[i]! * sy + factor[i + 1]! * sx;
  }
}
