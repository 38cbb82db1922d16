import { describe, expect, it } from "vitest";
import { makeTvips, type TvipsFields, tvipsValue } from "../../../fixtures/make/tvips.ts";
import { beside } from "../../../test/contracts/beside.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal, Table } from "../../core/contracts.ts";
import { openDataset } from "../open.ts";
import { tvipsFormat } from "./format.ts";

async function openParts(parts: readonly Uint8Array[], given = 0) {
  const name = (i: number) => `a_${String(i).padStart(3, "0")}.tvips`;
  const files = Object.fromEntries(parts.map((bytes, i) => [name(i), bytes]));
  const dataset = await openDataset(beside(name(given), files));
  const signal = dataset.items[0] as Signal;
  const values = [...(await signal.tile(whole(signal)))];
  return { signal, values, table: dataset.items[1] as Table, codes: dataset.notices.map(({ code }) => code) };
}

const openMade = (fields: TvipsFields = {}, given = 0) => openParts(makeTvips(fields), given);
const expected = (frames: number) =>
  Array.from({ length: frames * 20 }, (_, i) => tvipsValue(Math.floor(i / 20), i % 20));

describe("tvips", () => {
  formatContract({ format: tvipsFormat, name: "a_000.tvips", bytes: makeTvips()[0]! });

  it.each([{}, { bits: 8 }, { version: 1 }, { extra: 196 }, { perFile: 2 }] as TvipsFields[])(
    "reads %o",
    async (fields) => {
      const { signal, values } = await openMade(fields);
      expect(signal.dtype).toBe(fields.bits === 8 ? "u8" : "u16");
      expect(signal.axes.map(({ size }) => size)).toEqual([6, 4, 5]);
      expect(values).toEqual(expected(6));
    },
  );

  it("finds the other files of a split stream from any of them", async () => {
    for (const given of [0, 1, 2]) {
      const { signal, values } = await openMade({ perFile: 2 }, given);
      expect(values).toEqual(expected(6));
      const across = await signal.tile({ start: [1, 3, 4], stop: [5, 4, 5] });
      expect([...across]).toEqual([1, 2, 3, 4].map((frame) => tvipsValue(frame, 19)));
    }
    const [, second] = makeTvips({ perFile: 2 });
    await expect(openDataset(beside("a_001.tvips", { "a_001.tvips": second! }))).rejects.toMatchObject({
      tag: "Missing",
      fields: { what: "a_000.tvips" },
    });
  });

  it("keeps the time, tilt and rotator of each frame, names patterns and images", async () => {
    const { signal, table } = await openMade();
    expect(signal.axes.map(({ name, unit }) => `${name} ${unit}`)).toEqual(["frame px", "ky px", "kx px"]);
    expect([...(await table.read("time", 0, 3))]).toEqual([0, 1, 2]);
    expect([...(await table.read("alpha", 1, 3))]).toEqual([1.5, 3]);
    expect([...(await table.read("rotator", 0, 2))]).toEqual([1, 2]);
    expect(signal.meta["time.start"]).toBe("2020-09-13T12:26:40.250Z");
    expect(signal.meta["beam.energy"]).toMatchObject({ value: 200, unit: "keV" });
    const image = await openMade({ mode: 1 });
    expect(image.signal.axes[1]!.name).toBe("y");
    expect(image.signal.meta.magnification).toMatchObject({ value: 80 });
    expect((await openMade({ version: 1 })).table.columns).toHaveLength(1);
  });

  it("delivers whole frames of files that were cut", async () => {
    const parts = makeTvips({ perFile: 3 });
    const { values, codes } = await openParts([parts[0]!, parts[1]!.slice(0, -7)]);
    expect(values).toEqual(expected(5));
    expect(codes).toContain("truncated");
  });

  it("refuses numbers that cannot be", async () => {
    const wrong = async (at: number, value: number) => {
      const bytes = makeTvips()[0]!;
      new DataView(bytes.buffer).setUint32(at, value, true);
      return openDataset(beside("a.tvips", { "a.tvips": bytes }));
    };
    for (const [at, value] of [
      [0, 2 ** 31],
      [8, 2 ** 31],
      [12, 0],
      [48, 2 ** 31],
      [48, 4],
    ] as const)
      await expect(wrong(at, value)).rejects.toMatchObject({ tag: "Format" });
    await expect(wrong(4, 3)).rejects.toMatchObject({ tag: "Unsupported" });
    await expect(wrong(16, 12)).rejects.toMatchObject({ tag: "Unsupported" });
  });
});
