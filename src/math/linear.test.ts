import fc from "fast-check";
import { CholeskyDecomposition, inverse, Matrix, QrDecomposition } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import {
  cholesky,
  choleskySolve,
  gram,
  invertSymmetric,
  orthonormal,
  residualOf,
  sumSquares,
  times,
  transposeTimes,
} from "./linear.ts";

function random(m: number, n: number, seed: string): Float64Array {
  const { next } = seededRandom(seed);
  return Float64Array.from({ length: m * n }, () => 2 * next() - 1);
}
const matrix = (a: Float64Array, m: number, n: number) => Matrix.from1DArray(m, n, a);

describe("small linear algebra", () => {
  it("agrees with ml-matrix", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 99 }), (n, seed) => {
        const m = n + 5;
        const a = random(m, n, `a${seed}`);
        const b = random(m, 1, `b${seed}`);
        const square = gram(a, m, n);
        const theirs = matrix(a, m, n)
          .transpose()
          .mmul(matrix(a, m, n));
        for (let i = 0; i < n * n; i++)
          expect(square[i]).toBeCloseTo(theirs.get(Math.floor(i / n), i % n), 12);
        const right = transposeTimes(a, m, n, b);
        const solved = Float64Array.from(right);
        const factor = Float64Array.from(square);
        expect(cholesky(factor, n)).toBe(true);
        choleskySolve(factor, n, solved);
        const oracle = new CholeskyDecomposition(theirs).solve(matrix(right, n, 1));
        for (let i = 0; i < n; i++) expect(solved[i]).toBeCloseTo(oracle.get(i, 0), 7);
        const inverted = invertSymmetric(square, n)!;
        const other = inverse(theirs);
        for (let i = 0; i < n * n; i++) {
          const size = Math.max(1, Math.abs(other.get(Math.floor(i / n), i % n)));
          expect(inverted[i]! / size).toBeCloseTo(other.get(Math.floor(i / n), i % n) / size, 6);
        }
        const fitted = new QrDecomposition(matrix(a, m, n)).solve(matrix(b, m, 1)).to1DArray();
        const left = residualOf(orthonormal(a, m, n).basis, m, b);
        const model = times(a, m, n, fitted);
        for (let i = 0; i < m; i++) expect(left[i]).toBeCloseTo(b[i]! - model[i]!, 9);
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it("refuses what is not positive definite and drops dependent columns", () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
    expect(invertSymmetric(Float64Array.of(1, 1, 1, 1), 2)).toBeUndefined();
    const dependent = Float64Array.of(1, 2, 0, 1, 2, 0, 1, 2, 5);
    expect(orthonormal(dependent, 3, 3).rank).toBe(2);
    expect(sumSquares([3, 4])).toBe(25);
  });
});
