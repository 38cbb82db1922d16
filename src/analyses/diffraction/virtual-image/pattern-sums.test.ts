import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { PatternSums } from "./pattern-sums.ts";

describe("sums over the same pixels of many patterns", () => {
  const random = seededRandom("pattern sums");
  const pixelsOf = (size: number) =>
    Uint32Array.from(Array.from({ length: size }, (_, i) => i).filter(() => random.next() < 0.6));

  for (const [Type, top] of [
    [Uint8Array, 255],
    [Uint16Array, 65_535],
    [Int16Array, 32_767],
    [Float32Array, 1e6],
  ] as const)
    for (const size of [16, 35, 40_000])
      it(`are those of a plain loop: ${Type.name}, ${size} pixels`, () => {
        const pixels = pixelsOf(size);
        for (const offset of [0, 1, 2]) {
          const buffer = new ArrayBuffer((offset + 3 * size) * Type.BYTES_PER_ELEMENT);
          const values = new Type(buffer, offset * Type.BYTES_PER_ELEMENT, 3 * size);
          // The greatest numbers there are, so that a lane that overflows is seen.
          for (let i = 0; i < values.length; i++) values[i] = random.next() < 0.9 ? top : random.next() * top;
          if (Type === Float32Array) values.set([Number.NaN, Number.POSITIVE_INFINITY], size);
          const out = new PatternSums(pixels).sum(values, size, new Float64Array(5).fill(-1), 1);
          const plain = [0, 1, 2].map((pattern) => {
            let sum = 0;
            for (const pixel of pixels) {
              const value = values[pattern * size + pixel]!;
              if (Number.isFinite(value)) sum += value;
            }
            return sum;
          });
          expect([...out]).toEqual([-1, ...plain, -1]);
        }
      });
});
