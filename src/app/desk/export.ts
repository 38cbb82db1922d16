import greek from "@fontsource/arimo/files/arimo-greek-400-normal.woff2?url";
import greekBold from "@fontsource/arimo/files/arimo-greek-700-normal.woff2?url";
import latin from "@fontsource/arimo/files/arimo-latin-400-normal.woff2?url";
import latinBold from "@fontsource/arimo/files/arimo-latin-700-normal.woff2?url";
import wasm from "@resvg/resvg-wasm/index_bg.wasm?url";
import { colourBar } from "../../figures/key.ts";
import type { Paper, ShownArray } from "../../figures/panel-figure.ts";
import { pictureFigure, type SeenPicture } from "../../figures/picture-figure.ts";
import type { Mark } from "../../figures/picture-parts.ts";
import { type PictureRow, pictureRow } from "../../figures/picture-row.ts";
import { svgPng } from "../../figures/png.ts";
import { type Display, paint } from "../canvas/display.ts";

/** A picture whose colours are settled here, where they are made from its first column of numbers. */
export type SeenRequest = Omit<SeenPicture, "rgb"> &
  ({ readonly rgb: Uint8Array } | { readonly display: Display });

interface PictureRequest {
  readonly seen: SeenRequest;
  readonly paper: Paper;
}

/** Colours of numbers, shape (n, 3). */
function coloured(values: ArrayLike<number>, display: Display): Uint8Array {
  const words = new Uint32Array(values.length);
  paint(values as Float64Array, display, words);
  const rgb = new Uint8Array(3 * words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    rgb[3 * i] = word;
    rgb[3 * i + 1] = word >> 8;
    rgb[3 * i + 2] = word >> 16;
  }
  return rgb;
}

function settled(seen: SeenRequest): SeenPicture {
  if ("rgb" in seen) return seen;
  const { values, display } = seen;
  const [shown] = values;
  const { colours, low, high, scale } = display;
  const gaps = Array.prototype.some.call(shown!.values, Number.isNaN);
  const rgb = coloured(shown!.values, display);
  return { ...seen, rgb, key: colourBar(colours, low, high, shown!, 110, gaps, scale) };
}

/** A picture of the page as a figure; its numbers are asked for apart. */
export async function drawPicture({ seen, paper }: PictureRequest) {
  const { title, svg, caption, alt, methods } = pictureFigure(settled(seen), paper);
  return { title, svg, caption, alt, methods };
}

export async function pictureCsv({ seen, paper }: PictureRequest): Promise<string> {
  return pictureFigure(settled(seen), paper).csv();
}

export async function pictureArray({ seen, paper }: PictureRequest): Promise<ShownArray> {
  return pictureFigure(settled(seen), paper).array!();
}

interface RowRequest {
  readonly row: Omit<PictureRow, "pictures" | "key"> & {
    readonly pictures: readonly {
      readonly name: string;
      readonly values: Float32Array;
      readonly display: Display;
      readonly marks: readonly Mark[];
    }[];
  };
  readonly paper: Paper;
}

/** Pictures beside each other; the key is that of the first. */
export async function drawRow({ row, paper }: RowRequest): Promise<string> {
  const { colours, low, high, scale } = row.pictures[0]!.display;
  const key = colourBar(colours, low, high, { name: "grey levels", unit: "1" }, 90, false, scale);
  const pictures = row.pictures.map(({ name, values, display, marks }) => ({
    ...{ name, marks },
    rgb: coloured(values, display),
  }));
  return pictureRow({ ...row, key, pictures }, paper);
}

/** The bytes of a part of the app; the build says where it is, or has put it into the script. */
async function bytesOf(address: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

/** SVG as PNG, drawn as the command line draws it. */
export async function drawPng({
  svg,
  dpi,
}: {
  readonly svg: string;
  readonly dpi: number;
}): Promise<Uint8Array> {
  const [module, ...fonts] = await Promise.all([wasm, latin, latinBold, greek, greekBold].map(bytesOf));
  return svgPng(svg, dpi, { wasm: module!, fonts });
}
