import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { PngParts } from "./png.ts";

let parts: Promise<PngParts> | undefined;

/** A figure as PNG, drawn in this thread; the drawing module and the letters are read from the installed packages once. */
export async function drawHere(svg: string, dpi: number): Promise<Uint8Array> {
  parts ??= load();
  const { svgPng } = await import("./png.ts");
  return svgPng(svg, dpi, await parts);
}

async function load(): Promise<PngParts> {
  const { resolve } = createRequire(import.meta.url);
  const files = ["latin-400", "latin-700", "greek-400", "greek-700"].map((name) =>
    resolve(`@fontsource/arimo/files/arimo-${name}-normal.woff2`),
  );
  const [wasm, ...fonts] = await Promise.all(
    [resolve("@resvg/resvg-wasm/index_bg.wasm"), ...files].map(
      async (file) => new Uint8Array(await readFile(file)),
    ),
  );
  return { wasm: wasm!, fonts };
}
