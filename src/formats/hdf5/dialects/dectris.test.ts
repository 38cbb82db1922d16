import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whole } from "../../../../test/contracts/format.ts";
import type { Dataset, Signal } from "../../../core/contracts.ts";
import { openFile } from "../../../sources/file.node.ts";
import { openDataset } from "../../open.ts";

const FIXTURES = fileURLToPath(new URL("../../../../fixtures/hdf5/", import.meta.url));

async function openPath(path: string): Promise<Dataset> {
  const source = await openFile(path);
  try {
    return await openDataset(source);
  } finally {
    await source.close();
  }
}

/** Pixel p of frame f, as the fixture script makes it. */
const counts = (frames: readonly number[], pixels: readonly number[]) =>
  frames.flatMap((f) => pixels.map((p) => 100 * f + p));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const codes = ({ notices }: Dataset) => notices.map(({ code }) => code);

describe("DECTRIS master files", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dectris-"));
    for (const name of ["arina_master.h5", "arina_data_000001.h5", "arina_data_000002.h5"])
      await copyFile(join(FIXTURES, name), join(folder, name));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(["arina_master.h5", "arina.h5"])("reads the scan of two data files by %s", async (name) => {
    const dataset = await openPath(join(FIXTURES, name));
    const [scan, mask] = dataset.items as Signal[];
    expect(scan!.axes.map((axis) => [axis.name, axis.role, axis.size, axis.unit, axis.scale])).toEqual([
      ["y", "nav", 2, "Å", 5],
      ["x", "nav", 3, "Å", 5],
      ["ky", "signal", 4, "px", 1],
      ["kx", "signal", 5, "px", 1],
    ]);
    expect(scan!.dtype).toBe("u32");
    expect([...(await scan!.tile(whole(scan!)))]).toEqual(counts(upTo(6), upTo(20)));
    const part = await scan!.tile({ start: [0, 1, 2, 1], stop: [2, 3, 3, 4] });
    expect([...part]).toEqual(counts([1, 2, 4, 5], [11, 12, 13]));
    expect(scan!.meta["beam.energy"]).toEqual({ value: 200, unit: "keV", from: "file" });
    expect(mask!.title).toBe("arina pixel mask");
    expect([...(await mask!.tile(whole(mask!)))].indexOf(8)).toBe(7);
    expect(codes(dataset)).toEqual(["unit-assumed"]);
  });

  it("gives frames where the scan's size is not beside them", async () => {
    const dataset = await openPath(join(folder, "arina_master.h5"));
    const scan = dataset.items[0] as Signal;
    expect(scan.axes.map(({ name, size }) => [name, size])).toEqual([
      ["frame", 6],
      ["ky", 4],
      ["kx", 5],
    ]);
    expect([...(await scan.tile({ start: [3, 0, 0], stop: [5, 1, 5] }))]).toEqual(counts([3, 4], upTo(5)));
    expect(codes(dataset)).toEqual(["scan-unknown"]);
  });

  it("ends where a data file is missing, and says which", async () => {
    const dataset = await openPath(join(FIXTURES, "cut_master.h5"));
    expect((dataset.items[0] as Signal).axes[0]!.size).toBe(4);
    expect(codes(dataset)).toContain("truncated");
    expect(dataset.notices.map(({ message }) => message).join()).toContain('"cut_data_000002.h5"');
  });

  it("refuses a master file without any of its data", async () => {
    const alone = join(folder, "alone_master.h5");
    await copyFile(join(FIXTURES, "arina_master.h5"), alone);
    await rm(join(folder, "arina_data_000001.h5"));
    await expect(openPath(alone)).rejects.toMatchObject({ tag: "Format" });
    await expect(openPath(alone)).rejects.toThrow(/arina_data_000001\.h5/);
  });
});
