import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import { type DiscTaps, plainDiscKernel, wasmDiscKernel } from "./discs.ts";

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

describe("the loops over discs", () => {
  it.each([22, 23, 64, 101])("are the same bits in WebAssembly, %i px", (size) => {
    const random = seededRandom(`discs/${size}`);
    const wasm = wasmDiscKernel(taps(size))!;
    const plain = plainDiscKernel(taps(size));
    for (let run = 0; run < 3; run++) {
      // Few levels, so that neighbours are often equal.
      const frame = Float32Array.from({ length: size * size }, () => Math.floor(9 * random.next()) - 1);
      const centre = [size * random.next(), size * random.next()] as const;
      const levels = Float32Array.from({ length: Math.ceil(1.5 * size) }, () => 130 * random.next());
      const directions = Float64Array.from({ length: 60 }, () => 2 * random.next() - 1);
      const all = [wasm, plain].map((kernel) => [
        kernel.sums(frame).slice(),
        kernel.radii(...centre).slice(),
        kernel.lows(...centre, levels.length, directions, 0.3),
        kernel.rings(levels).slice(),
        kernel.flatten(levels, 4).slice(),
        kernel.maxima(5, levels).slice(),
        kernel.maxima(5, levels.subarray(0, 9)).slice(),
      ]);
      expect(all[0]!.map((list) => Array.from(list))).toEqual(all[1]!.map((list) => Array.from(list)));
      expect(all[0]![5]!.length).toBeGreaterThan(0);
    }
  });

  it("leave small detectors to the plain loop", () => {
    expect(wasmDiscKernel(taps(20))).toBeUndefined();
  });
});
