import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { drt } from "./drt.ts";
import { findPeaks } from "./drt-peaks.ts";
import { frequencies, madeSpectrum } from "./made-spectra.ts";

const sweep = frequencies(1e5, 1e-2, 10);
/** Q of an arc of resistance r, time constant tau and exponent n. */
const q = (r: number, tau: number, n: number) => tau ** n / r;

describe("the distribution of relaxation times", () => {
  it("has the areas and times of two arcs, within their uncertainty", () => {
    const values = [10, 50, q(50, 1e-3, 0.9), 0.9, 100, q(100, 0.1, 0.85), 0.85];
    const spectrum = madeSpectrum("R0-p(R1,CPE1)-p(R2,CPE2)", values, sweep, 1e-3, seededRandom("drt"));
    const { peaks, series, area, misfit } = drt(spectrum, { noise: 1e-3 });
    const [first, second] = [...peaks].sort((a, b) => a.tau - b.tau);
    expect(peaks).toHaveLength(2);
    expect(first!.tau / 1e-3).toBeCloseTo(1, 0.7);
    expect(second!.tau / 0.1).toBeCloseTo(1, 0.7);
    expect(Math.abs(first!.area - 50)).toBeLessThan(1.5);
    expect(Math.abs(second!.area - 100)).toBeLessThan(3);
    expect(Math.abs(first!.area - 50) / first!.areaSigma).toBeLessThan(3);
    expect(peaks.every(({ present, inside }) => present > 0.9 && inside)).toBe(true);
    expect(series.r).toBeCloseTo(10, 0);
    expect(area).toBeCloseTo(150, -0.5);
    expect(misfit).toBeLessThan(1.2e-3);
  });

  it("keeps a spike of one node beside what lies beyond the range", () => {
    const logTau = Float64Array.from({ length: 30 }, (_, k) => k);
    const gamma = new Float64Array(30);
    gamma.set([30, 90, 130, 40, 1]);
    gamma.set([700, 1900], 14);
    const peaks = findPeaks(logTau, gamma, gamma, 1, [6, 25]);
    expect(peaks.map(({ node }) => node)).toEqual([2, 15]);
  });

  it("keeps inductance, capacitance and Warburg tail out of the peaks", () => {
    const values = [2e-6, 10, 50, 2e-5, 0.05];
    const spectrum = madeSpectrum("L0-R0-p(R1,C1)-C2", values, sweep, 1e-3, seededRandom("tail"));
    const { series, peaks } = drt(spectrum, { noise: 1e-3 });
    expect(series.l / 2e-6).toBeCloseTo(1, 1);
    expect(series.elastance * 0.05).toBeCloseTo(1, 1);
    expect(peaks[0]!.area).toBeCloseTo(50, -0.5);
    const warburg = madeSpectrum(
      "R0-p(R1,CPE1)-W1",
      [10, 50, q(50, 1e-3, 0.85), 0.85, 20],
      sweep,
      1e-3,
      seededRandom("w"),
    );
    const found = drt(warburg, { noise: 1e-3 });
    expect(found.series.sigma / 20).toBeCloseTo(1, 1);
  });

  it("does not break arcs into peaks where a tail is none of Warburg's", () => {
    const values = [25, 40, q(40, 6.7e-5, 0.9), 0.9, 90, q(90, 4.5e-3, 0.85), 0.85, 0.02, 0.7];
    for (const seed of ["a", "b", "c", "d"]) {
      const spectrum = madeSpectrum(
        "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3",
        values,
        frequencies(1e5, 0.04, 10),
        1e-3,
        seededRandom(seed),
      );
      const fast = drt(spectrum, { noise: 1e-3 }).peaks.filter(({ tau }) => tau < 0.1);
      const times = fast.map(({ tau }) => tau).sort((a, b) => a - b);
      expect(times).toHaveLength(2);
      expect(times[0]! / 6.7e-5).toBeCloseTo(1, 0.7);
      expect(times[1]! / 4.5e-3).toBeCloseTo(1, 0.7);
    }
  });

  it("does not depend on the size of the cell: the same peaks at a million times the impedance", () => {
    const values = [10, 50, q(50, 1e-3, 0.9), 0.9, 100, q(100, 0.1, 0.85), 0.85];
    const small = madeSpectrum("R0-p(R1,CPE1)-p(R2,CPE2)", values, sweep, 1e-3, seededRandom("size"));
    const large = drt({ ...small, z: small.z.map((value) => value * 2 ** 20) }, { noise: 1e-3 });
    const found = drt(small, { noise: 1e-3 });
    expect(large.misfit).toBeCloseTo(found.misfit, 9);
    expect(large.peaks.map(({ tau }) => tau)).toEqual(found.peaks.map(({ tau }) => expect.closeTo(tau, 6)));
    for (const [k, { area }] of large.peaks.entries())
      expect(area / 2 ** 20 / found.peaks[k]!.area).toBeCloseTo(1, 4);
  });

  it("sees the arcs of a thin film before a blocking tail of 70 MΩ", () => {
    const [apexes, sizes] = [
      [2360, 35],
      [4e5, 6e5],
    ];
    const arc = (k: 0 | 1, n: number) => [sizes[k]!, q(sizes[k]!, 1 / (2 * Math.PI * apexes[k]!), n), n];
    const spectrum = madeSpectrum(
      "p(R1,CPE1)-p(R2,CPE2)-CPE3",
      [...arc(0, 0.9), ...arc(1, 0.85), 2e-6, 0.85],
      frequencies(4e4, 5e-4, 10),
      1e-3,
      seededRandom("film"),
    );
    const { misfit, peaks } = drt(spectrum, { noise: 1e-3 });
    expect(misfit).toBeLessThan(1.5e-3);
    for (const [k, apex] of apexes.entries()) {
      const near = peaks.find(({ tau }) => Math.abs(Math.log(2 * Math.PI * apex * tau)) < 0.4);
      expect(near!.area / sizes[k]!).toBeCloseTo(1, 0.6);
    }
  });

  it("is the same for the same seed and never negative", () => {
    const spectrum = madeSpectrum("R0-p(R1,CPE1)", [10, 50, 1e-5, 0.8], sweep, 5e-3, seededRandom("s"));
    const [a, b] = [drt(spectrum, { seed: "7" }), drt(spectrum, { seed: "7" })];
    expect(a).toEqual(b);
    expect(a.gamma.every((value) => value >= 0)).toBe(true);
    expect(a.low.every((value, k) => value <= a.high[k]!)).toBe(true);
  });
});
