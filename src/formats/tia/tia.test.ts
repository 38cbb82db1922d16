import { describe, expect, it } from "vitest";
import { makeSer, type SerFields, tiaValue } from "../../../fixtures/make/tia.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Signal, Table } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { tiaFormat } from "./format.ts";

async function openMade(fields: SerFields = {}) {
  const dataset = await openDataset(memorySource(makeSer(fields), "made_1.ser"));
  return { dataset, signal: dataset.items[0] as Signal, codes: dataset.notices.map(({ code }) => code) };
}

const named = (signal: Signal) => signal.axes.map(({ name, size, unit }) => `${name} ${size} ${unit}`);

describe("tia", () => {
  formatContract({ format: tiaFormat, name: "made_1.ser", bytes: makeSer() });
  formatContract({ format: tiaFormat, name: "spectra_1.ser", bytes: makeSer({ rank: 1, wide: false }) });

  it("reads a scan of images with the rows as stored, and says which way they run", async () => {
    const { signal, codes } = await openMade();
    expect(named(signal)).toEqual(["y 2 nm", "x 3 nm", "y 4 nm", "x 5 nm"]);
    const values = await signal.tile({ start: [1, 2, 3, 1], stop: [2, 3, 4, 3] });
    expect([...values]).toEqual([16, 17].map((at) => tiaValue(5, at)));
    expect(codes).toEqual(["emi-missing", "rows-upwards", "unit-assumed"]);
  });

  it("counts coordinates from the element that the calibration names, the scan from its first tag", async () => {
    const { signal } = await openMade();
    expect(signal.axes[3]!.scale).toBeCloseTo(1, 12);
    expect(signal.axes[3]!.offset).toBeCloseTo(-1, 12);
    expect(signal.axes[1]!.offset).toBeCloseTo(1, 12);
  });

  it("takes pixels of 1/m for patterns", async () => {
    expect(named((await openMade({ delta: 1e8 })).signal).slice(2)).toEqual(["ky 4 1/nm", "kx 5 1/nm"]);
  });

  it("reads spectra, old offsets too, and each element's own time and place", async () => {
    for (const wide of [true, false]) {
      const { dataset, signal } = await openMade({ rank: 1, delta: 0.5, wide });
      expect(named(signal)).toEqual(["y 2 nm", "x 3 nm", "energy 6 eV"]);
      const values = await signal.tile({ start: [1, 0, 2], stop: [2, 1, 5] });
      expect([...values]).toEqual([2, 3, 4].map((at) => tiaValue(3, at)));
      const table = dataset.items[1] as Table;
      expect([...(await table.read("time", 0, 6))]).toEqual([0, 1, 2, 3, 4, 5]);
      expect((await table.read("y", 3, 4))[0]).toBeCloseTo(3e-9, 20);
    }
  });

  it("reads an acquisition that was stopped, and says how much of it there is", async () => {
    const { dataset, signal } = await openMade({ written: 4 });
    expect(signal.meta["frames.present"]).toMatchObject({ value: 4 });
    expect(dataset.notices.find(({ code }) => code === "truncated")?.message).toMatch(/4 of 6 elements/);
    expect([...(await signal.tile({ start: [1, 1, 0, 0], stop: [2, 2, 1, 2] }))]).toEqual([0, 0]);
  });

  it("asks for the series that an .emi describes", async () => {
    const emi = memorySource(Uint8Array.from([0x4a, 0x4b, 0, 2, 0, 0, 0, 0]), "lone.emi");
    await expect(openDataset(emi)).rejects.toThrow(/lone_1\.ser, which is not beside it/);
  });
});
