import { type CsvColumn, csvText } from "./csv.ts";
import { frameArrows, type Key, stack } from "./key.ts";
import { numberText } from "./number-text.ts";
import { type PanelFigure, type Paper, pointsOf, type ShownArray } from "./panel-figure.ts";
import { cropped, type Mark, marksSvg } from "./picture-parts.ts";
import { type PixelLength, pixelAspect, type Window, wholePixels } from "./picture-window.ts";
import { dataUrl, rgbPng } from "./raster.ts";
import { drawScaleBar, scaleBar } from "./scale-bar.ts";
import { el, INK, number, svgDocument, text, wrap } from "./svg.ts";

/** Numbers of every pixel, row-major: one column of a table each. */
export interface PixelValues extends CsvColumn {
  readonly values: ArrayLike<number>;
}

/** A picture as a panel shows it: its colours are settled, and so is the part that is in sight. */
export interface SeenPicture {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Colours of the whole picture, shape (height, width, 3). */
  readonly rgb: Uint8Array;
  readonly window: Window;
  readonly pixel: PixelLength;
  readonly key?: Key;
  /** Arrows of the scan's frame. */
  readonly arrows: boolean;
  readonly marks: readonly Mark[];
  /** One sentence or more, without size and part. */
  readonly caption: string;
  readonly methods: string;
  readonly values: readonly PixelValues[];
}

const MARGIN = 6;
const TITLE = 12;
const STRIP = 14;
const LINE = 8.5;
/** Height of a page of the largest journal, 247 mm, without room for title, bar and caption. */
const MAX_HEIGHT = 600;

function partSentence({ width, height, window, pixel }: SeenPicture): string {
  const whole = window.left <= 0 && window.top <= 0 && window.right >= width && window.bottom >= height;
  const [x0, y0, x1, y1] = wholePixels(window, width, height);
  const part = whole ? "" : `, shown are columns ${x0} to ${x1 - 1} and rows ${y0} to ${y1 - 1}`;
  const step =
    pixel.unit === "px"
      ? "pixel size not known, lengths in px"
      : `pixel ${numberText(Math.abs(pixel.x))} ${pixel.unit}${
          Math.abs(pixel.y) === Math.abs(pixel.x) ? "" : ` × ${numberText(Math.abs(pixel.y))} ${pixel.unit}`
        }`;
  return `${width} × ${height} pixels${part}; ${step}.`;
}

/** Coordinates and numbers of the pixels in sight. */
function shownColumns({ width, height, window, pixel, values }: SeenPicture): CsvColumn[] {
  const [x0, y0, x1, y1] = wholePixels(window, width, height);
  const [columns, rows] = [x1 - x0, y1 - y0];
  const at = (make: (x: number, y: number) => number) =>
    Float64Array.from({ length: columns * rows }, (_, i) =>
      make(x0 + (i % columns), y0 + Math.floor(i / columns)),
    );
  const exact = (value: number) => Number(value.toPrecision(12));
  const places: CsvColumn[] = [
    { name: "column", unit: "px", values: at((x) => x) },
    { name: "row", unit: "px", values: at((_, y) => y) },
  ];
  if (pixel.unit !== "px")
    places.push(
      { name: "x", unit: pixel.unit, values: at((x) => exact(x * pixel.x)) },
      { name: "y", unit: pixel.unit, values: at((_, y) => exact(y * pixel.y)) },
    );
  return [...places, ...values.map((one) => ({ ...one, values: at((x, y) => one.values[y * width + x]!) }))];
}

function shownArray({ width, height, window, values }: SeenPicture): ShownArray {
  const [x0, y0, x1, y1] = wholePixels(window, width, height);
  const [columns, rows, depth] = [x1 - x0, y1 - y0, values.length];
  const out = Float64Array.from({ length: columns * rows * depth }, (_, i) => {
    const point = Math.floor(i / depth);
    return values[i % depth]!.values[(y0 + Math.floor(point / columns)) * width + x0 + (point % columns)]!;
  });
  return { values: out, shape: depth === 1 ? [rows, columns] : [rows, columns, depth] };
}

/**
 * What a panel shows as a figure: the part in sight, its scale bar, key, marks and caption. The page is as wide as
 * asked for; letters keep their size.
 */
export function pictureFigure(seen: SeenPicture, paper: Paper): PanelFigure {
  const { title, width, height, window, pixel } = seen;
  const total = pointsOf(paper.widthMm);
  const side = stack([...(seen.key ? [seen.key] : []), ...(seen.arrows ? [frameArrows()] : [])]);
  const sideWidth = side.height > 0 ? side.width + MARGIN + 2 : 0;
  const [across, down] = [window.right - window.left, window.bottom - window.top];
  const aspect = pixelAspect(pixel);
  const zoom = Math.min((total - 2 * MARGIN - sideWidth) / across, MAX_HEIGHT / (down * aspect));
  const [w, h] = [across * zoom, down * zoom * aspect];
  const titles = wrap(title, total - 2 * MARGIN, 8);
  const top = MARGIN + TITLE * titles.length;
  const [x0, y0, x1, y1] = wholePixels(window, width, height);
  const rgb = cropped(seen.rgb, width, [x0, y0, x1, y1]);
  const place = (x: number, y: number): [number, number] => [
    MARGIN + (x + 0.5 - window.left) * zoom,
    top + (y + 0.5 - window.top) * zoom * aspect,
  ];
  const [left, upper] = place(x0 - 0.5, y0 - 0.5);
  const caption = `${seen.caption} ${partSentence(seen)}`;
  const lines = paper.caption ? wrap(caption, total - 2 * MARGIN) : [];
  const below = top + Math.max(h + STRIP, side.height + MARGIN);
  const bar = scaleBar(across * Math.abs(pixel.x), pixel.unit);
  const alt = `${title}. ${partSentence(seen)}`;
  const svg = svgDocument(
    total,
    below + lines.length * LINE + (lines.length > 0 ? MARGIN : 0),
    { title, description: alt },
    ...titles.map((line, i) => text(MARGIN, MARGIN + 7 + TITLE * i, line, { bold: true, size: 8 })),
    el("clipPath", { id: "seen" }, el("rect", { x: MARGIN, y: top, width: w, height: h })),
    el(
      "g",
      { "clip-path": "url(#seen)" },
      el("image", {
        x: left,
        y: upper,
        width: (x1 - x0) * zoom,
        height: (y1 - y0) * zoom * aspect,
        preserveAspectRatio: "none",
        "image-rendering": "optimizeSpeed",
        style: "image-rendering:pixelated",
        "data-picture": `${x1 - x0} ${y1 - y0}`,
        href: dataUrl(rgbPng(rgb, x1 - x0, y1 - y0)),
      }),
      paper.marks ? marksSvg(seen.marks, place, zoom) : "",
    ),
    el("rect", { x: MARGIN, y: top, width: w, height: h, fill: "none", stroke: INK, "stroke-width": 0.5 }),
    drawScaleBar(bar, MARGIN, top + h + 5, w),
    el("g", { transform: `translate(${number(MARGIN + w + MARGIN + 2)} ${number(top)})` }, side.svg),
    ...lines.map((line, i) => text(MARGIN, below + 7 + i * LINE, line)),
  );
  return {
    ...{ title, svg, caption, alt, methods: seen.methods },
    csv: () => csvText(shownColumns(seen)),
    array: () => shownArray(seen),
  };
}
