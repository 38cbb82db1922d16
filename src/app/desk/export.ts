import greek from "@fontsource/arimo/files/arimo-greek-400-normal.woff2?url";
import greekBold from "@fontsource/arimo/files/arimo-greek-700-normal.woff2?url";
import latin from "@fontsource/arimo/files/arimo-latin-400-normal.woff2?url";
import latinBold from "@fontsource/arimo/files/arimo-latin-700-normal.woff2?url";
import wasm from "@resvg/resvg-wasm/index_bg.wasm?url";
import { colourBar } from "../../figures/key.ts";
import type { Paper, ShownArray } from "../../figures/panel-figure.ts";
import { pictureFigure, type SeenPicture } from "../../figures/picture-figure.ts";
import { svgPng } from "../../figures/png.ts";
import { type Display, paint } from "../canvas/display.ts";

/** A picture whose colours are settled here, where they are made from its first column of numbers. */
export type SeenRequest = Omit<SeenPicture, "rgb"> &
  ({ readonly rgb: Uint8Array } | { readonly display: Display });

interface PictureRequest {
  readonly seen: SeenRequest;
  readonly paper: Paper;
}

function settled(seen: SeenRequest): SeenPicture {
  if ("rgb" in seen) return seen;
  const { values, width, height, display } = seen;
  const [shown] = values;
  const words = new Uint32Array(width * height);
  paint(shown!.values as Float64Array, display, words);
  const rgb = new Uint8Array(3 * words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    rgb[3 * i] = word;
    rgb[3 * i + 1] = word >> 8;
    rgb[3 * i + 2] = word >> 16;
  }
  const { colours, low, high, scale } = display;
  const gaps = Array.prototype.some.call(shown!.values, Number.isNaN);
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
