import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { jpegFormat } from "./format.ts";

const [width, height] = [21, 19];

async function bytesOf(name: string): Promise<Uint8Array> {
  return new Uint8Array(
    await readFile(fileURLToPath(new URL(`../../../fixtures/jpeg/${name}`, import.meta.url))),
  );
}

async function open(name: string) {
  const { items, notices } = await openDataset(memorySource(await bytesOf(name), name));
  const signal = items[0] as Signal;
  return { signal, notices, values: await signal.tile(whole(signal)) };
}

/** The largest difference from what the fixture script put in. */
function worst(values: ArrayLike<number>, made: (x: number, y: number) => readonly number[]): number {
  const channels = values.length / (width * height);
  return Math.max(
    ...Array.from(values, (value, i) => {
      const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
      return Math.abs(value - made(x, y)[i % channels]!);
    }),
  );
}

const grey = await bytesOf("grey.jpg");

describe("jpeg", () => {
  it.each(["grey.jpg", "progressive.jpg"])("reads the grey values of %s", async (name) => {
    const { signal, notices, values } = await open(name);
    expect(signal.dtype).toBe("u8");
    expect(signal.axes.map(({ size, unit }) => [size, unit])).toEqual([
      [19, "px"],
      [21, "px"],
    ]);
    expect(worst(values, (x, y) => [5 * x + 3 * y + 40])).toBeLessThanOrEqual(3);
    expect(notices.map(({ code }) => code)).toEqual(["uncalibrated"]);
  });

  it("reads colours, of which the chroma is stored for every other pixel", async () => {
    const { signal, values } = await open("colour.jpg");
    expect(signal.dtype).toBe("rgb8");
    expect(worst(values, (x, y) => [8 * x + 40, 6 * y + 60, 200 - 4 * x])).toBeLessThanOrEqual(16);
  });

  it("says which kinds it does not read", async () => {
    const bytes = grey;
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[frame + at] = value;
      return openDataset(memorySource(copy, "changed.jpg"));
    };
    await expect(changed(4, 12)).rejects.toMatchObject({ fields: { feature: "12 bits" } });
    await expect(changed(9, 4)).rejects.toMatchObject({ fields: { feature: "4 components" } });
    await expect(changed(1, 0xc3)).rejects.toMatchObject({ fields: { feature: "coding process C3" } });
  });

  formatContract({ format: jpegFormat, name: "grey.jpg", bytes: grey, flips: 100 });
});
