import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { measuredWeights } from "./analysis.ts";
import { type Arc, arcsOf } from "./arcs.ts";
import { compareCircuits } from "./choose-circuit.ts";
import { diffusion } from "./diffusion.ts";
import { fitCircuit } from "./fit-circuit.ts";
import { frequencies, madeSpectrum } from "./made-spectra.ts";
import { EIS_PARAMS } from "./params.ts";
import { profileIntervals } from "./profile.ts";

const TEXT = "R0-p(R1,CPE1)-p(R2,C2)";
// The slower bracket stands first, so that the order of τ is not that of the text.
const VALUES = [10, 80, 1e-4, 0.8, 30, 1e-8];
const made = (seed: string, noise = 0.003) =>
  madeSpectrum(TEXT, VALUES, frequencies(1e6, 1, 8), noise, seededRandom(seed));
const fit = fitCircuit(parseCircuit(TEXT), made("a"), { starts: 8 });

describe("arcs", () => {
  it("come in order of τ with apex and capacitance", () => {
    const exact = fitCircuit(parseCircuit(TEXT), made("a", 0), { starts: 8 });
    const [fast, slow] = arcsOf(exact) as [Arc, Arc];
    expect(fast.element).toBe("p(R2,C2)");
    expect(fast.frequency.value).toBeCloseTo(1 / (2 * Math.PI * 30e-8), 0);
    expect(fast.capacitance.value / 1e-8).toBeCloseTo(1, 6);
    const tau = (80 * 1e-4) ** (1 / 0.8);
    expect(slow.frequency.value).toBeCloseTo(1 / (2 * Math.PI * tau), 5);
    expect(slow.capacitance.value / (tau / 80)).toBeCloseTo(1, 6);
    // Brug: the CPE sees R0 and R1 side by side.
    const side = 1 / (1 / 10 + 1 / 80);
    expect(slow.capacitanceBrug!.value / ((side * 1e-4) ** (1 / 0.8) / side)).toBeCloseTo(1, 6);
  });

  it("have the uncertainty that the covariance gives their formulas", () => {
    const p = fit.x.length;
    const pick = [
      (arc: Arc) => arc.frequency,
      (arc: Arc) => arc.capacitance,
      (arc: Arc) => arc.capacitanceBrug!,
    ];
    for (const [k, arc] of arcsOf(fit).entries())
      for (const of of pick) {
        const gradient = Array.from(fit.x, (_, i) => {
          const x = Float64Array.from(fit.x);
          x[i] += 1e-6;
          return (of(arcsOf({ ...fit, x })[k]!).value - of(arc).value) / 1e-6;
        });
        let sum = 0;
        for (let i = 0; i < p; i++)
          for (let j = 0; j < p; j++) sum += gradient[i]! * gradient[j]! * fit.covariance[i * p + j]!;
        expect(of(arc).sigma! / Math.sqrt(sum)).toBeCloseTo(1, 3);
      }
  });
});

describe("profile likelihood", () => {
  it("is ± σ where the model is nearly linear", () => {
    const intervals = profileIntervals(fit, made("a"));
    for (const [k, { low, high }] of intervals.entries()) {
      const own = Math.sqrt(fit.covariance[k * fit.x.length + k]!);
      const sigma = fit.circuit.parameters[k]!.kind === "positive" ? fit.values[k]! * own : own;
      expect((high - fit.values[k]!) / sigma).toBeGreaterThan(0.9);
      expect((high - fit.values[k]!) / sigma).toBeLessThan(1.15);
      expect((fit.values[k]! - low) / sigma).toBeGreaterThan(0.9);
      expect((fit.values[k]! - low) / sigma).toBeLessThan(1.15);
    }
  });

  it("has no end where the data set none", () => {
    // Only the left flank of the arc was measured: its resistance may be anything above.
    const flank = madeSpectrum(
      "R0-p(R1,C1)",
      [10, 1e7, 1e-6],
      frequencies(1e5, 10, 8),
      0.01,
      seededRandom("b"),
    );
    const half = fitCircuit(parseCircuit("R0-p(R1,C1)"), flank, { starts: 8, bounds: { R1: [1, 1e9] } });
    expect(profileIntervals(half, flank, { bounds: { R1: [1, 1e9] } })[1]!.high).toBeNaN();
  });
});

describe("choice of a circuit", () => {
  it("puts the right one first and an idle element behind", () => {
    const one = madeSpectrum(
      "R0-p(R1,CPE1)",
      [10, 80, 1e-4, 0.8],
      frequencies(1e5, 0.1, 8),
      0.003,
      seededRandom("c"),
    );
    const texts = ["R0-p(R1,CPE1)-W1", "R0-p(R1,CPE1)", "R0-CPE1"];
    expect(compareCircuits(one, texts, { starts: 8 })[0]!.circuit.text).toBe("R0-p(R1,CPE1)");
  });
});

describe("weights and diffusion", () => {
  it("measures the noise of repeated sweeps", () => {
    const weight = measuredWeights(["d", "e", "f", "g", "h", "i"].map((seed) => made(seed)));
    const first = made("d");
    const shares = Array.from(weight, (w, i) => 1 / (w * Math.hypot(first.z[2 * i]!, first.z[2 * i + 1]!)));
    const mean = shares.reduce((sum, s) => sum + s, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.0025);
    expect(mean).toBeLessThan(0.0035);
    expect(() => measuredWeights([made("d"), made("e")])).toThrow(/three sweeps/);
  });

  it("gives D = L²/τ with the uncertainty of τ", () => {
    const text = "R0-Wo1";
    const film = madeSpectrum(text, [10, 100, 4], frequencies(1e3, 1e-2, 8), 0.003, seededRandom("j"));
    const found = fitCircuit(parseCircuit(text), film, { starts: 8 });
    const [d] = diffusion(found, EIS_PARAMS.parse({ thickness: "2um" }));
    expect(d!.coefficient.value / 1e-12).toBeCloseTo(1, 1);
    expect(d!.coefficient.sigma! / d!.coefficient.value).toBeCloseTo(Math.sqrt(found.covariance[8]!), 10);
    expect(diffusion(found, EIS_PARAMS.parse({}))).toEqual([]);
  });
});
