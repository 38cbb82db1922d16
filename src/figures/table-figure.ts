import { type Paper, pointsOf } from "./panel-figure.ts";
import { el, FAINT, FONT_SIZE, INK, svgDocument, text, textWidth, wrap } from "./svg.ts";

/** Rows of a table as they are seen; the cells are words already. */
export interface SeenTable {
  readonly title: string;
  readonly head: readonly string[];
  /** Columns of numbers stand to the right. */
  readonly numbers: readonly boolean[];
  readonly rows: readonly (readonly string[])[];
  /** Row that is marked. */
  readonly marked?: number | undefined;
  readonly caption: string;
}

const MARGIN = 6;
const GAP = 7;
const ROW = 10.5;
const LINE = 8.5;

/** A table on a page as wide as asked for; letters get smaller where its columns are wider than that. */
export function tableFigure(
  { title, head, numbers, rows, marked, caption }: SeenTable,
  paper: Paper,
): string {
  const total = pointsOf(paper.widthMm);
  const widths = head.map((name, i) =>
    Math.max(textWidth(name, FONT_SIZE, true), ...rows.map((row) => textWidth(row[i]!))),
  );
  const needed = widths.reduce((sum, width) => sum + width + GAP, -GAP);
  const scale = Math.min(1, (total - 2 * MARGIN) / needed);
  const titles = wrap(title, total - 2 * MARGIN, 8);
  const top = MARGIN + 12 * titles.length;
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width + GAP, 0));
  const cell = (content: string, i: number, y: number, bold: boolean) =>
    numbers[i]
      ? text(lefts[i]! + widths[i]!, y, content, { anchor: "end", bold })
      : text(lefts[i]!, y, content, { bold });
  const rule = (y: number, width: number) =>
    el("path", { d: `M0 ${y}H${needed}`, stroke: INK, "stroke-width": width });
  const end = ROW * (rows.length + 1) + 3;
  const body = [
    rule(0, 0.8),
    ...head.map((name, i) => cell(name, i, 7.5, true)),
    rule(ROW, 0.5),
    ...rows.flatMap((row, k) => {
      const y = ROW * (k + 1);
      const mark = el("rect", {
        x: -3,
        y: y + 1,
        width: needed + 6,
        height: ROW,
        fill: FAINT,
        opacity: 0.25,
      });
      return [k === marked ? mark : "", ...row.map((content, i) => cell(content, i, y + 8.5, false))];
    }),
    rule(end, 0.8),
  ];
  const lines = paper.caption ? wrap(caption, total - 2 * MARGIN) : [];
  const below = top + end * scale + 4;
  return svgDocument(
    total,
    below + lines.length * LINE + MARGIN,
    { title, description: caption },
    ...titles.map((line, i) => text(MARGIN, MARGIN + 7 + 12 * i, line, { bold: true, size: 8 })),
    el("g", { transform: `translate(${MARGIN} ${top}) scale(${scale})` }, ...body),
    ...lines.map((line, i) => text(MARGIN, below + 7 + i * LINE, line)),
  );
}
