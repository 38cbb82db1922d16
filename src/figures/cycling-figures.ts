/** Pictures of a cell's cycling. */
import { type CycleLine, cycleColours, cyclePlot } from "./cycle-plot.ts";
import type { NamedPlot } from "./figure.ts";

type Kind = "charge" | "discharge";

interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

interface Value {
  readonly value: number;
  readonly sigma: number;
}

/** How capacity is printed: "specific capacity" in mAh/g. */
interface ShownCapacity {
  readonly name: string;
  readonly unit: string;
}

/** What the figures need to know of one cell; capacities all in one unit. */
export interface ShownCell {
  readonly capacity: ShownCapacity;
  /** True where capacities are those that the instrument counted. */
  readonly counted: boolean;
  readonly halves: readonly {
    /** 0 before the first whole cycle. */
    readonly cycle: number;
    readonly kind: Kind;
    readonly capacity: Value;
    /** NaN for a half cycle that ends no cycle. */
    readonly efficiency: Value;
    readonly energyEfficiency: number;
    /** Potential over capacity. */
    readonly potential: Curve;
    /** dQ/dV over potential, and the width of its bins [V]. */
    readonly derivative: Curve & { readonly bin: number };
    /** dV/dQ over capacity. */
    readonly inverse: Curve;
  }[];
}

const CHARGE = "#CC3311";
const DISCHARGE = "#0050FF";

/** "cycle 3, charge": a half cycle by name. */
const named = (half: { cycle: number; kind: string }) =>
  half.cycle === 0 ? `leading ${half.kind}` : `cycle ${half.cycle}, ${half.kind}`;

const group = ({ cycle }: { cycle: number }) => (cycle === 0 ? "before cycle 1" : `cycle ${cycle}`);

/** Colour of each half cycle: that of its cycle. */
function colours(halves: ShownCell["halves"]): string[] {
  const cycles = [...new Set(halves.map(({ cycle }) => cycle))];
  const table = cycleColours(cycles.length);
  return halves.map(({ cycle }) => table[cycles.indexOf(cycle)]!);
}

function overCycles({ capacity, counted, halves }: ShownCell): NamedPlot[] {
  const points = (kind: Kind): CycleLine => {
    const own = halves.filter((half) => half.kind === kind);
    return {
      name: kind,
      stroke: kind === "charge" ? CHARGE : DISCHARGE,
      marks: kind === "charge" ? "open" : "filled",
      x: own.map(({ cycle }) => cycle),
      y: own.map((half) => half.capacity.value),
      sigma: own.map((half) => half.capacity.sigma),
    };
  };
  const figures: NamedPlot[] = [
    {
      id: "capacity",
      figure: cyclePlot({
        title: "Capacity over cycle",
        x: { name: "number of cycle", unit: "1" },
        y: capacity,
        lines: [points("charge"), points("discharge")],
        caption: `Capacity of each half cycle, ${counted ? "as the instrument counted it" : "∫I dt"}; bars are the uncertainty from the spacing of the rows. Cycle 0 is a half cycle before the first whole cycle.`,
        alt: `Charge and discharge capacity in ${capacity.unit} over ${halves.length} half cycles.`,
      }),
    },
  ];
  const ends = halves.filter(({ efficiency }) => Number.isFinite(efficiency.value));
  if (ends.length === 0) return figures;
  const cycles = ends.map(({ cycle }) => cycle);
  figures.push({
    id: "efficiency",
    figure: cyclePlot({
      title: "Efficiency over cycle",
      x: { name: "number of cycle", unit: "1" },
      y: { name: "efficiency", unit: "1" },
      lines: [
        {
          ...{ name: "coulombic", stroke: "#000000", marks: "filled", x: cycles },
          y: ends.map(({ efficiency }) => efficiency.value),
          sigma: ends.map(({ efficiency }) => efficiency.sigma),
        },
        {
          name: "energy",
          stroke: "#DDAA33",
          marks: "open",
          x: cycles,
          y: ends.map((h) => h.energyEfficiency),
        },
      ],
      caption:
        "Coulombic efficiency: charge of the second half of each cycle over that of its first. Energy efficiency: energy of the discharge over that of the charge.",
      alt: `Coulombic and energy efficiency of ${ends.length} cycles.`,
    }),
  });
  return figures;
}

/** The figures of one cell. */
export function cyclingFigures(cell: ShownCell): NamedPlot[] {
  const { capacity, halves } = cell;
  const { unit } = capacity;
  const stroke = colours(halves);
  const potential = { name: "potential", unit: "V" };
  const lines = (pick: (half: ShownCell["halves"][number]) => Curve): CycleLine[] =>
    halves.map((half, h) => {
      const { x, y } = pick(half);
      return { name: named(half), group: group(half), stroke: stroke[h]!, x, y };
    });
  const curves = lines((half) => half.potential);
  const bins = halves.map(({ derivative }) => 1000 * derivative.bin);
  const inverse = lines((half) => half.inverse);
  const high = inverse.flatMap(({ y }) => Array.from(y).filter(Number.isFinite)).sort((a, b) => a - b);
  // The steep ends would hide everything else.
  const top = 1.5 * (high[Math.floor(0.9 * (high.length - 1))] ?? 1) || 1;
  const bin = `Bins of ${Math.min(...bins).toPrecision(2)} to ${Math.max(...bins).toPrecision(2)} mV`;
  return [
    ...overCycles(cell),
    {
      id: "potential",
      figure: cyclePlot({
        ...{ title: "Potential over capacity", x: capacity, y: potential, lines: curves },
        caption:
          "Potential over the charge passed since the half cycle began; colour is the cycle, dark first.",
        alt: `Potential over capacity of ${curves.length} half cycles.`,
      }),
    },
    {
      id: "dqdv",
      figure: cyclePlot({
        title: "Differential capacity",
        x: potential,
        y: { name: "dQ/dV", unit: `${unit} V⁻¹` },
        lines: lines((half) => half.derivative),
        caption: `${bin}, at least three times the noise of the potential; weights 1, 2, 1 over neighbours. Discharges are drawn below zero. The charge of a held potential at the end is left out.`,
        alt: `Differential capacity over potential of ${curves.length} half cycles.`,
      }),
    },
    {
      id: "dvdq",
      figure: cyclePlot({
        title: "Differential potential",
        x: capacity,
        y: { name: "dV/dQ", unit: `V (${unit})⁻¹` },
        lines: inverse.map((line) => ({ ...line, y: Array.from(line.y, (v) => (v > top ? Number.NaN : v)) })),
        range: { low: 0, high: top },
        caption:
          "Mean potential in equal steps of charge, differences between neighbours; values above the frame are left out.",
        alt: `Derivative of the potential over capacity of ${curves.length} half cycles.`,
      }),
    },
  ];
}

/** Mean capacity of replicate cells over cycles. */
export interface ShownReplicates {
  readonly capacity: ShownCapacity;
  readonly cells: number;
  readonly means: readonly {
    readonly cycle: number;
    readonly kind: Kind;
    readonly mean: number;
    readonly s: number;
  }[];
}

/** Capacity of replicate cells: every cell as a point, mean ± s beside them. */
export function replicateFigure({ capacity, cells, means }: ShownReplicates): NamedPlot {
  const line = (kind: Kind, stroke: string): CycleLine => {
    const own = means.filter((m) => m.kind === kind);
    return {
      ...{ name: kind, stroke, marks: kind === "charge" ? "open" : "filled" },
      x: own.map(({ cycle }) => cycle),
      y: own.map(({ mean }) => mean),
      sigma: own.map(({ s }) => s),
    };
  };
  return {
    id: "replicates",
    figure: cyclePlot({
      title: "Capacity of replicate cells",
      x: { name: "number of cycle", unit: "1" },
      y: capacity,
      lines: [line("charge", CHARGE), line("discharge", DISCHARGE)],
      caption: `Mean of up to ${cells} cells; bars are the standard deviation between cells.`,
      alt: `Mean capacity of ${cells} cells over cycles.`,
    }),
  };
}
