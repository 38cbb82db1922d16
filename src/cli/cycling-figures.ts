/** Pictures of a cell's cycling. */
import type { CellCycling } from "../analyses/electrochemistry/cycling/analyse.ts";
import { dVdQ } from "../analyses/electrochemistry/cycling/derivative.ts";
import { chargeBefore } from "../analyses/electrochemistry/cycling/integrate.ts";
import { replicate } from "../analyses/electrochemistry/cycling/retention.ts";
import { type CycleLine, cycleColours, cyclePlot } from "../figures/cycle-plot.ts";
import type { NamedFigure } from "../reports/figures-of.ts";
import { capacityOf, type Electrode, efficiencyOf, PER_HOUR, relativeTo } from "./cycling-numbers.ts";

const CHARGE = "#CC3311";
const DISCHARGE = "#0050FF";

/** Capacity as it is best printed: by volume, mass or area where known, and its unit. */
function shown(electrode: Electrode): { unit: string; scale: number; name: string } {
  const one = relativeTo({ value: 1, unit: "mAh" }, electrode);
  const best = one.volumetric ?? one.specific ?? one.areal;
  const name = one.volumetric ? "volumetric capacity" : one.specific ? "specific capacity" : "areal capacity";
  return best ? { unit: best.unit, scale: best.value, name } : { unit: "mAh", scale: 1, name: "capacity" };
}

/** "cycle 3, charge": a half cycle by name. */
const named = (half: { cycle: number; kind: string }) =>
  half.cycle === 0 ? `leading ${half.kind}` : `cycle ${half.cycle}, ${half.kind}`;

const group = ({ cycle }: { cycle: number }) => (cycle === 0 ? "before cycle 1" : `cycle ${cycle}`);

/** Colour of each half cycle: that of its cycle. */
function colours(halves: CellCycling["halves"]): string[] {
  const cycles = [...new Set(halves.map(({ cycle }) => cycle))];
  const table = cycleColours(cycles.length);
  return halves.map(({ cycle }) => table[cycles.indexOf(cycle)]!);
}

function overCycles(cell: CellCycling, electrode: Electrode): NamedFigure[] {
  const { unit, scale, name } = shown(electrode);
  const points = (kind: "charge" | "discharge"): CycleLine => {
    const own = cell.halves.filter((half) => half.kind === kind);
    const q = own.map((half) => capacityOf(half, electrode));
    return {
      name: kind,
      stroke: kind === "charge" ? CHARGE : DISCHARGE,
      marks: kind === "charge" ? "open" : "filled",
      x: own.map(({ cycle }) => cycle),
      y: q.map(({ value }) => value * scale),
      sigma: q.map(({ sigma }) => (sigma ?? 0) * scale),
    };
  };
  const figures: NamedFigure[] = [
    {
      id: "capacity",
      map: false,
      figure: cyclePlot({
        title: "Capacity over cycle",
        x: { name: "number of cycle", unit: "1" },
        y: { name, unit },
        lines: [points("charge"), points("discharge")],
        caption: `Capacity of each half cycle, ${electrode.capacity === "counter" ? "as the instrument counted it" : "∫I dt"}; bars are the uncertainty from the spacing of the rows. Cycle 0 is a half cycle before the first whole cycle.`,
        alt: `Charge and discharge capacity in ${unit} over ${cell.halves.length} half cycles.`,
      }),
    },
  ];
  const ends = cell.halves.filter(({ efficiency }) => Number.isFinite(efficiency));
  if (ends.length === 0) return figures;
  const ce = ends.map((half) => efficiencyOf(half, cell.halves, electrode));
  const cycles = ends.map(({ cycle }) => cycle);
  figures.push({
    id: "efficiency",
    map: false,
    figure: cyclePlot({
      title: "Efficiency over cycle",
      x: { name: "number of cycle", unit: "1" },
      y: { name: "efficiency", unit: "1" },
      lines: [
        {
          ...{ name: "coulombic", stroke: "#000000", marks: "filled", x: cycles },
          y: ce.map(({ value }) => value),
          sigma: ce.map(({ sigma }) => sigma ?? 0),
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

/** Potential over the capacity passed in each half cycle, from 0. */
function curve(cell: CellCycling, half: CellCycling["halves"][number], scale: number) {
  const x: number[] = [];
  const y: number[] = [];
  let passed = 0;
  for (const { from, to, continues } of half.rows.parts)
    for (let i = from; i <= to; i++) {
      passed += Math.abs(chargeBefore(cell.run, i, i === from && !continues));
      x.push((passed / PER_HOUR) * scale);
      y.push(cell.run.potential[i]!);
    }
  return { x, y };
}

/** The figures of one cell. */
export function cyclingFigures(cell: CellCycling, electrode: Electrode): NamedFigure[] {
  const { unit, scale, name } = shown(electrode);
  const stroke = colours(cell.halves);
  const potential = { name: "potential", unit: "V" };
  const curves = cell.halves.map(
    (half, h): CycleLine => ({
      name: named(half),
      group: group(half),
      stroke: stroke[h]!,
      ...curve(cell, half, scale),
    }),
  );
  const bins = cell.halves.map(({ derivative }) => 1000 * derivative.bin);
  const derivatives = cell.halves.map((half, h): CycleLine => {
    const sign = half.kind === "charge" ? 1 : -1;
    const { potential: x, dQdV } = half.derivative;
    return {
      name: named(half),
      group: group(half),
      stroke: stroke[h]!,
      x,
      y: dQdV.map((d) => (sign * d * scale) / PER_HOUR),
    };
  });
  const inverse = cell.halves.map((half, h): CycleLine => {
    const { charge, dVdQ: slope } = dVdQ(cell.run, half.rows);
    return {
      ...{ name: named(half), group: group(half), stroke: stroke[h]! },
      x: charge.map((q) => (q / PER_HOUR) * scale),
      y: slope.map((s) => (s * PER_HOUR) / scale),
    };
  });
  const high = inverse.flatMap(({ y }) => Array.from(y).filter(Number.isFinite)).sort((a, b) => a - b);
  // The steep ends would hide everything else.
  const top = 1.5 * (high[Math.floor(0.9 * (high.length - 1))] ?? 1) || 1;
  const bin = `Bins of ${Math.min(...bins).toPrecision(2)} to ${Math.max(...bins).toPrecision(2)} mV`;
  return [
    ...overCycles(cell, electrode),
    {
      id: "potential",
      map: false,
      figure: cyclePlot({
        ...{ title: "Potential over capacity", x: { name, unit }, y: potential, lines: curves },
        caption:
          "Potential over the charge passed since the half cycle began; colour is the cycle, dark first.",
        alt: `Potential over capacity of ${curves.length} half cycles.`,
      }),
    },
    {
      id: "dqdv",
      map: false,
      figure: cyclePlot({
        title: "Differential capacity",
        x: potential,
        y: { name: "dQ/dV", unit: `${unit} V⁻¹` },
        lines: derivatives,
        caption: `${bin}, at least three times the noise of the potential; weights 1, 2, 1 over neighbours. Discharges are drawn below zero. The charge of a held potential at the end is left out.`,
        alt: `Differential capacity over potential of ${curves.length} half cycles.`,
      }),
    },
    {
      id: "dvdq",
      map: false,
      figure: cyclePlot({
        title: "Differential potential",
        x: { name, unit },
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

/** Capacity of replicate cells: every cell as a point, mean ± s beside them. */
export function replicateFigure(cells: readonly CellCycling[], electrode: Electrode): NamedFigure {
  const { unit, scale, name } = shown(electrode);
  const means = replicate(
    cells.map(({ halves }) => halves),
    (half) => capacityOf(half, electrode).value * scale,
  );
  const line = (kind: "charge" | "discharge", stroke: string): CycleLine => {
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
    map: false,
    figure: cyclePlot({
      title: "Capacity of replicate cells",
      x: { name: "number of cycle", unit: "1" },
      y: { name, unit },
      lines: [line("charge", CHARGE), line("discharge", DISCHARGE)],
      caption: `Mean of up to ${cells.length} cells; bars are the standard deviation between cells.`,
      alt: `Mean capacity of ${cells.length} cells over cycles.`,
    }),
  };
}
