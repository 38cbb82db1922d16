/** The arcs at high frequency once more and larger, where a tail or a larger arc presses them into a corner. */
import type { NyquistSeries } from "./nyquist.ts";
import { decadeLabels } from "./nyquist-labels.ts";
import { drawSeries, type PlotSeries } from "./panel-plot.ts";
import { markText, type PlotFrame } from "./plot.ts";
import { el, FAINT, INK, text, textWidth } from "./svg.ts";
import { ticks } from "./ticks.ts";

/** An inset is drawn where the arcs take less than this share of the plot … */
const SMALL = 0.25;
/** … and have this many points. */
const LEAST_POINTS = 6;
/** Sides tried, as shares of the frame. */
const SIZES = [0.6, 0.5, 0.4, 0.3];

/**
 * The lowest frequency of the arcs that an inset shows: that of the last valley of −Z″ before which the spectrum keeps to a
 * corner of the plot; undefined where there is none, or the points do not go from high to low frequency.
 */
export function insetFrom({ frequency, z }: Pick<NyquistSeries, "frequency" | "z">): number | undefined {
  const n = frequency.length;
  for (let i = 1; i < n; i++) if (!(frequency[i]! < frequency[i - 1]!)) return undefined;
  const y = Array.from({ length: n }, (_, i) => -z[2 * i + 1]!);
  const spanTo = (k: number) => {
    let [left, right, low, high] = [z[0]!, z[0]!, 0, 0];
    for (let i = 0; i <= k; i++) {
      [left, right] = [Math.min(left, z[2 * i]!), Math.max(right, z[2 * i]!)];
      [low, high] = [Math.min(low, y[i]!), Math.max(high, y[i]!)];
    }
    return Math.max(right - left, high - low);
  };
  const whole = spanTo(n - 1);
  for (let k = n - 3; k >= LEAST_POINTS; k--) {
    const near = y.slice(Math.max(0, k - 2), k + 3);
    const valley = y[k]! <= Math.min(...near);
    if (!valley || y[k]! > 0.97 * Math.max(...y.slice(0, k))) continue;
    if (spanTo(k) <= SMALL * whole) return frequency[k]!;
  }
  return undefined;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Numbers of the axes need this much below and above the box. */
const [BELOW, ABOVE, SIZE] = [11, 5, 6];

/**
 * The inset's drawing, in the emptiest place of the frame; "" where the curve leaves no room.
 *
 * @param obstacles points of the page that must stay visible
 */
export function nyquistInset(
  spectra: readonly NyquistSeries[],
  series: readonly PlotSeries[],
  from: number,
  frame: Omit<PlotFrame, "svg">,
  obstacles: readonly (readonly [number, number])[],
): string {
  const points = spectra.flatMap(({ frequency, z }) =>
    Array.from(frequency, (f, i) => [f, z[2 * i]!, -z[2 * i + 1]!] as const).filter(([f]) => f >= from),
  );
  const ends = (k: 1 | 2, hold: readonly number[]) => {
    const all = [...points.map((point) => point[k]).filter(Number.isFinite), ...hold];
    return { low: Math.min(...all), high: Math.max(...all) };
  };
  const [h, v] = [ends(1, []), ends(2, [0])];
  const pad = 0.06 * Math.max(h.high - h.low, v.high - v.low);
  const x = { low: h.low - pad, high: h.high + pad };
  const y = { low: v.low < 0 ? v.low - pad : 0, high: v.high + 2 * pad };
  const [spanX, spanY] = [x.high - x.low, y.high - y.low];
  const yMarks = ticks(y.low, y.high, 3);
  const numbers = Math.max(...yMarks.map((value) => textWidth(markText({}, value), SIZE))) + 6;
  const place = placeOf(frame, spanX / spanY, numbers, obstacles);
  if (!place) return "";
  const { left, top, width, height } = place;
  const own = {
    ...place,
    x: (value: number) => left + (width * (value - x.low)) / spanX,
    y: (value: number) => top + height * (1 - (value - y.low) / spanY),
  };
  const within = (value: number, { low, high }: { low: number; high: number }) =>
    value >= low && value <= high;
  const cut = series.map((one) => {
    const seen = (i: number) => within(one.x[i]!, x) && within(one.y[i]!, y);
    return { ...one, y: Array.from(one.y, (value, i) => (seen(i) ? value : Number.NaN)) };
  });
  const stroke = { stroke: INK, "stroke-width": 0.5 };
  const xMarks = ticks(x.low, x.high, Math.max(1, Math.min(4, Math.floor(width / 34))));
  const bottom = top + height;
  const corner = [frame.x(x.low), frame.y(y.high)] as const;
  return [
    el("rect", {
      x: left - numbers,
      y: top - ABOVE,
      width: width + numbers + ABOVE,
      height: height + ABOVE + BELOW,
      fill: "#FFFFFF",
    }),
    el("rect", {
      x: corner[0],
      y: corner[1],
      width: frame.x(x.high) - corner[0],
      height: frame.y(y.low) - corner[1],
      ...{ fill: "none", stroke: "#777777", "stroke-width": 0.4 },
    }),
    ...yMarks.map((value) =>
      el("path", { d: `M${left} ${own.y(value).toFixed(2)}h${width}`, stroke: FAINT, "stroke-width": 0.25 }),
    ),
    el("rect", { x: left, y: top, width, height, fill: "none", ...stroke }),
    ...xMarks.map(
      (value) =>
        el("path", { d: `M${own.x(value).toFixed(2)} ${bottom}v2`, ...stroke }) +
        text(own.x(value), bottom + 3 + SIZE, markText({}, value), { anchor: "middle", size: SIZE }),
    ),
    ...yMarks.map(
      (value) =>
        el("path", { d: `M${left} ${own.y(value).toFixed(2)}h-2`, ...stroke }) +
        text(left - 3, own.y(value) + 0.36 * SIZE, markText({}, value), { anchor: "end", size: SIZE }),
    ),
    ...cut.map((one) => drawSeries(one, { ...own, svg: "" })),
    decadeLabels(spectra, own, (f) => f >= from).svg,
  ].join("");
}

/** The largest box of one shape that hides no obstacle. */
function placeOf(
  frame: Box,
  shape: number,
  numbers: number,
  obstacles: readonly (readonly [number, number])[],
): Box | undefined {
  for (const size of SIZES) {
    const width = Math.min(size * frame.width, size * frame.height * shape);
    const height = width / shape;
    if (width < 40 || height < 25) continue;
    const [wide, high] = [width + numbers + ABOVE, height + ABOVE + BELOW];
    for (const right of [1, 0.5, 0])
      for (const down of [0, 0.5, 1]) {
        const left = frame.left + 4 + right * (frame.width - wide - 4);
        const top = frame.top + down * (frame.height - high - 8);
        const hidden = obstacles.some(
          ([px, py]) => px > left - 3 && px < left + wide + 3 && py > top - 3 && py < top + high + 3,
        );
        if (!hidden && left >= frame.left) return { left: left + numbers, top: top + ABOVE, width, height };
      }
  }
  return undefined;
}
