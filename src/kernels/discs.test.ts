import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import { type DiscTaps, plainDiscSums, wasmDiscSums } from "./discs.ts";

/** A disc of 2.6 px with a soft edge on a detector of `size` px. */
function taps(size: number): DiscTaps {
  const offsets: number[] = [];
  const weights: number[] = [];
  for (let y = -3; y <= 3; y++)
    for (let x = -3; x <= 3; x++) {
      const weight = Math.min(1, Math.max(0, 3.1 - Math.hypot(x, y)));
      if (weight > 0) {
        offsets.push(y * size + x);
        weights.push(weight);
      }
    }
  return { size, reach: 3, offsets: Int32Array.from(offsets), weights: Float32Array.from(weights) };
}

describe("disc sums", () => {
  it.each([22, 23, 64, 101])("are the same bits in WebAssembly, %i px", (size) => {
    const random = seededRandom(`discs/${size}`);
    const wasm = wasmDiscSums(taps(size))!;
    const plain = plainDiscSums(taps(size));
    for (let run = 0; run < 3; run++) {
      const frame = Float32Array.from({ length: size * size }, () => 1000 * random.next() - 100);
      expect(Array.from(wasm(frame))).toEqual(Array.from(plain(frame)));
    }
  });

  it("leave small detectors to the plain loop", () => {
    expect(wasmDiscSums(taps(20))).toBeUndefined();
  });
});
