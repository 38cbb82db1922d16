/** Impedance spectra, one or a series: validity, circuits, distribution of relaxation times. */
import type { Notice } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { modulus, type Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { type Arc, arcsOf } from "./arcs.ts";
import {
  candidatesFor,
  compareCircuits,
  GAIN,
  hasIdle,
  isResistance,
  needsInductance,
  PAR,
} from "./choose-circuit.ts";
import { type Drt, drt } from "./drt.ts";
import { type Bounds, type CircuitFit, type FitOptions, fitCircuit } from "./fit-circuit.ts";
import type { EisParams } from "./params.ts";
import { type Interval, profileIntervals } from "./profile.ts";
import { judgeValidity, type Validity } from "./validity.ts";

/** All that is said about one spectrum. */
export interface SpectrumResult {
  readonly spectrum: Spectrum;
  readonly validity: Validity;
  /** Best first. */
  readonly fits: readonly CircuitFit[];
  /** Of the best fit, in order of τ. */
  readonly arcs: readonly Arc[];
  /** Of the best fit's parameters; absent in a series and with `quick`. */
  readonly intervals?: readonly Interval[];
  readonly drt: Drt;
}

export interface EisRun {
  readonly results: readonly SpectrumResult[];
  readonly notices: readonly Notice[];
}

/** Draws of the noise for the bands of each spectrum of a series. */
const SERIES_DRAWS = 10;
/** Points that a circuit and a distribution need at least. */
export const FEWEST_POINTS = 5;
/** Spectra of a series that choose its circuit. */
const JUDGES = 3;

/**
 * Weights from the scatter between sweeps at the same frequencies: σ² from differences of successive sweeps, so that slow
 * drift does not count, σ/|Z| averaged over five neighbouring points and both parts.
 *
 * @throws Refused with fewer than three sweeps, or sweeps of other frequencies
 */
export function measuredWeights(spectra: readonly Spectrum[]): Float64Array {
  const first = spectra[0]!;
  const n = first.frequency.length;
  const alike = spectra.every(
    ({ frequency }) =>
      frequency.length === n && frequency.every((f, i) => Math.abs(f / first.frequency[i]! - 1) < 1e-3),
  );
  if (spectra.length < 3 || !alike) {
    const message = `--weights measured: wanted three sweeps or more at the same frequencies, found ${spectra.length}${alike ? "" : " at different ones"}`;
    throw new LithoscopeError("Refused", message, { reason: "no repeats to measure the noise from" });
  }
  const size = modulus(first.z);
  const variance = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let k = 1; k < spectra.length; k++)
      for (const part of [0, 1])
        sum += (spectra[k]!.z[2 * i + part]! - spectra[k - 1]!.z[2 * i + part]!) ** 2;
    return sum / (4 * (spectra.length - 1)) / size[i]! ** 2;
  });
  return Float64Array.from({ length: n }, (_, i) => {
    let [sum, count] = [0, 0];
    for (let k = Math.max(0, i - 2); k <= Math.min(n - 1, i + 2); k++) {
      sum += variance[k]!;
      count++;
    }
    return 1 / (size[i]! * Math.max(Math.sqrt(sum / count), 1e-9));
  });
}

function checkBounds(circuits: readonly string[], bounds: Bounds): void {
  const names = new Set(circuits.flatMap((text) => parseCircuit(text).parameters.map(({ full }) => full)));
  for (const name of Object.keys(bounds))
    if (!names.has(name)) {
      const expected = [...names].join(", ");
      const message = `--bounds: no circuit has a parameter "${name}", wanted one of ${expected}`;
      throw new LithoscopeError("Usage", message, { path: "--bounds", expected });
    }
}

/**
 * Spectra to results. Where no circuit is named, a stated few are compared by AICc (on at most three spectra of a series,
 * their AICc summed), and a series is fitted with the one chosen: the first spectrum from all starts, each other one from the
 * fit before it and a fifth of the cold starts.
 *
 * @throws Usage for a wrong circuit or bound; Refused where a spectrum has too few points
 */
export function analyseSpectra(
  spectra: readonly Spectrum[],
  params: EisParams,
  bounds: Bounds,
  seed: number,
  progress: (done: number, total: number) => void = () => {},
): EisRun {
  for (const { title, frequency } of spectra)
    if (frequency.length < FEWEST_POINTS) {
      const message = `${title}: wanted a spectrum of at least ${FEWEST_POINTS} points, found ${frequency.length}`;
      throw new LithoscopeError("Refused", message, { reason: "too few points" });
    }
  const notices: Notice[] = [];
  const named = params.circuit?.split(/\s+/).filter((text) => text !== "") ?? [];
  for (const text of named) parseCircuit(text);
  const weight = params.weights === "measured" ? measuredWeights(spectra) : undefined;
  const optionsFor = (spectrum: Spectrum): FitOptions => ({
    starts: params.starts,
    seed: String(seed),
    bounds,
    ...(weight && { weight }),
    ...(params.weights === "unit" && { weight: new Float64Array(spectrum.frequency.length).fill(1) }),
  });
  const texts = named.length > 0 ? named : candidatesFor(spectra);
  checkBounds(texts, bounds);
  const series = spectra.length > 1;
  const choose = (from: readonly string[]) =>
    series && from.length > 1 ? [chooseForSeries(spectra, from, optionsFor)] : from;
  let compared: readonly string[] = texts;
  let chosen = choose(texts);
  /** The candidates anew, with an inductance, where the best of them misses the first spectrum for want of one. */
  const withInductance = (fits: readonly CircuitFit[], spectrum: Spectrum, validity: Validity): boolean => {
    if (named.length > 0 || compared !== texts || !misses(spectrum, fits[0]!, validity)) return false;
    if (!needsInductance(spectrum, fits[0]!, optionsFor(spectrum))) return false;
    compared = texts.map((text) => `L0-${text}`);
    chosen = choose(compared);
    return true;
  };
  let warm: Float64Array | undefined;
  const results = spectra.map((spectrum, i): SpectrumResult => {
    const options = optionsFor(spectrum);
    const validity = judgeValidity(spectrum);
    const fitted = () =>
      series
        ? [
            fitCircuit(parseCircuit(chosen[0]!), spectrum, {
              ...options,
              ...(warm && { warm, starts: Math.max(1, Math.ceil(params.starts / 5)) }),
            }),
          ]
        : compareCircuits(spectrum, chosen, options);
    let fits = fitted();
    if (i === 0 && withInductance(fits, spectrum, validity)) fits = fitted();
    const best = fits[0]!;
    warm = best.values;
    const noise = Number.isFinite(validity.noise) ? { noise: validity.noise } : {};
    const found = drt(spectrum, { ...noise, seed: String(seed), ...(series && { draws: SERIES_DRAWS }) });
    const intervals = series || params.quick ? {} : { intervals: profileIntervals(best, spectrum, options) };
    progress(i + 1, spectra.length);
    return { spectrum, validity, fits, arcs: arcsOf(best), ...intervals, drt: found };
  });
  if (named.length === 0) {
    const which = series ? `${chosen[0]} by the sum of AICc` : "the one of lowest AICc";
    notices.push({
      code: "circuit-chosen",
      message: `no circuit was named: ${compared.length} were compared (${compared.join(", ")}), ${which} stands first`,
      flag: "--circuit",
    });
  }
  for (const result of results) notices.push(...noticesOf(result));
  return { results, notices };
}

function chooseForSeries(
  spectra: readonly Spectrum[],
  texts: readonly string[],
  optionsFor: (spectrum: Spectrum) => FitOptions,
): string {
  const count = Math.min(JUDGES, spectra.length);
  const judges = Array.from(
    { length: count },
    (_, k) => spectra[Math.round((k * (spectra.length - 1)) / Math.max(1, count - 1))]!,
  );
  const scores = texts.map((text) => {
    const circuit = parseCircuit(text);
    const fits = judges.map((spectrum) => fitCircuit(circuit, spectrum, optionsFor(spectrum)));
    const stuck = fits.filter(hasIdle).length;
    return {
      text,
      size: circuit.parameters.length,
      plain: isResistance(circuit),
      stuck: 2 * stuck > count ? 1 : 0,
      score: fits.reduce((sum, { aicc }) => sum + aicc, 0),
    };
  });
  const best = scores.sort((a, b) => a.stuck - b.stuck || a.score - b.score)[0]!;
  const plain = scores.find((one) => one.plain && one.score <= best.score + GAIN * count);
  if (plain) return plain.text;
  const equals = scores.filter(
    ({ stuck, score }) => stuck === best.stuck && score <= best.score + PAR * count,
  );
  return equals.sort((a, b) => a.size - b.size || a.score - b.score)[0]!.text;
}

const percent = (value: number) => `${Number((100 * value).toPrecision(2))} %`;

/** Mean square of what a fit leaves, both parts, over |Z|². */
function shareLeft({ z }: Spectrum, { model }: CircuitFit): number {
  const size = modulus(z);
  let sum = 0;
  for (let i = 0; i < z.length; i++) sum += ((z[i]! - model[i]!) / size[i >> 1]!) ** 2;
  return sum / z.length;
}

/** True where a circuit leaves more than the noise, and by more than a tenth of a percent. */
function misses(spectrum: Spectrum, fit: CircuitFit, { noise }: Validity): boolean {
  return Number.isFinite(noise) && Math.sqrt(shareLeft(spectrum, fit)) > 3 * Math.max(noise, 1e-3);
}

function noticesOf({ spectrum, validity, fits, drt: found }: SpectrumResult): Notice[] {
  const { title } = spectrum;
  const best = fits[0]!;
  const notices: Notice[] = [];
  if (validity.clock === "assumed")
    notices.push({
      code: "sweep-time-assumed",
      message: `${title}: no times of the points that rise from one end of the sweep to the other, three periods and 0.2 s each are taken for the test of drift`,
    });
  if (best.atBound.length > 0)
    notices.push({
      code: "parameter-at-bound",
      message: `${title}: ${best.atBound.join(", ")} of ${best.circuit.text} ended at a bound: the element is absent, or the data do not decide it`,
      flag: "--bounds",
    });
  const left = Math.sqrt(shareLeft(spectrum, best));
  if (misses(spectrum, best, validity))
    notices.push({
      code: "fit-misses",
      message: `${title}: ${best.circuit.text} leaves ${percent(left)} of |Z| where the noise is ${percent(validity.noise)}: the circuit is not this cell's`,
      flag: "--circuit",
    });
  if (best.hits < 2)
    notices.push({
      code: "minimum-found-once",
      message: `${title}: only one of ${best.starts} starts reached the best fit of ${best.circuit.text}, a better one may exist`,
      flag: "--starts",
    });
  if (found.peaks.length === 0)
    notices.push({
      code: "no-relaxation",
      message: `${title}: the distribution of relaxation times has no peak that the data need; R∞, inductance and tail say all`,
    });
  if (Number.isFinite(validity.noise) && found.misfit > 3 * Math.max(validity.noise, 1e-3))
    notices.push({
      code: "distribution-misfit",
      message: `${title}: relaxation times of positive weight leave ${percent(found.misfit)} of |Z| where the noise is ${percent(validity.noise)}; loops of negative resistance or inductance have none`,
    });
  return notices;
}
