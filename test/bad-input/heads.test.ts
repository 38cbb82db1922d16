import { describe, expect, it } from "vitest";
import { casesOf } from "../../fixtures/cases/index.ts";
import { formats } from "../../src/formats/index.ts";
import { judge } from "../fuzz/judge.ts";

const all = await Promise.all(formats.map(async (format) => ({ format, cases: await casesOf(format.id) })));
const named = all.flatMap(({ format, cases }) =>
  cases.slice(0, 1).map((one) => [`${format.id}: ${one.name}`, format, one] as const),
);

/** What a count or an offset may claim: 2³¹, −1 in 32 and 64 bits, 0. */
const CLAIMS = [[0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0xff], Array(8).fill(0xff), [0, 0, 0, 0]];
/** Fields of the head, and further ones spread over the file. */
const HEAD = 128;
const SPREAD = 8;

function places(length: number, step: number): number[] {
  const head = Array.from({ length: Math.floor(Math.min(HEAD, length) / step) }, (_, i) => step * i);
  const rest = Array.from({ length: SPREAD }, (_, i) => Math.floor((length * i) / SPREAD) & ~3);
  return [...new Set([...head, ...rest])];
}

describe("a count or an offset that is 2³¹, negative or zero gives a result or an error of ours", () => {
  it.each(named)("%s", async (_, format, one) => {
    const bytes = one.files[one.name]!;
    // Containers start another library for each file.
    const slow = ["hdf5", "zarr", "zip", "cif", "tiff"].includes(format.id);
    for (const at of places(bytes.length, slow ? 32 : 4)) {
      for (const claim of CLAIMS) {
        const changed = bytes.slice();
        changed.set(claim.slice(0, Math.max(0, bytes.length - at)), at);
        const mutated = {
          name: one.name,
          files: { ...one.files, [one.name]: changed },
          options: one.options,
        };
        const { wrong } = await judge(format, mutated, false);
        expect(wrong, `${claim.map((byte) => byte.toString(16))} at ${at}`).toBeUndefined();
      }
    }
  });
});

describe("numbers in the other order give a result or an error of ours", () => {
  it.each(named)("%s", async (_, format, one) => {
    for (const width of [2, 4, 8]) {
      for (const from of [0, width, 8, 64]) {
        const changed = one.files[one.name]!.slice();
        for (let at = from; at + width <= changed.length; at += width)
          changed.subarray(at, at + width).reverse();
        const mutated = {
          name: one.name,
          files: { ...one.files, [one.name]: changed },
          options: one.options,
        };
        expect((await judge(format, mutated, true)).wrong).toBeUndefined();
      }
    }
  });
});
