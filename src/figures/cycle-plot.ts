import { extent } from "../math/order-statistics.ts";
import { colourTable, hexOf } from "./colour-map.ts";
import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { plotFrame, roundRange } from "./plot.ts";
import { plotLegend } from "./plot-legend.ts";
import { COLUMN, el, number, svgDocument, text } from "./svg.ts";

const HEIGHT = 170;
/** Points of one line on the page; more are drawn as the least and greatest of each stretch. */
const MOST = 1200;
/** Entries of the legend; of more lines some evenly spaced ones are named. */
const NAMED = 6;

export interface CycleLine {
  readonly name: string;
  /** What the legend calls all lines of one colour; the name if absent. */
  readonly group?: string;
  readonly stroke: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Points instead of a line: filled or open. */
  readonly marks?: "filled" | "open";
  /** Standard uncertainty of y, drawn as bars. */
  readonly sigma?: ArrayLike<number>;
}

export interface CyclePlotInput {
  readonly title: string;
  readonly x: { readonly name: string; readonly unit: string };
  readonly y: { readonly name: string; readonly unit: string };
  readonly lines: readonly CycleLine[];
  readonly caption: string;
  readonly alt: string;
  /** Held range of y; found from the lines if absent. */
  readonly range?: { readonly low: number; readonly high: number };
}

/** Colours for cycles 0 … n − 1, the first dark and the last light, none too light for white paper. */
export function cycleColours(n: number): string[] {
  const table = colourTable("viridis");
  return Array.from({ length: n }, (_, i) => {
    const at = n < 2 ? 0 : Math.round((i * 215) / (n - 1));
    return hexOf(table.subarray(3 * at, 3 * at + 3));
  });
}

/** Rows to draw: all of them, or first, least, greatest and last of each of MOST / 2 stretches. */
export function drawnRows(y: ArrayLike<number>): number[] {
  const all = Array.from({ length: y.length }, (_, i) => i);
  if (y.length <= MOST) return all;
  const rows = new Set<number>([0, y.length - 1]);
  const stretches = MOST / 2;
  for (let s = 0; s < stretches; s++) {
    const [from, to] = [s, s + 1].map((k) => Math.floor((k * y.length) / stretches)) as [number, number];
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (y[i]! < y[low]!) low = i;
      if (y[i]! > y[high]!) high = i;
    }
    rows.add(low).add(high);
  }
  return [...rows].sort((a, b) => a - b);
}

function rangeOf(lines: readonly CycleLine[], pick: "x" | "y") {
  const [low, high] = extent(...lines.map((line) => line[pick]));
  if (low > high) return { low: 0, high: 1 };
  // Points are whole cycles and keep off the frame; one value alone gets some paper around it.
  if (pick === "x" && lines.some(({ marks }) => marks)) return roundRange(low - 1, high + 1);
  return low === high
    ? roundRange(low - 0.1 * Math.abs(low || 1), high + 0.1 * Math.abs(high || 1))
    : roundRange(low, high);
}

/** Lines or points over cycles; a legend names some of many. */
export function cyclePlot(input: CyclePlotInput): Figure {
  const { lines, title } = input;
  const mark = ({ marks, stroke }: CycleLine, x: number, y: number) =>
    marks
      ? el("circle", {
          cx: x,
          cy: y,
          r: 1.8,
          fill: marks === "filled" ? stroke : "#FFFFFF",
          stroke,
          "stroke-width": 0.8,
        })
      : el("path", { d: `M${number(x - 6)} ${number(y)}h12`, stroke, "stroke-width": 1 });
  const groups = lines.filter(
    ({ group }, i) => group === undefined || lines.findIndex((other) => other.group === group) === i,
  );
  const every = (groups.length - 1) / (NAMED - 1);
  const some = new Set(
    groups.length <= NAMED ? groups.keys() : Array.from({ length: NAMED }, (_, k) => Math.round(k * every)),
  );
  const key = plotLegend(
    title,
    groups.flatMap((line, i) =>
      some.has(i)
        ? [{ name: line.group ?? line.name, mark: (x: number, y: number) => mark(line, x + 8, y - 2.5) }]
        : [],
    ),
  );
  const extra = 11 * key.rows;
  const frame = plotFrame(
    { ...input.x, ...rangeOf(lines, "x") },
    { ...input.y, ...(input.range ?? rangeOf(lines, "y")) },
    HEIGHT + extra,
    20 + extra,
  );
  const shapes = lines.map((line) => {
    const { x, y, sigma, stroke } = line;
    const points = drawnRows(y).map((i) => [i, frame.x(x[i]!), frame.y(y[i]!)] as const);
    if (line.marks) {
      const seen = points.filter(([, px, py]) => Number.isFinite(px) && Number.isFinite(py));
      const bars = seen.map(([i, px]) => {
        const s = sigma?.[i] ?? 0;
        if (!(s > 0)) return "";
        const [low, high] = [frame.y(y[i]! - s), frame.y(y[i]! + s)];
        return el("path", {
          d: `M${px.toFixed(2)} ${low.toFixed(2)}V${high.toFixed(2)}`,
          stroke,
          "stroke-width": 0.6,
        });
      });
      return [...bars, ...seen.map(([, px, py]) => mark(line, px, py))].join("");
    }
    let [d, down] = ["", false];
    for (const [, px, py] of points) {
      const here = Number.isFinite(px) && Number.isFinite(py);
      if (here) d += `${down ? "L" : "M"}${px.toFixed(2)} ${py.toFixed(2)}`;
      down = here;
    }
    return el("path", { d, fill: "none", stroke, "stroke-width": 0.9, "stroke-linejoin": "round" });
  });
  const svg = svgDocument(
    COLUMN,
    HEIGHT + extra,
    { title, description: input.alt },
    text(6, 13, title, { bold: true, size: 8 }),
    key.svg,
    frame.svg,
    ...shapes,
  );
  const data = csvText(
    lines.flatMap((line) => [
      { name: `${input.x.name}, ${line.name}`, unit: input.x.unit, values: line.x },
      { name: `${input.y.name}, ${line.name}`, unit: input.y.unit, values: line.y },
      ...(line.sigma ? [{ name: `sigma, ${line.name}`, unit: input.y.unit, values: line.sigma }] : []),
    ]),
  );
  const cycles = lines.some(({ group }) => group !== undefined) ? { cycles: input } : {};
  return { title, svg, caption: input.caption, alt: input.alt, data, ...cycles };
}
