/** What `iv` says of one file: text, tables, figures, report. */
import type { Notice, Quantity } from "../core/contracts.ts";
import {
  decadesFigure,
  type ItFigureInput,
  type IvFigureInput,
  itFigure,
  ivFigure,
} from "../figures/iv-figures.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import { type LabFound, numbers, quantities, words } from "./lab-found.ts";
import type { Citation } from "./methods-text.ts";

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

/** An I–V: what is read of result.json, and its rows. */
interface IvOut {
  readonly kind: "iv";
  readonly json: {
    readonly line: Quantity;
    readonly offset: Quantity;
    readonly correlation: Quantity;
    readonly ohmic: {
      readonly verdict: string;
      readonly why: string;
      readonly slope: Quantity;
      readonly decades: Quantity;
    };
    readonly masked: { readonly points: Quantity; readonly limits: readonly unknown[] };
  };
  readonly probes: 2 | 4;
  readonly intervals: readonly {
    readonly from: number;
    readonly to: number;
    readonly points: number;
    readonly slope: { readonly value: number; readonly sigma: number };
  }[];
  readonly points: {
    readonly potential: Float64Array;
    readonly current: Float64Array;
    readonly line: Float64Array;
    readonly sigma: Float64Array;
    /** Rows at a limit of the source. */
    readonly out: readonly number[];
  };
  readonly drawn: IvFigureInput;
}

/** An I–t: what is read of the holds of result.json, and their rows. */
interface ItOut {
  readonly kind: "it";
  readonly json: {
    readonly holds: readonly {
      readonly potential: Quantity;
      readonly duration: Quantity;
      readonly model: string;
      readonly decided: boolean;
      readonly leakage: Quantity;
      readonly amplitude?: Quantity;
      readonly tau?: Quantity;
      readonly charge: Quantity;
      readonly totalCharge: Quantity;
      readonly diffusion: Quantity | null;
    }[];
  };
  readonly holds: readonly (Omit<ItFigureInput, "title"> & { readonly clock: Float64Array })[];
}

type Part = Omit<LabFound, "title" | "notices" | "python">;

function foundIv({ json, probes, intervals, points, drawn }: IvOut, version: string): Part {
  const { verdict, why } = json.ohmic;
  const out = new Set(points.out);
  const where = probes === 4 ? "four probes" : "contacts included";
  const told = verdict === "not ohmic" ? "no resistance" : `${quantityText(json.line)}, ${where}`;
  return {
    answer: [`${verdict}: ${why}.`, `Resistance: ${told}.`],
    text: [
      `  resistance  ${told}`,
      `  ${verdict}: ${why}`,
      ...(out.size > 0 ? [`  ${out.size} of ${points.current.length} rows at a limit left out`] : []),
    ].join("\n"),
    keys: { iv: json },
    values: {
      ...(verdict !== "not ohmic" && { resistance: json.line }),
      "slope of log |I| over log |V|": json.ohmic.slope,
      "decades of |V|": json.ohmic.decades,
      "current at no potential": json.offset,
      "correlation of current and potential": json.correlation,
      "rows left out at a limit": json.masked.points,
    },
    pageTables: [
      {
        caption: "Slope of log |I − offset| over log |V| in each decade, offset held",
        head: ["from (V)", "to (V)", "points", "slope", "σ"],
        rows: intervals.map(({ from, to, points: n, slope }) => [
          ...[numberText(from), numberText(to), String(n), numberText(slope.value, 5)],
          numberText(slope.sigma, 2),
        ]),
        numbers: [0, 1, 2, 3, 4],
      },
    ],
    tables: {
      points: [
        numbers("potential", "V", points.potential),
        numbers("current", "A", points.current),
        numbers("straight line", "A", points.line),
        numbers("sigma of current", "A", points.sigma),
        words(
          "used",
          Array.from(points.current, (_, k) => (out.has(k) ? "left out" : "yes")),
        ),
      ],
      intervals: [
        numbers(
          "from",
          "V",
          intervals.map(({ from }) => from),
        ),
        numbers(
          "to",
          "V",
          intervals.map(({ to }) => to),
        ),
        ...quantities(
          "slope",
          "1",
          intervals.map(({ slope }) => slope),
        ),
        words(
          "points",
          intervals.map((one) => String(one.points)),
        ),
      ],
    },
    figures: [
      { id: "iv", figure: ivFigure(drawn) },
      { id: "decades", figure: decadesFigure(drawn) },
    ],
    methods: {
      paragraph: [
        `Current over potential was fitted by a weighted straight line with an offset in Lithoscope ${version}; the noise of a reading (a floor and a share of the reading) is that of neighbours in time.`,
        "It is called ohmic where log |I| over log |V| has the slope 1 within 0.02 (two standard deviations included) over at least two decades of potential, no decade and neither sign of the potential deviating by more than 0.02 and three standard deviations.",
        json.masked.limits.length > 0 ? "Rows at a limit of the source were left out." : "",
        probes === 4 ? "Four probes were used." : "Two probes were used: contacts are included.",
      ]
        .filter(Boolean)
        .join(" "),
      citations: [],
    },
  };
}

const HOLDS = ["potential", "duration", "model", "leakage", "decay", "charge"];
/** Holds that are drawn. */
const DRAWN = 6;

function foundIt({ json, holds }: ItOut, version: string): Part {
  const shape = (hold: ItOut["json"]["holds"][number]) =>
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
    of: (hold: ItOut["json"]["holds"][number]) => Quantity | undefined,
  ) => quantities(name, unit, json.holds.map(of));
  const values: Record<string, Quantity> = {};
  for (const [k, hold] of json.holds.slice(0, 3).entries()) {
    const name = json.holds.length > 1 ? `, hold ${k + 1}` : "";
    values[`leakage${name}`] = hold.leakage;
    if (hold.tau) values[`τ${name}`] = hold.tau;
    else if (hold.amplitude) values[`k of Cottrell's law${name}`] = hold.amplitude;
    values[`charge above the leakage${name}`] = hold.charge;
    if (hold.diffusion) values[`diffusion coefficient${name}`] = hold.diffusion;
  }
  const rows = holds.flatMap(({ clock }, k) => Array.from(clock, (_, i) => ({ k, i })));
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
        words(
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
        words(
          "hold",
          rows.map(({ k }) => String(k + 1)),
        ),
        numbers(
          "time",
          "s",
          rows.map(({ k, i }) => holds[k]!.clock[i]!),
        ),
        numbers(
          "current",
          "A",
          rows.map(({ k, i }) => holds[k]!.current[i]!),
        ),
        ...["cottrell", "exponential"].map((model) =>
          numbers(
            model,
            "A",
            rows.map(({ k, i }) => holds[k]!.fits.find((fit) => fit.model === model)?.curve[i] ?? Number.NaN),
          ),
        ),
      ],
    },
    figures: holds.slice(0, DRAWN).map((hold, k) => ({
      id: `hold-${k + 1}`,
      figure: itFigure({
        ...hold,
        title: `Current over time${holds.length > 1 ? `, hold ${k + 1}` : ""}`,
      }),
    })),
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
  out: IvOut | ItOut,
  notices: readonly Notice[],
): LabFound {
  const part = out.kind === "iv" ? foundIv(out, version) : foundIt(out, version);
  const table = out.kind === "iv" ? "points" : "current";
  return {
    ...part,
    text: `${name}\n${part.text}`,
    title: out.kind === "iv" ? `Current and potential of ${name}` : `Current over time of ${name}`,
    notices,
    python: `import pandas\nrows = pandas.read_csv("tables/${table}.csv")`,
  };
}
