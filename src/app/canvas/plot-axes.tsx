import { numberText } from "../../figures/number-text.ts";
import { axisMarks, markText } from "../../figures/plot.ts";
import { roundBelow } from "../../figures/ticks.ts";
import type { Frame, Span } from "./plot-range.ts";

/** What an axis shows. */
export interface PlotLabel {
  readonly name: string;
  /** "1" where it is a pure number, "" where nothing is to be said. */
  readonly unit: string;
  readonly log: boolean;
}

interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Ticks of an axis with as many digits as tell neighbours apart. */
export function ticksOf({ log }: PlotLabel, span: Span, count: number): Tick[] {
  const marks = axisMarks({ name: "", unit: "", ...span, decades: log }, count);
  const step = marks.length > 1 ? Math.abs(marks[1]! - marks[0]!) : 0;
  const largest = Math.max(...marks.map(Math.abs), 0);
  const digits =
    step > 0 ? Math.min(15, Math.max(4, 1 + Math.ceil(Math.log10(largest / roundBelow(step))))) : 6;
  return marks.map((value) => ({
    value,
    text: log ? markText({ decades: true }, value) : numberText(value, digits),
  }));
}

/** How many ticks an upright axis of this height has room for [CSS px]. */
export function tickCount(height: number, letter: number): number {
  return Math.max(2, Math.round(height / (4.5 * letter)));
}

/** "energy loss (eV)": a quantity with its unit. */
export function axisWords({ name, unit }: PlotLabel): string {
  return unit === "1" || unit === "" ? name : `${name} (${unit})`;
}

/** Room that the numbers of the vertical axis take [CSS px], for letters this high. */
export function numbersWidth(ticks: readonly Tick[], letter: number): number {
  return 0.58 * letter * Math.max(0, ...ticks.map(({ text }) => [...text].length));
}

/** Axes, ticks and labels as SVG, so that they are text and grow with it. */
export function PlotAxes(props: {
  readonly frame: Frame;
  readonly letter: number;
  readonly x: { readonly label: PlotLabel; readonly span: Span };
  readonly y: { readonly label: PlotLabel; readonly span: Span };
  /** False for a strip above another that shares the axis. */
  readonly names: boolean;
}) {
  const { frame, letter, x, y, names } = props;
  const { left, top, width, height } = frame;
  const bottom = top + height;
  const px = (value: number) => left + (width * (value - x.span.low)) / (x.span.high - x.span.low);
  const py = (value: number) => bottom - (height * (value - y.span.low)) / (y.span.high - y.span.low);
  return (
    <g>
      {ticksOf(x.label, x.span, Math.max(2, Math.round(width / (7 * letter)))).map(({ value, text }) => (
        <g key={value}>
          <path class="grid" d={`M${px(value)} ${top}V${bottom}`} />
          {names && (
            <text x={px(value)} y={bottom + 1.2 * letter} text-anchor="middle">
              {text}
            </text>
          )}
        </g>
      ))}
      {ticksOf(y.label, y.span, tickCount(height, letter)).map(({ value, text }) => (
        <g key={value}>
          <path class="grid" d={`M${left} ${py(value)}h${width}`} />
          <text x={left - 0.4 * letter} y={py(value) + 0.35 * letter} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      <path class="frame" d={`M${left} ${top}V${bottom}H${left + width}`} />
      {names && (
        <text x={left + width / 2} y={bottom + 2.5 * letter} text-anchor="middle" data-axis="x">
          {axisWords(x.label)}
        </text>
      )}
      <text
        transform={`translate(${1.1 * letter} ${top + height / 2}) rotate(-90)`}
        text-anchor="middle"
        data-axis="y"
      >
        {axisWords(y.label)}
      </text>
    </g>
  );
}
