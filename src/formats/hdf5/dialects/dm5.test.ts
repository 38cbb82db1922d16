import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Signal } from "../../../core/contracts.ts";
import { memorySource } from "../../../sources/memory.ts";
import { openDataset } from "../../open.ts";

async function openFixture(name: string) {
  const path = fileURLToPath(new URL(`../../../../fixtures/hdf5/${name}`, import.meta.url));
  const { items, notices } = await openDataset(memorySource(new Uint8Array(await readFile(path)), name));
  return { signals: items as Signal[], notices };
}

const axesOf = ({ axes }: Signal) =>
  axes.map(({ name, role, size, unit, scale }) => [name, role, size, unit, scale]);

describe("DigitalMicrograph 5", () => {
  it("reads images with the axes of their tags, energies last, thumbnails left out", async () => {
    const { signals, notices } = await openFixture("dm5.dm5");
    const [cube, image] = signals as [Signal, Signal];
    expect(signals.map(({ title }) => title)).toEqual(["image 1", "image 10"]);
    expect(axesOf(cube)).toEqual([
      ["y", "nav", 2, "µm", 0.25],
      ["x", "nav", 3, "µm", 0.5],
      ["energy", "signal", 4, "eV", 5],
    ]);
    expect(cube.axes[2]!.offset).toBe(100);
    expect(cube.meta["beam.energy"]).toMatchObject({ value: 300, unit: "keV" });
    expect([...(await cube.tile({ start: [1, 2, 0], stop: [2, 3, 4] }))]).toEqual([5, 11, 17, 23]);
    expect(axesOf(image)).toEqual([
      ["y", "signal", 2, "nm", 2],
      ["x", "signal", 3, "nm", 2],
    ]);
    expect(image.axes[0]!.offset).toBe(-2);
    expect(image.meta["time.start.local"]).toBe("2026-04-13T15:40:51");
    expect(notices).toEqual([]);
  });
});
