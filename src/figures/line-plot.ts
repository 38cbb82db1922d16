import { extent } from "../math/order-statistics.ts";
import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { plotFrame, roundRange } from "./plot.ts";
import { plotLegend } from "./plot-legend.ts";
import { COLUMN, el, number, svgDocument, text } from "./svg.ts";

const HEIGHT = 150;

export interface LinePlotInput {
  readonly title: string;
  readonly x: { readonly name: string; readonly unit: string };
  readonly y: { readonly name: string; readonly unit: string };
  readonly lines: readonly {
    readonly name: string;
    readonly stroke: string;
    readonly dashed?: boolean;
    readonly x: ArrayLike<number>;
    readonly y: ArrayLike<number>;
  }[];
  readonly caption: string;
  readonly alt: string;
}

/** The points of a line as path data; a point that is not finite lifts the pen. */
function path(x: ArrayLike<number>, y: ArrayLike<number>, to: (x: number, y: number) => string): string {
  let down = false;
  let d = "";
  for (let i = 0; i < x.length; i++) {
    const drawn = Number.isFinite(x[i]) && Number.isFinite(y[i]);
    if (drawn) d += `${down ? "L" : "M"}${to(x[i]!, y[i]!)}`;
    down = drawn;
  }
  return d;
}

/** Lines over one pair of axes; dashes tell them apart as well as colours. */
export function linePlot(input: LinePlotInput): Figure {
  const range = (pick: "x" | "y") => {
    const [low, high] = extent(...input.lines.map((line) => line[pick]));
    return low > high ? { low: 0, high: 1 } : roundRange(low, high);
  };
  const key = plotLegend(
    input.title,
    input.lines.map(({ name, stroke, dashed }) => ({
      name,
      mark: (x, y) => {
        const dash = dashed ? "3 2" : undefined;
        return el("path", {
          d: `M${number(x + 2)} ${number(y - 2.5)}h12`,
          stroke,
          "stroke-width": 1,
          "stroke-dasharray": dash,
        });
      },
    })),
  );
  const extra = 11 * key.rows;
  const frame = plotFrame(
    { ...input.x, ...range("x") },
    { ...input.y, ...range("y") },
    HEIGHT + extra,
    20 + extra,
  );
  const place = (x: number, y: number) => `${frame.x(x).toFixed(2)} ${frame.y(y).toFixed(2)}`;
  const svg = svgDocument(
    COLUMN,
    HEIGHT + extra,
    { title: input.title, description: input.alt },
    text(6, 13, input.title, { bold: true, size: 8 }),
    key.svg,
    frame.svg,
    ...input.lines.map(({ x, y, stroke, dashed }) =>
      el("path", {
        d: path(x, y, place),
        fill: "none",
        stroke,
        "stroke-width": 1,
        "stroke-dasharray": dashed ? "3 2" : undefined,
      }),
    ),
  );
  const data = csvText(
    input.lines.flatMap((line) => [
      { name: `${input.x.name}, ${line.name}`, unit: input.x.unit, values: line.x },
      { name: `${input.y.name}, ${line.name}`, unit: input.y.unit, values: line.y },
    ]),
  );
  return { title: input.title, svg, caption: input.caption, alt: input.alt, data };
}
