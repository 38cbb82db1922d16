import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { numberText } from "./number-text.ts";
import { drawSeries, markSvg, type PlotSeries, seriesKey } from "./panel-plot.ts";
import { plotFrame } from "./plot.ts";
import { COLUMN, svgDocument, text, textWidth } from "./svg.ts";
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

/** "1 kHz" for 1000. */
function hertz(f: number): string {
  const [size, unit] =
    f >= 1e6
      ? [1e6, "MHz"]
      : f >= 1e3
        ? [1e3, "kHz"]
        : f >= 1
          ? [1, "Hz"]
          : f >= 1e-3
            ? [1e-3, "mHz"]
            : [1e-6, "µHz"];
  return `${numberText(f / size)} ${unit}`;
}

/** Point nearest to each whole power of ten of the frequency, within a tenth of a decade. */
function decadePoints(frequency: ArrayLike<number>): { index: number; power: number }[] {
  const found = new Map<number, { index: number; power: number; off: number }>();
  for (let i = 0; i < frequency.length; i++) {
    const log = Math.log10(frequency[i]!);
    const power = Math.round(log);
    const off = Math.abs(log - power);
    if (off < 0.1 && off < (found.get(power)?.off ?? 1)) found.set(power, { index: i, power, off });
  }
  return [...found.values()];
}

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
  const labels: string[] = [];
  const taken: { x: number; y: number; w: number }[] = [];
  for (const { frequency, z, stroke, decades } of input.spectra) {
    if (decades === false) continue;
    for (const { index, power } of decadePoints(frequency)) {
      const [px, py] = [frame.x(z[2 * index]!), frame.y(-z[2 * index + 1]!)];
      labels.push(markSvg("dot", px, py, stroke, 1.7));
      const label = hertz(10 ** power);
      const w = textWidth(label, 6);
      // Beside the curve, on its upper side.
      const at = (k: number) => Math.max(0, Math.min(frequency.length - 1, k));
      const [before, after] = [at(index - 2), at(index + 2)];
      const along = [
        frame.x(z[2 * after]!) - frame.x(z[2 * before]!),
        frame.y(-z[2 * after + 1]!) - frame.y(-z[2 * before + 1]!),
      ];
      const size = Math.hypot(along[0]!, along[1]!) || 1;
      const up = along[0]! > 0 ? 1 : -1;
      const [nx, ny] = [(up * along[1]!) / size, (-up * along[0]!) / size];
      const middle = Math.max(
        frame.left + w / 2,
        Math.min(frame.left + frame.width - w / 2, px + nx * (5 + w / 2)),
      );
      const line = py + ny * 6 + 2;
      if (taken.some((t) => Math.abs(t.x - middle) < (t.w + w) / 2 + 2 && Math.abs(t.y - line) < 7)) continue;
      taken.push({ x: middle, y: line, w });
      labels.push(text(middle, line, label, { anchor: "middle", size: 6 }));
    }
  }
  const svg = svgDocument(
    COLUMN,
    height,
    { title: input.title, description: input.alt },
    text(6, 13, input.title, { bold: true, size: 8 }),
    key.svg,
    frame.svg,
    ...series.map((one) => drawSeries(one, frame)),
    ...labels,
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
  return { title: input.title, svg, caption: input.caption, alt: input.alt, data };
}
