import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatContract, whole } from "../../test/contracts/format.ts";
import type { Dataset, Signal } from "../core/contracts.ts";
import { memorySource } from "../sources/memory.ts";
import { hdf5Format } from "./hdf5/format.ts";
import { hyperspyMeaning } from "./hyperspy.ts";
import { openDataset } from "./open.ts";
import { zipFormat } from "./zip/format.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/hyperspy/", import.meta.url));
const bytesOf = async (name: string) => new Uint8Array(await readFile(FIXTURES + name));
const open = async (name: string): Promise<Dataset> => openDataset(memorySource(await bytesOf(name), name));

async function signalOf(name: string) {
  const { items, notices } = await open(name);
  const signal = items[0] as Signal;
  return { signal, notices, values: [...(await signal.tile(whole(signal)))] };
}

const count = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.each(["hspy", "zspy"])("HyperSpy .%s", (ending) => {
  it("reads axes as they are, listed ones and ones without a name", async () => {
    const { signal, values } = await signalOf(`scan.${ending}`);
    expect(signal.title).toBe("scan");
    expect(signal.axes).toEqual([
      { name: "frame", role: "nav", size: 2, unit: "px", scale: 1, offset: 0, from: "none" },
      { name: "x", role: "nav", size: 3, unit: "nm", scale: 2, offset: 5, from: "file" },
      {
        name: "Energy loss",
        role: "signal",
        size: 4,
        unit: "eV",
        scale: 1,
        offset: 1,
        from: "file",
        values: Float64Array.of(1, 2, 4, 8),
      },
    ]);
    expect(signal.dtype).toBe("f32");
    expect(values).toEqual(count(24));
    expect(signal.meta["beam.energy"]).toEqual({ value: 200, unit: "keV", from: "file" });
  });

  it("puts navigation axes first, with their values", async () => {
    const { signal, values } = await signalOf(`crossed.${ending}`);
    expect(signal.axes.map(({ name, role, size }) => [name, role, size])).toEqual([
      ["y", "nav", 2],
      ["x", "nav", 3],
      ["energy", "signal", 4],
    ]);
    expect(values).toEqual(count(6).flatMap((position) => count(4).map((channel) => 6 * channel + position)));
  });

  it.each([
    ["rgb8", "rgb8", [2, 3], 18],
    ["rgba16", "u16", [2, 3, 4], 24],
    ["half", "f32", [1, 2, 3], 6],
  ] as const)("reads %s as %s", async (name, dtype, shape, size) => {
    const { signal, values } = await signalOf(`${name}.${ending}`);
    expect([signal.dtype, signal.axes.map((axis) => axis.size)]).toEqual([dtype, shape]);
    expect(values).toEqual(count(size));
  });

  it("reads complex values", async () => {
    const { signal, values } = await signalOf(`complex.${ending}`);
    expect(signal.dtype).toBe("c64");
    expect(values).toEqual(count(6).flatMap((n) => [n, 2 * n]));
  });

  it("refuses ragged data and says why", async () => {
    const feature = { tag: "Unsupported", fields: { feature: "ragged" } };
    await expect(open(`ragged.${ending}`)).rejects.toMatchObject(feature);
  });

  it("keeps the vendor's metadata untouched", async () => {
    const { header } = await open(`scan.${ending}`);
    expect(JSON.stringify(header, (_, value) => (value instanceof Map ? [...value] : value))).toContain(
      '"text":"ä"',
    );
  });
});

describe("the contract of formats", async () => {
  for (const name of ["scan", "crossed", "rgba16"])
    formatContract({
      format: zipFormat,
      name: `${name}.zspy`,
      bytes: await bytesOf(`${name}.zspy`),
      flips: 60,
    });
  formatContract({ format: hdf5Format, name: "rgba16.hspy", bytes: await bytesOf("rgba16.hspy"), flips: 60 });
});

it("does not evaluate an axis that is a formula", () => {
  const axis = {
    attributes: { name: "wavelength", expression: "1239.8 / x", navigate: false },
    group: () => undefined,
  };
  const group = { attributes: {}, group: (name: string) => (name === "axis-0" ? axis : undefined) };
  const notices: { code: string }[] = [];
  const meaning = hyperspyMeaning(
    { path: "/a", group, shape: [8], listed: () => undefined },
    "hdf5",
    notices as never,
  );
  expect(meaning.axes[0]).toMatchObject({ name: "wavelength", unit: "px", from: "none" });
  expect(notices.map(({ code }) => code)).toEqual(["axis-formula"]);
});
