import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { whole } from "../../../../test/contracts/format.ts";
import type { Signal } from "../../../core/contracts.ts";
import { memorySource } from "../../../sources/memory.ts";
import { openDataset } from "../../open.ts";

const path = fileURLToPath(new URL("../../../../fixtures/hdf5/prismatic.h5", import.meta.url));

describe("Prismatic", () => {
  it("reads datacubes, images and detector bins with x along R_x", async () => {
    const bytes = new Uint8Array(await readFile(path));
    const { items, notices } = await openDataset(memorySource(bytes, "prismatic.h5"));
    const [cube, bins, image] = items as [Signal, Signal, Signal];
    expect(cube.axes.map(({ name, role, size, unit, scale }) => [name, role, size, unit, scale])).toEqual([
      ["y", "nav", 3, "nm", 0.5],
      ["x", "nav", 2, "nm", 0.5],
      ["ky", "signal", 5, "1/nm", 0.5],
      ["kx", "signal", 4, "1/nm", 0.5],
    ]);
    // Value = index in the file's own order: R_x, R_y, Q_x, Q_y = 1, 2, 3, 0 … 2.
    const column = await cube.tile({ start: [2, 1, 0, 3], stop: [3, 2, 3, 4] });
    expect([...column]).toEqual([0, 1, 2].map((q) => ((1 * 3 + 2) * 4 + 3) * 5 + q));
    expect(bins.axes.map(({ name, role, size }) => [name, role, size])).toEqual([
      ["bin_outer_angle", "nav", 4],
      ["y", "signal", 3],
      ["x", "signal", 2],
    ]);
    expect([...(await image.tile(whole(image)))]).toEqual([0, 3, 1, 4, 2, 5]);
    expect(notices).toEqual([]);
  });
});
