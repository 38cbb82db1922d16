/** What `cycling` says of one cell or of replicates: text, tables, figures, report. */
import type { Notice, Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import {
  cyclingFigures,
  replicateFigure,
  type ShownCell,
  type ShownReplicates,
} from "../figures/cycling-figures.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import { type LabFound, numbers, quantities, words } from "./lab-found.ts";
import type { Citation } from "./methods-text.ts";

const CITATIONS: readonly Citation[] = [
  {
    key: "Weppner1977",
    authors: "W. Weppner, R. A. Huggins",
    year: 1977,
    title:
      "Determination of the kinetic parameters of mixed-conducting electrodes and application to the system Li3Sb",
    journal: "J. Electrochem. Soc. 124, 1569",
    doi: "10.1149/1.2133112",
  },
];

/** What is read of one half cycle of result.json. */
interface HalfOut {
  readonly cycle: number;
  readonly kind: string;
  readonly leading: boolean;
  readonly rows: readonly number[];
  readonly capacity: Quantity;
  readonly specific?: Quantity;
  readonly areal?: Quantity;
  readonly volumetric?: Quantity;
  readonly energy: Quantity;
  readonly meanPotential: Quantity;
  readonly ce?: Quantity | string | null;
  readonly cRate: Quantity;
  readonly plateaus: readonly {
    readonly potential: Quantity;
    readonly capacity: Quantity;
    readonly share: Quantity;
  }[];
}

/** What is read of one cell of result.json. */
interface CellOut {
  readonly rows: Quantity;
  readonly half: readonly HalfOut[];
  readonly titration: readonly unknown[];
}

export interface CyclingOut {
  readonly version: string;
  /** Of the cells' files. */
  readonly names: readonly string[];
  /** Which charge is the capacity. */
  readonly capacity: "integral" | "counter";
  /** As in result.json. */
  readonly cells: readonly CellOut[];
  readonly drawn: readonly ShownCell[];
  /** Key numbers of one cell. */
  readonly values: Readonly<Record<string, Quantity>>;
  /** Of more than one cell. */
  readonly replicates?: {
    readonly json: {
      readonly capacity: readonly {
        readonly cycle: number;
        readonly kind: string;
        readonly cells: number;
        readonly mean: Quantity;
      }[];
    };
    readonly drawn: ShownReplicates;
  };
  readonly notices: readonly Notice[];
}

/** The coulombic efficiency, where there is one. */
const efficiencyOf = ({ ce }: HalfOut) => (typeof ce === "object" && ce !== null ? ce : undefined);

/** A column of quantities with its σ beside it; no value is an empty field. */
function columns(halves: readonly HalfOut[], name: string, label: string): CsvColumn[] {
  const cells = halves.map((half) => (half as unknown as Record<string, Quantity | null | undefined>)[name]);
  const unit = cells.find((cell) => cell)?.unit;
  if (unit === undefined) return [];
  const values = cells.map((cell) => cell?.value ?? Number.NaN);
  const sigma = cells.map((cell) => cell?.sigma ?? Number.NaN);
  return [
    { name: label, unit, values },
    ...(sigma.some(Number.isFinite) ? [{ name: `sigma of ${label}`, unit, values: sigma }] : []),
  ];
}

function halfTable(halves: readonly HalfOut[]): CsvColumn[] {
  return [
    words(
      "cycle",
      halves.map(({ cycle }) => String(cycle)),
    ),
    words(
      "kind",
      halves.map(({ kind }) => kind),
    ),
    words(
      "first row",
      halves.map(({ rows }) => String(rows[0]! + 1)),
    ),
    words(
      "last row",
      halves.map(({ rows }) => String(rows[1]! + 1)),
    ),
    ...(
      [
        ...[
          ["capacity", "capacity"],
          ["specific", "specific capacity"],
          ["areal", "areal capacity"],
        ],
        ...[
          ["volumetric", "volumetric capacity"],
          ["integral", "integral of current"],
        ],
        ...[
          ["trapezoid", "trapezoids on the rows"],
          ["counter", "counted by the instrument"],
        ],
        ...[
          ["deviation", "integral over counter minus 1"],
          ["energy", "energy"],
          ["ce", "coulombic efficiency"],
        ],
        ...[
          ["energyEfficiency", "energy efficiency"],
          ["meanPotential", "mean potential"],
        ],
        ...[
          ["current", "current"],
          ["cRate", "C rate"],
          ["duration", "duration"],
        ],
      ] as [string, string][]
    ).flatMap(([name, label]) => columns(halves, name, label)),
  ];
}

/** One row for each plateau of each half cycle. */
function plateauTable(halves: readonly HalfOut[]): CsvColumn[] {
  const rows = halves.flatMap((half) => half.plateaus.map((plateau) => ({ half, plateau })));
  return [
    words(
      "cycle",
      rows.map(({ half }) => String(half.cycle)),
    ),
    words(
      "kind",
      rows.map(({ half }) => half.kind),
    ),
    ...quantities(
      "potential",
      "V",
      rows.map(({ plateau }) => plateau.potential),
    ),
    numbers(
      "capacity",
      "mAh",
      rows.map(({ plateau }) => plateau.capacity.value),
    ),
    numbers(
      "share",
      "1",
      rows.map(({ plateau }) => plateau.share.value),
    ),
  ];
}

function textOf(half: readonly HalfOut[]): string {
  return half
    .map((h) => {
      const ce = efficiencyOf(h);
      const more = [h.specific, h.areal, h.volumetric].flatMap((q) => (q ? [quantityText(q)] : []));
      const name = h.leading ? `leading ${h.kind}` : `cycle ${h.cycle} ${h.kind}`;
      const shown = [quantityText(h.capacity), ...more, `at ${numberText(h.meanPotential.value)} V`];
      return `  ${name.padEnd(20)}${shown.join(", ")}${ce ? `, efficiency ${quantityText(ce)}` : ""}`;
    })
    .join("\n");
}

const pageRows = (half: readonly HalfOut[]) =>
  half.map((h) => {
    const ce = efficiencyOf(h);
    const best = h.volumetric ?? h.specific ?? h.areal;
    return [
      ...[String(h.cycle), h.kind, quantityText(h.capacity), best ? quantityText(best) : ""],
      ...[quantityText(h.energy), numberText(h.meanPotential.value), ce ? quantityText(ce) : ""],
      numberText(h.cRate.value, 3),
    ];
  });

const HEAD = [
  "cycle",
  "kind",
  "capacity",
  "relative",
  "energy",
  "mean potential (V)",
  "coulombic efficiency",
  "C rate (1/h)",
];

/** The methods paragraph, with this run's choices. */
function methods({ version, capacity, cells }: CyclingOut) {
  const titrated = cells.some(({ titration }) => titration.length > 0);
  const parts = [
    `Half cycles were cut with Lithoscope ${version} where the sign of the current turns; rests and held potentials stay inside.`,
    capacity === "counter"
      ? "Capacities are those the instrument counted."
      : "Capacities are integrals of the current over time by trapezoids (rectangles for currents averaged by the instrument), compared with the instrument's own counter.",
    "Energy is the integral of current and potential, mean potential its ratio to the charge. Positive current is oxidation.",
    "Differential capacity is the charge in equal steps of potential of at least three times its noise; plateaus are its maxima.",
    titrated
      ? "Diffusion coefficients follow Weppner and Huggins [1] where the pulse is linear in √t and short."
      : "",
  ];
  return { paragraph: parts.filter(Boolean).join(" "), citations: titrated ? CITATIONS : [] };
}

/** Everything of one cell, or of replicate cells. */
export function cyclingFound(out: CyclingOut): LabFound {
  const { names, cells, drawn, replicates } = out;
  const means = replicates?.json.capacity ?? [];
  const counted = cells.reduce((sum, { half }) => sum + half.length, 0);
  const single = cells.length === 1;
  const answer = single
    ? [
        `${counted} half cycles in ${cells[0]!.rows.value} rows.`,
        ...Object.entries(out.values)
          .slice(0, 3)
          .map(([name, q]) => `${name}: ${quantityText(q)}.`),
      ]
    : [
        `${cells.length} replicate cells with ${counted} half cycles; σ of a mean is the standard deviation between cells.`,
      ];
  return {
    title: single ? `Cycling of ${names[0]}` : `Cycling of ${cells.length} replicate cells`,
    answer,
    text: cells.map(({ half }, c) => `${names[c]}: ${half.length} half cycles\n${textOf(half)}`).join("\n"),
    keys: {
      cycling: single
        ? cells[0]
        : {
            half: cells.flatMap(({ half }, c) => half.map((h) => ({ cell: names[c], ...h }))),
            replicates: replicates?.json,
            cells: cells.map((cell, c) => ({ cell: names[c], ...cell })),
          },
    },
    values: single
      ? out.values
      : Object.fromEntries(
          means
            .slice(0, 4)
            .map((m) => [`${m.kind} capacity, cycle ${m.cycle}, mean of ${m.cells} cells`, m.mean]),
        ),
    pageTables: cells.map(({ half }, c) => ({
      caption: `Half cycles of ${names[c]}`,
      head: HEAD,
      rows: pageRows(half),
      numbers: [2, 3, 4, 5, 6, 7],
    })),
    tables: Object.fromEntries(
      cells.flatMap(({ half }, c) => {
        const tail = single ? "" : `-${c + 1}`;
        return [
          [`half-cycles${tail}`, halfTable(half)],
          [`plateaus${tail}`, plateauTable(half)],
        ];
      }),
    ),
    figures: single
      ? cyclingFigures(drawn[0]!)
      : [
          ...(replicates ? [replicateFigure(replicates.drawn)] : []),
          ...drawn.flatMap((cell, c) =>
            cyclingFigures(cell).map(({ id, figure }) => ({
              id: `${id}-${c + 1}`,
              figure: { ...figure, title: `${figure.title}, ${names[c]}` },
            })),
          ),
        ],
    notices: out.notices,
    methods: methods(out),
    python: `import pandas\nhalves = pandas.read_csv("tables/half-cycles${single ? "" : "-1"}.csv")`,
  };
}
