import { cos, exp, log, sin } from "../../math/portable.ts";
import type { Optics, PhaseModel } from "./bank.ts";
import { type Candidate, inPlane, turned } from "./candidate.ts";
import type { AmplitudeCheck } from "./model-error.ts";
import { accumulate, invert, PARAMETERS, solve } from "./normal-equations.ts";
import type { Pattern } from "./pattern.ts";
import { Prediction, REACH, type State } from "./prediction.ts";
import { NU, weight } from "./student.ts";

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

/** What one pattern says about camera and model. */
export interface ModelCheck {
  readonly pairs: readonly SpotPair[];
  readonly amplitudes: AmplitudeCheck;
}

/** Variance of a strong spot's position about the model [px²]. */
const POSITION_VARIANCE = 0.04;
/** Angle within which a refinement stays, for the list of reflections to follow [rad]. */
const REFINED_WITHIN = 0.02;
/** Variance of the measured beam centre [px²]. */
const CENTRE_VARIANCE = 0.0225;

/** The most that an empty disc may speak for a candidate: e^−1, a cost of −1. */
const LEAST = 0.36787944117144233;
/**
 * Judges and refines candidates on one pattern: two-beam intensities on the curved sphere against disc sums, spot
 * positions against predicted ones, by damped Gauss–Newton over three angles, the beam centre, the scale and the
 * thickness. Holds its work arrays, so that a pattern allocates nothing.
 */
export class Refiner {
  readonly models: readonly PhaseModel[];
  readonly optics: Optics;
  private readonly prediction: Prediction;
  /** Lower triangle of the normal matrix and the gradient of cost/2 of the last evaluation. */
  readonly normal = new Float64Array(PARAMETERS * PARAMETERS);
  readonly gradient = new Float64Array(PARAMETERS);
  private readonly step = new Float64Array(PARAMETERS);
  private readonly bestNormal = new Float64Array(PARAMETERS * PARAMETERS);
  private readonly bestGradient = new Float64Array(PARAMETERS);
  private explained = 0;
  private used = 0;

  constructor(models: readonly PhaseModel[], optics: Optics) {
    const n = models.reduce((max, m) => Math.max(max, m.list.count), 1);
    this.models = models;
    this.optics = optics;
    this.prediction = new Prediction(n, optics);
  }

  /** A candidate and its partner turned 180° about the beam as they stand, each at its best scale. */
  judge(pattern: Pattern, start: Candidate, thickness: number): Fit[] {
    const model = this.models[start.phase]!;
    // Turned about the beam, the same reflections light up.
    this.prediction.collect(model, start.quaternion, 0);
    return [start.quaternion, inPlane(Math.PI / 2, start.quaternion)].map((q) => {
      const state: State = { q: [...q], shift: [0, 0], logScale: Number.NaN, thickness };
      return this.fit(start.phase, state, this.evaluate(pattern, model, state, false));
    });
  }

  /**
   * A fit tilted by `tilt` [rad] in six directions, the first `turn` [rad] from x, each at its own best scale; best
   * first. Beam and thickness stay.
   */
  tilted(pattern: Pattern, start: Fit, tilt: number, turn = 0): Fit[] {
    const model = this.models[start.phase]!;
    this.prediction.collect(model, start.quaternion, tilt);
    const around: Fit[] = [];
    for (let i = 0; i < 6; i++) {
      const angle = turn + (i * Math.PI) / 3;
      const q = turned(start.quaternion, tilt * cos(angle), tilt * sin(angle), 0);
      const { shift, thickness } = start;
      const state: State = { q, shift: [...shift], logScale: Number.NaN, thickness };
      const cost = this.evaluate(pattern, model, state, false);
      around.push(this.fit(start.phase, state, cost));
    }
    return around.sort((a, b) => a.cost - b.cost);
  }

  /** A candidate after up to `rounds` steps; every thickness of `trials` is a start, if given. */
  refine(pattern: Pattern, start: Fit, rounds: number, trials: readonly number[] = []): Fit {
    const model = this.models[start.phase]!;
    const state: State = {
      q: [...start.quaternion],
      shift: [start.shift[0], start.shift[1]],
      logScale: start.logScale,
      thickness: start.thickness,
    };
    this.prediction.collect(model, state.q, REFINED_WITHIN);
    let cost = this.evaluate(pattern, model, state, trials.length === 0);
    if (trials.length > 0) {
      let best = state.thickness;
      let bestScale = state.logScale;
      for (const t of trials) {
        state.thickness = t;
        state.logScale = Number.NaN;
        const trial = this.evaluate(pattern, model, state, false);
        if (trial < cost) [cost, best, bestScale] = [trial, t, state.logScale];
      }
      state.thickness = best;
      state.logScale = bestScale;
      cost = this.evaluate(pattern, model, state, true);
    }
    let damping = 1e-2;
    this.keep();
    const last = model.table.thickness.length - 1;
    for (let round = 0; round < rounds; round++) {
      if (!solve(this.bestNormal, this.bestGradient, damping, this.step)) break;
      const s = this.step;
      const turn = Math.hypot(s[0]!, s[1]!, s[2]!);
      const limit = Math.min(1, 0.017 / turn, 0.7 / Math.abs(s[5]!), 3 / Math.abs(s[6]!));
      const next: State = {
        q: turned(state.q, s[0]! * limit, s[1]! * limit, s[2]! * limit),
        shift: [state.shift[0] + s[3]! * limit, state.shift[1] + s[4]! * limit],
        logScale: state.logScale + s[5]! * limit,
        thickness: Math.min(last, Math.max(0, state.thickness + s[6]! * limit)),
      };
      const trial = this.evaluate(pattern, model, next, true);
      if (trial < cost) {
        const gained = cost - trial;
        cost = trial;
        Object.assign(state, next);
        this.keep();
        damping = Math.max(1e-4, damping * 0.3);
        if (gained < 0.02) break;
      } else damping *= 8;
    }
    // The counts of the last evaluation may be those of a refused step, its reflections those of the start.
    this.prediction.collect(model, state.q, 0);
    cost = this.evaluate(pattern, model, state, false);
    return this.fit(start.phase, state, cost);
  }

  /** Covariance of the rotation vector of a fit, sample axes, other parameters free: xx xy xz yy yz zz [rad²]. */
  covariance(pattern: Pattern, fit: Fit): number[] {
    const model = this.models[fit.phase]!;
    this.prediction.collect(model, fit.quaternion, 0);
    const state: State = { ...fit, q: [...fit.quaternion], shift: [...fit.shift] };
    this.evaluate(pattern, model, state, true);
    const inverse = invert(this.normal);
    return [0, 1, 2, PARAMETERS + 1, PARAMETERS + 2, 2 * PARAMETERS + 2].map((i) => inverse[i]!);
  }

  /** How much of each spot a fit explains [grey]: of the spot's own light, what the model has for it. */
  claims(pattern: Pattern, fit: Fit): Float64Array {
    const model = this.models[fit.phase]!;
    this.prediction.collect(model, fit.quaternion, 0);
    const n = this.prediction.predict(pattern, model, {
      ...fit,
      q: [...fit.quaternion],
      shift: [...fit.shift],
    });
    const scale = exp(fit.logScale);
    const claimed = new Float64Array(pattern.spots.length);
    for (let j = 0; j < n; j++) {
      const spot = this.prediction.spotOf[j]!;
      if (spot < 0) continue;
      claimed[spot] = Math.min(pattern.spots[spot]!.intensity, scale * this.prediction.value[j]!);
    }
    return claimed;
  }

  /** The explained spots of a fit: where they are, where the model has them, how bright each. */
  check(pattern: Pattern, fit: Fit): ModelCheck {
    const model = this.models[fit.phase]!;
    this.prediction.collect(model, fit.quaternion, 0);
    const state: State = { ...fit, q: [...fit.quaternion], shift: [...fit.shift] };
    const n = this.prediction.predict(pattern, model, state);
    const scale = exp(fit.logScale) / pattern.quantum;
    const check = {
      pairs: [] as SpotPair[],
      amplitudes: { predicted: [] as number[], found: [] as number[], background: [] as number[] },
    };
    for (let j = 0; j < n; j++) {
      const spot = pattern.spots[this.prediction.spotOf[j]!];
      if (!spot) continue;
      check.amplitudes.predicted.push(scale * this.prediction.value[j]!);
      check.amplitudes.found.push(this.prediction.measured[j]! / pattern.quantum);
      check.amplitudes.background.push(this.prediction.level[j]! / pattern.quantum);
      if (scale * this.prediction.value[j]! * pattern.quantum < 0.2 * spot.intensity) continue;
      const variance = POSITION_VARIANCE + (4 * spot.variance) / (spot.intensity * spot.intensity);
      // The beam shift of this pattern is not the camera's.
      const [x, y] = [spot.x - fit.shift[0], spot.y - fit.shift[1]];
      check.pairs.push({ gx: this.prediction.g[3 * j]!, gy: this.prediction.g[3 * j + 1]!, x, y, variance });
    }
    return check;
  }

  /**
   * Normal of the plane that the explained spots' reciprocal vectors lie closest to, sample axes: the zone axis where
   * all of them belong to one zone. The crystal turned 180° about it puts the same spots in the same places.
   */
  zoneNormal(pattern: Pattern, fit: Fit): readonly [number, number, number] {
    const model = this.models[fit.phase]!;
    this.prediction.collect(model, fit.quaternion, 0);
    const n = this.prediction.predict(pattern, model, {
      ...fit,
      q: [...fit.quaternion],
      shift: [...fit.shift],
    });
    let [xx, xy, xz, yy, yz] = [0, 0, 0, 0, 0];
    for (let j = 0; j < n; j++) {
      if (this.prediction.spotOf[j]! < 0) continue;
      const [gx, gy, gz] = this.prediction.g.subarray(3 * j, 3 * j + 3) as unknown as [
        number,
        number,
        number,
      ];
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

  private fit(phase: number, state: State, cost: number): Fit {
    return {
      phase,
      quaternion: state.q,
      score: this.explained,
      cost,
      thickness: state.thickness,
      logScale: state.logScale,
      shift: state.shift,
      explained: this.explained,
      used: this.used,
    };
  }

  private keep(): void {
    this.bestNormal.set(this.normal);
    this.bestGradient.set(this.gradient);
  }

  /** Cost of a state; a scale that is NaN is found and written back. Fills normal and gradient if asked. */
  private evaluate(pattern: Pattern, model: PhaseModel, state: State, derivatives: boolean): number {
    const n = this.prediction.predict(pattern, model, state);
    if (!Number.isFinite(state.logScale)) state.logScale = this.prediction.findScale(pattern, n);
    return this.compare(pattern, state, n, derivatives);
  }

  /** Cost of the prediction in hand; with `derivatives`, its normal matrix and gradient. */
  private compare(pattern: Pattern, state: State, n: number, derivatives: boolean): number {
    const { spots, quantum, uneven } = pattern;
    const { k, pixel, ellipse, modelError } = this.optics;
    const xx = ellipse[0] / pixel;
    const xy = ellipse[1] / pixel;
    const yy = ellipse[2] / pixel;
    const scale = exp(state.logScale) / quantum;
    const { normal, gradient } = this;
    if (derivatives) {
      normal.fill(0);
      gradient.fill(0);
    }
    let cost = 0;
    // The cost is a sum of logarithms: of the product of many factors at once, (NU + 1)th and (NU + 2)th powers.
    let product = 1;
    let explained = 0;
    let missing = 0;
    let used = 0;
    for (let j = 0; j < n; j++) {
      const spot = this.prediction.spotOf[j]!;
      // The disc of a stronger neighbour covers this one: it says nothing.
      if (spot === -2) continue;
      const back = this.prediction.level[j]! / quantum + 0.375;
      const bright = scale * this.prediction.value[j]!;
      // A tenth of the noise says nothing either way.
      if (spot < 0 && bright * bright < 0.01 * back) continue;
      const root = Math.sqrt(bright + back);
      const found = Math.sqrt(Math.max(0, this.prediction.measured[j]! / quantum + back));
      const flat = (uneven * back) / root;
      const model = (2 * modelError * bright) / root;
      const sigma2 = 1 + flat * flat + model * model;
      const e = 2 * (found - root);
      const r2 = (e * e) / sigma2;
      const rootBack = Math.sqrt(back);
      const e0 = 2 * (found - rootBack);
      const r20 = (e0 * e0) / (1 + uneven * uneven * back);
      const ratio = (1 + r2 / NU) / (1 + r20 / NU);
      const odds = (sigma2 / (1 + uneven * uneven * back)) * ratio * ratio * ratio * ratio * ratio;
      // Without a spot of its own a disc cannot speak for the candidate, only against it.
      product *= spot < 0 ? Math.max(LEAST, odds) : odds;
      if (!(product > 1e-150 && product < 1e150)) {
        cost += log(product);
        product = 1;
      }
      if (derivatives) {
        const w = weight(r2, 1) / sigma2;
        const gx = this.prediction.g[3 * j]!;
        const gy = this.prediction.g[3 * j + 1]!;
        const gz = this.prediction.g[3 * j + 2]!;
        // dG = ω × G; the excitation error falls with G_z and with the sphere's sag.
        const factor = (scale * this.prediction.slope[j]!) / root;
        const sag = 1 - gz / k;
        accumulate(
          normal,
          gradient,
          0,
          1,
          5,
          6,
          -factor * gy * sag,
          factor * gx * sag,
          bright / root,
          (scale * this.prediction.thicknessSlope[j]!) / root,
          w,
          e,
        );
      }
      if (spot < 0) {
        if (bright > 2 * Math.sqrt(back)) missing += Math.sqrt(bright);
        continue;
      }
      const s = spots[spot]!;
      used++;
      explained += Math.min(Math.sqrt(s.intensity / quantum), 2 * Math.sqrt(bright));
      const ex = s.x - this.prediction.at[2 * j]!;
      const ey = s.y - this.prediction.at[2 * j + 1]!;
      const sigmaXy2 = POSITION_VARIANCE + (4 * s.variance) / (s.intensity * s.intensity);
      const p2 = (ex * ex + ey * ey) / sigmaXy2;
      // Only as far as the model claims the spot: a prediction of a tenth of it cannot vouch for it.
      const claim = Math.min(1, bright / ((0.2 * s.intensity) / quantum + 1e-9));
      const near = (1 + p2 / NU) / (1 + (REACH * REACH) / sigmaXy2 / NU);
      if (claim === 1) product *= near * near * near * near * near * near;
      else cost += claim * (NU + 2) * log(near);
      if (derivatives) {
        const w = (claim * weight(p2, 2)) / sigmaXy2;
        const gx = this.prediction.g[3 * j]!;
        const gy = this.prediction.g[3 * j + 1]!;
        const gz = this.prediction.g[3 * j + 2]!;
        accumulate(normal, gradient, 0, 1, 2, 3, -xy * gz, xx * gz, xy * gx - xx * gy, 1, w, ex);
        accumulate(normal, gradient, 0, 1, 2, 4, -yy * gz, xy * gz, yy * gx - xy * gy, 1, w, ey);
      }
    }
    cost += log(product);
    let all = 1e-9;
    for (const s of spots) all += Math.sqrt(s.intensity / quantum);
    this.explained = explained / (all + 0.5 * missing);
    this.used = used;
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
