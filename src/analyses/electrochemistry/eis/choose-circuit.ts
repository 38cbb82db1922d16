/** Which circuit a spectrum asks for, where the caller names none. */
import { type Circuit, parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import type { Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { type CircuitFit, type FitOptions, fitCircuit } from "./fit-circuit.ts";

/** The circuits that are compared: a resistance alone, one to three arcs, with and without a tail or diffusion. L0 comes first where the spectrum is inductive or needs it. */
export const CANDIDATES: readonly string[] = [
  "R0",
  "R0-p(R1,CPE1)",
  "R0-p(R1,CPE1)-CPE2",
  "R0-p(R1-W1,CPE1)",
  "R0-p(R1-Wo1,CPE1)",
  "R0-p(R1,CPE1)-W1",
  "R0-p(R1,CPE1)-p(R2,CPE2)",
  "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3",
  "R0-p(R1,CPE1)-p(R2,CPE2)-W1",
  "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)",
];

/** True where the highest frequencies are inductive, so that the leads or windings show. */
export function isInductive({ z }: Spectrum): boolean {
  return z[1]! > 0 && z[3]! > 0;
}

/** Candidates for one spectrum, or for several taken together. */
export function candidatesFor(spectra: readonly Spectrum[]): string[] {
  const before = spectra.some(isInductive) ? "L0-" : "";
  return CANDIDATES.map((text) => before + text);
}

/**
 * Lowering of AICc by which an inductance, or anything beside a resistance, must pay. The time constant of a first arc is
 * sought over the whole range, so that noise alone gains more than `PAR` in one of ten spectra.
 */
export const GAIN = 10;

/**
 * True where a circuit that misses the data fits much better with an inductance before it: leads bend the highest
 * frequencies long before Z″ changes its sign.
 */
export function needsInductance(
  spectrum: Spectrum,
  { circuit, aicc }: Pick<CircuitFit, "circuit" | "aicc">,
  options: FitOptions,
): boolean {
  if (circuit.text.startsWith("L0-") || 2 * circuit.parameters.length + 2 > spectrum.frequency.length)
    return false;
  const led = fitCircuit(parseCircuit(`L0-${circuit.text}`), spectrum, options);
  return !led.atBound.includes("L0") && led.aicc < aicc - GAIN;
}

/**
 * Fits of all candidates, best first: by AICc, the fewest parameters where it cannot tell, those whose circuit has an
 * element that the data do not show behind the others. Circuits with more parameters than half the data allow are left out.
 */
export function compareCircuits(
  spectrum: Spectrum,
  texts: readonly string[],
  options: FitOptions,
): CircuitFit[] {
  const circuits = texts.map(parseCircuit);
  const small = circuits.filter(({ parameters }) => 2 * parameters.length <= spectrum.frequency.length);
  // A few points still get an arc beside the resistance.
  const least = small.some((circuit) => !isResistance(circuit))
    ? []
    : [circuits.find((circuit) => !isResistance(circuit)) ?? circuits[0]!];
  return rankFits(
    [...new Set([...small, ...least])].map((circuit) => fitCircuit(circuit, spectrum, options)),
  );
}

/**
 * True where a parameter ended at a bound because its element is absent. An exponent of 1, which is a capacitor, and a
 * first resistance of 0 are answers.
 */
export function hasIdle({ circuit, atBound, values }: CircuitFit): boolean {
  return circuit.parameters.some(
    ({ full, kind, element }, k) =>
      atBound.includes(full) && element !== "R0" && !(kind === "exponent" && values[k]! > 0.99),
  );
}

/** AICc apart by less than this say nothing (Burnham and Anderson, Model Selection, 2002, section 2.6). */
export const PAR = 2;

/** True for resistances and inductances alone: nothing that relaxes. */
export function isResistance({ parameters }: Circuit): boolean {
  return parameters.every(({ symbol }) => symbol === "R" || symbol === "L");
}

/**
 * Best first; see `compareCircuits`. Where AICc cannot tell the best from others, the fewest parameters come first, and a
 * resistance alone where others lower it by less than `GAIN`.
 */
export function rankFits(fits: readonly CircuitFit[]): CircuitFit[] {
  const sorted = [...fits].sort((a, b) => Number(hasIdle(a)) - Number(hasIdle(b)) || a.aicc - b.aicc);
  const best = sorted[0];
  if (!best) return sorted;
  const size = ({ circuit }: CircuitFit) => circuit.parameters.length;
  const plain = sorted.find((fit) => isResistance(fit.circuit) && fit.aicc <= best.aicc + GAIN);
  const first =
    plain ??
    sorted
      .filter((fit) => hasIdle(fit) === hasIdle(best) && fit.aicc <= best.aicc + PAR)
      .reduce((least, fit) => (size(fit) < size(least) ? fit : least));
  return [first, ...sorted.filter((fit) => fit !== first)];
}
