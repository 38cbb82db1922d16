import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeTiff, type TiffFields, tiffValue } from "../../../fixtures/make/tiff.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Dataset, Signal, Source } from "../../core/contracts.ts";
import { openFile } from "../../sources/file.node.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { tiffFormat } from "./format.ts";

async function openMade(fields: TiffFields): Promise<{ dataset: Dataset; signal: Signal }> {
  const dataset = await openDataset(memorySource(makeTiff(fields), "made.tif"));
  return { dataset, signal: dataset.items[0] as Signal };
}

const HYPERSTACK =
  "ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\nhyperstack=true\nunit=micron\nspacing=2.5\n";

describe("tiff", () => {
  it.each([
    { type: "u8" },
    { type: "u16", big: true },
    { type: "i16", rowsPerStrip: 2 },
    { type: "f32", big: true, pages: 3 },
    { type: "rgb8" },
  ] as const)("reads %o", async (fields) => {
    const { signal } = await openMade(fields);
    expect(signal.dtype).toBe(fields.type);
    const values = [...(await signal.tile(whole(signal)))];
    expect(values).toEqual(values.map((_, i) => tiffValue(i)));
    expect(values.length).toBe(35 * ("pages" in fields ? 3 : 1) * (fields.type === "rgb8" ? 3 : 1));
  });

  it("takes ImageJ's units and the order of its pages", async () => {
    const { dataset, signal } = await openMade({ pages: 6, description: HYPERSTACK, resolution: 4 });
    expect(signal.axes.map(({ name, role, size, unit, scale }) => [name, role, size, unit, scale])).toEqual([
      ["z", "nav", 3, "µm", 2.5],
      ["channel", "nav", 2, "px", 1],
      ["y", "signal", 5, "µm", 0.25],
      ["x", "signal", 7, "µm", 0.25],
    ]);
    expect([...(await signal.tile({ start: [2, 1, 4, 6], stop: [3, 2, 5, 7] }))]).toEqual([tiffValue(209)]);
    expect(dataset.notices).toEqual([]);
  });

  it("finds the planes behind the one directory of a large ImageJ stack", async () => {
    const description = "ImageJ=1.53t\nimages=4\nframes=4\n";
    const { signal } = await openMade({ pages: 4, description, oneDirectory: true, big: true });
    expect(signal.axes.map(({ size }) => size)).toEqual([4, 5, 7]);
    const values = [...(await signal.tile(whole(signal)))];
    expect(values).toEqual(values.map((_, i) => tiffValue(i)));
  });

  it("takes Gatan's scale and leaves the printer's resolution alone", async () => {
    const extra = [
      [65003, 2, "nm"],
      [65004, 2, "nm"],
      [65009, 12, 0.5],
      [65010, 12, 0.25],
    ] as const;
    const { signal } = await openMade({ extra, resolution: 72 });
    expect(signal.axes.map(({ unit, scale }) => [unit, scale])).toEqual([
      ["nm", 0.25],
      ["nm", 0.5],
    ]);
    const plain = await openMade({ resolution: 72 });
    expect(plain.signal.axes[0]).toMatchObject({ unit: "px", from: "none" });
    expect(plain.dataset.notices).toMatchObject([{ code: "uncalibrated" }]);
  });

  it("reads only the page asked for", async () => {
    const bytes = makeTiff({ pages: 40, width: 64, height: 64 });
    const inner = memorySource(bytes, "made.tif");
    let read = 0;
    const source: Source = {
      ...inner,
      read: (offset, length, stop) => {
        read += length;
        return inner.read(offset, length, stop);
      },
    };
    const signal = (await openDataset(source)).items[0] as Signal;
    expect(read).toBeLessThan(40 * 300 + 5000);
    read = 0;
    await signal.tile({ start: [0, 0, 0], stop: [1, 64, 64] });
    expect(read).toBeLessThan(64 * 64 * 2 + 4096);
  });

  it("keeps the whole pages of a cut stack and says so", async () => {
    const description = "ImageJ=1.53t\nimages=4\nframes=4\n";
    const bytes = makeTiff({ pages: 4, description });
    const directories = bytes.slice(8 + 4 * 70);
    expect(directories.length).toBeGreaterThan(0);
    const bad = bytes.slice();
    // The last directory claims a strip beyond the end.
    const view = new DataView(bad.buffer);
    let at = view.getUint32(4, true);
    for (let page = 0; page < 3; page++) at = view.getUint32(at + 2 + 12 * view.getUint16(at, true), true);
    for (let i = 0; i < view.getUint16(at, true); i++) {
      if (view.getUint16(at + 2 + 12 * i, true) === 273) view.setUint32(at + 2 + 12 * i + 8, 1e6, true);
    }
    const dataset = await openDataset(memorySource(bad, "made.tif"));
    expect((dataset.items[0] as Signal).axes[0]!.size).toBe(3);
    expect(dataset.notices[0]).toMatchObject({ code: "truncated" });
  });

  it("refuses directories in a circle", async () => {
    const bytes = makeTiff();
    const view = new DataView(bytes.buffer);
    const at = view.getUint32(4, true);
    view.setUint32(at + 2 + 12 * view.getUint16(at, true), at, true);
    await expect(openDataset(memorySource(bytes, "made.tif"))).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("tiff keeps the contract of formats", () => {
  formatContract({
    format: tiffFormat,
    name: "stack.tif",
    bytes: makeTiff({ pages: 3, type: "f32", rowsPerStrip: 2 }),
  });
  formatContract({
    format: tiffFormat,
    name: "imagej.tif",
    bytes: makeTiff({ pages: 6, description: HYPERSTACK, big: true }),
  });
});

const DATA = process.env.LITHOSCOPE_DATA;

describe("tiff on real files (LITHOSCOPE_DATA)", () => {
  it
    .skipIf(!DATA)
    .each([
      "4dstem/calibration/au_xgrating_20cm.tif",
      "4dstem/mno2_spinel_strain/mask.tif",
      "images/Pt0.7Ni0.3_ADF.tif",
      "images/tiff/FEI-Helios-Ebeam-8bits.tif",
      "images/tiff/test_loading_image_saved_with_DM.tif",
      "images/tiff/test_loading_image_saved_with_imageJ.tif",
      "movies/test_loading_image_saved_with_DM_stack.tif",
      "movies/test_loading_image_saved_with_imageJ_stack.tif",
    ])("agrees with the reference reader on %s", async (name) => {
    const path = join(DATA!, `em/reference/${name.replaceAll("/", "__")}.json`);
    const { shape, sum, values_at, axes } = JSON.parse(await readFile(path, "utf8")).signals[0];
    const source = await openFile(join(DATA!, "em", name));
    const signal = (await openDataset(source)).items[0] as Signal;
    expect(signal.axes.map(({ size }) => size)).toEqual(shape);
    const microns: Record<string, number> = { m: 1e6, nm: 1e-3, µm: 1, s: 1 };
    signal.axes.forEach((axis, i) => {
      if (axis.from === "none") return;
      const { scale, units } = axes[i];
      const known = scale * (microns[units] ?? 1);
      expect((axis.scale * microns[axis.unit]!) / known).toBeCloseTo(1, 6);
    });
    const values = (await signal.tile(whole(signal))) as Float64Array;
    expect(values.reduce((a, b) => a + b, 0) / sum).toBeCloseTo(1, 10);
    for (const { index, value } of values_at) {
      const stop = index.map((i: number) => i + 1);
      expect((await signal.tile({ start: index, stop }))[0]).toBe(value);
    }
    await source.close();
  });

  it.skipIf(!DATA)("skips the JPEG page of images/tiff/olympus_SIS.tif", async () => {
    const source = await openFile(join(DATA!, "em/images/tiff/olympus_SIS.tif"));
    const { items, notices } = await openDataset(source);
    expect((items[0] as Signal).dtype).toBe("u16");
    expect(notices.map(({ code }) => code)).toContain("page-skipped");
    await source.close();
  });
});
