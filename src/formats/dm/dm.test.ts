import { describe, expect, it } from "vitest";
import { type DmFields, dmValue, makeDm } from "../../../fixtures/make/dm.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { dmFormat } from "./format.ts";
import { unpackHalf } from "./pixels.ts";

async function openMade(fields: DmFields = {}) {
  const dataset = await openDataset(memorySource(makeDm(fields), "made.dm4"));
  return { dataset, signal: dataset.items[0] as Signal };
}

const named = (signal: Signal) => signal.axes.map(({ name, size }) => `${name} ${size}`);
const SPECTRUM_IMAGE = {
  sizes: [4, 3, 6],
  units: ["nm", "nm", "eV"],
  scales: [2, 2, 0.5],
  origins: [0, 0, -600],
};

describe("dm", () => {
  formatContract({ format: dmFormat, name: "made.dm4", bytes: makeDm() });
  formatContract({
    format: dmFormat,
    name: "made.dm3",
    bytes: makeDm({ version: 3, ...SPECTRUM_IMAGE, code: 2 }),
  });

  it.each([3, 4] as const)("reads version %d in both byte orders, without the thumbnail", async (version) => {
    for (const little of [true, false]) {
      for (const code of [1, 2, 6, 7, 10, 11, 12, 14, 39]) {
        const { dataset, signal } = await openMade({ version, little, code });
        expect(dataset.items).toHaveLength(1);
        expect(named(signal)).toEqual(["frame 3", "y 4", "x 5"]);
        const pixels = await signal.tile({ start: [1, 2, 3], stop: [2, 3, 5] });
        expect([...pixels]).toEqual([33, 34].map(dmValue));
      }
    }
  });

  it("counts coordinates from DM's origin, each axis with its own unit", async () => {
    const fields = { sizes: [5, 4], units: ["µm", "nm"], scales: [0.1, 2], origins: [-3, 0] };
    const { signal } = await openMade(fields);
    expect(signal.axes[1]).toMatchObject({ name: "x", unit: "µm", scale: 0.1, from: "file" });
    expect(signal.axes[1]!.offset).toBeCloseTo(0.3, 12);
    expect(signal.axes[0]).toMatchObject({ name: "y", unit: "nm", scale: 2, offset: 0 });
  });

  it("puts the energy of a spectrum image last, which DM stores slowest", async () => {
    const { signal } = await openMade(SPECTRUM_IMAGE);
    expect(named(signal)).toEqual(["y 3", "x 4", "energy 6"]);
    expect(signal.axes[2]).toMatchObject({ role: "signal", unit: "eV", scale: 0.5, offset: 300 });
    const spectrum = await signal.tile({ start: [2, 1, 0], stop: [3, 2, 6] });
    expect([...spectrum]).toEqual([0, 1, 2, 3, 4, 5].map((e) => dmValue(e * 12 + 2 * 4 + 1)));
  });

  it("knows spectra of light, alone and along a line, by what the file calls itself", async () => {
    const tags = { "Meta Data/Format": "Spectrum image", "Meta Data/Signal": "CL" };
    const line = await openMade({ sizes: [6, 4], units: ["nm", "µm"], scales: [0.5, 1], tags });
    expect(named(line.signal)).toEqual(["x 4", "wavelength 6"]);
    const one = { sizes: [6, 1], units: ["nm", ""], tags: { "Meta Data/Format": "Spectrum" } };
    expect(named((await openMade(one)).signal)).toEqual(["x 1", "wavelength 6"]);
    const cube = { sizes: [3, 2, 6], units: ["µm", "µm", "nm"], tags };
    expect(named((await openMade(cube)).signal)).toEqual(["y 2", "x 3", "wavelength 6"]);
  });

  it("tells scan from pattern by units, else by the order tag", async () => {
    const sizes = [2, 3, 4, 5];
    const byUnit = await openMade({ sizes, units: ["nm", "nm", "1/nm", "1/nm"] });
    expect(named(byUnit.signal)).toEqual(["y 3", "x 2", "ky 5", "kx 4"]);
    const pixel = await byUnit.signal.tile({ start: [2, 1, 4, 3], stop: [3, 2, 5, 4] });
    expect([...pixel]).toEqual([dmValue(((4 * 4 + 3) * 3 + 2) * 2 + 1)]);
    const swapped = await openMade({ sizes, tags: { "Meta Data/Data Order Swapped": true } });
    expect(named(swapped.signal)).toEqual(["y 5", "x 4", "ky 3", "kx 2"]);
    const plain = await openMade({ sizes });
    expect(named(plain.signal)).toEqual(["y 3", "x 2", "ky 5", "kx 4"]);
  });

  it("unpacks half a transform by the symmetry of a real image", async () => {
    // 4 x 4 image f(y, x) = y + 3 x: F by the definition, centred; the half is kx = 0, -1, -2.
    const n = 4;
    const full = (ky: number, kx: number) => {
      let [re, im] = [0, 0];
      for (let y = 0; y < n; y++)
        for (let x = 0; x < n; x++) {
          const angle = (-2 * Math.PI * (ky * y + kx * x)) / n;
          re += (y + 3 * x) * Math.cos(angle);
          im += (y + 3 * x) * Math.sin(angle);
        }
      return [re, im];
    };
    const half = [-2, -1, 0, 1].flatMap((ky) => [0, -1, -2].flatMap((kx) => full(ky, kx)));
    const expected = [-2, -1, 0, 1].flatMap((ky) => [-2, -1, 0, 1].flatMap((kx) => full(ky, kx)));
    const got = unpackHalf(Float64Array.from(half), n, n);
    expected.forEach((value, i) => {
      expect(got[i]).toBeCloseTo(value, 9);
    });
    const { signal } = await openMade({ sizes: [n, n], code: 27, values: half });
    expect(signal.dtype).toBe("c64");
    expect((await signal.tile(whole(signal))).length).toBe(32);
  });

  it("gives a row of colours", async () => {
    const { signal } = await openMade({ sizes: [3], code: 23, values: [0x030201, 0x060504, 0x090807] });
    expect([signal.dtype, named(signal)]).toEqual(["rgb8", ["x 3"]]);
    expect([...(await signal.tile({ start: [1], stop: [3] }))]).toEqual([6, 5, 4, 9, 8, 7]);
  });

  it("gives colour as it is seen and says that transparency is dropped", async () => {
    const { dataset, signal } = await openMade({ sizes: [2, 1], code: 23, values: [0xff030201, 0xff060504] });
    expect([...(await signal.tile(whole(signal)))]).toEqual([3, 2, 1, 6, 5, 4]);
    expect(dataset.notices).toContainEqual(expect.objectContaining({ code: "alpha-dropped" }));
  });

  it("lifts energy, angles and the absolute time out of the tags", async () => {
    const tags = {
      "Microscope Info/Voltage": 200000,
      "EELS/Experimental Conditions/Convergence semi-angle (mrad)": 21,
      "DataBar/Acquisition Time (OS)": 131168012730000000,
    };
    const { signal } = await openMade({ tags });
    expect(signal.meta["beam.energy"]).toMatchObject({ value: 200, unit: "keV" });
    expect(signal.meta["beam.convergence"]).toMatchObject({ value: 21, unit: "mrad" });
    expect(signal.meta["time.start"]).toBe("2016-08-27T19:54:33.000Z");
    const local = await openMade({ tags: { "DataBar/Acquisition Date": "27.08.2016" } });
    expect(local.signal.meta["time.start.local"]).toBe("27.08.2016");
  });

  it("leaves a step without a unit in px and says so", async () => {
    const { dataset, signal } = await openMade({ sizes: [5, 4], scales: [0.2, 1] });
    expect(signal.axes[1]).toMatchObject({ unit: "px", scale: 1, from: "none" });
    expect(dataset.notices.map(({ code }) => code)).toContain("unit-unknown");
  });

  it("refuses more pixels than the file has", async () => {
    const bytes = makeDm({ sizes: [5, 4] });
    await expect(openDataset(memorySource(bytes.slice(0, -120), "cut.dm4"))).rejects.toMatchObject({
      tag: "Format",
    });
  });
});
