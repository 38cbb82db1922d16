/** Figures of current and potential: I–V with its line, the decades of the ohmic test, I–t with its models. */

import { drawnRows } from "./cycle-plot.ts";
import type { Figure } from "./figure.ts";
import { type PlotSeries, panelPlot } from "./panel-plot.ts";

const MEASURED = "#0050FF";
const LINE = "#000000";
const OTHER = "#CC3311";
const GREY = "#777777";

/** Values at the rows that are drawn of many: least and greatest of each stretch. */
function shown(pick: ArrayLike<number>, ...columns: readonly ArrayLike<number>[]): Float64Array[] {
  const rows = drawnRows(pick);
  return columns.map((values) => Float64Array.from(rows, (i) => values[i]!));
}

export interface IvFigureInput {
  /** Rows used: potential [V], current [A], the straight line [A], σ of a reading [A]. */
  readonly potential: Float64Array;
  readonly current: Float64Array;
  readonly line: Float64Array;
  readonly sigma: Float64Array;
  /** Current at no potential [A]. */
  readonly offset: number;
  /** [Ω] */
  readonly resistance: number;
  /** Left out at a limit of the source. */
  readonly masked: { readonly potential: Float64Array; readonly current: Float64Array };
  readonly verdict: string;
  readonly intervals: readonly {
    readonly from: number;
    readonly to: number;
    readonly slope: { readonly value: number; readonly sigma: number };
  }[];
}

/** I over V with the straight line, and what it leaves, in σ. */
export function ivFigure(input: IvFigureInput): Figure {
  const { potential, current, line, sigma, masked } = input;
  const left = current.map((i, k) => (i - line[k]!) / sigma[k]!);
  const [v, i] = shown(current, potential, current);
  const [vLeft, drawnLeft] = shown(left, potential, left);
  const order = Array.from(potential, (_, k) => k).sort((a, b) => potential[a]! - potential[b]!);
  const ends = [order[0]!, order.at(-1)!];
  const x = { name: "potential", unit: "V" };
  const out = masked.potential.length;
  return panelPlot({
    title: "Current over potential",
    panels: [
      {
        x,
        y: { name: "current", unit: "A" },
        series: [
          { name: "measured", stroke: MEASURED, mark: "dot", x: v!, y: i! },
          ...(out > 0
            ? [
                {
                  ...{ name: "at a limit, left out", stroke: OTHER, mark: "ring" as const },
                  x: masked.potential,
                  y: masked.current,
                },
              ]
            : []),
          {
            ...{ name: "straight line", stroke: LINE, line: "solid" as const },
            x: ends.map((k) => potential[k]!),
            y: ends.map((k) => input.offset + potential[k]! / input.resistance),
          },
        ],
      },
      {
        x,
        y: { name: "residual over σ", unit: "1", holds: [0] },
        series: [{ name: "residual", inKey: false, stroke: MEASURED, mark: "dot", x: vLeft!, y: drawnLeft! }],
      },
    ],
    caption: `Straight line through all rows used (${input.verdict})${out > 0 ? `; ${out} rows at a limit of the source are left out` : ""}. Below: what it leaves, over the noise that neighbouring readings show.`,
    alt: `Current over potential of ${potential.length} rows with a straight line; verdict ${input.verdict}.`,
  });
}

/** |I − offset| over |V| on decades with a line of slope 1, and the slope in each decade. */
export function decadesFigure(input: IvFigureInput): Figure {
  const { potential, current, offset, resistance, intervals } = input;
  const less = current.map((i) => Math.abs(i - offset));
  const rows = drawnRows(current);
  const side = (name: string, sign: number, mark: "dot" | "ring"): PlotSeries => {
    const own = rows.filter((k) => sign * potential[k]! > 0);
    return {
      ...{ name, stroke: MEASURED, mark },
      x: own.map((k) => Math.abs(potential[k]!)),
      y: own.map((k) => less[k]!),
    };
  };
  const sizes = potential.map(Math.abs).filter((size) => size > 0);
  const ends = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
  const known = intervals.filter(({ slope }) => Number.isFinite(slope.value));
  const x = { name: "size of the potential", unit: "V", decades: true };
  return panelPlot({
    title: "Ohmic test",
    panels: [
      {
        x,
        y: { name: "size of current − offset", unit: "A", decades: true },
        series: [
          side("V > 0", 1, "dot"),
          side("V < 0", -1, "ring"),
          {
            ...{ name: "slope 1", stroke: LINE, line: "dashed" as const },
            x: ends,
            y: ends.map((v) => v / resistance),
          },
        ],
      },
      {
        x,
        y: { name: "slope", unit: "1", holds: [0.98, 1.02] },
        series: [
          {
            ...{ name: "slope in a decade", inKey: false, stroke: MEASURED, mark: "dot" as const },
            x: known.map(({ from, to }) => Math.sqrt(from * to)),
            y: known.map(({ slope }) => slope.value),
            sigma: known.map(({ slope }) => slope.sigma),
          },
          ...[0.98, 1.02].map((level) => ({
            ...{ name: "0.98 and 1.02", stroke: GREY, line: "dashed" as const, inKey: false },
            x: ends,
            y: [level, level],
          })),
        ],
      },
    ],
    caption: `Above: size of the current less its offset over the size of the potential. Below: slope in each decade of potential with one standard deviation; dashed, the tolerance of the ohmic test. Verdict: ${input.verdict}.`,
    alt: `Logarithm of the current over that of the potential; verdict ${input.verdict}.`,
  });
}

export interface ItFigureInput {
  readonly title: string;
  /** Seconds since the hold began, and current [A]. */
  readonly time: Float64Array;
  readonly current: Float64Array;
  readonly fits: readonly { readonly model: string; readonly curve: Float64Array }[];
}

const NAMES: Readonly<Record<string, string>> = { cottrell: "Cottrell" };
const STROKES: Readonly<Record<string, string>> = { cottrell: "#009E73", exponential: OTHER, constant: GREY };

/** I over t with the models, and what the best one leaves. */
export function itFigure({ title, time, current, fits }: ItFigureInput): Figure {
  const best = fits[0]!;
  const left = current.map((i, k) => i - best.curve[k]!);
  const [t, i] = shown(current, time, current);
  const [tLeft, drawnLeft] = shown(left, time, left);
  const x = { name: "time since the hold began", unit: "s" };
  return panelPlot({
    title,
    panels: [
      {
        x,
        y: { name: "current", unit: "A" },
        series: [
          { name: "measured", stroke: MEASURED, mark: "dot", x: t!, y: i! },
          ...fits.map(({ model, curve }, k) => {
            const [mt, mi] = shown(curve, time, curve);
            const line: PlotSeries["line"] = k === 0 ? "solid" : "dashed";
            return {
              name: NAMES[model] ?? model,
              stroke: STROKES[model] ?? LINE,
              line: line!,
              x: mt!,
              y: mi!,
            };
          }),
        ],
      },
      {
        x,
        y: { name: "residual", unit: "A", holds: [0] },
        series: [{ name: "residual", inKey: false, stroke: MEASURED, mark: "dot", x: tLeft!, y: drawnLeft! }],
      },
    ],
    caption: `Current at a held potential; ${best.model === "cottrell" ? "Cottrell's law" : `the ${best.model}`} has the least AICc (solid), the others are dashed, each with a leakage. Below: what the solid line leaves.`,
    alt: `Current over time of ${time.length} rows with ${fits.length} models.`,
  });
}
