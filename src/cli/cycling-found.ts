/** What `cycling` writes: result.json keys, tables, figures, report, for one cell or replicates. */
import type { CellCycling } from "../analyses/electrochemistry/cycling/analyse.ts";
import { replicate } from "../analyses/electrochemistry/cycling/retention.ts";
import type { Notice, Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import type { Citation } from "../reports/methods-text.ts";
import { cyclingFigures, replicateFigure } from "./cycling-figures.ts";
import {
  capacityOf,
  type Electrode,
  efficiencyOf,
  halfJson,
  oneC,
  pulseJson,
  quantity,
  relativeTo,
  theoryOf,
} from "./cycling-numbers.ts";
import type { LabFound } from "./lab-result.ts";

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

type HalfOut = ReturnType<typeof halfJson>;

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
    { name: "cycle", unit: "", values: halves.map(({ cycle }) => String(cycle)) },
    { name: "kind", unit: "", values: halves.map(({ kind }) => kind) },
    { name: "first row", unit: "", values: halves.map(({ rows }) => String(rows[0]! + 1)) },
    { name: "last row", unit: "", values: halves.map(({ rows }) => String(rows[1]! + 1)) },
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

/** Columns of the rows of all half cycles, as the figures draw them. */
function plateauTable(halves: readonly HalfOut[]): CsvColumn[] {
  const rows = halves.flatMap((half) => half.plateaus.map((plateau) => ({ half, plateau })));
  return [
    { name: "cycle", unit: "", values: rows.map(({ half }) => String(half.cycle)) },
    { name: "kind", unit: "", values: rows.map(({ half }) => half.kind) },
    { name: "potential", unit: "V", values: rows.map(({ plateau }) => plateau.potential.value) },
    { name: "sigma of potential", unit: "V", values: rows.map(({ plateau }) => plateau.potential.sigma!) },
    { name: "capacity", unit: "mAh", values: rows.map(({ plateau }) => plateau.capacity.value) },
    { name: "share", unit: "1", values: rows.map(({ plateau }) => plateau.share.value) },
  ];
}

/** One cell's object in result.json and its key numbers. */
function describe(cell: CellCycling, electrode: Electrode) {
  const one = oneC(cell, electrode);
  const theory = theoryOf(electrode);
  const half = cell.halves.map((h) => halfJson(h, cell, electrode, one.capacity));
  const { retention, sign } = cell;
  const values: Record<string, Quantity> = {};
  const ends = cell.halves.filter(({ efficiency }) => Number.isFinite(efficiency));
  const first = ends[0];
  if (first) {
    const q = capacityOf(first, electrode);
    values[`${first.kind} capacity, cycle ${first.cycle}`] = q;
    for (const own of Object.values(relativeTo(q, electrode)))
      values[`${first.kind} capacity, cycle ${first.cycle}, ${own.unit}`] = own;
    values[`coulombic efficiency, cycle ${first.cycle}`] = efficiencyOf(first, cell.halves, electrode);
    values[`energy efficiency, cycle ${first.cycle}`] = quantity(first.energyEfficiency, "1");
  }
  if (retention) {
    values.retention = quantity(retention.ratio, "1", retention.sigma);
    if (Number.isFinite(retention.slope))
      values["change per cycle"] = quantity(retention.slope, "1", retention.slopeSigma);
  }
  values["1C"] = { ...one.capacity, unit: "mAh" };
  if (theory) values["theoretical capacity"] = quantity(theory.specific, "mAh/g", 0, "propagated");
  const described = {
    electrode: {
      ...electrode,
      ...(theory && {
        theory: {
          formula: electrode.formula,
          ion: electrode.ion,
          ions: quantity(theory.ions, "1", 0, "flag"),
          molarMass: quantity(theory.molarMass, "g/mol", 0, "propagated"),
          capacity: quantity(theory.specific, "mAh/g", 0, "propagated"),
        },
      }),
    },
    oneC: one,
    sign: {
      verdict: sign.verdict,
      hysteresis: Number.isFinite(sign.hysteresis) ? quantity(sign.hysteresis, "V", Number.NaN) : null,
      rise: quantity(sign.rise, "V", Number.NaN),
    },
    sigma:
      "one standard deviation from the spacing of the rows, and of mass, area and thickness as stated; the accuracy of the instrument is not in it; null where unknown, as for what the instrument counted",
    half,
    retention: retention
      ? {
          ratio: quantity(retention.ratio, "1", retention.sigma),
          ...{ from: retention.first, to: retention.last },
          perCycle: Number.isFinite(retention.slope)
            ? quantity(retention.slope, "1", retention.slopeSigma)
            : null,
        }
      : null,
    titration: cell.pulses.map((pulse) => pulseJson(pulse, electrode)),
  };
  return { described, values, half };
}

function textOf(half: readonly HalfOut[]): string {
  return half
    .map((h) => {
      const ce = (h as { ce?: Quantity | null }).ce;
      const more = [h.specific, h.areal, h.volumetric].flatMap((q) => (q ? [quantityText(q)] : []));
      const name = h.leading ? `leading ${h.kind}` : `cycle ${h.cycle} ${h.kind}`;
      const shown = [quantityText(h.capacity), ...more, `at ${numberText(h.meanPotential.value)} V`];
      return `  ${name.padEnd(20)}${shown.join(", ")}${ce ? `, efficiency ${quantityText(ce)}` : ""}`;
    })
    .join("\n");
}

const pageRows = (half: readonly HalfOut[]) =>
  half.map((h) => {
    const ce = (h as { ce?: Quantity | null }).ce;
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
function methods(version: string, electrode: Electrode, cells: readonly CellCycling[]) {
  const titrated = cells.some(({ pulses }) => pulses.length > 0);
  const parts = [
    `Half cycles were cut with Lithoscope ${version} where the sign of the current turns; rests and held potentials stay inside.`,
    electrode.capacity === "counter"
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

/** Everything of one cell, or of replicate cells whose names are in `names`. */
export function cyclingFound(
  version: string,
  names: readonly string[],
  cells: readonly CellCycling[],
  electrode: Electrode,
  from: readonly Notice[],
): LabFound {
  const notices = [...from, ...cells.flatMap((cell) => cell.notices)];
  const described = cells.map((cell) => describe(cell, electrode));
  const [first] = described;
  const single = cells.length === 1;
  const means = replicate(
    cells.map(({ halves }) => halves),
    (half) => capacityOf(half, electrode).value,
  );
  const efficiencies = replicate(
    cells.map(({ halves }) => halves),
    (half, c) => efficiencyOf(half, cells[c]!.halves, electrode).value,
  );
  const mean = (m: (typeof means)[number], unit: string) => ({
    cycle: m.cycle,
    kind: m.kind,
    cells: m.cells,
    mean: quantity(m.mean, unit, m.s),
  });
  const counted = cells.reduce((sum, { halves }) => sum + halves.length, 0);
  const answer = single
    ? [
        `${counted} half cycles in ${cells[0]!.run.time.length} rows.`,
        ...Object.entries(first!.values)
          .slice(0, 3)
          .map(([name, q]) => `${name}: ${quantityText(q)}.`),
      ]
    : [
        `${cells.length} replicate cells with ${counted} half cycles; σ of a mean is the standard deviation between cells.`,
      ];
  return {
    title: single ? `Cycling of ${names[0]}` : `Cycling of ${cells.length} replicate cells`,
    answer,
    text: cells
      .map((_, c) => `${names[c]}: ${described[c]!.half.length} half cycles\n${textOf(described[c]!.half)}`)
      .join("\n"),
    keys: {
      cycling: single
        ? first!.described
        : {
            half: described.flatMap(({ half }, c) => half.map((h) => ({ cell: names[c], ...h }))),
            replicates: {
              capacity: means.map((m) => mean(m, "mAh")),
              ce: efficiencies.map((m) => mean(m, "1")),
            },
            cells: described.map(({ described: d }, c) => ({ cell: names[c], ...d })),
          },
    },
    values: single
      ? first!.values
      : Object.fromEntries(
          means
            .slice(0, 4)
            .map((m) => [
              `${m.kind} capacity, cycle ${m.cycle}, mean of ${m.cells} cells`,
              quantity(m.mean, "mAh", m.s),
            ]),
        ),
    pageTables: described.map(({ half }, c) => ({
      caption: `Half cycles of ${names[c]}`,
      head: HEAD,
      rows: pageRows(half),
      numbers: [2, 3, 4, 5, 6, 7],
    })),
    tables: Object.fromEntries(
      described.flatMap(({ half }, c) => {
        const tail = single ? "" : `-${c + 1}`;
        return [
          [`half-cycles${tail}`, halfTable(half)],
          [`plateaus${tail}`, plateauTable(half)],
        ];
      }),
    ),
    figures: single
      ? cyclingFigures(cells[0]!, electrode)
      : [
          replicateFigure(cells, electrode),
          ...cells.flatMap((cell, c) =>
            cyclingFigures(cell, electrode).map(({ id, figure, map }) => ({
              id: `${id}-${c + 1}`,
              map,
              figure: { ...figure, title: `${figure.title}, ${names[c]}` },
            })),
          ),
        ],
    notices,
    methods: methods(version, electrode, cells),
    python: `import pandas\nhalves = pandas.read_csv("tables/half-cycles${single ? "" : "-1"}.csv")`,
  };
}
