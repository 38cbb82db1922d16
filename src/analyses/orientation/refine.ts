import { wasmLikelihood } from "../../kernels/likelihood.ts";
import {
  type Likelihood,
  type LikelihoodShape,
  type LikelihoodState,
  type Lit,
  PARAMETERS,
} from "../../kernels/likelihood-layout.ts";
import { cos, exp, log, sin } from "../../math/portable.ts";
import type { Optics, PhaseModel } from "./bank.ts";
import { aboutBeam, type Candidate, turned } from "./candidate.ts";
import { LIKELIHOOD, PlainLikelihood, positionVariance } from "./likelihood.ts";
import type { AmplitudeCheck } from "./model-error.ts";
import { invert, solve } from "./normal-equations.ts";
import type { Pattern } from "./pattern.ts";

/** A refined candidate with the numbers that judge it. */
export interface Fit extends Candidate {
  /** Minus twice the log likelihood, less that of a pattern of unexplained spots. */
  readonly cost: number;
  /** Film thickness as a place in the table's grid, 0 … last. */
  readonly thickness: number;
  /** Log of grey per incident fraction. */
  readonly logScale: number;
  /** Shift of the beam centre [px]. */
  readonly shift: readonly [number, number];
  /** Share of the square-root intensity of the spots that this candidate explains, 0..1. */
  readonly explained: number;
  /** Number of spots of the pattern that the candidate predicts. */
  readonly used: number;
}

/** A reflection's place in reciprocal space [1/Å] and its spot on the detector from the centre [px]. */
export interface SpotPair {
  readonly gx: number;
  readonly gy: number;
  readonly x: number;
  readonly y: number;
  /** Per component [px²]. */
  readonly variance: number;
}

/** A reflection as a fit lights it up: place from the beam [px], light above background predicted and found [grey]. */
export interface PredictedSpot {
  readonly x: number;
  readonly y: number;
  readonly predicted: number;
  readonly measured: number;
  /** The spot of the pattern that it explains; −1 none in reach, −2 a stronger reflection's. */
  readonly spot: number;
}

/** What one pattern says about camera and model. */
export interface ModelCheck {
  readonly pairs: readonly SpotPair[];
  readonly amplitudes: AmplitudeCheck;
}

/** Angle within which a refinement stays, for the list of reflections to follow [rad]. */
const REFINED_WITHIN = 0.02;
/** Variance of the measured beam centre [px²]. */
const CENTRE_VARIANCE = 0.0225;

/**
 * Judges and refines candidates on one pattern by the likelihood, with damped Gauss–Newton over three angles, the beam
 * centre, the scale and the thickness.
 */
export class Refiner {
  readonly models: readonly PhaseModel[];
  readonly optics: Optics;
  private readonly likelihood: Likelihood;
  private readonly step = new Float64Array(PARAMETERS);
  private readonly bestNormal = new Float64Array(PARAMETERS * PARAMETERS);
  private readonly bestGradient = new Float64Array(PARAMETERS);

  /** @param likelihood the loops to use instead of the fastest that this engine runs */
  constructor(models: readonly PhaseModel[], optics: Optics, likelihood?: Likelihood) {
    this.models = models;
    this.optics = optics;
    const shape = likelihoodShape(models, optics);
    this.likelihood = likelihood ?? wasmLikelihood(shape, { exp, log }) ?? new PlainLikelihood(shape);
  }

  /** A candidate and its partner turned 180° about the beam as they stand, each at its best scale. */
  judge(pattern: Pattern, start: Candidate, thickness: number): Fit[] {
    const { likelihood } = this;
    likelihood.load(pattern);
    // Turned about the beam, the same reflections light up.
    likelihood.collect(start.phase, start.quaternion, 0);
    return [start.quaternion, aboutBeam(start.quaternion)].map((q) => {
      const state: LikelihoodState = { q: [...q], shift: [0, 0], logScale: Number.NaN, thickness };
      return this.fit(start.phase, state, this.evaluate(start.phase, state, false));
    });
  }

  /**
   * A fit tilted by `tilt` [rad] in six directions, the first `turn` [rad] from x, each at its own best scale; best
   * first. Beam and thickness stay.
   */
  tilted(pattern: Pattern, start: Fit, tilt: number, turn = 0): Fit[] {
    this.likelihood.load(pattern);
    this.likelihood.collect(start.phase, start.quaternion, tilt);
    const around: Fit[] = [];
    for (let i = 0; i < 6; i++) {
      const angle = turn + (i * Math.PI) / 3;
      const q = turned(start.quaternion, tilt * cos(angle), tilt * sin(angle), 0);
      const { shift, thickness } = start;
      const state: LikelihoodState = { q, shift: [...shift], logScale: Number.NaN, thickness };
      const cost = this.evaluate(start.phase, state, false);
      around.push(this.fit(start.phase, state, cost));
    }
    return around.sort((a, b) => a.cost - b.cost);
  }

  /** A candidate after up to `rounds` steps; every thickness of `trials` is a start, if given. */
  refine(pattern: Pattern, start: Fit, rounds: number, trials: readonly number[] = []): Fit {
    const state: LikelihoodState = {
      q: [...start.quaternion],
      shift: [start.shift[0], start.shift[1]],
      logScale: start.logScale,
      thickness: start.thickness,
    };
    this.likelihood.load(pattern);
    this.likelihood.collect(start.phase, state.q, REFINED_WITHIN);
    let cost = this.evaluate(start.phase, state, trials.length === 0);
    if (trials.length > 0) {
      let best = state.thickness;
      let bestScale = state.logScale;
      for (const t of trials) {
        state.thickness = t;
        state.logScale = Number.NaN;
        const trial = this.evaluate(start.phase, state, false);
        if (trial < cost) [cost, best, bestScale] = [trial, t, state.logScale];
      }
      state.thickness = best;
      state.logScale = bestScale;
      cost = this.evaluate(start.phase, state, true);
    }
    let damping = 1e-2;
    let fresh = true;
    let moved = 0;
    this.keep();
    const last = this.models[start.phase]!.table.thickness.length - 1;
    for (let round = 0; round < rounds; round++) {
      if (!solve(this.bestNormal, this.bestGradient, damping, this.step)) break;
      const s = this.step;
      const turn = Math.hypot(s[0]!, s[1]!, s[2]!);
      const limit = Math.min(1, 0.017 / turn, 0.7 / Math.abs(s[5]!), 3 / Math.abs(s[6]!));
      const next: LikelihoodState = {
        q: turned(state.q, s[0]! * limit, s[1]! * limit, s[2]! * limit),
        shift: [state.shift[0] + s[3]! * limit, state.shift[1] + s[4]! * limit],
        logScale: state.logScale + s[5]! * limit,
        thickness: Math.min(last, Math.max(0, state.thickness + s[6]! * limit)),
      };
      const trial = this.evaluate(start.phase, next, true);
      fresh = trial < cost;
      if (fresh) {
        moved += turn * limit;
        const gained = cost - trial;
        cost = trial;
        Object.assign(state, next);
        this.keep();
        damping = Math.max(1e-4, damping * 0.3);
        if (gained < 0.02) break;
      } else damping *= 8;
    }
    // Further from the start than its list of reflections goes, or after a refused step, the counts are others.
    const listed = moved < REFINED_WITHIN;
    if (!listed) this.likelihood.collect(start.phase, state.q, 0);
    if (!listed || !fresh) cost = this.evaluate(start.phase, state, false);
    return this.fit(start.phase, state, cost);
  }

  /** Covariance of the rotation vector of a fit, sample axes, other parameters free: xx xy xz yy yz zz [rad²]. */
  covariance(pattern: Pattern, fit: Fit): number[] {
    this.list(pattern, fit);
    this.evaluate(fit.phase, { ...fit, q: fit.quaternion }, true);
    const inverse = invert(this.likelihood.normal);
    return [0, 1, 2, PARAMETERS + 1, PARAMETERS + 2, 2 * PARAMETERS + 2].map((i) => inverse[i]!);
  }

  /** How much of each spot a fit explains [grey]: of the spot's own light, what the model has for it. */
  claims(pattern: Pattern, fit: Fit): Float64Array {
    const { count, spotOf, value } = this.lit(pattern, fit);
    const scale = exp(fit.logScale);
    const claimed = new Float64Array(pattern.spots.length);
    for (let j = 0; j < count; j++) {
      const spot = spotOf[j]!;
      if (spot >= 0) claimed[spot] = Math.min(pattern.spots[spot]!.intensity, scale * value[j]!);
    }
    return claimed;
  }

  /** Every reflection that a fit lights up on the detector. */
  predicted(pattern: Pattern, fit: Fit): PredictedSpot[] {
    const { matrix } = likelihoodShape(this.models, this.optics);
    const { count, gx, gy, value, measured, spotOf } = this.lit(pattern, fit);
    const scale = exp(fit.logScale);
    return Array.from({ length: count }, (_, j) => ({
      x: matrix[0] * gx[j]! + matrix[1] * gy[j]! + fit.shift[0],
      y: matrix[1] * gx[j]! + matrix[2] * gy[j]! + fit.shift[1],
      predicted: scale * value[j]!,
      measured: measured[j]!,
      spot: spotOf[j]!,
    }));
  }

  /** The explained spots of a fit: where they are, where the model has them, how bright each. */
  check(pattern: Pattern, fit: Fit): ModelCheck {
    const { count, spotOf, value, measured, level, gx, gy } = this.lit(pattern, fit);
    const { quantum, spots } = pattern;
    const scale = exp(fit.logScale);
    const pairs: SpotPair[] = [];
    const amplitudes = { predicted: [] as number[], found: [] as number[], background: [] as number[] };
    for (let j = 0; j < count; j++) {
      const spot = spots[spotOf[j]!];
      if (!spot) continue;
      amplitudes.predicted.push((scale * value[j]!) / quantum);
      amplitudes.found.push(measured[j]! / quantum);
      amplitudes.background.push(level[j]! / quantum);
      if (scale * value[j]! < LIKELIHOOD.claim * spot.intensity) continue;
      // The beam shift of this pattern is not the camera's.
      const [x, y] = [spot.x - fit.shift[0], spot.y - fit.shift[1]];
      pairs.push({ gx: gx[j]!, gy: gy[j]!, x, y, variance: positionVariance(spot) });
    }
    return { pairs, amplitudes };
  }

  /**
   * Normal of the plane that the explained spots' reciprocal vectors lie closest to, sample axes: the zone axis where
   * all of them belong to one zone. The crystal turned 180° about it puts the same spots in the same places.
   */
  zoneNormal(pattern: Pattern, fit: Fit): readonly [number, number, number] {
    const lit = this.lit(pattern, fit);
    let [xx, xy, xz, yy, yz] = [0, 0, 0, 0, 0];
    for (let j = 0; j < lit.count; j++) {
      if (lit.spotOf[j]! < 0) continue;
      const [gx, gy, gz] = [lit.gx[j]!, lit.gy[j]!, lit.gz[j]!];
      const w = 1 / (gx * gx + gy * gy + gz * gz);
      xx += w * gx * gx;
      xy += w * gx * gy;
      xz += w * gx * gz;
      yy += w * gy * gy;
      yz += w * gy * gz;
    }
    // Rows of the adjugate of a matrix with one small eigenvalue are along its eigenvector.
    const row = [xy * yz - xz * yy, xy * xz - xx * yz, xx * yy - xy * xy] as const;
    const length = Math.hypot(...row);
    return length > 1e-9 ? [row[0] / length, row[1] / length, row[2] / length] : [0, 0, 1];
  }

  /** Lists the reflections that light up as a fit stands. */
  private list(pattern: Pattern, { phase, quaternion }: Fit): void {
    this.likelihood.load(pattern);
    this.likelihood.collect(phase, quaternion, 0);
  }

  private lit(pattern: Pattern, fit: Fit): Lit {
    this.list(pattern, fit);
    return this.likelihood.predict(fit.phase, { ...fit, q: fit.quaternion });
  }

  private fit(phase: number, state: LikelihoodState, cost: number): Fit {
    return {
      phase,
      quaternion: state.q as Fit["quaternion"],
      score: this.likelihood.explained,
      cost,
      thickness: state.thickness,
      logScale: state.logScale,
      shift: state.shift as Fit["shift"],
      explained: this.likelihood.explained,
      used: this.likelihood.used,
    };
  }

  private keep(): void {
    this.bestNormal.set(this.likelihood.normal);
    this.bestGradient.set(this.likelihood.gradient);
  }

  /** Cost of a state; a scale that is NaN is found and written back. Fills normal and gradient if asked. */
  private evaluate(phase: number, state: LikelihoodState, derivatives: boolean): number {
    const { normal, gradient } = this.likelihood;
    let cost = this.likelihood.evaluate(phase, state, derivatives);
    for (let a = 0; a < 2; a++) {
      const w = 1 / CENTRE_VARIANCE;
      cost += w * state.shift[a]! * state.shift[a]!;
      if (derivatives) {
        normal[(3 + a) * (PARAMETERS + 1)]! += w;
        gradient[3 + a]! -= w * state.shift[a]!;
      }
    }
    return cost;
  }
}

/** What the likelihood is of, as plain arrays. */
export function likelihoodShape(models: readonly PhaseModel[], optics: Optics): LikelihoodShape {
  const { k, precession, pixel, ellipse, modelError } = optics;
  return {
    phases: models.map(({ list, table }) => ({
      ...{ count: list.count, g: list.g, length: list.length },
      ...{ family: table.family, reach: table.reach, values: table.values },
      ...{ thicknesses: table.thickness.length, bins: table.bins },
    })),
    ...{ k, tilt: precession * k, modelError, constants: LIKELIHOOD },
    matrix: [ellipse[0] / pixel, ellipse[1] / pixel, ellipse[2] / pixel],
  };
}
