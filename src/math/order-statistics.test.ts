import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import { aicc } from "./aicc.ts";
import { extent, median, quantile, ranked, whiteNoise } from "./order-statistics.ts";

describe("order statistics", () => {
  it("take the mean of the middle two and leave out what is not finite", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, Number.NaN, 1, 3, 2, Number.POSITIVE_INFINITY])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(quantile([5, 1, 4, 2, 3], 0.25)).toBe(2);
    expect(quantile([Number.NaN], 0.5)).toBeNaN();
  });

  it("find the value at a rank as sorting does, whatever the order", () => {
    const random = seededRandom("ranks");
    const orders: ((i: number) => number)[] = [
      () => random.next(),
      () => Math.floor(3 * random.next()),
      (i) => i,
      (i) => -i,
      (i) => Math.abs(i - 500),
      () => 7,
    ];
    for (const order of orders)
      for (const length of [1, 2, 3, 1000, 1001]) {
        const values = Float64Array.from({ length }, (_, i) => order(i));
        const sorted = values.slice().sort();
        for (let k = 0; k < 20; k++) {
          const rank = Math.floor(random.next() * length);
          expect(ranked(values, rank)).toBe(sorted[rank]);
        }
        expect(values.slice().sort()).toEqual(sorted);
      }
  });

  it("find the extent of lists longer than a call takes arguments", () => {
    const long = Float64Array.from({ length: 1_000_000 }, (_, i) => (i % 7) - 3);
    expect(extent(long, [9, Number.NaN])).toEqual([-3, 9]);
    expect(extent([])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it("find the noise of a curve with a step", () => {
    let seed = 1;
    const uniform = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    };
    const values = Float64Array.from({ length: 4000 }, (_, i) => {
      let normal = -6;
      for (let k = 0; k < 12; k++) normal += uniform();
      return Math.sin(i / 300) + (i > 2000 ? 5 : 0) + 0.01 * normal;
    });
    expect(whiteNoise(values) / 0.01).toBeCloseTo(1, 1);
    expect(whiteNoise([1, 2])).toBe(0);
  });
});

describe("AICc", () => {
  it("is infinite where the data are too few, and counts parameters", () => {
    expect(aicc(1, 10, 9)).toBe(Number.POSITIVE_INFINITY);
    expect(aicc(1, 100, 3)).toBeLessThan(aicc(1, 100, 4));
  });
});
