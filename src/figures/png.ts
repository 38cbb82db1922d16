import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { crc32 } from "../core/crc32.ts";

/** What draws a PNG: the module's bytes once, and the letters. */
export interface PngParts {
  readonly wasm: Uint8Array;
  /** WOFF2 or TTF files of a font as wide as Arial. */
  readonly fonts: readonly Uint8Array[];
}

let ready: Promise<void> | undefined;

/** A figure as PNG at `dpi`, as wide as its `width` in millimetres says; the file says its resolution. */
export async function svgPng(svg: string, dpi: number, parts: PngParts): Promise<Uint8Array> {
  ready ??= initWasm(parts.wasm as Uint8Array<ArrayBuffer>);
  await ready;
  const image = new Resvg(svg, {
    font: { fontBuffers: [...parts.fonts], defaultFontFamily: "Arimo", sansSerifFamily: "Arimo" },
    fitTo: { mode: "width", value: Math.round((widthMm(svg) * dpi) / 25.4) },
    imageRendering: 1,
  });
  try {
    const drawn = image.render();
    const png = drawn.asPng();
    drawn.free();
    return withResolution(png, dpi);
  } finally {
    image.free();
  }
}

function widthMm(svg: string): number {
  return Number(/ width="([\d.]+)mm"/.exec(svg)?.[1] ?? 89);
}

/** Bytes of a PNG before its second chunk: signature and header. */
const HEADER = 33;

/** The same picture with a chunk `pHYs`: pixels per metre. */
function withResolution(png: Uint8Array, dpi: number): Uint8Array {
  const perMetre = Math.round(dpi / 0.0254);
  const chunk = new DataView(new ArrayBuffer(21));
  chunk.setUint32(0, 9);
  for (const [i, letter] of [..."pHYs"].entries()) chunk.setUint8(4 + i, letter.charCodeAt(0));
  chunk.setUint32(8, perMetre);
  chunk.setUint32(12, perMetre);
  chunk.setUint8(16, 1);
  chunk.setUint32(17, crc32(new Uint8Array(chunk.buffer, 4, 13)));
  const out = new Uint8Array(png.length + 21);
  out.set(png.subarray(0, HEADER));
  out.set(new Uint8Array(chunk.buffer), HEADER);
  out.set(png.subarray(HEADER), HEADER + 21);
  return out;
}
