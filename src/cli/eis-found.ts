/** What the verb eis answers: text, tables, figures, methods, from the results of the analysis. */
import type { EisParams, EisRun, SpectrumResult } from "../analyses/electrochemistry/eis/analysis.ts";
import { eisJson, parametersOf } from "../analyses/electrochemistry/eis/result-json.ts";
import type { Notice, Quantity } from "../core/contracts.ts";
import { eisFigures } from "../figures/eis-figures.ts";
import { numberText, quantityParts, quantityText } from "../figures/number-text.ts";
import type { PageTable } from "../reports/report-html.ts";
import { ELEMENTS } from "../science/electrochemistry/elements.ts";
import { eisMethods } from "./eis-methods.ts";
import { arcTable, drtTable, parameterTable, spectraTable, trendFigure, trendTable } from "./eis-tables.ts";
import type { LabFound } from "./lab-result.ts";

const PYTHON = `import pandas as pd
fits = pd.read_csv("tables/parameters.csv")  # one row a parameter: value, sigma, ends of the profile likelihood
points = pd.read_csv("tables/spectra.csv")   # frequency, Z', Z'', fit, Kramers-Kronig residuals, Z-HIT
drt = pd.read_csv("tables/drt.csv")          # tau, gamma and its band`;

function validityLine({ validity: v }: SpectrumResult): string {
  return `${v.verdict}: ${v.reason}`;
}

function lines(results: readonly SpectrumResult[]): string[] {
  const first = results[0]!;
  if (results.length > 1) {
    const count = (verdict: string) => results.filter(({ validity }) => validity.verdict === verdict).length;
    const verdicts = ["valid", "suspect", "invalid", "undecided"]
      .filter((v) => count(v) > 0)
      .map((v) => `${count(v)} ${v}`);
    const rows = results.map(({ spectrum, fits, validity, arcs }, i) => {
      const told = arcs.map(
        ({ frequency, resistance }) => `${quantityText(resistance)} at ${numberText(frequency.value)} Hz`,
      );
      return `${String(i + 1).padStart(4)}  ${validity.verdict.padEnd(9)} χ² ${numberText(fits[0]!.chi2).padEnd(10)} ${told.join("  ")}  ${spectrum.title}`;
    });
    return [
      `Kramers-Kronig  ${verdicts.join(", ")}`,
      `fit             ${first.fits[0]!.circuit.text}`,
      ...rows,
    ];
  }
  const fits = first.fits.slice(0, 4).map((fit, i) => {
    const bound = fit.atBound.length > 0 ? `  (at a bound: ${fit.atBound.join(", ")})` : "";
    return `${i === 0 ? "fit             " : "                "}${fit.circuit.text}  χ² ${numberText(fit.chi2)}  AICc ${fit.aicc.toFixed(1)}${bound}`;
  });
  const params = Object.entries(parametersOf(first.fits[0]!, first.intervals)).map(
    ([name, q]) => `                ${name} = ${quantityText(q)}${q.state ? ` (${q.state})` : ""}`,
  );
  const arcs = first.arcs.map(
    (a) =>
      `arc             ${a.element}  ${quantityText(a.frequency)}  ${quantityText(a.resistance)}  ${quantityText(a.capacitance)}`,
  );
  const peaks = first.drt.peaks.map(
    (p) =>
      `DRT peak        τ ${numberText(p.tau)} s (${numberText(1 / (2 * Math.PI * p.tau))} Hz)  ${quantityText({ value: p.area, sigma: p.areaSigma, unit: "Ω" })}  ln evidence ${p.evidence.toFixed(0)}`,
  );
  return [`Kramers-Kronig  ${validityLine(first)}`, ...fits, ...params, ...arcs, ...peaks];
}

function keyNumbers(results: readonly SpectrumResult[]): Record<string, Quantity> {
  const { validity, fits, arcs, intervals } = results[0]!;
  return {
    noise: { value: validity.noise, unit: "1", sigma: validity.noiseSigma, from: "found" },
    "detectable drift": { value: validity.detectableDrift, unit: "1", from: "found" },
    ...Object.fromEntries(
      Object.entries(parametersOf(fits[0]!, intervals)).map(([name, { value, unit, sigma, from }]) => [
        name,
        { value, unit, ...(sigma !== undefined && { sigma }), ...(from && { from }) },
      ]),
    ),
    ...Object.fromEntries(
      arcs.flatMap((a, k) => [
        [`apex frequency ${k + 1}`, a.frequency],
        [`capacitance ${k + 1}`, a.capacitance],
      ]),
    ),
  };
}

function pageTables(results: readonly SpectrumResult[]): PageTable[] {
  const first = results[0]!;
  const told = (q: Quantity | undefined) => (q ? quantityText(q) : "–");
  const verdicts: PageTable = {
    caption: "Kramers-Kronig verdict, asked before any fit",
    head: ["spectrum", "verdict", "why"],
    rows: results.map(({ spectrum, validity }) => [spectrum.title, validity.verdict, validity.reason]),
  };
  const fits: PageTable = {
    caption: "Circuits, best first: by AICc, those with a parameter at a bound last",
    head: ["circuit", "χ²", "AICc", "parameters", "at a bound"],
    rows: first.fits.map((fit) => [
      fit.circuit.text,
      numberText(fit.chi2),
      fit.aicc.toFixed(1),
      String(fit.free),
      fit.atBound.join(", "),
    ]),
    numbers: [1, 2, 3],
  };
  const profile: PageTable = {
    caption: `Parameters of ${first.fits[0]!.circuit.text}: ± one standard deviation, and the 68 % interval of the profile likelihood`,
    head: ["parameter", "value", "σ", "from", "to", "unit"],
    rows: Object.entries(parametersOf(first.fits[0]!, first.intervals)).map(([name, q]) => {
      const { value, sigma } = quantityParts(q);
      return [
        name,
        value,
        q.state ?? sigma,
        numberText(q.low?.value ?? Number.NaN),
        numberText(q.high?.value ?? Number.NaN),
        q.unit,
      ];
    }),
    numbers: [1, 2, 3, 4],
  };
  const arcs: PageTable = {
    caption: "Arcs in order of τ; apex 1/(2πτ), τ = (RQ)^(1/n)",
    head: ["arc", "apex", "resistance", "C (Hsu-Mansfeld)", "C (Brug)"],
    rows: results.flatMap(({ arcs, spectrum }) =>
      arcs.map((a) => [
        results.length > 1 ? `${spectrum.title}, ${a.element}` : a.element,
        told(a.frequency),
        told(a.resistance),
        told(a.capacitance),
        told(a.capacitanceBrug),
      ]),
    ),
  };
  return results.length > 1 ? [verdicts, arcs] : [verdicts, fits, profile, arcs];
}

/** What is said of more than three spectra alike is said once. */
function gathered(notices: readonly Notice[]): Notice[] {
  const alike = new Map<string, Notice[]>();
  for (const notice of notices) alike.set(notice.code, [...(alike.get(notice.code) ?? []), notice]);
  return [...alike.values()].flatMap((group) =>
    group.length <= 3
      ? group
      : [{ ...group[0]!, message: `${group[0]!.message}; likewise for ${group.length - 1} others` }],
  );
}

/** The whole answer of the verb. */
export function eisFound(
  run: EisRun,
  params: EisParams,
  notices: readonly Notice[],
  files: readonly string[],
): LabFound {
  const { results } = run;
  const first = results[0]!;
  const series = results.length > 1;
  const name =
    files.length === 1
      ? files[0]!.split(/[\\/]/).at(-1)!
      : `${results.length} spectra of ${files.length} files`;
  const best = first.fits[0]!;
  const text = lines(results);
  const own = results.map((result) => eisJson(result, params));
  const keys = {
    eis: {
      ...own[0],
      elements: [...new Set(best.circuit.parameters.map(({ symbol }) => symbol))].map((symbol) => ({
        symbol,
        formula: ELEMENTS[symbol].formula,
      })),
      ...(series && {
        series: own.map((one, i) => ({
          title: results[i]!.spectrum.title,
          ...(results[i]!.spectrum.start !== undefined && { start: results[i]!.spectrum.start }),
          ...one,
        })),
      }),
    },
  };
  const answer = [
    series
      ? `${results.length} spectra, the first one ${validityLine(first)}.`
      : `The spectrum is ${validityLine(first)}.`,
    `${best.circuit.text} fits ${series ? "the first spectrum " : ""}with χ² ${numberText(best.chi2)}${first.arcs.length > 0 ? `: ${first.arcs.map((a) => `${quantityText(a.resistance)} at ${quantityText(a.frequency)}`).join(", ")}` : ""}.`,
    `The distribution of relaxation times has ${first.drt.peaks.length} peaks that the data need.`,
  ];
  return {
    title: `Impedance of ${name}`,
    answer,
    text: [name, ...text].join("\n"),
    keys,
    values: keyNumbers(results),
    pageTables: pageTables(results),
    tables: {
      parameters: parameterTable(results),
      arcs: arcTable(results),
      spectra: spectraTable(results),
      drt: drtTable(results),
      ...(series && { trend: trendTable(results) }),
    },
    figures: [
      ...(series ? [{ id: "trend", figure: trendFigure(results), map: false }] : []),
      ...eisFigures(results).map((one) => ({ ...one, map: false })),
    ],
    notices: gathered([...notices, ...run.notices]),
    methods: eisMethods(results, params),
    python: PYTHON,
  };
}
