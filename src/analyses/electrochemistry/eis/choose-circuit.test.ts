import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { analyseSpectra } from "./analysis.ts";
import { arcsOf } from "./arcs.ts";
import { rankFits } from "./choose-circuit.ts";
import { type CircuitFit, fitCircuit } from "./fit-circuit.ts";
import { frequencies, madeSpectrum } from "./made-spectra.ts";
import { EIS_PARAMS } from "./params.ts";

const params = EIS_PARAMS.parse({ quick: true, starts: 8 });

/** A dummy cell: an arc of 16 µs, whose leads bend the highest frequencies. */
const dummy = (leads: number) =>
  madeSpectrum(
    "L0-R0-p(R1,C1)",
    [leads, 150, 500, 3.1e-8],
    frequencies(3e5, 10, 8),
    1e-3,
    seededRandom("leads"),
  );

describe("the circuits that are compared where none is named", () => {
  it("get an inductance where the best without one misses for want of it, though Z″ stays negative", () => {
    const spectrum = dummy(6e-6);
    expect(spectrum.z[1]).toBeLessThan(0);
    const { results, notices } = analyseSpectra([spectrum], params, {}, 0);
    const best = results[0]!.fits[0]!;
    expect(best.circuit.text).toMatch(/^L0-/);
    expect(best.values[0]! / 6e-6).toBeCloseTo(1, 1);
    expect(notices.find(({ code }) => code === "circuit-chosen")!.message).toMatch(/\(L0-R0/);
  });

  it("have none where the leads do not show", () => {
    const { results } = analyseSpectra([dummy(0)], params, {}, 0);
    expect(results[0]!.fits[0]!.circuit.text).toBe("R0-p(R1,CPE1)");
  });

  it("stand with the fewest parameters first where AICc cannot tell them apart", () => {
    const fitted = (text: string, aicc: number) =>
      ({ circuit: parseCircuit(text), aicc, atBound: [], values: [] }) as unknown as CircuitFit;
    const [two, three, one] = [
      fitted("R0-p(R1,C1)-p(R2,C2)", -99),
      fitted("R0-p(R1,C1)-p(R2,C2)-p(R3,C3)", -100),
      fitted("R0-p(R1,C1)", -90),
    ];
    expect(rankFits([one!, three!, two!])).toEqual([two, three, one]);
  });
});

describe("a resistor", () => {
  it.each(["", "L0-"])("has no arc: %sR0", (lead) => {
    const values = lead === "" ? [100] : [1e-6, 100];
    for (const seed of ["a", "b", "c"]) {
      const made = madeSpectrum(`${lead}R0`, values, frequencies(1e5, 0.1, 8), 1e-3, seededRandom(seed));
      const { results } = analyseSpectra([made], params, {}, 1);
      expect(results[0]!.fits[0]!.circuit.text).toMatch(/^(?:L0-)?R0$/);
      expect(results[0]!.arcs).toEqual([]);
      expect(results[0]!.drt.peaks).toEqual([]);
    }
  });

  it("has none of a circuit that is named for it either, where the arc ended at a bound", () => {
    const made = madeSpectrum("R0", [100], frequencies(1e5, 0.1, 8));
    const fit = fitCircuit(parseCircuit("R0-p(R1,CPE1)"), made, { starts: 8 });
    expect(arcsOf(fit)).toEqual([]);
  });

  it("has an arc where a few points show one", () => {
    const made = madeSpectrum(
      "R0-p(R1,C1)",
      [10, 50, 1e-5],
      frequencies(1e4, 10, 2),
      1e-3,
      seededRandom("few"),
    );
    const { results } = analyseSpectra([made], params, {}, 1);
    expect(results[0]!.arcs).toHaveLength(1);
  });
});
