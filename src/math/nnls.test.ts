import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import { cholesky, gram, times, transposeTimes } from "./linear.ts";
import { NonNegativeSolver, nonNegativeSolve } from "./nnls.ts";

describe("non-negative least squares", () => {
  it("meets the conditions of the minimum on random problems", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 999 }), (n, seed) => {
        const m = n + 3;
        const { next } = seededRandom(`nnls${seed}`);
        const a = Float64Array.from({ length: m * n }, () => 2 * next() - 1);
        const b = Float64Array.from({ length: m }, () => 2 * next() - 1);
        const h = gram(a, m, n);
        const f = transposeTimes(a, m, n, b);
        for (const start of [undefined, new Float64Array(n)]) {
          const x = nonNegativeSolve(h, f, start);
          const slope = times(h, n, n, x).map((value, i) => value - f[i]!);
          for (let i = 0; i < n; i++) {
            expect(x[i]).toBeGreaterThanOrEqual(0);
            expect(slope[i]).toBeGreaterThan(-1e-8);
            expect(Math.abs(slope[i]! * x[i]!)).toBeLessThan(1e-7);
          }
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("gives back what is positive, and zero where all data are negative", () => {
    const a = Float64Array.of(1, 0, 0, 2, 1, 1);
    expect([...nonNegativeSolve(gram(a, 3, 2), transposeTimes(a, 3, 2, [1, 4, 3]))]).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(2, 12),
    ]);
    expect([...nonNegativeSolve(gram(a, 3, 2), transposeTimes(a, 3, 2, [-1, -4, -3]))]).toEqual([0, 0]);
  });

  it("answers several right sides as if each were alone, and knows the determinant of what is free", () => {
    const n = 23;
    const { next } = seededRandom("several");
    const a = Float64Array.from({ length: 40 * n }, () => 2 * next() - 1);
    const h = gram(a, 40, n);
    const start = Float64Array.from({ length: n }, () => Math.max(0, next() - 0.5));
    const solver = new NonNegativeSolver(h, n, start);
    for (let k = 0; k < 5; k++) {
      const f = Float64Array.from({ length: n }, () => 2 * next() - 0.7);
      const x = solver.solve(f);
      const alone = nonNegativeSolve(h, f);
      for (let i = 0; i < n; i++) expect(x[i]).toBeCloseTo(alone[i]!, 10);
      const free = Array.from(x.keys()).filter((i) => x[i]! > 0);
      const part = Float64Array.from(free.flatMap((i) => free.map((j) => h[i * n + j]!)));
      expect(cholesky(part, free.length)).toBe(true);
      const determinant = free.reduce((sum, _, i) => sum + 2 * Math.log(part[i * (free.length + 1)]!), 0);
      expect(solver.logDeterminant).toBeCloseTo(determinant, 9);
    }
  });
});
