import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { largeFiles, MARK } from "../../fixtures/make/large.ts";
import { largeTia, largeTiff, largeZarr, largeZip } from "../../fixtures/make/large-indexed.ts";
import { type Counted, sparseSource, writeSparse } from "../../fixtures/make/sparse.ts";
import type { Region, Signal } from "../../src/core/contracts.ts";
import { openDataset } from "../../src/formats/open.ts";
import { openFile } from "../../src/sources/file.node.ts";

const DIR = await mkdtemp(join(tmpdir(), "lithoscope-large-"));
afterAll(() => rm(DIR, { recursive: true }));

const all = [...(await largeFiles()), largeTia(), largeTiff(), largeZarr(), largeZip()];
const named = all.map((large) => [large.format, large] as const);
/** Files of these are put on a disk, where the offsets go through the system. */
const ON_DISK = ["blo", "mib", "dm", "mrc", "hdf5"];

/** The last index of every navigation axis, and all of the frame. */
function lastFrame({ axes }: Signal): Region {
  const nav = (role: string) => role === "nav";
  return {
    start: axes.map(({ size, role }) => (nav(role) ? size - 1 : 0)),
    stop: axes.map(({ size }) => size),
  };
}

/** MARK is at the start of the last frame; where frames are one energy each, along the last axis. */
async function checkLast(signal: Signal): Promise<number> {
  const region = lastFrame(signal);
  const whole = region.stop.reduce((product, to, i) => product * (to - region.start[i]!), 1);
  const values = await signal.tile(region);
  expect(values.length).toBe(whole);
  expect([...values.subarray(0, MARK.length)]).toEqual(MARK);
  return values.byteLength;
}

describe("files of 6 GiB", () => {
  it.each(named.filter(([id]) => id !== "hdf5"))(
    "%s: opening reads less than 1 %%, one frame little more than a frame",
    async (_, { file, options, frame }) => {
      const total = file.size + (file.beside ?? []).reduce((sum, { size }) => sum + size, 0);
      expect(total).toBeGreaterThan(6 * 2 ** 30);
      const counted: Counted = { bytes: 0, reads: 0 };
      const { items } = await openDataset(sparseSource(file, counted), undefined, options);
      expect(counted.bytes).toBeLessThan(2 ** 20);
      expect(counted.bytes).toBeLessThan(0.01 * total);
      counted.bytes = 0;
      await checkLast(items[0] as Signal);
      expect(counted.bytes).toBeLessThanOrEqual(frame + 65536);
    },
  );

  it.each(named.filter(([id]) => ON_DISK.includes(id)))(
    "%s: a file on a disk is read beyond byte 2³²",
    async (_, { file, frame }) => {
      for (const one of [file, ...(file.beside ?? [])]) await writeSparse(join(DIR, one.name), one);
      const counted = { bytes: 0 };
      const { readSync } = fs;
      // The HDF5 library reads by itself.
      const spy = vi.spyOn(fs, "readSync").mockImplementation(((...args: Parameters<typeof readSync>) => {
        const got = readSync(...args);
        counted.bytes += got;
        return got;
      }) as typeof readSync);
      const source = await openFile(join(DIR, file.name));
      try {
        const { items } = await openDataset(source);
        expect(counted.bytes).toBeLessThan(2 ** 20);
        await checkLast(items[0] as Signal);
        expect(counted.bytes).toBeLessThanOrEqual(frame + 2 ** 20);
      } finally {
        spy.mockRestore();
        await source.close();
      }
    },
  );
});
