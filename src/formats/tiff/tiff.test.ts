import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeTiff, type TiffFields, tiffValue } from "../../../fixtures/make/tiff.ts";
import { makeWideTiff, type WideTag } from "../../../fixtures/make/tiff-wide.ts";
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

  const plain = (pixels: readonly number[], tags: readonly WideTag[]) => {
    const all: WideTag[] = [
      [256, 3, [3]],
      [257, 3, [2]],
      [259, 3, [1]],
      [262, 3, [1]],
      [273, 4, [8]],
      [278, 3, [2]],
      [279, 4, [pixels.length]],
      ...tags,
    ];
    return makeWideTiff(
      Uint8Array.from(pixels),
      all.sort(([a], [b]) => a - b),
      false,
    );
  };
  it.each([
    ["one bit, which is not stated", [0b10100000, 0b01000000], [], "u8", [1, 0, 1, 0, 1, 0]],
    [
      "twelve bits",
      [0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xcd, 0xef, 0x01, 0x20],
      [[258, 3, [12]]],
      "u16",
      [0x123, 0x456, 0x789, 0xabc, 0xdef, 0x012],
    ],
    [
      "halves",
      [0, 0x3c, 0, 0xc0, 0, 0x38, 0, 0, 0, 0x44, 1, 0],
      [
        [258, 3, [16]],
        [339, 3, [3]],
      ],
      "f32",
      [1, -2, 0.5, 0, 4, 2 ** -24],
    ],
  ] as const)("reads %s", async (_, pixels, tags, dtype, values) => {
    const dataset = await openDataset(memorySource(plain(pixels, tags as never), "made.tif"));
    const signal = dataset.items[0] as Signal;
    expect([signal.dtype, ...(await signal.tile(whole(signal)))]).toEqual([dtype, ...values]);
  });

  it("gives samples that are no colours as planes", async () => {
    const pixels = Array.from({ length: 24 }, (_, i) => (i % 2 ? 0 : i));
    const tags: WideTag[] = [
      [258, 3, [16, 16]],
      [277, 3, [2]],
    ];
    const dataset = await openDataset(memorySource(plain(pixels, tags), "made.tif"));
    const signal = dataset.items[0] as Signal;
    expect(signal.axes.map(({ name, role, size }) => [name, role, size])).toEqual([
      ["sample", "nav", 2],
      ["y", "signal", 2],
      ["x", "signal", 3],
    ]);
    expect([...(await signal.tile(whole(signal)))]).toEqual([0, 4, 8, 12, 16, 20, 2, 6, 10, 14, 18, 22]);
  });

  it("leaves the transparency of colours out and says so", async () => {
    const { dataset, signal } = await openMade({ type: "rgba8", pages: 2, rowsPerStrip: 2 });
    expect(signal.dtype).toBe("rgb8");
    const colour = (pixel: number) => [0, 1, 2].map((k) => tiffValue(4 * pixel + k));
    const last = await signal.tile({ start: [1, 4, 5], stop: [2, 5, 7] });
    expect([...last]).toEqual([...colour(68), ...colour(69)]);
    expect(dataset.notices.map(({ code }) => code)).toContain("alpha-dropped");
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

  it("takes the pixel of FEI's and Zeiss's text", async () => {
    const text = "[Beam]\nHV=5000\n[Scan]\nPixelWidth=2e-09\nPixelHeight=3e-09\n";
    const fei = await openMade({ extra: [[34682, 2, text]] });
    expect(fei.signal.axes.map(({ unit, scale }) => [unit, scale])).toEqual([
      ["m", 3e-9],
      ["m", 2e-9],
    ]);
    expect(fei.signal.meta["beam.energy"]).toMatchObject({ value: 5, unit: "keV" });
    const zeissText = (pixel: string) =>
      `0\r\n0\r\n0\r\n${pixel}\r\nAP_ACTUALKV\r\nActual EHT = 3.00 kV\r\nAP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 1.463 nm\r\n`;
    const zeiss = await openMade({ extra: [[34118, 2, zeissText("1e-11")]] });
    expect(zeiss.signal.axes[1]!.scale / (1e-11 * (1024 / 7))).toBeCloseTo(1, 12);
    const other = await openMade({ extra: [[34118, 2, zeissText("5e-11")]] });
    expect(other.signal.axes[1]!.scale / 1.463e-9).toBeCloseTo(1, 12);
  });

  it("reads OME's description: units, and the order of the pages", async () => {
    const pixels = 'DimensionOrder="XYCZT" SizeX="7" SizeY="5" SizeZ="3" SizeC="2" SizeT="1"';
    const sizes = 'PhysicalSizeX="0.2" PhysicalSizeY="200" PhysicalSizeYUnit="nm" PhysicalSizeZ="1.5"';
    const description = `<?xml version="1.0"?><OME><Image><Pixels ${pixels} ${sizes}/></Image></OME>`;
    const { dataset, signal } = await openMade({ pages: 6, description });
    expect(signal.axes.map(({ name, size, unit, scale }) => [name, size, unit, scale])).toEqual([
      ["z", 3, "µm", 1.5],
      ["channel", 2, "px", 1],
      ["y", 5, "nm", 200],
      ["x", 7, "µm", 0.2],
    ]);
    expect(dataset.notices).toEqual([]);
    const short = await openMade({ pages: 4, description });
    expect(short.dataset.notices.map(({ code }) => code)).toContain("pages-contradicted");
  });

  it("takes JEOL's step by the pixels per metre that belong to the picture's size", async () => {
    const size = "<ImageSize><Width>7</Width><Height>5</Height></ImageSize>";
    const drawn = `<DrawImageInformation>${size}<PixelsPerMeter><Horizontal>4000</Horizontal></PixelsPerMeter></DrawImageInformation>`;
    const made = (mode: string, value: number, unit: string) =>
      openMade({
        description: `<TemReporter><ElectronGun><AccelerationVoltage>200000</AccelerationVoltage></ElectronGun><Eos><EosMode>eosTEM</EosMode></Eos><ImageFormingSystem><ModeString>${mode}</ModeString><SelectorValue>${value}</SelectorValue><SelectorUnitString>${unit}</SelectorUnitString></ImageFormingSystem>${drawn}</TemReporter>`,
      });
    const image = await made("MAG", 100000, "X");
    expect(image.signal.axes[0]).toMatchObject({ name: "y", unit: "nm" });
    expect(image.signal.axes[0]!.scale).toBeCloseTo(2.5, 12);
    const pattern = await made("DIFF", 400, "mm");
    // 0.25 mm on the camera over 400 mm and 2.5079 pm.
    expect(pattern.signal.axes[0]).toMatchObject({ name: "ky", unit: "1/nm" });
    expect(pattern.signal.axes[0]!.scale).toBeCloseTo(0.24921, 4);
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

  it.skipIf(!DATA)("reads the JPEG page of images/tiff/olympus_SIS.tif to one grey level", async () => {
    const source = await openFile(join(DATA!, "em/images/tiff/olympus_SIS.tif"));
    const [colour, grey] = (await openDataset(source)).items as Signal[];
    expect(grey!.axes[1]).toMatchObject({ unit: "m", from: "file" });
    const values = [...(await colour!.tile(whole(colour!)))];
    // Sums over 11,312 pixels of each channel by tifffile.
    for (const [channel, sum] of [1619134, 1619144, 1619007].entries()) {
      const own = values.filter((_, i) => i % 3 === channel).reduce((a, b) => a + b, 0);
      expect(Math.abs(own - sum)).toBeLessThan(11312);
    }
    await source.close();
  });
});
