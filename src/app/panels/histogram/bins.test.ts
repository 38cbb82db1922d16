import { describe, expect, it } from "vitest";
import { BINS, distributionOf } from "./bins.ts";

describe("the distribution of a picture", () => {
  it("counts every finite value once, the ends too", () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i / 10);
    values[7] = Number.NaN;
    const found = distributionOf(values)!;
    expect(found.counts.reduce((a, b) => a + b)).toBe(999);
    expect([found.least, found.counted, found.counts.length]).toEqual([0, 999, BINS]);
    expect(found.most).toBeCloseTo(99.9, 4);
    expect(found.sigma).toBeCloseTo(28.87, 1);
  });

  it("leaves out what lies beyond the ends, and has a width for one value", () => {
    const found = distributionOf([1, 2, 3, 50], { low: 0, high: 4 })!;
    expect(found.counts.reduce((a, b) => a + b)).toBe(3);
    expect(found.most).toBe(50);
    expect(distributionOf([4, 4])).toMatchObject({ low: 3.5, high: 4.5, sigma: 0 });
    expect(distributionOf([Number.NaN])).toBeUndefined();
  });
});
