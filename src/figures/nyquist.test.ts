import { describe, expect, it } from "vitest";
import { parseCircuit } from "../science/electrochemistry/circuit.ts";
import { circuitImpedance } from "../science/electrochemistry/circuit-impedance.ts";
import { nyquist } from "./nyquist.ts";
import { insetFrom } from "./nyquist-inset.ts";

function spectrum(text: string, values: readonly number[]) {
  const frequency = Float64Array.from({ length: 71 }, (_, i) => 10 ** (5 - i / 10));
  const z = new Float64Array(142);
  circuitImpedance(
    parseCircuit(text),
    frequency.map((f) => 2 * Math.PI * f),
  ).evaluate(Float64Array.from(values), z);
  return { name: "measured", stroke: "#000000", frequency, z };
}
const ARC = [10, 50, 2e-6, 0.9];

describe("the inset of a Nyquist plot", () => {
  it("begins at the valley before a tail that dwarfs the arc", () => {
    const tailed = spectrum("R0-p(R1,CPE1)-C2", [...ARC, 1e-3]);
    const from = insetFrom(tailed)!;
    expect(from).toBeGreaterThan(10);
    expect(from).toBeLessThan(1000);
    const { svg, caption } = nyquist({ title: "t", spectra: [tailed], caption: "c", alt: "a" });
    expect(caption).toBe("c Inset: the high frequencies, larger.");
    expect(svg).toContain("10 kHz");
  });

  it("is not there for an arc alone, a small tail, or points out of order", () => {
    expect(insetFrom(spectrum("R0-p(R1,CPE1)", ARC))).toBeUndefined();
    expect(insetFrom(spectrum("R0-p(R1,CPE1)-C2", [...ARC, 0.2]))).toBeUndefined();
    const tailed = spectrum("R0-p(R1,CPE1)-C2", [...ARC, 1e-3]);
    expect(insetFrom({ ...tailed, frequency: tailed.frequency.slice().reverse() })).toBeUndefined();
    const one = nyquist({ title: "t", spectra: [spectrum("R0-p(R1,CPE1)", ARC)], caption: "c", alt: "a" });
    expect(one.caption).toBe("c");
  });
});
