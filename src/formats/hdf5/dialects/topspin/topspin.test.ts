import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatContract } from "../../../../../test/contracts/format.ts";
import type { Signal } from "../../../../core/contracts.ts";
import { memorySource } from "../../../../sources/memory.ts";
import { openDataset } from "../../../open.ts";
import { hdf5Format } from "../../format.ts";
import { type Position, scanOf } from "./scan.ts";

const bytes = new Uint8Array(
  await readFile(fileURLToPath(new URL("../../../../../fixtures/hdf5/topspin.app5", import.meta.url))),
);

function positions(list: readonly Position[]) {
  return async (at: number) => list[at];
}

describe("TopSpin", () => {
  it("makes a scan of the patterns by their positions, and gives the virtual image with its own axes", async () => {
    const { items, notices } = await openDataset(memorySource(bytes, "topspin.app5"));
    const [scan, image] = items as Signal[];
    expect(scan!.title).toBe("made & cut");
    expect(scan!.axes.map(({ name, role, size, unit, from }) => [name, role, size, unit, from])).toEqual([
      ["y", "nav", 3, "nm", "file"],
      ["x", "nav", 5, "nm", "file"],
      ["ky", "signal", 3, "rad", "assumed"],
      ["kx", "signal", 4, "rad", "assumed"],
    ]);
    const steps = [3, 2, 1e-3, 1e-3];
    const starts = [15, 70, -0.001, -0.002];
    scan!.axes.forEach(({ scale, offset }, i) => {
      expect(scale).toBeCloseTo(steps[i]!, 9);
      expect(offset).toBeCloseTo(starts[i]!, 9);
    });
    expect(scan!.meta).toMatchObject({
      "beam.energy": { value: 200, unit: "keV", from: "file" },
      "camera.length": { value: 1500, unit: "mm" },
      "acquisition.date": "2024-06-13T13:42:52",
    });
    expect(scan!.meta["beam.precession"]).toMatchObject({ value: expect.closeTo(0.716197, 6), unit: "deg" });
    expect(
      image!.axes.map(({ name, scale, offset }) => [name, Math.round(scale), Math.round(offset)]),
    ).toEqual([
      ["y", 3, 10],
      ["x", 2, 60],
    ]);
    expect(notices.map(({ code }) => code).sort()).toEqual(["truncated", "unit-assumed"]);
    // Pattern 11 is the second of the third row; the three behind it were not recorded.
    const row = await scan!.tile({ start: [2, 1, 1, 2], stop: [3, 3, 2, 4] });
    expect([...row]).toEqual([1106, 1107, Number.NaN, Number.NaN]);
  });

  it("finds turned scans and lines, and no scan in other positions", async () => {
    const turned = Array.from({ length: 6 }, (_, n): Position => {
      const [i, j] = [Math.floor(n / 3), n % 3];
      return [0.8 * j - 0.6 * i, 0.6 * j + 0.8 * i];
    });
    const scan = await scanOf(positions(turned), 6);
    expect(scan).toMatchObject({ columns: 3, rows: 2 });
    expect(scan!.across).toEqual([expect.closeTo(0.8), expect.closeTo(0.6)]);
    const line = turned.slice(0, 3);
    expect(await scanOf(positions(line), 3)).toMatchObject({ columns: 3, rows: 1 });
    expect(await scanOf(positions([...turned.slice(0, 5), [9, 9]]), 6)).toBeUndefined();
    expect(
      await scanOf(
        positions([
          [0, 0],
          [0, 0],
        ]),
        2,
      ),
    ).toBeUndefined();
  });

  formatContract({ format: hdf5Format, name: "topspin.app5", bytes, flips: 60 });
});
