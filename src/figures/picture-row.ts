import { KEY_WIDTH, type Key } from "./key.ts";
import { type Paper, pointsOf } from "./panel-figure.ts";
import { type Mark, marksSvg } from "./picture-parts.ts";
import type { PixelLength } from "./picture-window.ts";
import { dataUrl, rgbPng } from "./raster.ts";
import { drawScaleBar, scaleBar } from "./scale-bar.ts";
import { el, INK, number, svgDocument, text, wrap } from "./svg.ts";

/** Square pictures of the same pixels beside each other, to be compared. */
export interface PictureRow {
  readonly title: string;
  /** Pixels along each side. */
  readonly size: number;
  readonly pixel: PixelLength;
  readonly pictures: readonly {
    readonly name: string;
    /** Colours, shape (size, size, 3). */
    readonly rgb: Uint8Array;
    readonly marks?: readonly Mark[];
  }[];
  /** The colours of the pictures that share them. */
  readonly key: Key;
  readonly caption: string;
}

const MARGIN = 6;
const GAP = 5;
const LINE = 8.5;
const STRIP = 12;

/** The pictures of a row on a page as wide as asked for, each with its name, one key and the caption. */
export function pictureRow({ title, size, pixel, pictures, key, caption }: PictureRow, paper: Paper): string {
  const total = pointsOf(paper.widthMm);
  const room = total - 3 * MARGIN - KEY_WIDTH - GAP * (pictures.length - 1);
  const side = room / pictures.length;
  const titles = wrap(title, total - 2 * MARGIN, 8);
  const top = MARGIN + 12 * titles.length;
  const zoom = side / size;
  const drawn = pictures.map(({ name, rgb, marks = [] }, i) => {
    const x = MARGIN + i * (side + GAP);
    const place = (column: number, row: number): [number, number] => [
      x + (column + 0.5) * zoom,
      top + (row + 0.5) * zoom,
    ];
    return [
      el("image", {
        ...{ x, y: top, width: side, height: side, preserveAspectRatio: "none" },
        "image-rendering": "optimizeSpeed",
        style: "image-rendering:pixelated",
        "data-picture": `${size} ${size}`,
        href: dataUrl(rgbPng(rgb, size, size)),
      }),
      paper.marks ? marksSvg(marks, place, zoom) : "",
      el("rect", { x, y: top, width: side, height: side, fill: "none", stroke: INK, "stroke-width": 0.5 }),
      text(x + side / 2, top + side + 9, name, { anchor: "middle" }),
    ].join("");
  });
  const lines = paper.caption ? wrap(caption, total - 2 * MARGIN) : [];
  const below = top + Math.max(side + 14 + STRIP, key.height + MARGIN);
  return svgDocument(
    total,
    below + lines.length * LINE + (lines.length > 0 ? MARGIN : 0),
    { title, description: caption },
    ...titles.map((line, i) => text(MARGIN, MARGIN + 7 + 12 * i, line, { bold: true, size: 8 })),
    ...drawn,
    drawScaleBar(scaleBar(size * Math.abs(pixel.x), pixel.unit), MARGIN, top + side + 15, side),
    el("g", { transform: `translate(${number(total - MARGIN - KEY_WIDTH)} ${number(top)})` }, key.svg),
    ...lines.map((line, i) => text(MARGIN, below + 7 + i * LINE, line)),
  );
}
