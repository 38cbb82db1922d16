import type { Notice, Reader, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { MAX_PIXELS, pictureAxes, pictureTile } from "../whole-image.ts";
import { COLOUR, parsePng } from "./parse.ts";
import { channelsOf, pngPixels } from "./pixels.ts";

export const reader: Reader = {
  async open(source, stop) {
    const header = await parsePng(source, stop);
    const { width, height, bitDepth, colourType } = header;
    if (width * height > MAX_PIXELS) {
      const fields = { why: `${width} × ${height} pixels`, need: `at most ${MAX_PIXELS}` };
      throw new LithoscopeError("Refused", `png: ${source.name} has ${width} × ${height} pixels`, fields);
    }
    const colours = channelsOf(header);
    const dtype = bitDepth === 16 ? "u16" : colours === 3 ? "rgb8" : "u8";
    const axes = pictureAxes(height, width, dtype === "u16" ? colours : 1);
    const notices: Notice[] = [
      { code: "uncalibrated", message: "png: a picture states no pixel size, every axis is in px" },
    ];
    if (colourType === COLOUR.greyAlpha || colourType === COLOUR.rgba)
      notices.push({ code: "alpha-dropped", message: "png: the transparency of the pixels is left out" });
    if (header.cut) {
      const message = `png: the file ends at ${source.size}, before its end chunk`;
      notices.push({ code: "truncated", message, where: `byte ${source.size}` });
    }
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype,
      value: { name: "intensity", unit: "1" },
      meta: header.text.Description ? { note: header.text.Description } : {},
      block: axes.map(({ size }) => size),
      ref: { source: source.ref, format: "png", item: 0 },
      tile: pictureTile("png", axes, dtype, (cancel) => pngPixels(source, header, cancel)),
    };
    const { palette: _palette, ...stated } = header;
    return { items: [signal], header: stated, notices };
  },
};
