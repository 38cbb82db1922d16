import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromCoordinates, parseCircuit, toCoordinates } from "./circuit.ts";
import { circuitImpedance } from "./circuit-impedance.ts";
import { ELEMENTS } from "./elements.ts";

const omega = Float64Array.from({ length: 15 }, (_, i) => 10 ** (i / 2 - 3));

function at(text: string, values: readonly number[], w = omega): Float64Array {
  const z = new Float64Array(2 * w.length);
  circuitImpedance(parseCircuit(text), w).evaluate(values, z);
  return z;
}

describe("a circuit's text", () => {
  it("is series, parallel and nested, with numbers filled in", () => {
    expect(parseCircuit("R0-p(R1,CPE1)-Wo1").text).toBe("R0-p(R1,CPE1)-Wo1");
    expect(parseCircuit(" R - p( R1 , C - p(R, C) )-L0").text).toBe("R2-p(R1,C1-p(R3,C2))-L0");
    expect(parseCircuit("R0-p(R1-Wo1,CPE1)").parameters.map(({ full }) => full)).toEqual([
      "R0",
      "R1",
      "Wo1.R",
      "Wo1.tau",
      "CPE1.Q",
      "CPE1.n",
    ]);
  });

  it("that is wrong says where", () => {
    expect(() => parseCircuit("R0-p(R1,X1)")).toThrow(/character 9/);
    expect(() => parseCircuit("R0-p(R1)")).toThrow(/two branches/);
    expect(() => parseCircuit("R0-p(R1,C1")).toThrow(/found "the end"/);
    expect(() => parseCircuit("R0-R0")).toThrow(/twice/);
    expect(() => parseCircuit("R0-")).toThrow(/the end/);
    expect(() => parseCircuit("p(".repeat(50))).toThrow(/nested/);
    expect(() => parseCircuit(Array(60).fill("R").join("-"))).toThrow(/at most 40/);
  });

  it("never does anything but parse or throw our error", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."RCLWGosp(),-01 PE"), maxLength: 30 });
    fc.assert(
      fc.property(letters, (text) => {
        try {
          expect(parseCircuit(parseCircuit(text).text).text).toBe(parseCircuit(text).text);
        } catch (error) {
          expect(error).toMatchObject({ tag: "Usage" });
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe("a circuit's impedance", () => {
  it("has the closed forms", () => {
    // Made with R0 = 100, R1 = 200, C1 = 0.8 µF, R2 = 500, W = 1/(0.4 mS s^½ (jω)^½) by another program.
    const w = Float64Array.of(2e4 * Math.PI);
    const z = at("R0-p(R1,C1)-p(R2,W1)", [100, 200, 8e-7, 500, 1 / 4e-4 / Math.SQRT2], w);
    expect([...z]).toEqual([expect.closeTo(109.00918219439, 9), expect.closeTo(-26.5556798765, 9)]);
    const [re, im] = at(
      "p(R1,CPE1)",
      [50, 2e-5, 0.8],
      Float64Array.of(1 / (50 * 2e-5) ** (1 / 0.8)),
    ) as never as [number, number];
    // At ω = 1/τ a ZARC is R/(1 + j^n).
    expect(re).toBeCloseTo(25, 10);
    expect(im).toBeCloseTo(-25 * Math.tan((0.8 * Math.PI) / 4), 10);
  });

  it("has the limits of diffusion", () => {
    const slow = Float64Array.of(1e-6);
    const [re, im] = at("Wo1", [120, 35], slow) as never as [number, number];
    expect(re).toBeCloseTo(40, 6);
    expect(im / (-120 / (1e-6 * 35))).toBeCloseTo(1, 6);
    expect(at("Ws1", [120, 35], slow)[0]).toBeCloseTo(120, 6);
    const fast = at("Wo1", [120, 35], Float64Array.of(1e6));
    expect(fast[0]! / (120 / Math.sqrt(2 * 35e6))).toBeCloseTo(1, 9);
    expect(at("TLM1", [120, 35 / 120, 1], slow)[0]).toBeCloseTo(40, 6);
  });

  it("has the derivatives that small steps show, for every element", () => {
    const text = `${Object.keys(ELEMENTS).join("-")}-p(R7-Wo7,CPE7,L7)-p(G8,TLM8,C8-p(R8,W8,Ws8))`;
    const circuit = parseCircuit(text);
    const model = circuitImpedance(circuit, omega);
    const n = omega.length;
    const values = circuit.parameters.map(({ kind }, i) =>
      kind === "exponent" ? 0.7 + 0.02 * i : 0.5 + 0.3 * i,
    );
    for (const [k] of values.entries()) if (circuit.parameters[k]!.kind === "exponent") values[k] = 0.83;
    const d = new Float64Array(2 * n * values.length);
    const z = new Float64Array(2 * n);
    model.evaluate(Float64Array.from(values), z, d);
    const x = toCoordinates(circuit, values);
    for (let k = 0; k < values.length; k++) {
      const side = (step: number) => {
        const moved = Float64Array.from(x);
        moved[k] += step;
        const out = new Float64Array(2 * n);
        model.evaluate(fromCoordinates(circuit, moved), out);
        return out;
      };
      const [up, down] = [side(1e-5), side(-1e-5)];
      for (let i = 0; i < 2 * n; i++) {
        const size = Math.hypot(z[i - (i % 2)]!, z[i - (i % 2) + 1]!);
        expect((up[i]! - down[i]!) / 2e-5 / size).toBeCloseTo(d[2 * n * k + i]! / size, 6);
      }
    }
  });
});
