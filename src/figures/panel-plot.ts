import { extent } from "../math/order-statistics.ts";
import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { type PlotAxis, type PlotFrame, plotFrame, roundRange } from "./plot.ts";
import { plotLegend } from "./plot-legend.ts";
import { COLUMN, el, number, svgDocument, text } from "./svg.ts";

/** How points are drawn: a filled or open circle, an open square. */
export type Mark = "dot" | "ring" | "square";

/** Points, a line through them, or both; a value that is not finite (or not positive on decades) is left out. */
export interface PlotSeries {
  readonly name: string;
  readonly stroke: string;
  readonly mark?: Mark;
  readonly line?: "solid" | "dashed";
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Standard uncertainty of y, drawn as a bar. */
  readonly sigma?: ArrayLike<number>;
  /** False for a series that the key does not name. */
  readonly inKey?: boolean;
}

/** What lies between two lines over x, shaded. */
export interface PlotBand {
  readonly fill: string;
  readonly x: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface PanelAxis {
  readonly name: string;
  readonly unit: string;
  /** Logarithmic, whole powers of ten marked. */
  readonly decades?: boolean;
  /** Always shown, such as 0. */
  readonly holds?: readonly number[];
}

export interface Panel {
  readonly x: PanelAxis;
  readonly y: PanelAxis;
  readonly series: readonly PlotSeries[];
  readonly bands?: readonly PlotBand[];
}

export interface PanelPlotInput {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly caption: string;
  readonly alt: string;
  /** Points (1/72 inch) of one panel. */
  readonly height?: number;
}

/** One mark at a place of the page. */
export function markSvg(mark: Mark, x: number, y: number, stroke: string, size = 1.2): string {
  const style = { fill: mark === "dot" ? stroke : "none", stroke, "stroke-width": 0.6 };
  if (mark === "square")
    return el("rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, ...style });
  return el("circle", { cx: x, cy: y, r: size, ...style });
}

/** The key of a plot of series. */
export function seriesKey(title: string, series: readonly PlotSeries[]): ReturnType<typeof plotLegend> {
  const named = series.filter(({ inKey }) => inKey !== false);
  return plotLegend(
    title,
    named.map(({ name, stroke, mark, line }) => ({
      name,
      mark: (x, y) =>
        (line ? linePath(`M${number(x + 2)} ${number(y - 2.5)}h12`, stroke, line) : "") +
        (mark ? markSvg(mark, x + 8, y - 2.5, stroke) : ""),
    })),
  );
}

function linePath(d: string, stroke: string, line: "solid" | "dashed"): string {
  return el("path", {
    d,
    fill: "none",
    stroke,
    "stroke-width": 0.8,
    "stroke-dasharray": line === "dashed" ? "3 2" : undefined,
  });
}

/** A series inside a frame, in the frame's own coordinates (logarithms where its axes are). */
export function drawSeries(series: PlotSeries, frame: PlotFrame): string {
  const { x, y, sigma, stroke, mark, line } = series;
  const parts: string[] = [];
  let [d, down] = ["", false];
  for (let i = 0; i < x.length; i++) {
    const shown = Number.isFinite(x[i]) && Number.isFinite(y[i]);
    if (shown) {
      const [px, py] = [frame.x(x[i]!), frame.y(y[i]!)];
      d += `${down ? "L" : "M"}${px.toFixed(2)} ${py.toFixed(2)}`;
      if (sigma && sigma[i]! > 0) {
        const [a, b] = [frame.y(y[i]! - sigma[i]!), frame.y(y[i]! + sigma[i]!)];
        parts.push(
          el("path", { d: `M${px.toFixed(2)} ${a.toFixed(2)}V${b.toFixed(2)}`, stroke, "stroke-width": 0.5 }),
        );
      }
      if (mark) parts.push(markSvg(mark, px, py, stroke));
    }
    down = shown;
  }
  return (line ? linePath(d, stroke, line) : "") + parts.join("");
}

const scaled = (values: ArrayLike<number>, decades: boolean | undefined) =>
  decades ? Float64Array.from(values, Math.log10) : Float64Array.from(values);

function axisOf(axis: PanelAxis, lists: readonly Float64Array[], margin: number): PlotAxis {
  let [low, high] = extent(...lists, scaled(axis.holds ?? [], axis.decades));
  if (low > high) [low, high] = [0, 1];
  if (axis.decades) {
    // At least two marks of 1, 2, 5 fit in.
    const pad = Math.max(0.03 * (high - low), margin, 0.35 - (high - low) / 2);
    return { ...axis, low: low - pad, high: high + pad };
  }
  return { ...axis, ...roundRange(low, high) };
}

/** Panels one below the other, each with its own axes and one key over all. */
export function panelPlot(input: PanelPlotInput): Figure {
  const { panels, height = 130 } = input;
  const key = seriesKey(input.title, uniqueNames(panels.flatMap(({ series }) => series)));
  const head = 20 + 11 * key.rows;
  const ready = panels.map((panel) => {
    const { x, y } = panel;
    const series = panel.series.map((one) => ({
      ...one,
      x: scaled(one.x, x.decades),
      y: scaled(one.y, y.decades),
    }));
    const bands = (panel.bands ?? []).map((band) => ({
      ...band,
      x: scaled(band.x, x.decades),
      low: scaled(band.low, y.decades),
      high: scaled(band.high, y.decades),
    }));
    const ends = series.flatMap((one) =>
      one.sigma
        ? [one.y.map((v, i) => v - (one.sigma![i] || 0)), one.y.map((v, i) => v + (one.sigma![i] || 0))]
        : [one.y],
    );
    const across = axisOf(x, [...series.map((one) => one.x), ...bands.map((band) => band.x)], 0.05);
    const up = axisOf(y, [...ends, ...bands.flatMap(({ low, high }) => [low, high])], 0.1);
    return { series, bands, across, up };
  });
  const left = Math.max(...ready.map(({ across, up }) => plotFrame(across, up).left));
  const drawn = ready.map(({ series, bands, across, up }, k) => {
    const top = head + k * (height + 6);
    const frame = plotFrame(across, up, top + height, top, left);
    const shaded = bands.map(({ x: bx, low, high, fill }) => {
      const there = Array.from(bx, (_, i) => i).filter((i) => Number.isFinite(bx[i]! + low[i]! + high[i]!));
      const corner = (i: number, v: Float64Array) =>
        `${frame.x(bx[i]!).toFixed(2)} ${frame.y(v[i]!).toFixed(2)}`;
      const d = [...there.map((i) => corner(i, high)), ...there.reverse().map((i) => corner(i, low))].join(
        "L",
      );
      return d === "" ? "" : el("path", { d: `M${d}Z`, fill, stroke: "none" });
    });
    return [...shaded, frame.svg, ...series.map((one) => drawSeries(one, frame))].join("");
  });
  const total = head + panels.length * (height + 6);
  const svg = svgDocument(
    COLUMN,
    total,
    { title: input.title, description: input.alt },
    text(6, 13, input.title, { bold: true, size: 8 }),
    key.svg,
    ...drawn,
  );
  return { title: input.title, svg, caption: input.caption, alt: input.alt, data: dataOf(panels) };
}

function uniqueNames(series: readonly PlotSeries[]): PlotSeries[] {
  return series.filter((one, i) => series.findIndex(({ name }) => name === one.name) === i);
}

/** What is shown, as CSV. */
export function dataOf(panels: readonly Panel[]): string {
  return csvText(
    panels.flatMap(({ x, y, series, bands }) => [
      ...series.flatMap((one) => [
        { name: `${x.name}, ${one.name}`, unit: x.unit, values: one.x },
        { name: `${y.name}, ${one.name}`, unit: y.unit, values: one.y },
        ...(one.sigma ? [{ name: `sigma of ${y.name}, ${one.name}`, unit: y.unit, values: one.sigma }] : []),
      ]),
      ...(bands ?? []).flatMap(({ x: bx, low, high }) => [
        { name: `${x.name}, band`, unit: x.unit, values: bx },
        { name: `${y.name}, band from`, unit: y.unit, values: low },
        { name: `${y.name}, band to`, unit: y.unit, values: high },
      ]),
    ]),
  );
}
