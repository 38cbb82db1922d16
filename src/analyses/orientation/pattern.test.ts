import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { type Camera, preparePattern } from "./pattern.ts";

const SIZE = 96;
const CAMERA: Camera = { discRadius: 3, gain: 1, dark: 0, bad: new Uint8Array(SIZE * SIZE) };

/** Counts of a detector without beam, `mean` electrons in a pixel. */
function noise(mean: number, next: () => number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, () => {
    let count = -1;
    for (let left = Math.exp(mean); left > 1; left *= next()) count++;
    return count;
  });
}

describe("preparePattern", () => {
  it.each([
    [48, 48],
    [58, 88],
    [6, 90],
  ])("has no Bragg signal in noise, the centre being %d, %d", (column, row) => {
    const random = seededRandom(`pattern.test/${column}`);
    const strongest = Array.from({ length: 60 }, () => {
      const frame = noise(5, () => random.next());
      return preparePattern(frame, SIZE, CAMERA, [column, row]).strongest;
    });
    expect(Math.max(...strongest)).toBeLessThan(6);
  });
});
