import { describe, expect, it } from "vitest";
import { type LeastSquares, levenbergMarquardt } from "./levenberg-marquardt.ts";

/** Rosenbrock's valley: the minimum 0 is at (1, 1). */
const valley: LeastSquares = {
  parameters: 2,
  residuals: 2,
  evaluate([x, y], r, jacobian) {
    r[0] = 10 * (y! - x! * x!);
    r[1] = 1 - x!;
    jacobian?.set([-20 * x!, 10, -1, 0]);
  },
};
const wide = { lower: Float64Array.of(-9, -9), upper: Float64Array.of(9, 9) };

/** Sum of two decays with noise-free data: amplitudes 2 and 1, rates 1 and 0.1. */
const decays: LeastSquares = {
  parameters: 4,
  residuals: 40,
  evaluate([a, ka, b, kb], r, jacobian) {
    for (let i = 0; i < 40; i++) {
      const t = 0.25 * i;
      const [u, v] = [Math.exp(-ka! * t), Math.exp(-kb! * t)];
      r[i] = a! * u + b! * v - 2 * Math.exp(-t) - Math.exp(-0.1 * t);
      jacobian?.set([u, -a! * t * u, v, -b! * t * v], 4 * i);
    }
  },
};

describe("Levenberg-Marquardt", () => {
  it("walks down Rosenbrock's valley", () => {
    const { x, cost, converged } = levenbergMarquardt(valley, [-1.2, 1], wide);
    expect(converged).toBe(true);
    expect(cost).toBeLessThan(1e-20);
    expect(x[0]).toBeCloseTo(1, 8);
  });

  it("stays within bounds and finds the minimum on them", () => {
    const limits = { lower: Float64Array.of(-9, -9), upper: Float64Array.of(0.5, 9) };
    const { x, converged } = levenbergMarquardt(valley, [-1.2, 1], limits);
    expect(converged).toBe(true);
    expect([...x]).toEqual([0.5, expect.closeTo(0.25, 8)]);
  });

  it("gives back two decays to ten digits", () => {
    const limits = { lower: new Float64Array(4).fill(1e-6), upper: new Float64Array(4).fill(50) };
    const { x, iterations } = levenbergMarquardt(decays, [1, 3, 1, 0.3], { ...limits, tolerance: 1e-16 });
    for (const [i, truth] of [2, 1, 1, 0.1].entries()) expect(x[i]).toBeCloseTo(truth, 10);
    expect(iterations).toBeLessThan(60);
  });

  it("stops at a start outside by the bound, and where nothing is free", () => {
    const limits = { lower: Float64Array.of(2, 3), upper: Float64Array.of(2, 3) };
    const { x, converged } = levenbergMarquardt(valley, [7, -4], limits);
    expect([...x]).toEqual([2, 3]);
    expect(converged).toBe(true);
  });
});
