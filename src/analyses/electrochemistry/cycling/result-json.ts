/** Results as `cycling` of result.json holds them, and the key numbers: every number a quantity. */
import type { Quantity } from "../../../core/contracts.ts";
import { quantity } from "../../../core/quantity.ts";
import type { CellCycling } from "./analyse.ts";
import { cellCurves, replicateCurves } from "./curves.ts";
import {
  capacityOf,
  type Electrode,
  efficiencyOf,
  halfJson,
  oneC,
  pulseJson,
  relativeTo,
  theoryOf,
} from "./numbers.ts";
import { type Replicated, replicate } from "./retention.ts";

/** One cell's object in result.json. */
function cellJson(cell: CellCycling, electrode: Electrode) {
  const one = oneC(cell, electrode);
  const theory = theoryOf(electrode);
  const { retention, sign } = cell;
  return {
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
    rows: quantity(cell.run.time.length, "1", 0, "counted"),
    oneC: one,
    sign: {
      verdict: sign.verdict,
      hysteresis: Number.isFinite(sign.hysteresis) ? quantity(sign.hysteresis, "V", Number.NaN) : null,
      rise: quantity(sign.rise, "V", Number.NaN),
    },
    sigma:
      "one standard deviation from the spacing of the rows, and of mass, area and thickness as stated; the accuracy of the instrument is not in it; null where unknown, as for what the instrument counted",
    half: cell.halves.map((half) => halfJson(half, cell, electrode, one.capacity)),
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
}

const meanJson = ({ cycle, kind, cells, mean, s }: Replicated, unit: string) => ({
  ...{ cycle, kind, cells },
  mean: quantity(mean, unit, s),
});

/** Means over replicate cells. */
function replicatesJson(cells: readonly CellCycling[], electrode: Electrode) {
  const halves = cells.map((cell) => cell.halves);
  const capacity = replicate(halves, (half) => capacityOf(half, electrode).value);
  const efficiency = replicate(halves, (half, c) => efficiencyOf(half, halves[c]!, electrode).value);
  return {
    capacity: capacity.map((mean) => meanJson(mean, "mAh")),
    ce: efficiency.map((mean) => meanJson(mean, "1")),
  };
}

/** The numbers that one asks of a cell first, by name. */
function keyNumbers(cell: CellCycling, electrode: Electrode): Record<string, Quantity> {
  const values: Record<string, Quantity> = {};
  const first = cell.halves.find(({ efficiency }) => Number.isFinite(efficiency));
  if (first) {
    const q = capacityOf(first, electrode);
    values[`${first.kind} capacity, cycle ${first.cycle}`] = q;
    for (const own of Object.values(relativeTo(q, electrode)))
      values[`${first.kind} capacity, cycle ${first.cycle}, ${own.unit}`] = own;
    values[`coulombic efficiency, cycle ${first.cycle}`] = efficiencyOf(first, cell.halves, electrode);
    values[`energy efficiency, cycle ${first.cycle}`] = quantity(first.energyEfficiency, "1");
  }
  if (cell.retention) {
    const { ratio, sigma, slope, slopeSigma } = cell.retention;
    values.retention = quantity(ratio, "1", sigma);
    if (Number.isFinite(slope)) values["change per cycle"] = quantity(slope, "1", slopeSigma);
  }
  values["1C"] = { ...oneC(cell, electrode).capacity, unit: "mAh" };
  const theory = theoryOf(electrode);
  if (theory) values["theoretical capacity"] = quantity(theory.specific, "mAh/g", 0, "propagated");
  return values;
}

/** All that is told of one cell, or of replicate cells: numbers of result.json, key numbers, curves. */
export function cyclingAnswer(names: readonly string[], cells: readonly CellCycling[], electrode: Electrode) {
  return {
    ...{ names, capacity: electrode.capacity },
    cells: cells.map((cell) => cellJson(cell, electrode)),
    drawn: cells.map((cell) => cellCurves(cell, electrode)),
    values: keyNumbers(cells[0]!, electrode),
    ...(cells.length > 1 && {
      replicates: { json: replicatesJson(cells, electrode), drawn: replicateCurves(cells, electrode) },
    }),
  };
}
