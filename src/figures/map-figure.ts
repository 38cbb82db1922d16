import type { Quantity } from "../core/contracts.ts";
import type { Figure } from "./figure.ts";
import { frameArrows, KEY_WIDTH, type Key, stack } from "./key.ts";
import { dataUrl, rgbPng } from "./raster.ts";
import { drawScaleBar, scaleBar } from "./scale-bar.ts";
import { COLUMN, el, INK, svgDocument, text } from "./svg.ts";

/** Size of a map in points and the distance between them; without a step, lengths are in px. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly step?: Quantity;
}

/** A map with its colours settled; everything else about it is layout. */
export interface MapPicture {
  readonly title: string;
  readonly grid: Grid;
  /** Colours, shape (height, width, 3). */
  readonly rgb: Uint8Array;
  readonly key: Key;
  readonly caption: string;
  readonly alt: string;
  readonly data: string;
  /** SVG over the picture, in scan pixels: (0, 0) is the corner of the first pixel. */
  readonly overlay?: string;
}

const MARGIN = 6;
const TITLE = 12;
const STRIP = 14;
const MAX_HEIGHT = 250;

/** Unit and length of one step: the scan's own, or one px. */
export function stepOf({ step }: Grid): { value: number; unit: string } {
  return step ?? { value: 1, unit: "px" };
}

/** Length of the scan and its unit, for the scale bar. */
export function extentOf(grid: Grid): { extent: number; unit: string } {
  const { value, unit } = stepOf(grid);
  return { extent: grid.width * value, unit };
}

/** Points on the page per scan pixel. */
export function mapZoom({ width, height }: Pick<Grid, "width" | "height">): number {
  return Math.min((COLUMN - 3 * MARGIN - KEY_WIDTH) / width, MAX_HEIGHT / height);
}

/** A map one column wide: picture with scale bar on the left, key and axes on the right. */
export function mapFigure(picture: MapPicture): Figure {
  const { grid, key, title } = picture;
  const zoom = mapZoom(grid);
  const width = grid.width * zoom;
  const height = grid.height * zoom;
  const side = stack([key, frameArrows()]);
  const top = MARGIN + TITLE;
  const total = top + Math.max(height + STRIP, side.height + MARGIN);
  const { extent, unit } = extentOf(grid);
  const svg = svgDocument(
    COLUMN,
    total,
    { title, description: picture.alt },
    text(MARGIN, MARGIN + 7, title, { bold: true, size: 8 }),
    el("image", {
      x: MARGIN,
      y: top,
      width,
      height,
      preserveAspectRatio: "none",
      "image-rendering": "optimizeSpeed",
      style: "image-rendering:pixelated",
      "data-map": `${grid.width} ${grid.height}`,
      href: dataUrl(rgbPng(picture.rgb, grid.width, grid.height)),
    }),
    picture.overlay === undefined
      ? ""
      : el("g", { transform: `translate(${MARGIN} ${top}) scale(${zoom.toFixed(6)})` }, picture.overlay),
    el("rect", { x: MARGIN, y: top, width, height, fill: "none", stroke: INK, "stroke-width": 0.5 }),
    drawScaleBar(scaleBar(extent, unit), MARGIN, top + height + 5, width),
    el("g", { transform: `translate(${(MARGIN + width + MARGIN + 2).toFixed(2)} ${top})` }, side.svg),
  );
  return { title, svg, caption: picture.caption, alt: picture.alt, data: picture.data };
}
