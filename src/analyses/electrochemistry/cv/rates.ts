/** How peak currents grow with the scan rate. */

import type { Measured } from "../../../math/measured.ts";
import { log } from "../../../math/portable.ts";

/** One peak at one scan rate. */
export interface RatePoint {
  /** [V/s] */
  readonly rate: number;
  /** Absolute peak current and its σ [A]. */
  readonly current: Measured;
}

export interface RateLaw {
  /** b of i = a·v^b: 0.5 diffusion, 1 bound to the surface; absent with the reason where it cannot be given. */
  readonly b?: Measured;
  readonly why?: string;
  readonly points: readonly RatePoint[];
}

/** Different scan rates that a power law needs. */
const FEWEST_RATES = 4;

/**
 * b-value by weighted regression of ln i over ln v; σ widened by the scatter about the line.
 *
 * @see Lindström et al. (1997), doi:10.1021/jp970490q
 */
export function rateLaw(points: readonly RatePoint[]): RateLaw {
  const rates = new Set(points.map(({ rate }) => Number(rate.toPrecision(2))));
  if (rates.size < FEWEST_RATES)
    return { points, why: `${rates.size} different scan rates; ${FEWEST_RATES} are needed` };
  const x = points.map(({ rate }) => log(rate));
  const y = points.map(({ current }) => log(current.value));
  const w = points.map(({ current }) => 1 / Math.max(1e-3, current.sigma / current.value) ** 2);
  const all = w.reduce((a, b) => a + b, 0);
  const mean = (values: readonly number[]) => values.reduce((sum, v, i) => sum + w[i]! * v, 0) / all;
  const [mx, my] = [mean(x), mean(y)];
  const xx = x.reduce((sum, v, i) => sum + w[i]! * (v - mx) ** 2, 0);
  const b = x.reduce((sum, v, i) => sum + w[i]! * (v - mx) * (y[i]! - my), 0) / xx;
  const left = y.reduce((sum, v, i) => sum + w[i]! * (v - my - b * (x[i]! - mx)) ** 2, 0);
  const scatter = Math.max(1, left / (points.length - 2));
  return { points, b: { value: b, sigma: Math.sqrt(scatter / xx) } };
}

/** Share by which b may miss 0.5 for diffusion to be the law. */
const DIFFUSIVE = 0.1;
/** F³/(RT) at 25 °C in the equation of Randles and Ševčík, i in A, A in cm², c in mol/cm³, D in cm²/s, v in V/s. */
const RANDLES_SEVCIK = 2.69e5;

/**
 * D from i = 2.69·10⁵ A c √(D v), one electron, 25 °C; undefined with the reason where its conditions do not hold.
 *
 * @param area [cm²]
 * @param concentration [mol/L]
 * @returns cm²/s
 */
export function diffusionOf(
  law: RateLaw,
  area: Measured | undefined,
  concentration: Measured | undefined,
): Measured | string {
  if (!law.b) return law.why!;
  if (Math.abs(law.b.value - 0.5) > DIFFUSIVE)
    return `b = ${law.b.value.toFixed(2)} is not 0.5: the current is not one of semi-infinite diffusion`;
  if (!area || !concentration) return "give --area and --concentration";
  const roots = law.points.map(({ rate, current }) => current.value / Math.sqrt(rate));
  const slope = roots.reduce((a, b) => a + b, 0) / roots.length;
  const spread = Math.sqrt(
    roots.reduce((sum, r) => sum + (r - slope) ** 2, 0) / (roots.length - 1) / roots.length,
  );
  const root = slope / (RANDLES_SEVCIK * area.value * concentration.value * 1e-3);
  const relative = Math.hypot(
    spread / slope,
    area.sigma / area.value,
    concentration.sigma / concentration.value,
  );
  return { value: root * root, sigma: 2 * relative * root * root };
}
