import { drawnRows, type Envelope, envelopeOf, isOrdered, rowAt } from "../../math/envelope.ts";
import type { Frame, Span } from "./plot-range.ts";

/** A line of a plot. */
export interface Curve {
  readonly name: string;
  /** CSS colour. */
  readonly colour: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Row of the first point in the table or spectrum that all curves come from. */
  readonly first: number;
  /** Points instead of a line. */
  readonly marks?: boolean;
  readonly dashed?: boolean;
  /** Some of the rows only, drawn until all are read: none of them can be pointed at. */
  readonly sampled?: boolean;
}

/** A curve as it is drawn: logarithms where its axes are, and what makes drawing quick. */
export interface DrawnCurve extends Curve {
  readonly ordered: boolean;
  readonly envelope: Envelope | undefined;
}

const log10 = (values: ArrayLike<number>) =>
  Float64Array.from(values, (v) => (v > 0 ? Math.log10(v) : Number.NaN));

/** Prepares a curve for drawing. */
export function drawnCurve(curve: Curve, logX: boolean, logY: boolean): DrawnCurve {
  const x = logX ? log10(curve.x) : curve.x;
  const y = logY ? log10(curve.y) : curve.y;
  const ordered = isOrdered(x);
  return { ...curve, x, y, ordered, envelope: ordered ? envelopeOf(y) : undefined };
}

/** Points closer than this to the last one drawn say nothing new [CSS px]. */
const NEAR = 0.4;
const RADIUS = 2;

/** Draws a curve into a frame; of more points than the frame has columns those that show. */
export function drawCurve(
  context: CanvasRenderingContext2D,
  curve: DrawnCurve,
  { left, top, width, height }: Frame,
  across: Span,
  up: Span,
): void {
  const { x, y, ordered, envelope, marks } = curve;
  const kx = width / (across.high - across.low);
  const ky = height / (up.high - up.low);
  const px = (i: number) => left + (x[i]! - across.low) * kx;
  // Far outside the frame a place is as good as another; canvases lose themselves in huge numbers.
  const py = (i: number) =>
    Math.max(top - 1e5, Math.min(top + height + 1e5, top + height - (y[i]! - up.low) * ky));
  context.strokeStyle = curve.colour;
  context.fillStyle = curve.colour;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.setLineDash(curve.dashed ? [6, 4] : []);
  context.beginPath();
  let down = false;
  let [lastX, lastY] = [0, 0];
  const point = (i: number) => {
    if (!Number.isFinite(x[i]! + y[i]!)) {
      down = false;
      return;
    }
    const [a, b] = [px(i), py(i)];
    if (down && !ordered && Math.abs(a - lastX) < NEAR && Math.abs(b - lastY) < NEAR) return;
    if (marks) {
      context.moveTo(a + RADIUS, b);
      context.arc(a, b, RADIUS, 0, 2 * Math.PI);
    } else if (down) context.lineTo(a, b);
    else context.moveTo(a, b);
    [lastX, lastY, down] = [a, b, true];
  };
  if (ordered && envelope) {
    for (const row of drawnRows(envelope, columnBounds(x, across, Math.ceil(width)))) point(row);
  } else for (let i = 0; i < x.length; i++) point(i);
  context.stroke();
  context.setLineDash([]);
}

/** Rows at which the columns of a span begin, one row more on either side, so that the line leaves the frame. */
function columnBounds(x: ArrayLike<number>, { low, high }: Span, columns: number): number[] {
  const falls = x.length > 1 && x[x.length - 1]! < x[0]!;
  const [from, to] = falls ? [high, low] : [low, high];
  const bounds = Array.from({ length: columns + 1 }, (_, c) => rowAt(x, from + ((to - from) * c) / columns));
  bounds[0] = Math.max(0, bounds[0]! - 1);
  bounds[columns] = Math.min(x.length, bounds[columns]! + 1);
  return bounds;
}

/** The row nearest to a place: along x on lines that run across, else on the panel. */
export function nearestRow(
  curves: readonly DrawnCurve[],
  { width, height }: Frame,
  across: Span,
  up: Span,
  at: { readonly x: number; readonly y: number },
): number | undefined {
  const kx = width / (across.high - across.low);
  const ky = height / (up.high - up.low);
  let best = Number.POSITIVE_INFINITY;
  let found: number | undefined;
  for (const { x, y, first, ordered, sampled } of curves) {
    if (sampled) continue;
    if (ordered) {
      const row = rowAt(x, at.x);
      for (const i of [row - 1, row]) {
        const away = i >= 0 && i < x.length ? Math.abs(x[i]! - at.x) * kx : Number.NaN;
        if (away < best) [best, found] = [away, first + i];
      }
      continue;
    }
    for (let i = 0; i < x.length; i++) {
      const away = Math.hypot((x[i]! - at.x) * kx, (y[i]! - at.y) * ky);
      if (away < best) [best, found] = [away, first + i];
    }
  }
  return found;
}
