import { describe, expect, it } from "vitest";
import { openOptions } from "../../cli/open-options.ts";
import type { OpenOptions, Signal } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";

const COUNT = 2 * 3 * 4 * 5;

/** A head of 6 bytes and 120 numbers k. */
function made(bigEndian = false): Uint8Array {
  const view = new DataView(new ArrayBuffer(6 + 2 * COUNT));
  for (let k = 0; k < COUNT; k++) view.setUint16(6 + 2 * k, k, !bigEndian);
  return new Uint8Array(view.buffer);
}

const open = (bytes: Uint8Array, options: OpenOptions) =>
  openDataset(memorySource(bytes, "made.raw"), undefined, options);

const OPTIONS: OpenOptions = { shape: [2, 3, 4, 5], dtype: "u16", offset: 6 };

describe("raw", () => {
  it.each([false, true])("reads a stated shape, big-endian %s", async (bigEndian) => {
    const signal = (await open(made(bigEndian), { ...OPTIONS, bigEndian })).items[0] as Signal;
    expect(signal.axes.map(({ name, size, unit }) => `${name} ${size} ${unit}`)).toEqual([
      "y 2 px",
      "x 3 px",
      "ky 4 px",
      "kx 5 px",
    ]);
    expect(signal.ref.options).toMatchObject(OPTIONS);
    const tile = await signal.tile({ start: [1, 1, 2, 1], stop: [2, 3, 4, 3] });
    const at = (x: number, r: number, c: number) => 60 + 20 * x + 5 * r + c;
    const pixels = [1, 2].flatMap((x) => [2, 3].flatMap((r) => [1, 2].map((c) => at(x, r, c))));
    expect([...tile]).toEqual(pixels);
  });

  it("finds one size from the length and names the bytes left", async () => {
    const { items, notices } = await open(made(), { shape: [-1, 50], dtype: "u16", offset: 6 });
    expect((items[0] as Signal).axes.map(({ size }) => size)).toEqual([2, 50]);
    expect(notices.map(({ code }) => code)).toEqual(["uncalibrated", "bytes-left"]);
  });

  it("asks for the shape with the flag that states it", async () => {
    await expect(open(made(), {})).rejects.toMatchObject({
      tag: "Missing",
      fields: { flag: "--shape 64,64,128,128" },
    });
    await expect(open(made(), { shape: [4] })).rejects.toMatchObject({ tag: "Missing" });
  });

  it("says what would fit, and how the real size differs from the expected", async () => {
    const scan = new Uint8Array(9 * 64 * 64 * 2);
    await expect(open(scan, {})).rejects.toMatchObject({
      hint: expect.stringContaining("--shape 3,3,64,64 --dtype u16"),
    });
    await expect(open(scan, { dtype: "u16" })).rejects.toMatchObject({
      hint: expect.stringContaining("--shape 3,3,64,64 or"),
    });
    const cut = open(scan.subarray(0, -100), { shape: [3, 3, 64, 64], dtype: "u16" });
    const hint = "expected 9 frames of 64 × 64 u16, 8192 bytes each; the file has 8 and 8092 bytes";
    await expect(cut).rejects.toMatchObject({ tag: "Format", hint });
  });

  it.each([
    [{ shape: [2, 3, 4, 6] }, "Format"],
    [{ offset: 7 }, "Format"],
    [{ shape: [0, 4] }, "Usage"],
    [{ shape: [-1, -1] }, "Usage"],
    [{ shape: [2 ** 50, 2 ** 50] }, "Format"],
    [{ dtype: "u12" as "u16" }, "Usage"],
    [{ offset: -1 }, "Usage"],
  ])("refuses %o", async (wrong, tag) => {
    await expect(open(made(), { ...OPTIONS, ...wrong })).rejects.toMatchObject({ tag });
  });

  it("refuses 16 cuts and takes 200 flips as values", async () => {
    for (let i = 0; i < 16; i++) {
      const cut = made().slice(0, Math.floor((246 * i) / 16));
      await expect(open(cut, OPTIONS)).rejects.toSatisfy((error) => isLithoscopeError(error, "Format"));
    }
    const random = seededRandom("raw/flips");
    for (let i = 0; i < 200; i++) {
      const bytes = made();
      bytes[Math.floor(random.next() * bytes.length)]! ^= 255;
      const signal = (await open(bytes, OPTIONS)).items[0] as Signal;
      expect((await signal.tile({ start: [0, 0, 0, 0], stop: [2, 3, 4, 5] })).length).toBe(COUNT);
    }
  });

  it("understands the flags of the command line", () => {
    const flags = { shape: "2,3,4,5", dtype: "u16", offset: "6", "big-endian": true };
    expect(openOptions(flags)).toEqual({ ...OPTIONS, bigEndian: true });
    expect(openOptions({})).toEqual({});
    expect(() => openOptions({ shape: "2,a" })).toThrow(/--shape/);
  });
});
