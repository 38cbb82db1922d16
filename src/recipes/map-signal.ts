import type { Buffers, Output } from "../core/analysis.ts";
import type { Axis, Numeric, Region, Signal, SignalInfo } from "../core/contracts.ts";
import { countOf, dtypeOf } from "../core/tile-plan.ts";

/**
 * The maps of a run as signals over the input's navigation axes, so that they feed writers, figures and analyses. Maps
 * of several numbers per point (quaternions) have one signal axis, "component".
 */
export function mapSignals(
  maps: Buffers,
  outputs: Readonly<Record<string, Output>>,
  input: Pick<SignalInfo, "axes" | "title">,
): Record<string, Signal> {
  const navigation = input.axes.filter((axis) => axis.role === "nav");
  const signals: Record<string, Signal> = {};
  for (const [name, array] of Object.entries(maps)) {
    const output = outputs[name];
    if (!output) throw new Error(`no output is called ${name}`);
    const { components, unit, text } = output;
    const axes = components === 1 ? navigation : [...navigation, componentAxis(components)];
    signals[name] = mapSignal(name, array, axes, unit, text);
  }
  return signals;
}

function componentAxis(size: number): Axis {
  return { name: "component", role: "signal", size, unit: "1", scale: 1, offset: 0, from: "none" };
}

function mapSignal(name: string, array: Numeric, axes: readonly Axis[], unit: string, text: string): Signal {
  return {
    kind: "signal",
    title: name,
    axes,
    dtype: dtypeOf(array),
    value: { name, unit },
    meta: { text },
    block: axes.map((axis) => axis.size),
    ref: { source: { kind: "memory", bytes: new Uint8Array(0), name }, format: "map", item: 0 },
    tile: async (region) => cut(array, axes, region),
  };
}

/** A copy of one region of a row-major array. */
function cut(array: Numeric, axes: readonly Axis[], { start, stop }: Region): Numeric {
  const sizes = axes.map((_, i) => stop[i]! - start[i]!);
  const run = sizes.at(-1) ?? 1;
  const rows = countOf(sizes.slice(0, -1));
  const out = array.slice(0, rows * run);
  for (let row = 0; row < rows; row++) {
    let rest = row;
    let from = axes.length > 0 ? start[axes.length - 1]! : 0;
    let stride = axes.at(-1)?.size ?? 1;
    for (let i = axes.length - 2; i >= 0; i--) {
      from += (start[i]! + (rest % sizes[i]!)) * stride;
      rest = Math.floor(rest / sizes[i]!);
      stride *= axes[i]!.size;
    }
    out.set(array.subarray(from, from + run), row * run);
  }
  return out;
}
