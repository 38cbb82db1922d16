import { describe, expect, it } from "vitest";
import type { Numeric } from "../../core/contracts.ts";
import { type Display, paint, percentiles } from "./display.ts";

const display: Display = { colours: "viridis", scale: "linear", low: 20, high: 180 };
const colours = (values: Numeric, how = display) => {
  const out = new Uint32Array(values.length);
  paint(values, how, out);
  return [...out];
};

describe("colours of numbers", () => {
  const values = Array.from({ length: 256 }, (_, i) => i);

  it("are the same whatever the type of the numbers, and however often they are asked for", () => {
    for (const scale of ["linear", "gamma", "log"] as const) {
      const how = { ...display, scale };
      const floats = Float32Array.from(values);
      const first = colours(floats, how);
      expect(colours(Uint8Array.from(values), how)).toEqual(first);
      expect(colours(Uint16Array.from(values), how)).toEqual(first);
      // From the second time on floats are looked up by their steps: at most the colour beside.
      const apart = colours(floats, how).map((word, i) =>
        Math.max(
          ...[0, 8, 16].map((shift) => Math.abs(((word >> shift) & 255) - ((first[i]! >> shift) & 255))),
        ),
      );
      expect(Math.max(...apart)).toBeLessThanOrEqual(5);
    }
  });

  it("have one of their own for what is no number", () => {
    const floats = Float32Array.of(Number.NaN, 20, 180, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    for (const _ of [1, 2]) {
      const [none, low, high, above, below] = colours(floats);
      expect(none).toBe(0xffd9d9d9);
      expect([above, below]).toEqual([high, low]);
    }
  });
});

describe("limits from percentiles", () => {
  it("leave the shares beyond them, of the finite values", () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i * 7) % 1000);
    expect(percentiles(values, 0.01, 0.99)).toEqual([10, 990]);
    values.fill(Number.NaN, 0, 999);
    values[999] = 3;
    expect(percentiles(values, 0.01, 0.99)).toEqual([2.5, 3.5]);
    expect(percentiles(values.fill(Number.NaN), 0.01, 0.99)).toEqual([0, 1]);
  });

  it("are least and most where nearly all values are one", () => {
    const values = new Float32Array(1000);
    values[500] = 4;
    expect(percentiles(values, 0.01, 0.99)).toEqual([0, 4]);
  });
});
