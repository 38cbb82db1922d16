import { describe, expect, it } from "vitest";
import { fTail, incompleteBeta, logGamma, tQuantile, tTail } from "./distributions.ts";

describe("probabilities", () => {
  it("are those of the printed tables", () => {
    // Table values of F, 5 %: (5, 10) 3.3258; (24, 90) 1 %: 2.0; t, 5 % two-sided, 10: 2.2281; infinity: 1.96.
    expect(fTail(3.32583, 5, 10)).toBeCloseTo(0.05, 6);
    expect(tTail(2.228139, 10)).toBeCloseTo(0.05, 6);
    expect(tQuantile(0.05, 10)).toBeCloseTo(2.228139, 5);
    expect(tQuantile(0.05, 1e7)).toBeCloseTo(1.959964, 5);
    expect(tQuantile(0.32, 1)).toBeCloseTo(1 / Math.tan(0.16 * Math.PI), 6);
  });

  it("have the closed forms of small arguments", () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12);
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(incompleteBeta(0.3, 2, 1)).toBeCloseTo(0.09, 14);
    expect(incompleteBeta(0.9, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(0.9)), 12);
    expect(fTail(0, 3, 4)).toBe(1);
  });
});
