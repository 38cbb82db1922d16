import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bloPixel, makeBlo } from "../../../fixtures/make/blo.ts";
import type { Dataset, Quantity, Region, Signal, Source } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { openFile } from "../../sources/file.node.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import type { BloHeader } from "./parse.ts";

const WAVELENGTH_200KV = 0.0250793;

async function openBytes(bytes: Uint8Array): Promise<{ dataset: Dataset; signal: Signal }> {
  const dataset = await openDataset(memorySource(bytes, "made.blo"));
  return { dataset, signal: dataset.items[0] as Signal };
}

function whole(signal: Signal): Region {
  return { start: signal.axes.map(() => 0), stop: signal.axes.map(({ size }) => size) };
}

function expected({ start, stop }: Region, nx: number): number[] {
  const values: number[] = [];
  for (let y = start[0]!; y < stop[0]!; y++)
    for (let x = start[1]!; x < stop[1]!; x++)
      for (let r = start[2]!; r < stop[2]!; r++)
        for (let c = start[3]!; c < stop[3]!; c++) values.push(bloPixel(y * nx + x, r, c));
  return values;
}

function counting(bytes: Uint8Array): { source: Source; reads: number[] } {
  const inner = memorySource(bytes, "made.blo");
  const reads: number[] = [];
  const read: Source["read"] = (offset, length, stop) => {
    reads.push(length);
    return inner.read(offset, length, stop);
  };
  return { source: { ...inner, read }, reads };
}

describe("blo", () => {
  it("keeps the header in the file's words", async () => {
    const { dataset } = await openBytes(makeBlo({ note: "Precession angle : 0.7" }));
    const header = dataset.header as BloHeader;
    expect(header).toMatchObject({ ID: "IMGBLO", MAGIC: 0x102, DP_SZ: 5, NX: 4, NY: 3, SX: 2.5, SY: 1.5 });
    expect(header).toMatchObject({
      Beam_energy: 200000,
      SDP: 6226,
      Camera_length: 2000,
      Scan_rotation: 4500,
    });
    expect(header.Note).toBe("Precession angle : 0.7");
    expect(dataset.notices).toEqual([]);
  });

  it("calibrates the axes from step, SDP, camera length and energy", async () => {
    const { signal } = await openBytes(makeBlo());
    expect(signal.axes.map(({ name, size, unit }) => [name, size, unit])).toEqual([
      ["y", 3, "nm"],
      ["x", 4, "nm"],
      ["ky", 5, "1/Å"],
      ["kx", 5, "1/Å"],
    ]);
    expect([signal.axes[0]!.scale, signal.axes[1]!.scale]).toEqual([1.5, 2.5]);
    // 100/6226 cm at 20 cm is an angle of 0.80308 mrad.
    expect(signal.axes[3]!.scale).toBeCloseTo(0.8030838e-3 / WAVELENGTH_200KV, 6);
    expect(signal.meta["beam.energy"]).toMatchObject({ value: 200, unit: "keV" });
    expect(signal.meta["camera.length"]).toMatchObject({ value: 200, unit: "mm" });
  });

  it("reads back the pixel that a writer put into SDP at 1 m", async () => {
    const sdp = Math.round(1 / (0.021875 * WAVELENGTH_200KV));
    const { signal } = await openBytes(makeBlo({ sdp, cameraLength: 10000 }));
    expect(signal.axes[2]!.scale / 0.021875).toBeCloseTo(1, 3);
  });

  it.each([{ sdp: 0 }, { cameraLength: 0 }, { volts: 0 }])(
    "leaves the pattern in px for %o",
    async (fields) => {
      const { dataset, signal } = await openBytes(makeBlo(fields));
      expect(signal.axes[3]).toMatchObject({ unit: "px", scale: 1, from: "none" });
      expect(dataset.notices.map(({ flag }) => flag)).toContain("--pixel-size");
    },
  );

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    "leaves the scan in px for a step of %d",
    async (sx) => {
      const { dataset, signal } = await openBytes(makeBlo({ sx }));
      expect(signal.axes[1]).toMatchObject({ unit: "px", from: "none" });
      expect(signal.axes[0]).toMatchObject({ unit: "nm", from: "file" });
      expect(dataset.notices).toMatchObject([{ code: "step-unknown", flag: "--step" }]);
    },
  );

  it("gives the same pixels for 200 seeded regions", async () => {
    const { signal } = await openBytes(makeBlo());
    const random = seededRandom("blo/regions");
    for (let i = 0; i < 200; i++) {
      const cut = signal.axes.map(({ size }) => {
        const pair = [0, 0].map(() => Math.floor(random.next() * (size + 1)));
        return pair.sort((a, b) => a - b);
      });
      const region = { start: cut.map(([from]) => from!), stop: cut.map(([, to]) => to!) };
      expect([...(await signal.tile(region))]).toEqual(expected(region, 4));
    }
  });

  it("opens with little and reads a run of frames at once", async () => {
    const { source, reads } = counting(makeBlo());
    const signal = (await openDataset(source)).items[0] as Signal;
    expect(reads.reduce((a, b) => a + b)).toBeLessThanOrEqual(2 * 4096 + 2);
    reads.length = 0;
    await signal.tile(whole(signal));
    expect(reads).toEqual([12 * 31 - 6]);
    reads.length = 0;
    await signal.tile({ start: [1, 2, 2, 2], stop: [2, 3, 3, 3] });
    expect(reads).toEqual([1]);
  });

  it("delivers whole frames or a Format error for 16 cuts", async () => {
    const bytes = makeBlo();
    for (let i = 0; i < 16; i++) {
      const length = i < 6 ? i * 700 : 4112 + Math.floor(((bytes.length - 4113) * (i - 6)) / 9);
      const present = Math.floor((length - 4112) / 31);
      const opened = openBytes(bytes.slice(0, length));
      if (present < 1) {
        await expect(opened).rejects.toMatchObject({ tag: "Format" });
        continue;
      }
      const { dataset, signal } = await opened;
      expect((signal.meta["frames.present"] as Quantity).value).toBe(present);
      expect(dataset.notices).toMatchObject([{ code: "truncated", where: `byte ${4112 + present * 31}` }]);
      const pixels = [...(await signal.tile(whole(signal)))];
      const known = expected(whole(signal), 4).map((value, k) => (k < present * 25 ? value : 0));
      expect(pixels).toEqual(known);
    }
  });

  it.each([
    ["a width of 0", 24, [0, 0]],
    ["a height of 0", 26, [0, 0]],
    ["a pattern of 0", 20, [0, 0]],
    ["another magic number", 6, [9, 9]],
    ["an image beyond the file", 8, [0, 0, 0, 127]],
    ["frames beyond the file", 12, [0, 0, 0, 127]],
    ["frames inside the header", 12, [1, 0, 0, 0]],
    ["no marker before the first frame", 4112, [0, 0]],
  ])("refuses %s with its offset", async (_, at, patch) => {
    const bytes = makeBlo();
    bytes.set(patch, at);
    await expect(openBytes(bytes)).rejects.toMatchObject({ tag: "Format", fields: { at } });
  });

  it("refuses a region outside the scan", async () => {
    const { signal } = await openBytes(makeBlo());
    const region = { start: [0, 0, 0, 0], stop: [4, 4, 5, 5] };
    await expect(signal.tile(region)).rejects.toMatchObject({ tag: "Usage" });
  });

  it("answers 500 byte flips with a result or a LithoscopeError", async () => {
    const random = seededRandom("blo/flips");
    for (let i = 0; i < 500; i++) {
      const bytes = makeBlo();
      const at = Math.floor(random.next() * (i % 2 ? 64 : bytes.length));
      bytes[at] = bytes[at]! ^ (1 + Math.floor(random.next() * 255));
      try {
        const { signal } = await openBytes(bytes);
        const [ny, nx, ky, kx] = signal.axes.map(({ size }) => size) as [number, number, number, number];
        await signal.tile({ start: [0, 0, 0, 0], stop: [1, 1, ky, kx] });
        await signal.tile({ start: [ny - 1, nx - 1, 0, 0], stop: [ny, nx, ky, kx] });
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
      }
    }
  });

  const data = process.env.LITHOSCOPE_DATA;
  it.skipIf(!data)("agrees with RosettaSciIO on 4dstem/test1.blo (LITHOSCOPE_DATA)", async () => {
    const reference = JSON.parse(await readFile(join(data!, "em/reference/4dstem__test1.blo.json"), "utf8"));
    const { shape, sum, values_at, axes } = reference.signals[0];
    const source = await openFile(join(data!, "em/4dstem/test1.blo"));
    const dataset = await openDataset(source);
    const signal = dataset.items[0] as Signal;
    expect(signal.axes.map(({ size }) => size)).toEqual(shape);
    expect([signal.axes[0]!.scale, signal.axes[1]!.scale]).toEqual([axes[0].scale, axes[1].scale]);
    expect(signal.axes[3]!.scale).toBeCloseTo(axes[3].scale / 20 / WAVELENGTH_200KV, 6);
    const pixels = await signal.tile(whole(signal));
    expect(Array.from(pixels).reduce((a, b) => a + b, 0)).toBe(sum);
    for (const { index, value } of values_at) {
      const stop = index.map((i: number) => i + 1);
      expect([...(await signal.tile({ start: index, stop }))]).toEqual([value]);
    }
    await source.close();
  });
});
