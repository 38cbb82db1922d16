import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whole } from "../../test/contracts/format.ts";
import type { Axis, DType, Item, Numeric, Signal, Sink } from "../core/contracts.ts";
import { openFile } from "../sources/file.node.ts";
import { openDataset } from "./open.ts";
import { DTYPES } from "./regions.ts";
import { writers } from "./writers.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "writers-"));
});
afterAll(() => rm(folder, { recursive: true }));

const even = (name: string, role: Axis["role"], size: number, unit = "nm"): Axis => ({
  name,
  role,
  size,
  unit,
  scale: 0.1,
  offset: -1 / 3,
  from: "file",
});
const listed = (name: string, values: readonly number[]): Axis => ({
  ...even(name, "signal", values.length, "eV"),
  values: Float64Array.from(values),
});
const plain = (name: string, size: number): Axis => ({
  ...even(name, "nav", size, "px"),
  scale: 1,
  offset: 0,
  from: "none",
});

/** A signal in memory whose values differ everywhere. */
function made(dtype: DType, axes: readonly Axis[], first: readonly number[] = []): Signal {
  const [make, parts] = DTYPES[dtype];
  const shape = axes.map(({ size }) => size);
  const count = shape.reduce((product, n) => product * n, 1) * parts;
  const all = new make(new ArrayBuffer(count * make.BYTES_PER_ELEMENT)) as Numeric;
  for (let i = 0; i < count; i++) all[i] = first[i] ?? (i * 7) / (dtype.startsWith("u") ? 1 : 3);
  return {
    kind: "signal",
    title: "a scan of Ni, 200 °C",
    axes,
    dtype,
    value: { name: "counts", unit: "1/s" },
    meta: {
      "beam.energy": { value: 200.1, unit: "keV", sigma: 0.3, from: "file" },
      "camera/length": { value: -0, unit: "µm" },
      "detector.name": 'Ångström "K2"\nline',
    },
    block: shape,
    ref: { source: { kind: "memory", bytes: new Uint8Array(0), name: "made" }, format: "raw", item: 0 },
    tile: async ({ start, stop }) => {
      let flat = [0];
      shape.forEach((size, i) => {
        const steps = Array.from({ length: stop[i]! - start[i]! }, (_, k) => start[i]! + k);
        flat = flat.flatMap((at) => steps.map((step) => at * size + step));
      });
      const out = new make(new ArrayBuffer(flat.length * parts * make.BYTES_PER_ELEMENT)) as Numeric;
      for (const [i, at] of flat.entries())
        out.set(all.subarray(at * parts, (at + 1) * parts) as ArrayLike<number>, i * parts);
      return out;
    },
  };
}

const sink: Sink = {
  async write(path, bytes) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  },
  commit: async () => {},
  discard: async () => {},
};

const writerOf = (id: string) => writers.find((writer) => writer.id === id)!;

async function thereAndBack(signal: Item, id: string, name: string): Promise<Signal> {
  await writerOf(id).write(signal, sink, name);
  const source = await openFile(join(folder, name));
  try {
    const { items } = await openDataset(source);
    const found = items[0] as Signal;
    const values = await found.tile(whole(found));
    return { ...found, tile: async () => values };
  } finally {
    await source.close();
  }
}

async function expectSame(found: Signal, signal: Signal): Promise<void> {
  const { title, axes, dtype, value, meta } = signal;
  expect({ title: found.title, axes: found.axes, dtype: found.dtype, value: found.value }).toEqual({
    title,
    axes,
    dtype,
    value,
  });
  expect(JSON.stringify(found.meta)).toBe(JSON.stringify(meta));
  expect([...(await found.tile(whole(signal)))]).toEqual([...(await signal.tile(whole(signal)))]);
}

const MAP = [plain("y", 2), even("x", "nav", 3), listed("energy", [1, 2, 4, 8.5])];
const ALL: readonly DType[] = ["u8", "i8", "u16", "i16", "u32", "i32", "f32", "f64", "c64", "c128", "rgb8"];

describe.each([
  ["zarr", ".zarr"],
  ["hdf5", ".h5"],
])("%s", (id, ending) => {
  it.each(ALL)("keeps %s with listed and uncalibrated axes", async (dtype) => {
    const signal = made(dtype, MAP);
    await expectSame(await thereAndBack(signal, id, `all-${dtype}${ending}`), signal);
  });

  it("keeps numbers that are none", async () => {
    const signal = made("f32", MAP, [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45]);
    await expectSame(await thereAndBack(signal, id, `nan${ending}`), signal);
    const axis = made("u8", [listed("t", [0, Number.NaN, 2])]);
    await expectSame(await thereAndBack(axis, id, `nan-axis${ending}`), axis);
  });

  it("carries the header of the file that it was converted from, also through a second one", async () => {
    const header = {
      kind: "group",
      tags: new Map<string, unknown>([["Voltage", 3e5]]),
      list: Float64Array.of(1, Number.NaN),
      large: new Uint8Array(1e6),
      name: "Å",
    };
    const plain = {
      kind: "group",
      tags: { Voltage: 3e5 },
      list: [1, "NaN"],
      large: { type: "Uint8Array", length: 1e6 },
      name: "Å",
    };
    const headerOf = async (name: string, given: unknown) => {
      await writerOf(id).write(made("u8", MAP), sink, name, undefined, given);
      const source = await openFile(join(folder, name));
      const { header: found } = await openDataset(source);
      await source.close();
      return found as { readonly original_metadata?: unknown };
    };
    const first = await headerOf(`header${ending}`, header);
    expect(first.original_metadata).toEqual(plain);
    expect((await headerOf(`header-again${ending}`, first)).original_metadata).toEqual(plain);
    expect((await headerOf(`header-none${ending}`, undefined)).original_metadata).toBeUndefined();
  });

  it("says that a header of more than 8 MiB is left out", () => {
    const { headerLoss } = writerOf(id);
    expect(headerLoss?.({ name: "Å" })).toBeUndefined();
    expect(headerLoss?.(undefined)).toBeUndefined();
    expect(headerLoss?.({ tag: "x".repeat(2 ** 23) })).toMatch(/left out: 83886\d\d characters/);
  });

  it("keeps scans that are more than a chunk, and long lists", async () => {
    const axes = [
      even("y", "nav", 3),
      even("x", "nav", 5),
      even("ky", "signal", 300),
      even("kx", "signal", 700),
    ];
    const signal = made("u8", axes);
    await expectSame(await thereAndBack(signal, id, `large${ending}`), signal);
    const list = listed(
      "energy",
      Array.from({ length: 20000 }, (_, i) => Math.sqrt(i) / 3),
    );
    const spectrum = made("f64", [list]);
    await expectSame(await thereAndBack(spectrum, id, `list${ending}`), spectrum);
  });
});

describe("tiff", () => {
  const stack = [
    even("t", "nav", 2, "s"),
    plain("z", 3),
    even("y", "signal", 4, "µm"),
    even("x", "signal", 5, "µm"),
  ];

  it.each(["u8", "u16", "f32", "rgb8"] as const)("keeps %s with even axes", async (dtype) => {
    const signal = made(dtype, stack);
    expect(writerOf("tiff").losses!(signal)).toEqual([]);
    await expectSame(await thereAndBack(signal, "tiff", `${dtype}.tif`), signal);
    const image = made(dtype, stack.slice(2));
    await expectSame(await thereAndBack(image, "tiff", `${dtype}-image.tif`), image);
  });

  it("says what it does not keep", async () => {
    const signal = made("i32", [plain("n", 2), even("y", "signal", 2), listed("energy", [0, 1, 4])]);
    expect(writerOf("tiff").losses!(signal)).toEqual([
      "values of i32 become f32, of which 24 bits count",
      "the coordinates of axis energy become an even step",
    ]);
    const found = await thereAndBack(signal, "tiff", "lossy.tif");
    expect(found.dtype).toBe("f32");
    expect(found.axes[2]).toMatchObject({ name: "energy", scale: 2, offset: 0 });
    expect(found.axes[2]!.values).toBeUndefined();
  });

  it("does not hold complex values and spectra", () => {
    const { accepts } = writerOf("tiff");
    expect([accepts(made("c64", stack)), accepts(made("f32", stack.slice(3)))]).toEqual([false, false]);
  });
});
