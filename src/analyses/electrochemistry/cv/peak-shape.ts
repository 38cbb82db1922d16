import { exp, log } from "../../../math/portable.ts";

/** A peak of one sweep; potentials count in the direction of the sweep. */
export interface PeakShape {
  /** Height above everything else [A], above 0 for both directions. */
  readonly height: number;
  /** Potential of the maximum [V]. */
  readonly potential: number;
  /** Width of the rising flank: the current rises by e over it [V]. */
  readonly width: number;
  /**
   * How the falling flank compares with the rising one: 1 symmetric (reversible couple bound to the surface), large
   * steep (irreversible couple), below 1 a tail (diffusion).
   */
  readonly asymmetry: number;
}

/** Natural logarithm of 1 + e^u/m, without overflow. */
function softplus(u: number, m: number): number {
  const y = u - log(m);
  return y > 30 ? y : log(1 + exp(y));
}

/**
 * The shape of a voltammetric peak, 1 at u = 0: e^u [(1 + 1/m)/(1 + e^u/m)]^(m+1), u = ±(E − Ep)/w. It is sech² for
 * m = 1 and exp(1 + u − e^u) for m → ∞, the exact shapes of a reversible and of an irreversible couple bound to the
 * surface (Laviron 1979, doi:10.1016/S0022-0728(79)80075-3), and decays as e^(−mu) beyond the peak.
 */
export function peakShape(u: number, m: number): number {
  return exp(u + (m + 1) * (log(1 + 1 / m) - softplus(u, m)));
}

/** ∂ ln f/∂u and ∂ ln f/∂ ln m of the shape. */
export function peakSlopes(u: number, m: number): readonly [number, number] {
  // y/(m + y) with y = e^u.
  const full = 1 / (1 + m * exp(-Math.max(-300, Math.min(300, u))));
  return [1 - (m + 1) * full, m * (log(1 + 1 / m) - softplus(u, m)) - 1 + (m + 1) * full];
}

/** ∫ f du of the shape: height × width × this is the area under a peak over the potential. */
export function peakArea(m: number): number {
  return exp((m + 1) * log(1 + 1 / m));
}
