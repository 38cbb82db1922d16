import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** What draws a PNG: the module's bytes once, and the letters. */
export interface PngParts {
  readonly wasm: Uint8Array;
  /** WOFF2 or TTF files of a font as wide as Arial. */
  readonly fonts: readonly Uint8Array[];
}

let ready: Promise<void> | undefined;

/** A figure as PNG at `dpi` (points are 1/72 inch). */
export async function svgPng(svg: string, dpi: number, parts: PngParts): Promise<Uint8Array> {
  ready ??= initWasm(parts.wasm as Uint8Array<ArrayBuffer>);
  await ready;
  const image = new Resvg(svg, {
    font: { fontBuffers: [...parts.fonts], defaultFontFamily: "Arimo", sansSerifFamily: "Arimo" },
    fitTo: { mode: "width", value: Math.round((widthPoints(svg) * dpi) / 72) },
    imageRendering: 1,
  });
  try {
    const drawn = image.render();
    const png = drawn.asPng();
    drawn.free();
    return png;
  } finally {
    image.free();
  }
}

function widthPoints(svg: string): number {
  return Number(/viewBox="0 0 ([\d.]+) /.exec(svg)?.[1] ?? 252);
}
