import type { Quantity } from "../core/contracts.ts";
import { binEdges } from "../math/bins.ts";
import type { OrientationArrays } from "./orientation-arrays.ts";

/** One row per grain: what a table and the size histograms need. */
export interface GrainRow {
  readonly grain: number;
  readonly phase: number;
  readonly points: number;
  /** Area in square steps of the scan, and the diameter of the circle with that area. */
  readonly area: number;
  readonly diameter: number;
  readonly x: number;
  readonly y: number;
  readonly edge: boolean;
  /** Median standard uncertainty of the orientation of its points [deg]; NaN where unknown. */
  readonly sigma: number;
}

/** Size, centre and phase of every grain, lengths in the unit of the step (px without one). */
export function grainRows(maps: OrientationArrays, sigma: ArrayLike<number>, step?: Quantity): GrainRow[] {
  const { width, height, grain, phase } = maps;
  const unit = step?.value ?? 1;
  const members = new Map<number, number[]>();
  for (let i = 0; i < width * height; i++) {
    const g = grain[i]!;
    if (g < 0) continue;
    if (!members.has(g)) members.set(g, []);
    members.get(g)!.push(i);
  }
  return [...members.entries()]
    .sort(([a], [b]) => a - b)
    .map(([g, points]) => {
      let [x, y, edge] = [0, 0, false];
      for (const i of points) {
        const [column, row] = [i % width, Math.floor(i / width)];
        x += column;
        y += row;
        edge ||= column === 0 || row === 0 || column === width - 1 || row === height - 1;
      }
      const known = points
        .map((i) => sigma[i]!)
        .filter(Number.isFinite)
        .sort((a, b) => a - b);
      const area = points.length * unit * unit;
      return {
        grain: g,
        phase: phase[points[0]!]!,
        points: points.length,
        area,
        diameter: Math.sqrt((4 * area) / Math.PI),
        x: (x / points.length) * unit,
        y: (y / points.length) * unit,
        edge,
        sigma: known[Math.floor(known.length / 2)] ?? Number.NaN,
      };
    });
}

/** Bins of the size histograms, no narrower than one step: those of the table of grain sizes too. */
export function sizeEdges(rows: readonly GrainRow[], step: number): Float64Array {
  return binEdges(Float64Array.from(rows, (row) => row.diameter).sort(), step);
}
