/** Spectra of circuits with noise, for tests and simulation: the truth is known. */
import type { Random } from "../../../core/random.ts";
import { normal } from "../../../math/normal.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { circuitImpedance } from "../../../science/electrochemistry/circuit-impedance.ts";
import type { Spectrum } from "../../../science/electrochemistry/spectrum.ts";

/** Frequencies from `high` down to `low` [Hz], about `perDecade` in a decade, both ends among them. */
export function frequencies(high: number, low: number, perDecade: number): Float64Array {
  const steps = Math.round(Math.log10(high / low) * perDecade);
  return Float64Array.from({ length: steps + 1 }, (_, i) => high * (low / high) ** (i / steps));
}

/** A circuit's spectrum; noise of standard deviation `noise`·|Z| on both parts. */
export function madeSpectrum(
  text: string,
  values: readonly number[],
  frequency: Float64Array,
  noise = 0,
  random?: Random,
): Spectrum {
  const z = new Float64Array(2 * frequency.length);
  const omega = frequency.map((f) => 2 * Math.PI * f);
  circuitImpedance(parseCircuit(text), omega).evaluate(Float64Array.from(values), z);
  const size = Float64Array.from(z, (_, i) => Math.hypot(z[i - (i % 2)]!, z[i - (i % 2) + 1]!));
  return {
    title: text,
    frequency,
    z: random ? z.map((value, i) => value + noise * size[i]! * normal(random)) : z,
  };
}
