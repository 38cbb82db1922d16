/** Results as `eis` of result.json holds them: every number a quantity. */
import type { Quantity } from "../../../core/contracts.ts";
import { ELEMENTS } from "../../../science/electrochemistry/elements.ts";
import type { EisRun, SpectrumResult } from "./analysis.ts";
import { arcsOf } from "./arcs.ts";
import { diffusion } from "./diffusion.ts";
import type { CircuitFit } from "./fit-circuit.ts";
import { momentOf } from "./input.ts";
import type { EisParams } from "./params.ts";
import { zHit } from "./z-hit.ts";

/** A parameter with its standard uncertainty and, where they were asked for, the ends of its profile likelihood. */
export interface ParameterJson extends Quantity {
  /** "bound": it ended at a bound, "held": its bounds are equal. */
  readonly state?: "bound" | "held";
  readonly low?: Quantity;
  readonly high?: Quantity;
}

const plain = (value: number, sigma?: number): Quantity => ({
  value,
  unit: "1",
  ...(sigma !== undefined && { sigma }),
  from: "found",
});

/** The parameters of a fit by their full names. */
function parametersOf(
  fit: CircuitFit,
  intervals?: SpectrumResult["intervals"],
): Record<string, ParameterJson> {
  const p = fit.x.length;
  return Object.fromEntries(
    fit.circuit.parameters.map(({ full, unit, kind }, k) => {
      const value = fit.values[k]!;
      const own = Math.sqrt(fit.covariance[k * p + k]!);
      const state = fit.held.includes(full) ? "held" : fit.atBound.includes(full) ? "bound" : undefined;
      // Nothing is known of the spread of a parameter that a bound stopped.
      const sigma = state ? Number.NaN : kind === "positive" ? value * own : own;
      const between = intervals?.[k];
      const end = (at: number): Quantity => ({ value: at, unit, from: "found" });
      return [
        full,
        {
          ...{ value, unit, sigma, from: "found" as const },
          ...(state && { state }),
          ...(between && { low: end(between.low), high: end(between.high) }),
        },
      ];
    }),
  );
}

function fitJson(fit: CircuitFit, params: EisParams, intervals?: SpectrumResult["intervals"]) {
  return {
    circuit: fit.circuit.text,
    chi2: plain(fit.chi2),
    weights: params.weights,
    parameters: parametersOf(fit, intervals),
    arcs: arcsOf(fit),
    ...diffusionKey(fit, params),
    aicc: plain(fit.aicc),
    points: plain(fit.points),
    free: plain(fit.free),
    starts: { all: plain(fit.starts), converged: plain(fit.converged), best: plain(fit.hits) },
  };
}

function diffusionKey(fit: CircuitFit, params: EisParams) {
  const found = diffusion(fit, params);
  return found.length > 0 ? { diffusion: found } : {};
}

/** `fits`, `validity` and `drt` of one spectrum. */
function eisJson({ validity, fits, drt, intervals }: SpectrumResult, params: EisParams) {
  const { r, l, elastance, sigma } = drt.series;
  return {
    validity: {
      verdict: validity.verdict,
      reason: validity.reason,
      noise: plain(validity.noise, validity.noiseSigma),
      detectableDrift: plain(validity.detectableDrift),
      drift: plain(validity.drift, validity.driftSigma),
      driftChance: plain(validity.driftChance),
      couplingChance: plain(validity.couplingChance),
      runs: plain(validity.runs),
      autocorrelation: plain(validity.autocorrelation),
      sweep: { value: validity.sweep, unit: "s", from: validity.clock === "file" ? "file" : "assumed" },
      outliers: validity.outliers.map((f): Quantity => ({ value: f, unit: "Hz", from: "found" })),
    },
    fits: fits.map((fit, i) => fitJson(fit, params, i === 0 ? intervals : undefined)),
    drt: {
      peaks: drt.peaks.map((peak) => ({
        tau: { value: peak.tau, unit: "s", sigma: peak.tauSigma, from: "found" },
        frequency: {
          value: 1 / (2 * Math.PI * peak.tau),
          unit: "Hz",
          sigma: peak.tauSigma / (2 * Math.PI * peak.tau ** 2),
          from: "found",
        },
        resistance: { value: peak.area, unit: "Ω", sigma: peak.areaSigma, from: "found" },
        evidence: plain(peak.evidence),
        present: plain(peak.present),
        inside: peak.inside,
      })),
      lambda: plain(drt.lambda),
      misfit: plain(drt.misfit),
      area: { value: drt.area, unit: "Ω", from: "found" },
      series: {
        resistance: { value: r, unit: "Ω", from: "found" },
        inductance: { value: l, unit: "H", from: "found" },
        elastance: { value: elastance, unit: "1/F", from: "found" },
        warburg: { value: sigma, unit: "Ω s^-0.5", from: "found" },
      },
    },
  };
}

/** Seconds since the first spectrum where every one has its moment, else the number of the spectrum. */
function axisOf(results: readonly SpectrumResult[]): { name: string; unit: string; at: number[] } {
  const moments = results.map(({ spectrum }) => momentOf(spectrum) ?? spectrum.time?.[0]);
  const known = moments.every((m, i) => m !== undefined && (i === 0 || m > moments[i - 1]!));
  if (!known) return { name: "spectrum", unit: "number", at: results.map((_, i) => i + 1) };
  return { name: "time", unit: "s", at: moments.map((m) => m! - moments[0]!) };
}

/** All that is told of one spectrum or of a series: numbers of result.json, tables, curves. */
export function eisAnswer({ results }: EisRun, params: EisParams) {
  const symbols = new Set(results[0]!.fits[0]!.circuit.parameters.map(({ symbol }) => symbol));
  return {
    results: results.map((result) => ({
      ...result,
      fits: result.fits.map((fit, i) => ({
        ...fit,
        parameters: parametersOf(fit, i === 0 ? result.intervals : undefined),
      })),
      zHit: zHit(result.spectrum),
      json: eisJson(result, params),
    })),
    /** What the elements of the best circuit mean. */
    elements: [...symbols].map((symbol) => ({ symbol, formula: ELEMENTS[symbol].formula })),
    profiled: results[0]!.intervals !== undefined,
    over: axisOf(results),
    asked: { weights: params.weights, starts: params.starts },
  };
}
