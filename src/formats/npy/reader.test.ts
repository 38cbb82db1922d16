import { describe, expect, it } from "vitest";
import { makeNpy, type NpyType, npyValue } from "../../../fixtures/make/npy.ts";
import type { Region, Signal } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";

async function openBytes(bytes: Uint8Array): Promise<Signal> {
  return (await openDataset(memorySource(bytes, "made.npy"))).items[0] as Signal;
}

function whole(signal: Signal): Region {
  return { start: signal.axes.map(() => 0), stop: signal.axes.map(({ size }) => size) };
}

function expected({ start, stop }: Region, shape: readonly number[]): number[] {
  let flat = [0];
  shape.forEach((size, i) => {
    const steps = Array.from({ length: stop[i]! - start[i]! }, (_, k) => start[i]! + k);
    flat = flat.flatMap((at) => steps.map((step) => at * size + step));
  });
  return flat.map(npyValue);
}

const TYPES: readonly NpyType[] = ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"];

describe("npy", () => {
  it.each(TYPES.flatMap((type) => [[type, "<"] as const, [type, ">"] as const]))(
    "reads %s %s",
    async (type, order) => {
      const signal = await openBytes(makeNpy({ type, order }));
      expect(signal.dtype).toBe(`${type[0]}${8 * Number(type[1])}`);
      expect([...(await signal.tile(whole(signal)))]).toEqual(expected(whole(signal), [3, 4, 5, 6]));
    },
  );

  it.each([1, 2, 3] as const)("reads version %d", async (version) => {
    const signal = await openBytes(makeNpy({ version }));
    expect(signal.axes.map(({ name, role, unit }) => `${name} ${role} ${unit}`)).toEqual([
      "y nav px",
      "x nav px",
      "ky signal px",
      "kx signal px",
    ]);
    expect(signal.axes.every(({ from }) => from === "none")).toBe(true);
  });

  it.each([[[7]], [[3, 4]], [[2, 3, 4]], [[2, 2, 3, 2, 3]]])("reads the shape %o", async (shape) => {
    const signal = await openBytes(makeNpy({ shape }));
    expect([...(await signal.tile(whole(signal)))]).toEqual(expected(whole(signal), shape));
  });

  it("gives the same values for 200 seeded regions", async () => {
    const signal = await openBytes(makeNpy({ order: ">" }));
    const random = seededRandom("npy/regions");
    for (let i = 0; i < 200; i++) {
      const cut = signal.axes.map(({ size }) => {
        const pair = [0, 0].map(() => Math.floor(random.next() * (size + 1)));
        return pair.sort((a, b) => a - b);
      });
      const region = { start: cut.map(([from]) => from!), stop: cut.map(([, to]) => to!) };
      expect([...(await signal.tile(region))]).toEqual(expected(region, [3, 4, 5, 6]));
    }
  });

  it("reads Fortran's order, regions of it too", async () => {
    const signal = await openBytes(makeNpy({ shape: [3, 4, 5], fortran: true }));
    const at = (i: number, j: number, k: number) => npyValue(i + 3 * j + 12 * k);
    expect([...(await signal.tile({ start: [1, 2, 3], stop: [2, 4, 5] }))]).toEqual([
      at(1, 2, 3),
      at(1, 2, 4),
      at(1, 3, 3),
      at(1, 3, 4),
    ]);
    expect((await signal.tile(whole(signal))).length).toBe(60);
  });

  it.each([
    ["<c8", "c64", [0.5, -2, 3, 4]],
    [">c16", "c128", [0.5, -2, 3, 4]],
    ["<i8", "f64", [-1, 2 ** 40]],
    [">u8", "f64", [7, 2 ** 53 - 1]],
    ["<f2", "f32", [1, -0.5]],
    ["|b1", "u8", [1, 0]],
  ] as const)("reads %s as %s", async (descr, dtype, values) => {
    const bytes = Number(descr.slice(2));
    const view = new DataView(new ArrayBuffer(2 * bytes));
    const little = descr[0] !== ">";
    for (const [i, value] of values.entries()) {
      if (descr.endsWith("c8")) view.setFloat32(4 * i, value, little);
      else if (descr.endsWith("c16")) view.setFloat64(8 * i, value, little);
      else if (descr.endsWith("f2")) view.setUint16(2 * i, value === 1 ? 0x3c00 : 0xb800, little);
      else if (bytes === 8) view.setBigInt64(8 * i, BigInt(value), little);
      else view.setUint8(i, value);
    }
    const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': (2,), }`.padEnd(117);
    const text = new TextEncoder().encode(`NUMPY\x01\0v\0${head}\n`);
    const signal = await openBytes(Uint8Array.of(0x93, ...text, ...new Uint8Array(view.buffer)));
    expect(signal.dtype).toBe(dtype);
    expect([...(await signal.tile(whole(signal)))]).toEqual(values);
  });

  it.each([{ descr: "<U4" }, { descr: "|O" }, { descr: "<M8" }])("does not support %o", async (fields) => {
    await expect(openBytes(makeNpy(fields))).rejects.toMatchObject({ tag: "Unsupported" });
  });

  it("refuses 16 cuts", async () => {
    const bytes = makeNpy();
    for (let i = 0; i < 16; i++) {
      const cut = bytes.slice(0, Math.floor((bytes.length * i) / 16));
      await expect(openBytes(cut)).rejects.toMatchObject({ tag: "Format" });
    }
  });

  it("answers 500 byte flips with a result or a LithoscopeError", async () => {
    const random = seededRandom("npy/flips");
    for (let i = 0; i < 500; i++) {
      const bytes = makeNpy();
      const at = Math.floor(random.next() * (i % 2 ? 128 : bytes.length));
      bytes[at] = bytes[at]! ^ (1 + Math.floor(random.next() * 255));
      try {
        const signal = await openBytes(bytes);
        await signal.tile(whole(signal));
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
      }
    }
  });
});
