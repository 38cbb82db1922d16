import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { normal } from "../../math/normal.ts";
import { modelErrorOf } from "./model-error.ts";

/** Patterns of 20 spots whose amplitudes are off by `error`, with counting noise. */
function patterns(count: number, error: number, seed: string) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const predicted = Array.from({ length: 20 }, () => 100 + 900 * random.next());
    const found = predicted.map((value) => {
      const electrons = value * (1 + error * normal(random)) ** 2;
      return electrons + Math.sqrt(electrons + 50) * normal(random);
    });
    return { predicted, found, background: predicted.map(() => 50) };
  });
}

describe("modelErrorOf", () => {
  it("finds the error, with an uncertainty that falls with the number of patterns", () => {
    const few = modelErrorOf(patterns(10, 0.2, "few"));
    const many = modelErrorOf(patterns(90, 0.2, "many"));
    expect(many.value).toBeGreaterThan(0.16);
    expect(many.value).toBeLessThan(0.26);
    expect(few.sigma / many.sigma).toBeGreaterThan(2);
    expect(few.sigma / many.sigma).toBeLessThan(4.5);
    expect(few.sigma).toBeLessThan(0.1 * few.value);
  });

  it("has none where it is assumed or at the end of its range", () => {
    expect(modelErrorOf([])).toEqual({ value: 0.15, sigma: Number.NaN });
    expect(modelErrorOf(patterns(200, 2, "end")).sigma).toBeNaN();
  });
});
