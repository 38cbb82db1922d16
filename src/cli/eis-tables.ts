/** Tables of the result folder and the figure of a series, from results of the verb eis. */
import type { SpectrumResult } from "../analyses/electrochemistry/eis/analysis.ts";
import { parametersOf } from "../analyses/electrochemistry/eis/result-json.ts";
import { zHit } from "../analyses/electrochemistry/eis/z-hit.ts";
import type { Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import type { Figure } from "../figures/figure.ts";
import { type PlotSeries, panelPlot } from "../figures/panel-plot.ts";
import { momentOf } from "./eis-input.ts";

const words = (name: string, values: readonly string[]): CsvColumn => ({ name, unit: "", values });
const numbers = (name: string, unit: string, values: readonly number[]): CsvColumn => ({
  name,
  unit,
  values,
});

/** One row for each point of each spectrum. */
export function spectraTable(results: readonly SpectrumResult[]): CsvColumn[] {
  const rows = results.flatMap(({ spectrum, fits, validity }, k) => {
    const hit = zHit(spectrum);
    return Array.from(spectrum.frequency, (f, i) => {
      const at = (a: Float64Array) => [a[2 * i]!, a[2 * i + 1]!];
      return [
        k + 1,
        f,
        ...at(spectrum.z),
        ...at(fits[0]!.model),
        ...at(validity.residual).map((v) => 100 * v),
        hit[i]!,
        spectrum.time?.[i] ?? Number.NaN,
      ];
    });
  });
  const heads = [
    ["spectrum", ""],
    ["frequency", "Hz"],
    ["Z'", "Ω"],
    ["Z''", "Ω"],
    ["fit Z'", "Ω"],
    ["fit Z''", "Ω"],
    ["KK residual real", "%"],
    ["KK residual imaginary", "%"],
    ["Z-HIT modulus", "Ω"],
    ["time", "s"],
  ] as const;
  return heads.map(([name, unit], c) =>
    numbers(
      name,
      unit,
      rows.map((row) => row[c]!),
    ),
  );
}

export function parameterTable(results: readonly SpectrumResult[]): CsvColumn[] {
  const rows = results.flatMap(({ fits, intervals }, k) =>
    fits.flatMap((fit, rank) =>
      Object.entries(parametersOf(fit, rank === 0 ? intervals : undefined)).map(([name, q]) => ({
        k: k + 1,
        rank: rank + 1,
        fit,
        name,
        q,
      })),
    ),
  );
  const none = Number.NaN;
  return [
    numbers(
      "spectrum",
      "",
      rows.map(({ k }) => k),
    ),
    numbers(
      "rank",
      "",
      rows.map(({ rank }) => rank),
    ),
    words(
      "circuit",
      rows.map(({ fit }) => fit.circuit.text),
    ),
    numbers(
      "chi2",
      "",
      rows.map(({ fit }) => fit.chi2),
    ),
    numbers(
      "AICc",
      "",
      rows.map(({ fit }) => fit.aicc),
    ),
    words(
      "parameter",
      rows.map(({ name }) => name),
    ),
    numbers(
      "value",
      "",
      rows.map(({ q }) => q.value),
    ),
    words(
      "unit",
      rows.map(({ q }) => q.unit),
    ),
    numbers(
      "sigma",
      "",
      rows.map(({ q }) => q.sigma ?? none),
    ),
    numbers(
      "profile low",
      "",
      rows.map(({ q }) => q.low?.value ?? none),
    ),
    numbers(
      "profile high",
      "",
      rows.map(({ q }) => q.high?.value ?? none),
    ),
    words(
      "state",
      rows.map(({ q }) => q.state ?? "free"),
    ),
  ];
}

export function arcTable(results: readonly SpectrumResult[]): CsvColumn[] {
  const rows = results.flatMap(({ arcs }, k) => arcs.map((arc) => ({ k: k + 1, arc })));
  const pair = (name: string, unit: string, of: (row: (typeof rows)[number]) => Quantity | undefined) => [
    numbers(
      name,
      unit,
      rows.map((row) => of(row)?.value ?? Number.NaN),
    ),
    numbers(
      `sigma of ${name}`,
      unit,
      rows.map((row) => of(row)?.sigma ?? Number.NaN),
    ),
  ];
  return [
    numbers(
      "spectrum",
      "",
      rows.map(({ k }) => k),
    ),
    words(
      "arc",
      rows.map(({ arc }) => arc.element),
    ),
    ...pair("apex frequency", "Hz", ({ arc }) => arc.frequency),
    ...pair("resistance", "Ω", ({ arc }) => arc.resistance),
    ...pair("capacitance (Hsu-Mansfeld)", "F", ({ arc }) => arc.capacitance),
    ...pair("capacitance (Brug)", "F", ({ arc }) => arc.capacitanceBrug),
    ...pair("n", "", ({ arc }) => arc.exponent),
  ];
}

export function drtTable(results: readonly SpectrumResult[]): CsvColumn[] {
  const all = (of: (drt: SpectrumResult["drt"]) => Float64Array) =>
    results.flatMap(({ drt }) => Array.from(of(drt)));
  return [
    numbers(
      "spectrum",
      "",
      results.flatMap(({ drt }, k) => Array.from(drt.tau, () => k + 1)),
    ),
    numbers(
      "tau",
      "s",
      all(({ tau }) => tau),
    ),
    numbers(
      "gamma",
      "Ω",
      all(({ gamma }) => gamma),
    ),
    numbers(
      "gamma 5 %",
      "Ω",
      all(({ low }) => low),
    ),
    numbers(
      "gamma 95 %",
      "Ω",
      all(({ high }) => high),
    ),
    numbers(
      "gamma at lambda/10",
      "Ω",
      all(({ rougher }) => rougher),
    ),
    numbers(
      "gamma at 10 lambda",
      "Ω",
      all(({ smoother }) => smoother),
    ),
  ];
}

/** Seconds since the first spectrum where every one has its moment, else the number of the spectrum. */
function axisOf(results: readonly SpectrumResult[]): { name: string; unit: string; at: number[] } {
  const moments = results.map(({ spectrum }) => momentOf(spectrum) ?? spectrum.time?.[0]);
  const known = moments.every((m, i) => m !== undefined && (i === 0 || m > moments[i - 1]!));
  if (!known) return { name: "spectrum", unit: "number", at: results.map((_, i) => i + 1) };
  return { name: "time", unit: "s", at: moments.map((m) => m! - moments[0]!) };
}

export function trendTable(results: readonly SpectrumResult[]): CsvColumn[] {
  const x = axisOf(results);
  const params = results.map(({ fits }) => parametersOf(fits[0]!));
  return [
    numbers(
      "spectrum",
      "",
      results.map((_, i) => i + 1),
    ),
    words(
      "title",
      results.map(({ spectrum }) => spectrum.title),
    ),
    ...(x.unit === "s" ? [numbers("time", "s", x.at)] : []),
    words(
      "verdict",
      results.map(({ validity }) => validity.verdict),
    ),
    numbers(
      "noise",
      "",
      results.map(({ validity }) => validity.noise),
    ),
    numbers(
      "detectable drift",
      "",
      results.map(({ validity }) => validity.detectableDrift),
    ),
    numbers(
      "chi2",
      "",
      results.map(({ fits }) => fits[0]!.chi2),
    ),
    ...results[0]!.fits[0]!.circuit.parameters.flatMap(({ full, unit }) => [
      numbers(
        full,
        unit,
        params.map((p) => p[full]!.value),
      ),
      numbers(
        `sigma of ${full}`,
        unit,
        params.map((p) => p[full]!.sigma ?? Number.NaN),
      ),
    ]),
    ...arcElements(results).map((element, k) =>
      numbers(
        `apex frequency ${k + 1}`,
        "Hz",
        results.map((result) => arcOf(result, element)?.frequency.value ?? Number.NaN),
      ),
    ),
  ];
}

/** The brackets that are arcs in any of the spectra. */
function arcElements(results: readonly SpectrumResult[]): string[] {
  return [...new Set(results.flatMap(({ arcs }) => arcs.map(({ element }) => element)))];
}

const arcOf = ({ arcs }: SpectrumResult, element: string) => arcs.find((arc) => arc.element === element);

const STROKES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00"];

export function trendFigure(results: readonly SpectrumResult[]): Figure {
  const { at, ...x } = axisOf(results);
  const params = results.map(({ fits }) => parametersOf(fits[0]!));
  const circuit = results[0]!.fits[0]!.circuit;
  const resistances = circuit.parameters.filter(({ name, symbol }) => name === "R" && symbol === "R");
  const elements = arcElements(results);
  const series = (name: string, k: number, of: (i: number) => Quantity | undefined): PlotSeries => ({
    name,
    stroke: STROKES[k % STROKES.length]!,
    mark: k % 2 === 0 ? "dot" : "square",
    line: "solid",
    x: at,
    y: results.map((_, i) => of(i)?.value ?? Number.NaN),
    sigma: results.map((_, i) => of(i)?.sigma ?? 0),
  });
  return panelPlot({
    title: `Series of ${results.length} spectra`,
    panels: [
      {
        x,
        y: { name: "resistance", unit: "Ω", holds: [0] },
        series: resistances.map(({ full }, k) => series(full, k, (i) => params[i]![full])),
      },
      ...(elements.length > 0
        ? [
            {
              x,
              y: { name: "apex frequency", unit: "Hz", decades: true },
              series: elements.map((element, k) => ({
                ...series(element, k + 1, (i) => arcOf(results[i]!, element)?.frequency),
                sigma: [],
              })),
            },
          ]
        : []),
    ],
    caption: `Resistances (bars: one standard deviation) and apex frequencies of ${circuit.text} over ${x.name}.`,
    alt: `Resistances and apex frequencies of ${results.length} spectra over ${x.name}.`,
  });
}
