import { binOf } from "../math/bins.ts";
import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { plotFrame, roundRange } from "./plot.ts";
import { plotLegend } from "./plot-legend.ts";
import { COLUMN, el, INK, svgDocument, text } from "./svg.ts";
import { ticks } from "./ticks.ts";

const HEIGHT = 150;

export interface HistogramInput {
  readonly title: string;
  /** What is counted, with its unit. */
  readonly quantity: { readonly name: string; readonly unit: string };
  /** What a bar's height is: "grains", "count". */
  readonly height: { readonly name: string; readonly unit: string };
  readonly groups: readonly {
    readonly name: string;
    readonly fill: string;
    readonly values: ArrayLike<number>;
    /** Weight of each value; 1 if absent. */
    readonly weights?: ArrayLike<number>;
  }[];
  readonly caption: string;
  readonly alt: string;
  readonly bins?: number;
  /** Edges of the bins, in rising order; about `bins` round ones if absent. */
  readonly edges?: ArrayLike<number>;
  /** Bars divided by the sum of all weights, in percent. */
  readonly percent?: boolean;
}

/** Edges that are round numbers, from a round value at or below the least to one at or above the greatest. */
function edges(all: readonly number[], bins: number): number[] {
  const low = Math.min(...all);
  const high = Math.max(...all);
  const { low: start, high: end } = roundRange(Math.min(low, 0.3 * high < low ? low : 0), high, bins);
  const marks = ticks(start, end, bins);
  return marks.length > 1 ? marks : [start, end];
}

/** Stacked histogram of groups over one set of bins; values that are not finite are left out and counted so. */
export function histogram(input: HistogramInput): Figure {
  const all = input.groups.flatMap(({ values }) => Array.from(values).filter(Number.isFinite));
  const marks = all.length === 0 ? [0, 1] : Array.from(input.edges ?? edges(all, input.bins ?? 20));
  const bins = marks.length - 1;
  const counts = input.groups.map(() => new Float64Array(bins));
  let sum = 0;
  input.groups.forEach(({ values, weights }, g) => {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      const bin = binOf(marks, values[i]!);
      const weight = weights?.[i] ?? 1;
      counts[g]![bin]! += weight;
      sum += weight;
    }
  });
  if (input.percent && sum > 0) for (const row of counts) for (let b = 0; b < bins; b++) row[b]! *= 100 / sum;
  const totals = Array.from({ length: bins }, (_, b) => counts.reduce((t, row) => t + row[b]!, 0));
  const range = roundRange(0, Math.max(...totals, input.percent ? 0 : 1), 5);
  const key = plotLegend(
    input.title,
    input.groups.map(({ name, fill }) => ({
      name,
      mark: (x, y) =>
        el("rect", { x: x + 6, y: y - 6, width: 8, height: 6, fill, stroke: INK, "stroke-width": 0.4 }),
    })),
  );
  const extra = 11 * key.rows;
  const frame = plotFrame(
    { ...input.quantity, low: marks[0]!, high: marks[bins]! },
    { ...input.height, low: 0, high: range.high },
    HEIGHT + extra,
    20 + extra,
  );
  const bars: string[] = [];
  for (let b = 0; b < bins; b++) {
    let base = 0;
    input.groups.forEach(({ fill }, g) => {
      const value = counts[g]![b]!;
      if (!(value > 0)) return;
      const [x0, x1] = [frame.x(marks[b]!), frame.x(marks[b + 1]!)];
      const [y0, y1] = [frame.y(base), frame.y(base + value)];
      bars.push(
        el("rect", { x: x0, y: y1, width: x1 - x0, height: y0 - y1, fill, stroke: INK, "stroke-width": 0.4 }),
      );
      base += value;
    });
  }
  const svg = svgDocument(
    COLUMN,
    HEIGHT + extra,
    { title: input.title, description: input.alt },
    text(6, 13, input.title, { bold: true, size: 8 }),
    key.svg,
    frame.svg,
    ...bars,
    all.length === 0
      ? text(frame.left + frame.width / 2, frame.top + 40, "no values", { anchor: "middle" })
      : "",
  );
  const { name, unit } = input.quantity;
  const data = csvText([
    { name: `${name} from`, unit, values: marks.slice(0, -1) },
    { name: `${name} to`, unit, values: marks.slice(1) },
    ...input.groups.map((group, g) => ({
      name: `${input.height.name}, ${group.name}`,
      unit: input.height.unit,
      values: counts[g]!,
    })),
  ]);
  return { title: input.title, svg, caption: input.caption, alt: input.alt, data };
}
