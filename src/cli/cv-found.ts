/** What `cv` writes: result.json keys, tables, figures, report. */

import type { CvPair, CvPeak, CvResult } from "../analyses/electrochemistry/cv/analyse.ts";
import { impliedOffset, LITERATURE, overCycles } from "../analyses/electrochemistry/cv/couples.ts";
import { diffusionOf, type RateLaw, rateLaw } from "../analyses/electrochemistry/cv/rates.ts";
import type { Notice, Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import type { Measured } from "../math/measured.ts";
import type { Citation } from "../reports/methods-text.ts";
import { cvFigures, rateFigure } from "./cv-figures.ts";
import type { CvCell } from "./cv-input.ts";
import { quantity } from "./cycling-numbers.ts";
import type { LabFound } from "./lab-result.ts";

const CITATIONS: readonly Citation[] = [
  {
    key: "Laviron1979",
    authors: "E. Laviron",
    year: 1979,
    title:
      "General expression of the linear potential sweep voltammogram in the case of diffusionless electrochemical systems",
    journal: "J. Electroanal. Chem. 101, 19",
    doi: "10.1016/S0022-0728(79)80075-3",
  },
];

const of = ({ value, sigma }: Measured, unit: string): Quantity => quantity(value, unit, sigma);
/** A quantity, or null where there is no number. */
const orNull = (m: Measured, unit: string) => (Number.isFinite(m.value) ? of(m, unit) : null);

/** A potential with the uncertainty of the reference, which all potentials of a result share. */
function potential(m: Measured, { reference }: CvCell): Quantity {
  return quantity(m.value, "V", Math.hypot(m.sigma, reference?.sigma ?? 0));
}

function peakJson(peak: CvPeak, cell: CvCell) {
  const { cycle, sweep, couple, raw } = peak;
  return {
    ...{ cycle, sweep, couple: couple || null },
    potential: potential(peak.potential, cell),
    current: of(peak.current, "A"),
    charge: of(peak.charge, "C"),
    rawMaximum: Number.isFinite(raw.potential)
      ? {
          potential: quantity(raw.potential, "V", Number.NaN),
          current: quantity(raw.current, "A", Number.NaN),
        }
      : null,
  };
}

function pairJson(pair: CvPair, cell: CvCell) {
  const { cycle, couple, anodic, cathodic, surface } = pair;
  return {
    ...{ cycle, couple: couple || null },
    anodic: anodic ? potential(anodic.potential, cell) : null,
    cathodic: cathodic ? potential(cathodic.potential, cell) : null,
    ...((!anodic || !cathodic) && { why: "the other peak is not within the sweep" }),
    half: Number.isFinite(pair.half.value) ? potential(pair.half, cell) : null,
    separation: orNull(pair.separation, "V"),
    ...(surface && {
      rate: of(surface.rate, "1/s"),
      spread: of(surface.spread, "V"),
      charge: of(surface.charge, "C"),
    }),
  };
}

const numbers = (name: string, unit: string, values: readonly number[]): CsvColumn => ({
  name,
  unit,
  values,
});
const words = (name: string, values: readonly string[]): CsvColumn => ({ name, unit: "", values });

function tablesOf(result: CvResult): LabFound["tables"] {
  const peaks = result.cycles.flatMap((cycle) => cycle.peaks);
  const pairs = result.cycles.flatMap((cycle) => cycle.pairs);
  const rows = result.cycles.flatMap(({ cycle, curve, fitted, baseline }) =>
    Array.from(curve.potential, (e, i) => ({
      ...{ cycle: cycle.number, e, i: curve.current[i]!, fit: fitted[i]!, under: baseline[i]! },
      sweep: curve.direction[i]! > 0 ? "anodic" : "cathodic",
    })),
  );
  const both = <T>(list: readonly T[], name: string, unit: string, pick: (item: T) => Measured) => [
    numbers(
      name,
      unit,
      list.map((item) => pick(item).value),
    ),
    numbers(
      `sigma of ${name}`,
      unit,
      list.map((item) => pick(item).sigma),
    ),
  ];
  return {
    peaks: [
      words(
        "cycle",
        peaks.map(({ cycle }) => String(cycle)),
      ),
      words(
        "sweep",
        peaks.map(({ sweep }) => sweep),
      ),
      words(
        "couple",
        peaks.map(({ couple }) => couple),
      ),
      ...both(peaks, "potential", "V", (p) => p.potential),
      ...both(peaks, "current", "A", (p) => p.current),
      ...both(peaks, "charge", "C", (p) => p.charge),
      numbers(
        "potential of the raw maximum",
        "V",
        peaks.map(({ raw }) => raw.potential),
      ),
      numbers(
        "current of the raw maximum",
        "A",
        peaks.map(({ raw }) => raw.current),
      ),
    ],
    pairs: [
      words(
        "cycle",
        pairs.map(({ cycle }) => String(cycle)),
      ),
      words(
        "couple",
        pairs.map(({ couple }) => couple),
      ),
      ...both(pairs, "half-wave potential", "V", (p) => p.half),
      ...both(pairs, "peak separation", "V", (p) => p.separation),
    ],
    curve: [
      words(
        "cycle",
        rows.map(({ cycle }) => String(cycle)),
      ),
      words(
        "sweep",
        rows.map(({ sweep }) => sweep),
      ),
      numbers(
        "potential",
        "V",
        rows.map(({ e }) => e),
      ),
      numbers(
        "current",
        "A",
        rows.map(({ i }) => i),
      ),
      numbers(
        "fit",
        "A",
        rows.map(({ fit }) => fit),
      ),
      numbers(
        "under the peaks",
        "A",
        rows.map(({ under }) => under),
      ),
    ],
  };
}

/** What the couples of the literature say about the reference, and what they cannot. */
function referenceOf(result: CvResult, cell: CvCell) {
  const implied = impliedOffset(result.cycles.flatMap(({ pairs }) => pairs));
  if (!implied) return {};
  const [a, b] = implied.each as [(typeof implied.each)[number], (typeof implied.each)[number]];
  const apart = Math.abs(a.offset - b.offset);
  const message = `against ${Object.entries(LITERATURE)
    .map(([couple, e]) => `${e} V of ${couple}`)
    .join(
      " and ",
    )} the couples ask for ${a.offset.toFixed(3)} and ${b.offset.toFixed(3)} V to be added: ${implied.value.toFixed(2)} ± ${implied.sigma.toFixed(2)} V; that they differ by ${apart.toFixed(3)} V is no offset of the reference`;
  return {
    reference: {
      ...(cell.reference && { applied: cell.reference }),
      implied: {
        ...of(implied, "V"),
        each: implied.each.map(({ couple, offset }) => ({
          couple,
          offset: quantity(offset, "V", Number.NaN),
        })),
      },
    },
    notice: { code: "reference", message, where: result.run.title, flag: "--reference" } satisfies Notice,
  };
}

/** The peaks of each couple and sweep over the scan rates of all sweeps. */
function lawsOf(results: readonly CvResult[]): { couple: string; sweep: string; law: RateLaw }[] {
  const found = new Map<
    string,
    { couple: string; sweep: string; points: { rate: number; current: Measured }[] }
  >();
  for (const { cycles } of results)
    for (const { cycle, peaks } of cycles)
      for (const { couple, sweep, current } of peaks) {
        if (!couple) continue;
        const rate = cycle.sweeps.find(
          ({ direction }) => (direction > 0 ? "anodic" : "cathodic") === sweep,
        )!.rate;
        const own = found.get(`${couple} ${sweep}`) ?? { couple, sweep, points: [] };
        own.points.push({ rate, current: { value: Math.abs(current.value), sigma: current.sigma } });
        found.set(`${couple} ${sweep}`, own);
      }
  return [...found.values()].map(({ couple, sweep, points }) => ({
    ...{ couple, sweep, law: rateLaw(points.sort((a, b) => a.rate - b.rate)) },
  }));
}

const measured = (q: Quantity | undefined): Measured | undefined =>
  q && { value: q.value, sigma: q.sigma ?? 0 };

function describe(result: CvResult, cell: CvCell) {
  const { cycles, sweeps } = result;
  const peaks = cycles.flatMap((cycle) => cycle.peaks.map((peak) => peakJson(peak, cell)));
  const pairs = cycles.flatMap((cycle) => cycle.pairs.map((pair) => pairJson(pair, cell)));
  const rates = sweeps.map(({ rate }) => rate);
  const means = overCycles(cycles.flatMap((cycle) => cycle.pairs));
  const { reference } = referenceOf(result, cell);
  return {
    peaks,
    pairs,
    couples: means.map(({ couple, half, separation }) => ({
      couple,
      cycles: half.cycles,
      half: Number.isFinite(half.value) ? potential(half, cell) : null,
      separation: orNull(separation, "V"),
    })),
    scanRate: quantity(
      rates.reduce((a, b) => a + b, 0) / rates.length,
      "V/s",
      Math.hypot(...sweeps.map(({ rateSigma }) => rateSigma)) / rates.length,
    ),
    cycles: cycles.map(({ cycle, model, leak, skew, passed, misfit }) => ({
      cycle: cycle.number,
      rows: cycle.sweeps.map(({ from, to }) => [from, to]),
      model,
      leak: quantity(leak, "Ω", Number.NaN),
      skew: orNull(skew, "Ω"),
      charge: passed.map((q) => quantity(q, "C", Number.NaN)),
      misfit: quantity(misfit, "1", Number.NaN),
    })),
    ...(cell.resistance && { correctedFor: cell.resistance }),
    ...(reference && { reference }),
  };
}

function linesOf(result: CvResult, cell: CvCell): string[] {
  const means = overCycles(result.cycles.flatMap((cycle) => cycle.pairs));
  const lines = means.map(({ couple, half, separation }) => {
    const place = Number.isFinite(half.value) ? `E½ ${quantityText(potential(half, cell))}` : "one peak only";
    const apart = Number.isFinite(separation.value) ? `, ΔEp ${quantityText(of(separation, "V"))}` : "";
    return `${couple}: ${place}${apart}`;
  });
  const unnamed = result.cycles.at(-1)!.peaks.filter(({ couple }) => !couple);
  return [
    ...lines,
    ...unnamed.map(
      (peak) => `${peak.sweep} peak at ${quantityText(potential(peak.potential, cell))}, of no named couple`,
    ),
  ];
}

/** Everything of one voltammogram, or of several of one electrode at different scan rates. */
export function cvFound(
  version: string,
  names: readonly string[],
  results: readonly CvResult[],
  cell: CvCell,
  from: readonly Notice[],
): LabFound {
  const notices = [...from, ...results.flatMap((result) => result.notices)];
  for (const result of results) {
    const { notice } = referenceOf(result, cell);
    if (notice) notices.push(notice);
  }
  const described = results.map((result) => describe(result, cell));
  const single = results.length === 1;
  const laws = lawsOf(results);
  const rateJson = laws.map(({ couple, sweep, law }) => {
    const diffusion = diffusionOf(law, measured(cell.area), measured(cell.concentration));
    return {
      ...{ couple, sweep },
      b: law.b ? of(law.b, "1") : null,
      ...(law.why !== undefined && { why: law.why }),
      diffusion: typeof diffusion === "string" ? null : of(diffusion, "cm²/s"),
      ...(typeof diffusion === "string" && { diffusionWhy: diffusion }),
      points: law.points.map(({ rate, current }) => ({
        rate: quantity(rate, "V/s", Number.NaN),
        current: of(current, "A"),
      })),
    };
  });
  const values: Record<string, Quantity> = {};
  for (const { couple, half, separation } of described[0]!.couples) {
    if (half) values[`E½ of ${couple}`] = half;
    if (separation) values[`ΔEp of ${couple}`] = separation;
  }
  values["scan rate"] = described[0]!.scanRate;
  for (const { couple, sweep, b } of rateJson) if (b) values[`b of ${couple}, ${sweep}`] = b;
  const lines = results.map((result) => linesOf(result, cell));
  const surface = results.some(({ cycles }) => cycles.some(({ model }) => model === "surface"));
  return {
    title: single ? `Voltammogram of ${names[0]}` : `Voltammograms of ${results.length} files`,
    answer: lines
      .flatMap((own, k) => (single ? own : [`${names[k]}: ${own.join("; ")}`]))
      .map((line) => `${line}.`),
    text: names.map((name, k) => [name, ...lines[k]!.map((line) => `  ${line}`)].join("\n")).join("\n"),
    keys: {
      cv: {
        ...described[0],
        rates: rateJson,
        ...(!single && { files: described.map((own, k) => ({ file: names[k], ...own })) }),
      },
    },
    values,
    pageTables: results.map((result, k) => ({
      caption: `Peaks of ${names[k]}`,
      head: ["cycle", "sweep", "couple", "potential", "raw maximum (V)", "current", "charge"],
      rows: result.cycles.flatMap(({ peaks }) =>
        peaks.map((peak) => [
          ...[
            String(peak.cycle),
            peak.sweep,
            peak.couple || "–",
            quantityText(potential(peak.potential, cell)),
          ],
          Number.isFinite(peak.raw.potential) ? numberText(peak.raw.potential, 5) : "none",
          ...[quantityText(of(peak.current, "A")), quantityText(of(peak.charge, "C"))],
        ]),
      ),
      numbers: [0, 3, 4, 5, 6],
    })),
    tables: Object.fromEntries(
      results.flatMap((result, k) =>
        Object.entries(tablesOf(result)).map(([name, table]) => [single ? name : `${name}-${k + 1}`, table]),
      ),
    ),
    figures: [
      ...results.flatMap((result, k) =>
        cvFigures(result, cell.reference !== undefined).map(({ id, figure, map }) =>
          single
            ? { id, figure, map }
            : { id: `${id}-${k + 1}`, map, figure: { ...figure, title: `${figure.title}, ${names[k]}` } },
        ),
      ),
      ...(!single && laws.length > 0
        ? [rateFigure(laws.map(({ couple, sweep, law }) => ({ name: `${couple}, ${sweep}`, law })))]
        : []),
    ],
    notices,
    methods: {
      paragraph: [
        `Voltammograms were cut into sweeps where the potential turns and fitted with Lithoscope ${version}, both sweeps of a cycle at once: an ohmic leak, the charging current, an exponential tail, and ${surface ? "couples bound to the surface with the rate law of Butler and Volmer, equal transfer coefficients [1]" : "one asymmetric peak for each maximum"}.`,
        cell.resistance
          ? `Potentials are corrected for ${quantityText(cell.resistance)} in series.`
          : "Potentials are not corrected for a series resistance.",
        cell.reference ? `${quantityText(cell.reference)} were added to all potentials.` : "",
        "E½ is the middle of anodic and cathodic peak, ΔEp their distance.",
      ]
        .filter(Boolean)
        .join(" "),
      citations: surface ? CITATIONS : [],
    },
    python: `import pandas\npeaks = pandas.read_csv("tables/peaks${single ? "" : "-1"}.csv")`,
  };
}
