import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { fitCircuit } from "./fit-circuit.ts";
import { frequencies, madeSpectrum } from "./made-spectra.ts";

const TWO_ARCS = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3";
const TRUTH = [25, 60, 2e-6, 0.88, 180, 1.5e-4, 0.8, 8e-3, 0.65];
const made = (noise: number, seed: string) =>
  madeSpectrum(TWO_ARCS, TRUTH, frequencies(1e6, 1e-2, 8), noise, seededRandom(seed));

describe("a circuit's fit from cold starts", () => {
  it("gives back noise-free parameters to nine digits", () => {
    const { values, chi2 } = fitCircuit(parseCircuit(TWO_ARCS), made(0, "a"));
    for (const [k, truth] of TRUTH.entries()) expect(values[k]! / truth).toBeCloseTo(1, 9);
    expect(chi2).toBeLessThan(1e-18);
  });

  it("finds the minimum from most starts, with a χ² and σ that fit the noise", () => {
    const fit = fitCircuit(parseCircuit(TWO_ARCS), made(1e-3, "b"));
    expect(fit.hits).toBeGreaterThan(fit.starts / 2);
    expect(fit.converged).toBe(fit.starts);
    expect(Math.abs(fit.chi2 / (2 * fit.points - 9) / 1e-6 - 1)).toBeLessThan(0.4);
    let pulls = 0;
    for (const [k, truth] of TRUTH.entries()) {
      const sigma = Math.sqrt(fit.covariance[k * 10]!);
      const x = fit.circuit.parameters[k]!.kind === "positive" ? Math.log(truth) : truth;
      pulls += ((fit.x[k]! - x) / sigma) ** 2;
    }
    expect(pulls).toBeLessThan(30);
  });

  it("puts brackets of one pattern in order of their time constants", () => {
    for (const seed of ["1", "2", "3", "4"]) {
      const { values } = fitCircuit(parseCircuit(TWO_ARCS), made(1e-3, "c"), { seed, starts: 6 });
      expect(values[1]).toBeCloseTo(60, -1);
      expect(values[4]).toBeCloseTo(180, -1);
    }
  });

  it("keeps to bounds and holds what is held", () => {
    const bounds = { "CPE1.n": [0.9, 0.95], R0: [24, 24] } as const;
    const fit = fitCircuit(parseCircuit(TWO_ARCS), made(1e-3, "d"), { bounds });
    expect(fit.values[0]).toBeCloseTo(24, 12);
    expect(fit.values[3]).toBeGreaterThanOrEqual(0.9);
    expect(fit.held).toEqual(["R0"]);
    expect(fit.covariance[0]).toBe(0);
  });

  it("says which element the data do not have", () => {
    const simple = madeSpectrum(
      "R0-p(R1,C1)",
      [10, 50, 1e-5],
      frequencies(1e5, 1, 8),
      1e-3,
      seededRandom("e"),
    );
    const one = fitCircuit(parseCircuit("R0-p(R1,CPE1)"), simple);
    expect(one.values[3]).toBeGreaterThan(0.995);
    const two = fitCircuit(parseCircuit("R0-p(R1,C1)"), simple);
    const three = fitCircuit(parseCircuit("R0-p(R1,C1)-p(R2,C2)"), simple);
    expect(two.aicc).toBeLessThan(three.aicc);
  });

  it("takes the parameters of a neighbour as one more start", () => {
    const fit = fitCircuit(parseCircuit(TWO_ARCS), made(1e-3, "f"), { starts: 0, warm: TRUTH });
    expect(fit.starts).toBe(1);
    expect(fit.values[4]! / 180).toBeCloseTo(1, 1);
  });
});
