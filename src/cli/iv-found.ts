/** What `iv` writes: result.json keys, tables, figures, report. */
import type { AnalysedIv } from "../analyses/electrochemistry/iv/analyse.ts";
import type { Notice, Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import { decadesFigure, itFigure, ivFigure } from "../figures/iv-figures.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import type { NamedFigure } from "../reports/figures-of.ts";
import type { Citation } from "../reports/methods-text.ts";
import type { IvDevice } from "./iv-input.ts";
import { itJson, ivJson } from "./iv-numbers.ts";
import type { LabFound } from "./lab-result.ts";

const CITATIONS: readonly Citation[] = [
  {
    key: "Cottrell1903",
    authors: "F. G. Cottrell",
    year: 1903,
    title: "Der Reststrom bei galvanischer Polarisation, betrachtet als ein Diffusionsproblem",
    journal: "Z. Phys. Chem. 42U, 385",
    doi: "10.1515/zpch-1903-4229",
  },
  {
    key: "Hurvich1989",
    authors: "C. M. Hurvich, C.-L. Tsai",
    year: 1989,
    title: "Regression and time series model selection in small samples",
    journal: "Biometrika 76, 297",
    doi: "10.1093/biomet/76.2.297",
  },
];

type OfIv = Extract<AnalysedIv, { kind: "iv" }>;
type OfIt = Extract<AnalysedIv, { kind: "it" }>;
type Part = Omit<LabFound, "title" | "notices" | "python">;

const text = (name: string, values: readonly string[]): CsvColumn => ({ name, unit: "", values });
const numbers = (name: string, unit: string, values: ArrayLike<number>): CsvColumn => ({
  ...{ name, unit, values },
});

function foundIv(found: OfIv, device: IvDevice, version: string): Part {
  const { run, ohmic, masked } = found;
  const json = ivJson(found, device);
  const { verdict, why, rows } = ohmic;
  const line = new Float64Array(run.current.length).fill(Number.NaN);
  const sigma = line.slice();
  for (const [k, row] of rows.entries()) [line[row], sigma[row]] = [ohmic.line[k]!, ohmic.sigma[k]!];
  const pick = (values: Float64Array, of: readonly number[]) => Float64Array.from(of, (k) => values[k]!);
  const out = Array.from(masked.mask, (_, k) => k).filter((k) => masked.mask[k]);
  const drawn = {
    potential: pick(run.potential, rows),
    current: pick(run.current, rows),
    ...{ line: ohmic.line, sigma: ohmic.sigma, verdict, intervals: ohmic.intervals },
    ...{ offset: ohmic.offset.value, resistance: ohmic.resistance.value },
    masked: { potential: pick(run.potential, out), current: pick(run.current, out) },
  };
  const where = device.probes === 4 ? "four probes" : "contacts included";
  const told = verdict === "not ohmic" ? "no resistance" : `${quantityText(json.line)}, ${where}`;
  const values: Record<string, Quantity> = {
    ...(verdict !== "not ohmic" && { resistance: json.line }),
    "slope of log |I| over log |V|": json.ohmic.slope,
    "decades of |V|": json.ohmic.decades,
    "current at no potential": json.offset,
    "correlation of current and potential": json.correlation,
    "rows left out at a limit": json.masked.points,
  };
  const slopes = ohmic.intervals;
  return {
    answer: [`${verdict}: ${why}.`, `Resistance: ${told}.`],
    text: [
      `  resistance  ${told}`,
      `  ${verdict}: ${why}`,
      ...(out.length > 0 ? [`  ${out.length} of ${run.current.length} rows at a limit left out`] : []),
    ].join("\n"),
    keys: { iv: json },
    values,
    pageTables: [
      {
        caption: "Slope of log |I − offset| over log |V| in each decade, offset held",
        head: ["from (V)", "to (V)", "points", "slope", "σ"],
        rows: slopes.map(({ from, to, points, slope }) => [
          ...[numberText(from), numberText(to), String(points), numberText(slope.value, 5)],
          numberText(slope.sigma, 2),
        ]),
        numbers: [0, 1, 2, 3, 4],
      },
    ],
    tables: {
      points: [
        numbers("potential", "V", run.potential),
        numbers("current", "A", run.current),
        numbers("straight line", "A", line),
        numbers("sigma of current", "A", sigma),
        text(
          "used",
          Array.from(masked.mask, (m) => (m ? "left out" : "yes")),
        ),
      ],
      intervals: [
        numbers(
          "from",
          "V",
          slopes.map(({ from }) => from),
        ),
        numbers(
          "to",
          "V",
          slopes.map(({ to }) => to),
        ),
        numbers(
          "slope",
          "1",
          slopes.map(({ slope }) => slope.value),
        ),
        numbers(
          "sigma of slope",
          "1",
          slopes.map(({ slope }) => slope.sigma),
        ),
        text(
          "points",
          slopes.map(({ points }) => String(points)),
        ),
      ],
    },
    figures: [
      { id: "iv", map: false, figure: ivFigure(drawn) },
      { id: "decades", map: false, figure: decadesFigure(drawn) },
    ],
    methods: {
      paragraph: [
        `Current over potential was fitted by a weighted straight line with an offset in Lithoscope ${version}; the noise of a reading (a floor and a share of the reading) is that of neighbours in time.`,
        "It is called ohmic where log |I| over log |V| has the slope 1 within 0.02 (two standard deviations included) over at least two decades of potential, no decade and neither sign of the potential deviating by more than 0.02 and three standard deviations.",
        masked.limits.length > 0 ? "Rows at a limit of the source were left out." : "",
        device.probes === 4 ? "Four probes were used." : "Two probes were used: contacts are included.",
      ]
        .filter(Boolean)
        .join(" "),
      citations: [],
    },
  };
}

const HOLDS = ["potential", "duration", "model", "leakage", "decay", "charge"];

function foundIt(found: OfIt, device: IvDevice, version: string): Part {
  const { run, decays } = found;
  const json = itJson(found, device);
  const shape = (hold: (typeof json.holds)[number]) =>
    hold.tau
      ? `τ ${quantityText(hold.tau)}`
      : hold.amplitude
        ? `k ${quantityText(hold.amplitude)}`
        : "none seen";
  const told = json.holds.map((hold, k) =>
    [
      `hold ${k + 1} at ${quantityText(hold.potential)}: ${hold.model}${hold.decided ? "" : " (undecided)"}, ${shape(hold)}`,
      `leakage ${quantityText(hold.leakage)}, charge ${quantityText(hold.charge)}`,
    ].join(", "),
  );
  const column = (
    name: string,
    unit: string,
    of: (hold: (typeof json.holds)[number]) => Quantity | undefined,
  ) => {
    const all = json.holds.map(of);
    return [
      numbers(
        name,
        unit,
        all.map((q) => q?.value ?? Number.NaN),
      ),
      numbers(
        `sigma of ${name}`,
        unit,
        all.map((q) => q?.sigma ?? Number.NaN),
      ),
    ];
  };
  const values: Record<string, Quantity> = {};
  for (const [k, hold] of json.holds.slice(0, 3).entries()) {
    const name = json.holds.length > 1 ? `, hold ${k + 1}` : "";
    values[`leakage${name}`] = hold.leakage;
    if (hold.tau) values[`τ${name}`] = hold.tau;
    else if (hold.amplitude) values[`k of Cottrell's law${name}`] = hold.amplitude;
    values[`charge above the leakage${name}`] = hold.charge;
    if (hold.diffusion) values[`diffusion coefficient${name}`] = hold.diffusion;
  }
  const figures = decays.slice(0, 6).map(({ from, hold, fits }, k): NamedFigure => {
    const time = run.time!.slice(from, hold.to + 1).map((t) => t - run.time![hold.from]!);
    const current = run.current.slice(from, hold.to + 1);
    const title = `Current over time${decays.length > 1 ? `, hold ${k + 1}` : ""}`;
    return { id: `hold-${k + 1}`, map: false, figure: itFigure({ title, time, current, fits }) };
  });
  const rows = decays.flatMap(({ from, hold }, k) =>
    Array.from({ length: hold.to - from + 1 }, (_, i) => ({ k, i, row: from + i })),
  );
  const models = ["cottrell", "exponential"] as const;
  return {
    answer: told.slice(0, 3).map((line) => `${line}.`),
    text: told.map((line) => `  ${line}`).join("\n"),
    keys: { iv: json },
    values,
    pageTables: [
      {
        caption: "Held potentials; the model of least AICc",
        head: HOLDS,
        rows: json.holds.map((hold) => [
          ...[quantityText(hold.potential), quantityText(hold.duration), hold.model],
          ...[quantityText(hold.leakage), shape(hold), quantityText(hold.charge)],
        ]),
      },
    ],
    tables: {
      holds: [
        text(
          "model",
          json.holds.map(({ model }) => model),
        ),
        ...column("potential", "V", (h) => h.potential),
        ...column("leakage", "A", (h) => h.leakage),
        ...column("tau", "s", (h) => h.tau),
        ...column("Cottrell k", "A s^½", (h) => (h.tau ? undefined : h.amplitude)),
        ...column("charge above leakage", "C", (h) => h.charge),
        ...column("total charge", "C", (h) => h.totalCharge),
      ],
      current: [
        text(
          "hold",
          rows.map(({ k }) => String(k + 1)),
        ),
        numbers(
          "time",
          "s",
          rows.map(({ row }) => run.time![row]!),
        ),
        numbers(
          "current",
          "A",
          rows.map(({ row }) => run.current[row]!),
        ),
        ...models.map((model) =>
          numbers(
            model,
            "A",
            rows.map(
              ({ k, i }) => decays[k]!.fits.find((fit) => fit.model === model)?.curve[i] ?? Number.NaN,
            ),
          ),
        ),
      ],
    },
    figures,
    methods: {
      paragraph: `Currents at held potentials were fitted with Lithoscope ${version} by Cottrell's law [1] and by an exponential, each on a constant leakage, unweighted; the start of the step lies between the row before and the first row. The model with the least AICc [2] is given. Charge is the integral of the current above the leakage over the rows measured. Standard deviations are widened where neighbouring residuals are correlated.`,
      citations: CITATIONS,
    },
  };
}

/** Everything of one file. */
export function ivFound(
  version: string,
  name: string,
  found: AnalysedIv,
  device: IvDevice,
  notices: readonly Notice[],
): LabFound {
  const part = found.kind === "iv" ? foundIv(found, device, version) : foundIt(found, device, version);
  const table = found.kind === "iv" ? "points" : "current";
  return {
    ...part,
    text: `${name}\n${part.text}`,
    title: found.kind === "iv" ? `Current and potential of ${name}` : `Current over time of ${name}`,
    notices,
    python: `import pandas\nrows = pandas.read_csv("tables/${table}.csv")`,
  };
}
