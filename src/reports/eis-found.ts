/** What `eis` says of one spectrum or of a series: text, tables, figures, report. */
import type { Notice, Quantity } from "../core/contracts.ts";
import { eisFigures, type ShownSpectrum } from "../figures/eis-figures.ts";
import { trendFigure } from "../figures/eis-trend.ts";
import { numberText, quantityParts, quantityText } from "../figures/number-text.ts";
import { eisMethods } from "./eis-methods.ts";
import { arcTable, drtTable, parameterTable, spectraTable, trendTable } from "./eis-tables.ts";
import type { LabFound } from "./lab-found.ts";
import type { PageTable } from "./report-html.ts";

/** What is read of the results of one spectrum. */
export interface EisResult extends ShownSpectrum {
  readonly validity: ShownSpectrum["validity"] & {
    readonly noise: number;
    readonly noiseSigma: number;
    readonly detectableDrift: number;
    readonly clock: "file" | "assumed";
  };
  readonly fits: readonly (ShownSpectrum["fits"][number] & {
    readonly aicc: number;
    readonly free: number;
    readonly atBound: readonly string[];
    readonly parameters: Readonly<
      Record<
        string,
        Quantity & { readonly state?: string; readonly low?: Quantity; readonly high?: Quantity }
      >
    >;
  })[];
  readonly arcs: readonly (ShownSpectrum["arcs"][number] & {
    readonly capacitance: Quantity;
    readonly capacitanceBrug?: Quantity;
    readonly exponent: Quantity;
  })[];
  readonly drt: Omit<ShownSpectrum["drt"], "peaks"> & {
    readonly peaks: readonly {
      readonly tau: number;
      readonly area: number;
      readonly areaSigma: number;
      readonly evidence: number;
    }[];
  };
  /** |Z| by Z-HIT at each point [Ω]. */
  readonly zHit: ArrayLike<number>;
  /** As in result.json. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** What a series runs over. */
export interface EisSeries {
  readonly name: string;
  readonly unit: string;
  readonly at: readonly number[];
}

export interface EisOut {
  readonly version: string;
  /** What the title names. */
  readonly name: string;
  readonly results: readonly EisResult[];
  readonly elements: readonly { readonly symbol: string; readonly formula: string }[];
  /** True where parameters have intervals from the profile likelihood. */
  readonly profiled: boolean;
  readonly over: EisSeries;
  readonly asked: { readonly weights: "modulus" | "unit" | "measured"; readonly starts: number };
  readonly notices: readonly Notice[];
}

const PYTHON = `import pandas as pd
fits = pd.read_csv("tables/parameters.csv")  # one row a parameter: value, sigma, ends of the profile likelihood
points = pd.read_csv("tables/spectra.csv")   # frequency, Z', Z'', fit, Kramers-Kronig residuals, Z-HIT
drt = pd.read_csv("tables/drt.csv")          # tau, gamma and its band`;

function validityLine({ validity: v }: EisResult): string {
  return `${v.verdict}: ${v.reason}`;
}

function lines(results: readonly EisResult[]): string[] {
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
  const params = Object.entries(first.fits[0]!.parameters).map(
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

function keyNumbers(results: readonly EisResult[]): Record<string, Quantity> {
  const { validity, fits, arcs } = results[0]!;
  return {
    noise: { value: validity.noise, unit: "1", sigma: validity.noiseSigma, from: "found" },
    "detectable drift": { value: validity.detectableDrift, unit: "1", from: "found" },
    ...Object.fromEntries(
      Object.entries(fits[0]!.parameters).map(([name, { value, unit, sigma, from }]) => [
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

function pageTables(results: readonly EisResult[]): PageTable[] {
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
    rows: Object.entries(first.fits[0]!.parameters).map(([name, q]) => {
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

/** Everything of one spectrum, or of a series. */
export function eisFound(out: EisOut): LabFound {
  const { results, name, over } = out;
  const first = results[0]!;
  const series = results.length > 1;
  const best = first.fits[0]!;
  const keys = {
    eis: {
      ...first.json,
      elements: out.elements,
      ...(series && {
        series: results.map(({ spectrum, json }) => ({
          title: spectrum.title,
          ...(spectrum.start !== undefined && { start: spectrum.start }),
          ...json,
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
    text: [name, ...lines(results)].join("\n"),
    keys,
    values: keyNumbers(results),
    pageTables: pageTables(results),
    tables: {
      parameters: parameterTable(results),
      arcs: arcTable(results),
      spectra: spectraTable(results),
      drt: drtTable(results),
      ...(series && { trend: trendTable(results, over) }),
    },
    figures: [
      ...(series ? [{ id: "trend", figure: trendFigure(results, over) }] : []),
      ...eisFigures(results),
    ],
    notices: gathered(out.notices),
    methods: eisMethods(out),
    python: PYTHON,
  };
}
