import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatContract } from "../../../../test/contracts/format.ts";
import type { Signal } from "../../../core/contracts.ts";
import { memorySource } from "../../../sources/memory.ts";
import { openDataset } from "../../open.ts";
import { hdf5Format } from "../format.ts";

const bytes = new Uint8Array(
  await readFile(fileURLToPath(new URL("../../../../fixtures/hdf5/nexus.nxs", import.meta.url))),
);

describe("NeXus", () => {
  it("reads NXdata groups, the default one first", async () => {
    const { items, notices } = await openDataset(memorySource(bytes, "nexus.nxs"));
    const [map, old, wrong] = items as Signal[];
    expect(map!.title).toBe("made map: map");
    expect(map!.value).toEqual({ name: "counts", unit: "1" });
    const common = { from: "file" } as const;
    expect(map!.axes).toEqual([
      { name: "y", role: "nav", size: 2, unit: "nm", scale: 0.5, offset: 0, ...common },
      {
        name: "x",
        role: "nav",
        size: 3,
        unit: "nm",
        scale: 1,
        offset: 1,
        values: Float64Array.of(1, 1.5, 2.5),
        ...common,
      },
      { name: "energy", role: "signal", size: 4, unit: "eV", scale: 2, offset: 101, ...common },
    ]);
    expect(map!.meta).toMatchObject({
      "beam.energy": { value: 200, unit: "keV", from: "file" },
      "acquisition.date": "2024-05-06T07:08:09+02:00",
    });
    expect(old!.axes.map(({ name, role, unit, scale }) => [name, role, unit, scale])).toEqual([
      ["y", "signal", "µm", 1],
      ["x", "signal", "µm", 2],
    ]);
    expect([...(await old!.tile({ start: [1, 0], stop: [2, 3] }))]).toEqual([3, 4, 5]);
    expect(wrong!.axes[0]).toMatchObject({ name: "x", unit: "px", from: "none" });
    expect(notices.map(({ code }) => code)).toEqual(["axis-size"]);
  });

  formatContract({ format: hdf5Format, name: "nexus.nxs", bytes, flips: 60 });
});
