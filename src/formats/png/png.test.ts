import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { makePng, type PngParts, paletteColour, pngSample } from "../../../fixtures/make/png.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { pngFormat } from "./format.ts";

const [width, height] = [11, 9];

async function open(bytes: Uint8Array) {
  const { items, notices } = await openDataset(memorySource(bytes, "made.png"));
  const signal = items[0] as Signal;
  return { signal, notices, values: [...(await signal.tile(whole(signal)))] };
}

/** What each colour type gives out of sample k: indices become colours, transparency goes. */
function expected({ depth = 8, colour = 0 }: PngParts): number[] {
  const channels = colour === 0 || colour === 4 ? 1 : 3;
  return Array.from({ length: width * height * channels }, (_, i) => {
    const [k, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    return colour === 3 ? paletteColour(pngSample(x, y, 0, depth), k) : pngSample(x, y, k, depth);
  });
}

const KINDS = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ depth, colour: 0 })),
  ...[1, 2, 4, 8].map((depth) => ({ depth, colour: 3 })),
  ...[2, 4, 6].flatMap((colour) => [8, 16].map((depth) => ({ depth, colour }))),
];

describe("png", () => {
  it.each(KINDS)("reads depth $depth, colour type $colour, interlaced or not", async (kind) => {
    for (const interlaced of [false, true])
      expect((await open(makePng({ ...kind, interlaced }))).values).toEqual(expected(kind));
  });

  it("agrees with another decoder", async () => {
    for (const kind of [{ depth: 8 }, { depth: 16 }, { colour: 2 }, { colour: 2, interlaced: true }])
      expect((await open(makePng(kind))).values).toEqual([...decode(makePng(kind)).data]);
  });

  it("says that there is no pixel size, keeps colours, leaves transparency out", async () => {
    const grey = await open(makePng());
    expect(grey.signal.axes.map(({ name, size, unit }) => [name, size, unit])).toEqual([
      ["y", 9, "px"],
      ["x", 11, "px"],
    ]);
    expect(grey.signal.meta.note).toBe("made");
    expect(grey.notices.map(({ code }) => code)).toEqual(["uncalibrated"]);
    const rgba = await open(makePng({ colour: 6 }));
    expect([rgba.signal.dtype, rgba.signal.axes.length]).toEqual(["rgb8", 2]);
    expect(rgba.notices.map(({ code }) => code)).toContain("alpha-dropped");
    const deep = await open(makePng({ colour: 2, depth: 16 }));
    expect([deep.signal.dtype, deep.signal.axes.at(-1)!.name]).toEqual(["u16", "colour"]);
  });

  it("does not believe sizes that the data cannot have", async () => {
    const bytes = makePng();
    new DataView(bytes.buffer).setUint32(16, 5000);
    const { items } = await openDataset(memorySource(bytes, "made.png"));
    const signal = items[0] as Signal;
    const corner = { start: [0, 0], stop: [1, 1] };
    await expect(signal.tile(corner)).rejects.toMatchObject({ tag: "Format" });
    new DataView(bytes.buffer).setUint32(20, 2 ** 30);
    await expect(openDataset(memorySource(bytes, "made.png"))).rejects.toMatchObject({ tag: "Refused" });
  });

  formatContract({ format: pngFormat, name: "made.png", bytes: makePng({ depth: 16, interlaced: true }) });
});
