import { describe, expect, it } from "vitest";
import { drawnRows, envelopeOf, extremes, isOrdered, rowAt } from "./envelope.ts";

describe("the envelope of a line", () => {
  const y = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 700) + (i === 51_234 ? 9 : 0));

  it("finds what a plain loop finds, in any stretch", () => {
    const envelope = envelopeOf(y);
    for (const [from, to] of [
      [0, 100_000],
      [63, 64],
      [64, 128],
      [77, 51_300],
      [5, 5],
    ] as const) {
      let [low, high] = [-1, -1];
      for (let i = from; i < to; i++) {
        if (low < 0 || y[i]! < y[low]!) low = i;
        if (high < 0 || y[i]! > y[high]!) high = i;
      }
      expect(extremes(envelope, from, to)).toEqual([low, high]);
    }
  });

  it("keeps a peak of one row among few columns, rows rising", () => {
    const bounds = Array.from({ length: 301 }, (_, c) => Math.floor((c * y.length) / 300));
    const rows = drawnRows(envelopeOf(y), bounds);
    expect(rows.length).toBeLessThanOrEqual(1200);
    expect(rows).toContain(51_234);
    expect(isOrdered(rows)).toBe(true);
    expect(rows.at(-1)).toBe(99_999);
  });

  it("draws every row where they are few", () => {
    expect(drawnRows(envelopeOf(y), [10, 13, 13, 17, 20])).toEqual(
      Int32Array.from({ length: 10 }, (_, i) => 10 + i),
    );
  });

  it("passes over what is no number", () => {
    const gaps = [Number.NaN, 3, Number.NaN, 1, Number.POSITIVE_INFINITY];
    expect(extremes(envelopeOf(gaps), 0, 5)).toEqual([3, 1]);
    expect(extremes(envelopeOf([Number.NaN]), 0, 1)).toEqual([-1, -1]);
  });
});

describe("an ordered list", () => {
  it("is told from one that turns", () => {
    expect([
      isOrdered([1, 1, 2]),
      isOrdered([3, 2, 2]),
      isOrdered([1, 2, 1]),
      isOrdered([1, Number.NaN]),
    ]).toEqual([true, true, false, false]);
  });

  it("is searched rising and falling", () => {
    expect([rowAt([1, 2, 3], 2), rowAt([1, 2, 3], 2.5), rowAt([1, 2, 3], 9), rowAt([3, 2, 1], 2.5)]).toEqual([
      1, 2, 3, 1,
    ]);
  });
});
