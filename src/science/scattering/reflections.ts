import type { Crystal } from "../../core/contracts.ts";
import { cos, exp, sin } from "../../math/portable.ts";
import { electronWavelength, relativisticFactor, scatteringFactor } from "./electron.ts";

/** Reflections of a crystal; n entries per column, g in the crystal frame a ∥ x, c* ∥ z. */
export interface Reflections {
  readonly count: number;
  readonly hkl: Int16Array;
  /** (n, 3) [1/Å] */
  readonly g: Float64Array;
  /** |g| [1/Å] */
  readonly length: Float64Array;
  /** Inverse extinction distance λ|U_g| of each reflection [1/Å]. */
  readonly inverseXi: Float64Array;
}

/** Rows a*, b*, c* [1/Å] in the frame a ∥ x, c* ∥ z, and the cell volume [Å³]. */
export function reciprocalBasis(cell: Crystal["cell"]): { rows: number[][]; volume: number } {
  const [a, b, c] = cell;
  const [ca, cb, cg] = cell.slice(3).map((angle) => cos((angle * Math.PI) / 180)) as [number, number, number];
  const sg = Math.sqrt(1 - cg * cg);
  const cy = (c * (ca - cb * cg)) / sg;
  const cz = Math.sqrt(c * c - c * c * cb * cb - cy * cy);
  const volume = a * b * sg * cz;
  return {
    rows: [
      [1 / a, -cg / (a * sg), (cg * cy - sg * c * cb) / (a * sg * cz)],
      [0, 1 / (b * sg), -cy / (b * sg * cz)],
      [0, 0, 1 / cz],
    ],
    volume,
  };
}

/**
 * All reflections with 0 < |g| < gMax whose structure factor is not extinct (below 2e-4 of the strongest).
 *
 * @param gMax largest |g| [1/Å]
 * @param voltageKv accelerating voltage [kV], for the relativistic mass and the wavelength
 * @see F_g = Σ occupancy f_e exp(−B g²/4) exp(−2πi g·r); U_g = γF/(πV)
 */
export function reflections(crystal: Crystal, gMax: number, voltageKv: number): Reflections {
  const { rows, volume } = reciprocalBasis(crystal.cell);
  const limit = crystal.cell.slice(0, 3).map((edge) => Math.floor(edge * gMax) + 1);
  const toXi = (electronWavelength(voltageKv) * relativisticFactor(voltageKv)) / (Math.PI * volume);
  const found: { hkl: number[]; g: number[]; length: number; inverseXi: number }[] = [];
  for (let h = -limit[0]!; h <= limit[0]!; h++)
    for (let k = -limit[1]!; k <= limit[1]!; k++)
      for (let l = -limit[2]!; l <= limit[2]!; l++) {
        const g = [0, 1, 2].map((i) => h * rows[0]![i]! + k * rows[1]![i]! + l * rows[2]![i]!);
        const length = Math.hypot(g[0]!, g[1]!, g[2]!);
        if (length >= gMax || length === 0) continue;
        let re = 0;
        let im = 0;
        const factor = new Map<string, number>();
        for (const atom of crystal.atoms) {
          let f = factor.get(atom.element);
          if (f === undefined) {
            f = scatteringFactor(atom.element, length);
            factor.set(atom.element, f);
          }
          const amplitude = atom.occupancy * f * exp((-atom.bIso * length * length) / 4);
          const [x, y, z] = atom.position;
          const angle = -2 * Math.PI * (h * x + k * y + l * z);
          re += amplitude * cos(angle);
          im += amplitude * sin(angle);
        }
        found.push({ hkl: [h, k, l], g, length, inverseXi: toXi * Math.hypot(re, im) });
      }
  const strongest = found.reduce((max, r) => Math.max(max, r.inverseXi), 0);
  const kept = found.filter((r) => r.inverseXi > 2e-4 * strongest);
  return {
    count: kept.length,
    hkl: Int16Array.from(kept.flatMap((r) => r.hkl)),
    g: Float64Array.from(kept.flatMap((r) => r.g)),
    length: Float64Array.from(kept.map((r) => r.length)),
    inverseXi: Float64Array.from(kept.map((r) => r.inverseXi)),
  };
}
