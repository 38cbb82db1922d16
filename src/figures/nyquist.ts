import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { insetFrom, nyquistInset } from "./nyquist-inset.ts";
import { decadeLabels } from "./nyquist-labels.ts";
import { drawSeries, type PlotSeries, seriesKey } from "./panel-plot.ts";
import { plotFrame } from "./plot.ts";
import { COLUMN, svgDocument, text } from "./svg.ts";
import { ticks } from "./ticks.ts";

/** One spectrum of a Nyquist plot; the model is a line through as many points as it has. */
export interface NyquistSeries {
  readonly name: string;
  readonly stroke: string;
  /** [Hz], of the measured points. */
  readonly frequency: ArrayLike<number>;
  /** Z′ and Z″ as pairs [Ω]. */
  readonly z: ArrayLike<number>;
  /** Of the model, as pairs [Ω]. */
  readonly model?: ArrayLike<number>;
  /** Writes the decades of frequency beside the points. */
  readonly decades?: boolean;
  /** False for a spectrum that the key does not name. */
  readonly inKey?: boolean;
}

export interface NyquistInput {
  readonly title: string;
  readonly spectra: readonly NyquistSeries[];
  readonly caption: string;
  readonly alt: string;
}

const part = (z: ArrayLike<number>, k: 0 | 1, sign: 1 | -1) =>
  Float64Array.from({ length: z.length / 2 }, (_, i) => sign * z[2 * i + k]!);

/** Room for the plot between these heights [pt]. */
const LOWEST = 60;
const HIGHEST = 200;

/** −Z″ over Z′ with equal lengths for equal ohms on both axes, the decades of frequency marked. */
export function nyquist(input: NyquistInput): Figure {
  const series = input.spectra.flatMap(({ name, stroke, z, model, inKey }): PlotSeries[] => [
    { name, stroke, mark: "ring", x: part(z, 0, 1), y: part(z, 1, -1), inKey: inKey !== false },
    ...(model
      ? [
          {
            name: input.spectra.length === 1 ? "fit" : `fit of ${name}`,
            stroke: input.spectra.length === 1 ? "#000000" : stroke,
            line: "solid" as const,
            x: part(model, 0, 1),
            y: part(model, 1, -1),
            inKey: input.spectra.length === 1,
          },
        ]
      : []),
  ]);
  const key = seriesKey(input.title, series);
  const top = 24 + 11 * key.rows;
  const ends = (pick: "x" | "y") => {
    const all = series.flatMap((one) => Array.from(one[pick])).filter(Number.isFinite);
    return { low: Math.min(...all), high: Math.max(...all) };
  };
  const h = ends("x");
  const v = { low: Math.min(0, ends("y").low), high: Math.max(0, ends("y").high) };
  const span = Math.max(h.high - h.low, v.high - v.low, Number.MIN_VALUE);
  const marks = ticks(0, span, 5);
  const step = marks.length > 1 ? marks[1]! - marks[0]! : span;
  const fine = step / 5;
  const outer = ({ low, high }: { low: number; high: number }) => ({
    low: Math.floor(low / fine - 0.2) * fine,
    high: Math.ceil(high / fine + 0.5) * fine,
  });
  // The origin is shown unless the spectrum lies far from it.
  const origin = h.low < 0.5 * (h.high - h.low);
  const x = outer(origin ? { low: Math.min(0.2 * fine, h.low), high: h.high } : h);
  const y = outer(v.low < 0 ? v : { low: 0.2 * fine, high: v.high });
  // The width of the frame depends on the numbers beside it, so it is asked for first.
  const width = plotFrame({ name: "", unit: "", ...x }, { name: "", unit: "", ...y }, 100, top).width;
  const [spanX, spanY] = [x.high - x.low, y.high - y.low];
  if ((width * spanY) / spanX > HIGHEST) x.high = x.low + (width * spanY) / HIGHEST;
  if ((width * spanY) / spanX < LOWEST) y.high = y.low + (LOWEST * spanX) / width;
  const inner = (width * (y.high - y.low)) / (x.high - x.low);
  const height = top + inner + 28;
  const frame = plotFrame({ name: "Z′", unit: "Ω", ...x }, { name: "−Z″", unit: "Ω", ...y }, height, top);
  const from = input.spectra[0] && insetFrom(input.spectra[0]);
  const labels = decadeLabels(input.spectra, frame, (f) => from === undefined || f < from);
  const obstacles = [
    ...series.flatMap((one) =>
      Array.from(one.x, (value, i) => [frame.x(value), frame.y(one.y[i]!)] as const),
    ),
    ...labels.boxes.flatMap(({ x: at, y: line, w }) =>
      [-0.5, 0, 0.5].map((share) => [at + share * w, line] as const),
    ),
  ];
  const inset = from === undefined ? "" : nyquistInset(input.spectra, series, from, frame, obstacles);
  // Without room for the inset the decades stand where they are.
  const beside = inset === "" ? decadeLabels(input.spectra, frame, () => true).svg : labels.svg;
  const svg = svgDocument(
    COLUMN,
    height,
    { title: input.title, description: input.alt },
    text(6, 13, input.title, { bold: true, size: 8 }),
    key.svg,
    frame.svg,
    ...series.map((one) => drawSeries(one, frame)),
    beside,
    inset,
  );
  const data = csvText(
    input.spectra.flatMap(({ name, frequency, z, model }) => [
      { name: `frequency, ${name}`, unit: "Hz", values: frequency },
      { name: `Z′, ${name}`, unit: "Ω", values: part(z, 0, 1) },
      { name: `−Z″, ${name}`, unit: "Ω", values: part(z, 1, -1) },
      ...(model
        ? [
            { name: `Z′ of the fit, ${name}`, unit: "Ω", values: part(model, 0, 1) },
            { name: `−Z″ of the fit, ${name}`, unit: "Ω", values: part(model, 1, -1) },
          ]
        : []),
    ]),
  );
  const caption = inset === "" ? input.caption : `${input.caption} Inset: the high frequencies, larger.`;
  return { title: input.title, svg, caption, alt: input.alt, data };
}
