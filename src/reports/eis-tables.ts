/** Tables of the result folder of impedance. */
import type { Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import { arcElements, arcOf } from "../figures/eis-trend.ts";
import type { EisResult, EisSeries } from "./eis-found.ts";
import { numbers, quantities, words } from "./lab-found.ts";

/** One row for each point of each spectrum. */
export function spectraTable(results: readonly EisResult[]): CsvColumn[] {
  const rows = results.flatMap(({ spectrum, fits, validity, zHit: hit }, k) => {
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

export function parameterTable(results: readonly EisResult[]): CsvColumn[] {
  const rows = results.flatMap(({ fits }, k) =>
    fits.flatMap((fit, rank) =>
      Object.entries(fit.parameters).map(([name, q]) => ({
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

export function arcTable(results: readonly EisResult[]): CsvColumn[] {
  const rows = results.flatMap(({ arcs }, k) => arcs.map((arc) => ({ k: k + 1, arc })));
  const pair = (name: string, unit: string, of: (row: (typeof rows)[number]) => Quantity | undefined) =>
    quantities(name, unit, rows.map(of));
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

export function drtTable(results: readonly EisResult[]): CsvColumn[] {
  const all = (of: (drt: EisResult["drt"]) => Float64Array) =>
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

export function trendTable(results: readonly EisResult[], x: EisSeries): CsvColumn[] {
  const params = results.map(({ fits }) => fits[0]!.parameters);
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
    ...results[0]!.fits[0]!.circuit.parameters.flatMap(({ full, unit }) =>
      quantities(
        full,
        unit,
        params.map((p) => p[full]),
      ),
    ),
    ...arcElements(results).map((element, k) =>
      numbers(
        `apex frequency ${k + 1}`,
        "Hz",
        results.map((result) => arcOf(result, element)?.frequency.value ?? Number.NaN),
      ),
    ),
  ];
}
