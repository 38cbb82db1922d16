import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fixtureFile } from "../../../fixtures/cases/case.ts";
import { makePackedTiff, PACKERS } from "../../../fixtures/make/tiff-packed.ts";
import { whole } from "../../../test/contracts/format.ts";
import type { Signal } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";

const GREY = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 251);
const read = async (bytes: Uint8Array, name = "a.tif") => {
  const signal = (await openDataset(memorySource(bytes, name))).items[0] as Signal;
  return [...(await signal.tile(whole(signal)))];
};

/** LZW codes of which each stands for one letter more than the one before it, then `then` some times. */
function growing(codes: number, then: number, times: number): Uint8Array {
  let bits = "";
  let [next, width] = [258, 9];
  for (const code of [256, 65]) bits += code.toString(2).padStart(9, "0");
  for (let i = 0; i < codes + times; i++) {
    bits += (i < codes ? next : then).toString(2).padStart(width, "0");
    next++;
    if (next + 1 >= 2 ** width && width < 12) width++;
  }
  const bytes = bits.padEnd(8 * Math.ceil(bits.length / 8), "0").match(/.{8}/g)!;
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

/** A JPEG file with a second frame header of 61476 × 13154 pixels before its scan. */
async function twoFrames(): Promise<Uint8Array> {
  const bytes = [...(await fixtureFile("jpeg/grey.jpg"))];
  const scan = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
  const frame = [0xff, 0xc1, 0, 11, 8, 0xf0, 0x24, 0x33, 0x62, 1, 1, 0x11, 0];
  return Uint8Array.from([...bytes.slice(0, scan), ...frame, ...bytes.slice(scan)]);
}

describe("a compressed strip", () => {
  it.each(Object.entries(PACKERS))("is read, compression %s", async (compression, pack) => {
    expect(await read(makePackedTiff(Number(compression), pack(GREY), 20, 15))).toEqual([...GREY]);
  });

  it.each([
    ["deflate", 8, deflateSync(new Uint8Array(2 ** 24))],
    ["Zstandard by its header", 50000, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 64, 1, 0, 0)],
    ["LZW", 5, growing(3700, 3950, 2000)],
  ])("that becomes far more than its size is refused: %s", async (_, compression, strip) => {
    const bytes = makePackedTiff(compression, strip, 4, 4);
    await expect(read(bytes)).rejects.toMatchObject({ tag: "Refused", message: /than the 8388608 bytes/ });
  });

  it("with an LZW code behind the end of the table is refused", async () => {
    const bytes = makePackedTiff(5, growing(3700, 4094, 1), 4, 4);
    await expect(read(bytes)).rejects.toMatchObject({ tag: "Format", message: /codes that are none/ });
  });
});

describe("a Zstandard strip that does not state its size", () => {
  const block = (size: number, kind: number) => [((size << 3) | kind) & 255, size >> 5, size >> 13];
  const strip = (kind: number) =>
    Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x48, ...block(300, kind), ...GREY.subarray(0, 300)]);

  it("is read", async () => {
    expect(await read(makePackedTiff(50000, strip(1), 20, 15))).toEqual([...GREY]);
  });

  it("is refused where its data are broken or go on", async () => {
    for (const kind of [0, 5, 7])
      await expect(read(makePackedTiff(50000, strip(kind), 20, 15))).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("JPEG with a second frame header", () => {
  it("is refused before it fills the memory, alone and as a strip", async () => {
    const wanted = { tag: "Format", message: /wanted one frame of 21 × 19, found 13154 × 61476/ };
    await expect(read(await twoFrames(), "a.jpg")).rejects.toMatchObject(wanted);
    await expect(read(makePackedTiff(7, await twoFrames(), 21, 19))).rejects.toMatchObject(wanted);
  });
});
