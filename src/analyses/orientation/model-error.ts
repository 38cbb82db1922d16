import { log } from "../../math/portable.ts";
import { NU } from "../../math/student.ts";

/** Amplitudes of the explained spots of one pattern, see `Refiner.check`. */
export interface AmplitudeCheck {
  /** Predicted electrons above background in the disc, and what was found. */
  readonly predicted: readonly number[];
  readonly found: readonly number[];
  /** Electrons of background in the disc. */
  readonly background: readonly number[];
}

/** Scale, thickness and two tilts were fitted to the same amplitudes. */
const FITTED = 4;
/** The usual error, and the spread of its logarithm. */
const USUAL = 0.15;
const SPREAD = 0.3;

/** Step of the logarithm of ε in the search, and where it ends. */
const STEP = 1.06;
const [LEAST, MOST] = [0.05, 0.6];

/** A relative error of amplitudes, and its standard uncertainty: NaN where it is assumed or at the end of its range. */
export interface ModelError {
  readonly value: number;
  readonly sigma: number;
}

/**
 * Relative error ε of the two-beam amplitudes √I: the ε under which what was found is likeliest, Student-t with the
 * same degrees of freedom as the refinement. Dynamical scattering makes it 0.1–0.2, without
 * precession 0.5; a two-beam world leaves little. σ is that of the likelihood's curvature in ln ε.
 */
export function modelErrorOf(checks: readonly AmplitudeCheck[]): ModelError {
  const usable = checks.filter((check) => check.found.length >= 8);
  if (usable.length < 5) return { value: USUAL, sigma: Number.NaN };
  const tried: { eps: number; cost: number }[] = [];
  for (let eps = LEAST; eps <= MOST; eps *= STEP) {
    // Few or dim spots hardly speak: then it stays near what electrons usually do to two-beam amplitudes.
    let cost = (log(eps / USUAL) / SPREAD) ** 2;
    for (const { predicted, found, background } of usable) {
      const free = found.length / (found.length - FITTED);
      for (let i = 0; i < found.length; i++) {
        const back = background[i]! + 0.375;
        const root = Math.sqrt(predicted[i]! + back);
        const e = 2 * (Math.sqrt(Math.max(0, found[i]! + back)) - root);
        const model = (2 * eps * predicted[i]!) / root;
        const sigma2 = 1 + model * model;
        cost += (NU + 1) * log(1 + (free * e * e) / (sigma2 * NU)) + log(sigma2);
      }
    }
    tried.push({ eps, cost });
  }
  const at = tried.reduce((best, { cost }, i) => (cost < tried[best]!.cost ? i : best), 0);
  const { eps, cost } = tried[at]!;
  const [before, after] = [tried[at - 1], tried[at + 1]];
  if (!before || !after) return { value: eps, sigma: Number.NaN };
  // −2 ln L rises by 1 at one standard deviation.
  const curvature = (before.cost - 2 * cost + after.cost) / log(STEP) ** 2;
  return { value: eps, sigma: eps * Math.sqrt(2 / curvature) };
}
