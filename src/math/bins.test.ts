import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binEdges, binOf } from "./bins.ts";

describe("bins of a histogram", () => {
  it("have Freedman and Diaconis' width, or the least one", () => {
    expect([...binEdges([1, 2, 3, 4, 5, 6, 7, 8], 0.1)]).toEqual([0, 4, 8, 12]);
    expect([...binEdges([5, 5, 5], 2)]).toEqual([4, 6]);
    expect([...binEdges([], 2)]).toEqual([0, 0]);
  });

  it("hold every value between their edges", () => {
    const values = fc.array(fc.double({ min: 0.01, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, (list) => {
        const sorted = Float64Array.from(list).sort();
        const edges = binEdges(sorted, 0.5);
        for (const value of sorted) {
          const k = binOf(edges, value);
          if (k > 0) expect(value).toBeGreaterThanOrEqual(edges[k]!);
          if (k < edges.length - 2) expect(value).toBeLessThan(edges[k + 1]!);
          expect(value).toBeGreaterThan(edges[0]! * (1 - 1e-12));
          expect(value).toBeLessThan(edges.at(-1)! * (1 + 1e-12));
        }
      }),
    );
  });
});
