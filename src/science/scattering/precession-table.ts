import { cos, sin } from "../../math/portable.ts";
import type { Reflections } from "./reflections.ts";

/** Two-beam intensities averaged over precession azimuth and convergence disc, tabulated in excitation error. */
export interface PrecessionTable {
  /** Film thicknesses [Å]. */
  readonly thickness: readonly number[];
  readonly bins: number;
  /** Row of `values` for each reflection; reflections of equal |g| and |F| share one. */
  readonly family: Int32Array;
  /** Largest tabulated |s0| of each family [1/Å]; the intensity is 0 beyond. */
  readonly reach: Float64Array;
  /** (family, thickness, bins): fraction of the incident electrons. */
  readonly values: Float32Array;
}

/** Default thickness grid [Å]; the orientation depends on it weakly. */
export const THICKNESS_GRID = [150, 250, 350, 420, 490, 560, 640, 720, 800, 900, 1000, 1100] as const;

/** Index of a middling thickness of the grid, where nothing better is known. */
export const MIDDLE_THICKNESS = 5;

/** Excitation errors further than this beyond the precession swing are taken as dark [1/Å]. */
const TAIL = 0.02;

/**
 * I(|s0|) of every reflection: the mean over azimuth θ and disc of sin²(πt√(s²+1/ξ²))/(1+(sξ)²) with
 * s = s0 + g φ cos θ + g α x. Without precession (φ = 0) this is the plain two-beam intensity.
 *
 * @param precession half-angle φ [rad]; @param convergence disc semi-angle α [rad]
 * @see Blackman (1939); swing s = s0 + gφcosθ exact to 0.1 % at 0.7°, 200 kV
 */
export function precessionTable(
  list: Reflections,
  precession: number,
  convergence: number,
  thickness: readonly number[] = THICKNESS_GRID,
): PrecessionTable {
  const bins = 112;
  const family = new Int32Array(list.count);
  const seen = new Map<string, number>();
  const members: number[] = [];
  for (let i = 0; i < list.count; i++) {
    const key = `${list.length[i]!.toFixed(4)}/${list.inverseXi[i]!.toExponential(2)}`;
    let row = seen.get(key);
    if (row === undefined) {
      row = members.length;
      seen.set(key, row);
      members.push(i);
    }
    family[i] = row;
  }
  const azimuths = precession > 0 ? 24 : 1;
  const reach = new Float64Array(members.length);
  const values = new Float32Array(members.length * thickness.length * bins);
  members.forEach((i, row) => {
    const g = list.length[i]!;
    const inverse2 = list.inverseXi[i]! ** 2;
    reach[row] = g * (precession + convergence) + TAIL;
    for (let bin = 0; bin < bins; bin++) {
      const s0 = (bin / (bins - 1)) * reach[row]!;
      for (let a = 0; a < azimuths; a++)
        for (let d = -1; d <= 1; d++) {
          const swing = precession > 0 ? precession * cos((Math.PI * (a + 0.5)) / azimuths) : 0;
          const s = s0 + g * (swing + 0.6 * d * convergence);
          const e2 = s * s + inverse2;
          const root = Math.sqrt(e2) * Math.PI;
          for (let t = 0; t < thickness.length; t++) {
            const sine = sin(root * thickness[t]!);
            values[(row * thickness.length + t) * bins + bin]! +=
              ((inverse2 / e2) * sine * sine) / (3 * azimuths);
          }
        }
    }
  });
  return { thickness, bins, family, reach, values };
}
