import { describe, expect, it } from "vitest";
import { lineProfile } from "./line-profile.ts";

describe("a line profile", () => {
  /** A plane: 10 a column, 1 a row. */
  const values = Float64Array.from({ length: 6 * 5 }, (_, i) => 10 * (i % 6) + Math.floor(i / 6));

  it("follows a plane exactly, along and between the pixels", () => {
    const { distance, value } = lineProfile(values, 6, 5, { x: 0.5, y: 1, x2: 4.5, y2: 4 }, 1, "mean");
    expect([...distance]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(value[0]).toBeCloseTo(6, 12);
    expect(value[5]).toBeCloseTo(49, 12);
    expect(value[2]).toBeCloseTo(6 + (2 / 5) * 43, 12);
  });

  it("takes mean or sum of a band, and leaves out what is beside the picture", () => {
    const line = { x: 1, y: 0, x2: 3, y2: 0 };
    expect([...lineProfile(values, 6, 5, line, 3, "mean").value]).toEqual([10.5, 20.5, 30.5]);
    expect([...lineProfile(values, 6, 5, line, 3, "sum").value]).toEqual([21, 41, 61]);
    expect([...lineProfile(values, 6, 5, { x: 5, y: 2, x2: 7, y2: 2 }, 1, "mean").value]).toEqual([
      52,
      Number.NaN,
      Number.NaN,
    ]);
  });
});
