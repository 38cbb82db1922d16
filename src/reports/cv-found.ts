/** What `cv` says of one voltammogram, or of several of one electrode: text, tables, figures, report. */
import type { Notice, Quantity } from "../core/contracts.ts";
import { cvFigures, rateFigure, type ShownVoltammogram } from "../figures/cv-figures.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import { type LabFound, numbers, quantities, words } from "./lab-found.ts";
import type { Citation } from "./methods-text.ts";

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

/** What is read of one voltammogram of result.json. */
interface Described {
  readonly peaks: readonly {
    readonly cycle: number;
    readonly sweep: string;
    readonly couple: string | null;
    readonly potential: Quantity;
    readonly current: Quantity;
    readonly charge: Quantity;
    readonly rawMaximum: { readonly potential: Quantity; readonly current: Quantity } | null;
  }[];
  readonly pairs: readonly {
    readonly cycle: number;
    readonly couple: string | null;
    readonly half: Quantity | null;
    readonly separation: Quantity | null;
  }[];
  readonly couples: readonly {
    readonly couple: string;
    readonly half: Quantity | null;
    readonly separation: Quantity | null;
  }[];
  readonly cycles: readonly { readonly cycle: number; readonly model: string }[];
}

export interface CvOut {
  readonly version: string;
  /** Of the files. */
  readonly names: readonly string[];
  readonly results: readonly ShownVoltammogram[];
  /** As in result.json. */
  readonly described: readonly Described[];
  readonly rates: readonly {
    readonly couple: string;
    readonly sweep: string;
    readonly points: readonly { readonly rate: Quantity; readonly current: Quantity }[];
  }[];
  readonly values: Readonly<Record<string, Quantity>>;
  readonly cell: { readonly resistance?: Quantity; readonly reference?: Quantity };
  readonly notices: readonly Notice[];
}

function tablesOf({ peaks, pairs }: Described, { cycles }: ShownVoltammogram): LabFound["tables"] {
  const rows = cycles.flatMap(({ cycle, curve, fitted, baseline }) =>
    Array.from(curve.potential, (e, i) => ({
      ...{ cycle: cycle.number, e, i: curve.current[i]!, fit: fitted[i]!, under: baseline[i]! },
      sweep: curve.direction[i]! > 0 ? "anodic" : "cathodic",
    })),
  );
  const ofPeaks = (name: string, pick: (peak: (typeof peaks)[number]) => string) =>
    words(name, peaks.map(pick));
  const ofRows = (name: string, unit: string, pick: (row: (typeof rows)[number]) => number) =>
    numbers(name, unit, rows.map(pick));
  return {
    peaks: [
      ofPeaks("cycle", ({ cycle }) => String(cycle)),
      ofPeaks("sweep", ({ sweep }) => sweep),
      ofPeaks("couple", ({ couple }) => couple ?? ""),
      ...quantities(
        "potential",
        "V",
        peaks.map((peak) => peak.potential),
      ),
      ...quantities(
        "current",
        "A",
        peaks.map((peak) => peak.current),
      ),
      ...quantities(
        "charge",
        "C",
        peaks.map((peak) => peak.charge),
      ),
      ...(["potential", "current"] as const).map((of) =>
        numbers(
          `${of} of the raw maximum`,
          of === "potential" ? "V" : "A",
          peaks.map(({ rawMaximum }) => rawMaximum?.[of].value ?? Number.NaN),
        ),
      ),
    ],
    pairs: [
      words(
        "cycle",
        pairs.map(({ cycle }) => String(cycle)),
      ),
      words(
        "couple",
        pairs.map(({ couple }) => couple ?? ""),
      ),
      ...quantities(
        "half-wave potential",
        "V",
        pairs.map(({ half }) => half),
      ),
      ...quantities(
        "peak separation",
        "V",
        pairs.map(({ separation }) => separation),
      ),
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
      ofRows("potential", "V", ({ e }) => e),
      ofRows("current", "A", ({ i }) => i),
      ofRows("fit", "A", ({ fit }) => fit),
      ofRows("under the peaks", "A", ({ under }) => under),
    ],
  };
}

function linesOf({ peaks, couples, cycles }: Described): string[] {
  const lines = couples.map(({ couple, half, separation }) => {
    const place = half ? `E½ ${quantityText(half)}` : "one peak only";
    return `${couple}: ${place}${separation ? `, ΔEp ${quantityText(separation)}` : ""}`;
  });
  const last = cycles.at(-1)?.cycle;
  const unnamed = peaks.filter(({ cycle, couple }) => cycle === last && couple === null);
  return [
    ...lines,
    ...unnamed.map(
      ({ sweep, potential }) => `${sweep} peak at ${quantityText(potential)}, of no named couple`,
    ),
  ];
}

const peakRows = ({ peaks }: Described) =>
  peaks.map(({ cycle, sweep, couple, potential, rawMaximum, current, charge }) => [
    ...[String(cycle), sweep, couple ?? "–", quantityText(potential)],
    rawMaximum ? numberText(rawMaximum.potential.value, 5) : "none",
    ...[quantityText(current), quantityText(charge)],
  ]);

function methods({ version, cell, described }: CvOut) {
  const surface = described.some(({ cycles }) => cycles.some(({ model }) => model === "surface"));
  const parts = [
    `Voltammograms were cut into sweeps where the potential turns and fitted with Lithoscope ${version}, both sweeps of a cycle at once: an ohmic leak, the charging current, an exponential tail, and ${surface ? "couples bound to the surface with the rate law of Butler and Volmer, equal transfer coefficients [1]" : "one asymmetric peak for each maximum"}.`,
    cell.resistance
      ? `Potentials are corrected for ${quantityText(cell.resistance)} in series.`
      : "Potentials are not corrected for a series resistance.",
    cell.reference ? `${quantityText(cell.reference)} were added to all potentials.` : "",
    "E½ is the middle of anodic and cathodic peak, ΔEp their distance.",
  ];
  return { paragraph: parts.filter(Boolean).join(" "), citations: surface ? CITATIONS : [] };
}

/** Everything of one voltammogram, or of several of one electrode at different scan rates. */
export function cvFound(out: CvOut): LabFound {
  const { names, results, described, rates, cell } = out;
  const single = described.length === 1;
  const lines = described.map(linesOf);
  const named = (name: string, k: number) => (single ? name : `${name}-${k + 1}`);
  return {
    title: single ? `Voltammogram of ${names[0]}` : `Voltammograms of ${described.length} files`,
    answer: lines
      .flatMap((own, k) => (single ? own : [`${names[k]}: ${own.join("; ")}`]))
      .map((line) => `${line}.`),
    text: names.map((name, k) => [name, ...lines[k]!.map((line) => `  ${line}`)].join("\n")).join("\n"),
    keys: {
      cv: {
        ...described[0],
        rates,
        ...(!single && { files: described.map((own, k) => ({ file: names[k], ...own })) }),
      },
    },
    values: out.values,
    pageTables: described.map((own, k) => ({
      caption: `Peaks of ${names[k]}`,
      head: ["cycle", "sweep", "couple", "potential", "raw maximum (V)", "current", "charge"],
      rows: peakRows(own),
      numbers: [0, 3, 4, 5, 6],
    })),
    tables: Object.fromEntries(
      described.flatMap((own, k) =>
        Object.entries(tablesOf(own, results[k]!)).map(([name, table]) => [named(name, k), table]),
      ),
    ),
    figures: [
      ...results.flatMap((result, k) =>
        cvFigures(result, cell.reference !== undefined).map(({ id, figure }) => ({
          id: named(id, k),
          figure: single ? figure : { ...figure, title: `${figure.title}, ${names[k]}` },
        })),
      ),
      ...(!single && rates.length > 0 ? [rateFigure(rates)] : []),
    ],
    notices: out.notices,
    methods: methods(out),
    python: `import pandas\npeaks = pandas.read_csv("tables/${named("peaks", 0)}.csv")`,
  };
}
