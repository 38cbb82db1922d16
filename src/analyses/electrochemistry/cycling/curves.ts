/** What is drawn of a cell: its curves in the unit in which its capacity is best printed. */
import type { CellCycling } from "./analyse.ts";
import { dVdQ } from "./derivative.ts";
import { chargeBefore } from "./integrate.ts";
import { capacityOf, type Electrode, efficiencyOf, PER_HOUR, relativeTo } from "./numbers.ts";
import { replicate } from "./retention.ts";

/** Capacity as it is best printed: by volume, mass or area where known; `scale` makes it of mAh. */
export function shownCapacity(electrode: Electrode): { unit: string; scale: number; name: string } {
  const one = relativeTo({ value: 1, unit: "mAh" }, electrode);
  const best = one.volumetric ?? one.specific ?? one.areal;
  const name = one.volumetric ? "volumetric capacity" : one.specific ? "specific capacity" : "areal capacity";
  return best ? { unit: best.unit, scale: best.value, name } : { unit: "mAh", scale: 1, name: "capacity" };
}

/** Potential [V] over the capacity passed in a half cycle, from 0. */
function potentialCurve(cell: CellCycling, half: CellCycling["halves"][number], scale: number) {
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

/** Capacities, efficiencies and curves of every half cycle. */
export function cellCurves(cell: CellCycling, electrode: Electrode) {
  const { unit, scale, name } = shownCapacity(electrode);
  return {
    capacity: { unit, name },
    counted: electrode.capacity === "counter",
    halves: cell.halves.map((half) => {
      const q = capacityOf(half, electrode);
      const ce = efficiencyOf(half, cell.halves, electrode);
      const { bin, potential, dQdV } = half.derivative;
      const sign = half.kind === "charge" ? 1 : -1;
      const inverse = dVdQ(cell.run, half.rows);
      return {
        ...{ cycle: half.cycle, kind: half.kind },
        capacity: { value: q.value * scale, sigma: (q.sigma ?? 0) * scale },
        /** NaN for a half cycle that ends no cycle. */
        efficiency: { value: ce.value, sigma: ce.sigma ?? 0 },
        energyEfficiency: half.energyEfficiency,
        potential: potentialCurve(cell, half, scale),
        /** dQ/dV, of discharges below zero, and the width of its bins [V]. */
        derivative: { bin, x: potential, y: dQdV.map((d) => (sign * d * scale) / PER_HOUR) },
        /** dV/dQ */
        inverse: {
          x: inverse.charge.map((charge) => (charge / PER_HOUR) * scale),
          y: inverse.dVdQ.map((slope) => (slope * PER_HOUR) / scale),
        },
      };
    }),
  };
}

/** Mean capacity of replicate cells over cycles. */
export function replicateCurves(cells: readonly CellCycling[], electrode: Electrode) {
  const { unit, scale, name } = shownCapacity(electrode);
  const means = replicate(
    cells.map(({ halves }) => halves),
    (half) => capacityOf(half, electrode).value * scale,
  );
  return { capacity: { unit, name }, cells: cells.length, means };
}
