import type { Random } from "../../core/random.ts";
import { normal } from "../../math/normal.ts";
import { type Quaternion, toMatrix } from "../../science/crystal/rotation.ts";
import type { Reflections } from "../../science/scattering/reflections.ts";

/** The illumination of a simulated scan. */
export interface Illumination {
  /** Wave number 1/λ [1/Å]. */
  readonly k: number;
  /** Precession half-angle [rad]. */
  readonly precession: number;
  /** Convergence semi-angle [rad]. */
  readonly convergence: number;
}

/** Nodes and weights over the width of the convergence disc: Gauss–Chebyshev of the second kind, five points. */
const CHORDS = Array.from({ length: 5 }, (_, i) => {
  const angle = ((i + 1) * Math.PI) / 6;
  return [Math.cos(angle), Math.sin(angle) ** 2 / 3] as const;
});

/**
 * Two-beam intensity of one reflection, averaged over the precession cone and the convergence disc.
 *
 * The incident wave vector runs over a cone of half-angle φ about z. With v = k + g the excitation error along z is
 * s = √(K² − v_x² − v_y²) − v_z, exactly; descan brings the spot back to g_xy. s depends on the azimuth only through
 * the cosine of the angle between k_xy and g_xy, so half a turn is enough, and the midpoint rule on a periodic
 * integrand converges exponentially once the 2πt·gφ oscillations are resolved.
 *
 * @param gr length of g across the beam [1/Å]
 * @param gz component of g along the beam [1/Å]
 * @param inverseXi inverse extinction distance [1/Å]
 * @param thickness path in the crystal [Å]
 * @param azimuths points on half a turn
 * @returns share of the incident electrons, before the other reflections take theirs
 */
export function coneIntensity(
  gr: number,
  gz: number,
  inverseXi: number,
  thickness: number,
  light: Illumination,
  azimuths: number,
): number {
  const { k, precession, convergence } = light;
  const kr = k * Math.sin(precession);
  const kz = k * Math.cos(precession);
  const inverse2 = inverseXi * inverseXi;
  const count = precession > 0 ? azimuths : 1;
  let sum = 0;
  for (let a = 0; a < count; a++) {
    const across = precession > 0 ? 2 * kr * gr * Math.cos((Math.PI * (a + 0.5)) / count) : 0;
    const s0 = Math.sqrt(k * k - (kr * kr + gr * gr + across)) - kz - gz;
    for (const [chord, weight] of CHORDS) {
      const s = s0 - gr * convergence * chord;
      const e2 = s * s + inverse2;
      const sine = Math.sin(Math.PI * thickness * Math.sqrt(e2));
      sum += weight * (inverse2 / e2) * sine * sine;
    }
  }
  return sum / count;
}

/** Azimuths on half a turn that resolve a reflection out to |g| in a crystal of this thickness [Å]. */
export function azimuthsFor(gMax: number, thickness: number, precession: number): number {
  return Math.ceil(32 + 2 * Math.PI * thickness * gMax * precession * 0.75);
}

/** Reflections of one grain that light up, and their intensities at any thickness. */
export interface GrainPattern {
  readonly count: number;
  /** Spot positions g_xy in the sample frame [1/Å]. */
  readonly gx: Float64Array;
  readonly gy: Float64Array;
  /** Intensities at a thickness [Å], shares of the incident electrons. */
  intensities(thickness: number): Float64Array;
}

/** Distance between computed thicknesses [Å]; between them a cubic through four. */
const GRID = 10;
/** Excitation errors further than this beyond the swing are left out [1/Å]. */
const TAIL = 0.03;

/**
 * The pattern of one grain.
 *
 * @param manyBeam log-normal scatter of the amplitudes: a stand-in for what two beams leave out
 */
export function grainPattern(
  list: Reflections,
  quaternion: Quaternion,
  light: Illumination,
  manyBeam: number,
  random: Random,
): GrainPattern {
  const m = toMatrix(quaternion);
  const { k, precession, convergence } = light;
  const found: { gx: number; gy: number; gr: number; gz: number; inverseXi: number; factor: number }[] = [];
  for (let i = 0; i < list.count; i++) {
    const [a, b, c] = [list.g[3 * i]!, list.g[3 * i + 1]!, list.g[3 * i + 2]!];
    const gx = m[0] * a + m[1] * b + m[2] * c;
    const gy = m[3] * a + m[4] * b + m[5] * c;
    const gz = m[6] * a + m[7] * b + m[8] * c;
    const gr = Math.hypot(gx, gy);
    const s0 = Math.sqrt(k * k - gr * gr) - k - gz;
    if (Math.abs(s0) > gr * (precession + convergence) + TAIL) continue;
    const factor = Math.exp(2 * manyBeam * normal(random) - 2 * manyBeam * manyBeam);
    found.push({ gx, gy, gr, gz, inverseXi: list.inverseXi[i]!, factor });
  }
  const gMax = found.reduce((max, { gr }) => Math.max(max, gr), 0);
  const nodes = new Map<number, Float64Array>();
  const node = (index: number): Float64Array => {
    const at = Math.abs(index);
    let values = nodes.get(at);
    if (!values) {
      const azimuths = azimuthsFor(gMax, at * GRID, precession);
      values = Float64Array.from(
        found,
        (r) => r.factor * coneIntensity(r.gr, r.gz, r.inverseXi, at * GRID, light, azimuths),
      );
      nodes.set(at, values);
    }
    return values;
  };
  return {
    count: found.length,
    gx: Float64Array.from(found, (r) => r.gx),
    gy: Float64Array.from(found, (r) => r.gy),
    intensities(thickness) {
      const base = Math.floor(thickness / GRID);
      const f = thickness / GRID - base;
      // Even in thickness, so that the node before 0 is the one after it.
      const [p, q, r, s] = [node(base - 1), node(base), node(base + 1), node(base + 2)];
      const [wp, wq] = [(-f * (f - 1) * (f - 2)) / 6, ((f + 1) * (f - 1) * (f - 2)) / 2];
      const [wr, ws] = [(-(f + 1) * f * (f - 2)) / 2, ((f + 1) * f * (f - 1)) / 6];
      return q.map((value, i) => Math.max(0, wp * p[i]! + wq * value + wr * r[i]! + ws * s[i]!));
    },
  };
}
