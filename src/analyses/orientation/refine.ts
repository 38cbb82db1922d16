import { coneMeanExcitation, type Optics, type PhaseModel } from "./bank.ts";
import type { Candidate } from "./match.ts";
import type { AmplitudeCheck } from "./model-error.ts";
import { invert, PARAMETERS, solve } from "./normal-equations.ts";
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

/** What one pattern says about camera and model. */
export interface ModelCheck {
  readonly pairs: readonly SpotPair[];
  readonly amplitudes: AmplitudeCheck;
}

/** Degrees of freedom of the Student-t likelihood that keeps single wrong reflections from deciding. */
const NU = 4;
/** A spot within this distance of a prediction may be that prediction [px]. */
const REACH = 2.2;
/** Variance of a strong spot's position about the model [px²]. */
const POSITION_VARIANCE = 0.04;
/** Variance of the measured beam centre [px²]. */
const CENTRE_VARIANCE = 0.0225;
/** Darker than this share of the incident electrons, a reflection is not looked at. */
const DARK = 1e-5;
/** Discs are not read closer than this to the detector's edge [px]. */
const EDGE = 5;

/** −2 log of a Student-t density with `d` dimensions, up to a constant, and its weight. */
const student = (r2: number, d: number) => (NU + d) * Math.log(1 + r2 / NU);
const weight = (r2: number, d: number) => (NU + d) / (NU + r2);

/** What is evaluated: an orientation, a beam shift, a scale and a thickness. */
export interface State {
  q: [number, number, number, number];
  shift: [number, number];
  logScale: number;
  thickness: number;
}

/**
 * Judges and refines candidates on one pattern: two-beam intensities on the curved sphere against disc sums, spot
 * positions against predicted ones, by damped Gauss–Newton over three angles, the beam centre, the scale and the
 * thickness. Holds its work arrays, so that a pattern allocates nothing.
 */
export class Refiner {
  readonly models: readonly PhaseModel[];
  readonly optics: Optics;
  private readonly near: Int32Array;
  private nearCount = 0;
  private readonly g: Float64Array;
  private readonly at: Float64Array;
  private readonly value: Float64Array;
  private readonly slope: Float64Array;
  private readonly thicknessSlope: Float64Array;
  private readonly measured: Float64Array;
  private readonly level: Float64Array;
  private readonly spotOf: Int32Array;
  private owner = new Int32Array(256);
  private claim = new Float64Array(256);
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
    this.near = new Int32Array(n);
    this.g = new Float64Array(3 * n);
    this.at = new Float64Array(2 * n);
    this.value = new Float64Array(n);
    this.slope = new Float64Array(n);
    this.thicknessSlope = new Float64Array(n);
    this.measured = new Float64Array(n);
    this.level = new Float64Array(n);
    this.spotOf = new Int32Array(n);
  }

  /** Cost of a candidate as it stands, at its best scale. */
  judge(pattern: Pattern, start: Candidate, thickness: number): Fit {
    const model = this.models[start.phase]!;
    const state: State = { q: [...start.quaternion], shift: [0, 0], logScale: Number.NaN, thickness };
    this.collect(model, state.q, 0);
    const cost = this.evaluate(pattern, model, state, false);
    return this.fit(start.phase, state, cost);
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
    this.collect(model, state.q, 0.035);
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
      const limit = Math.min(1, 0.017 / turn, 0.7 / Math.abs(s[5]!), 1.5 / Math.abs(s[6]!));
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
    // The counts of the last evaluation may be those of a refused step.
    cost = this.evaluate(pattern, model, state, false);
    return this.fit(start.phase, state, cost);
  }

  /** Covariance of the rotation vector of a fit, sample axes, other parameters free: xx xy xz yy yz zz [rad²]. */
  covariance(pattern: Pattern, fit: Fit): number[] {
    const model = this.models[fit.phase]!;
    this.collect(model, fit.quaternion, 0);
    const state: State = { ...fit, q: [...fit.quaternion], shift: [...fit.shift] };
    this.evaluate(pattern, model, state, true);
    const inverse = invert(this.normal);
    return [0, 1, 2, PARAMETERS + 1, PARAMETERS + 2, 2 * PARAMETERS + 2].map((i) => inverse[i]!);
  }

  /** The explained spots of a fit: where they are, where the model has them, how bright each. */
  check(pattern: Pattern, fit: Fit): ModelCheck {
    const model = this.models[fit.phase]!;
    this.collect(model, fit.quaternion, 0);
    const state: State = { ...fit, q: [...fit.quaternion], shift: [...fit.shift] };
    const n = this.predict(pattern, model, state);
    const scale = Math.exp(fit.logScale) / pattern.quantum;
    const check = {
      pairs: [] as SpotPair[],
      amplitudes: { predicted: [] as number[], found: [] as number[], background: [] as number[] },
    };
    for (let j = 0; j < n; j++) {
      const spot = pattern.spots[this.spotOf[j]!];
      if (!spot) continue;
      check.amplitudes.predicted.push(scale * this.value[j]!);
      check.amplitudes.found.push(this.measured[j]! / pattern.quantum);
      check.amplitudes.background.push(this.level[j]! / pattern.quantum);
      if (scale * this.value[j]! * pattern.quantum < 0.2 * spot.intensity) continue;
      const variance = POSITION_VARIANCE + (4 * spot.variance) / (spot.intensity * spot.intensity);
      // The beam shift of this pattern is not the camera's.
      const [x, y] = [spot.x - fit.shift[0], spot.y - fit.shift[1]];
      check.pairs.push({ gx: this.g[3 * j]!, gy: this.g[3 * j + 1]!, x, y, variance });
    }
    return check;
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

  /** Lists the reflections that can light up within `margin` [rad] of `q`. */
  private collect(model: PhaseModel, q: readonly number[], margin: number): void {
    const { list, table } = model;
    const [w, x, y, z] = q as [number, number, number, number];
    // Third row of the rotation matrix: the height of a node above the zero-order plane.
    const [a, b, c] = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
    const half = 0.5 / this.optics.k;
    let n = 0;
    for (let i = 0; i < list.count; i++) {
      const gz = a * list.g[3 * i]! + b * list.g[3 * i + 1]! + c * list.g[3 * i + 2]!;
      const length = list.length[i]!;
      const s0 = gz + half * (length * length - gz * gz);
      if (Math.abs(s0) < table.reach[table.family[i]!]! + 1e-3 + margin * length) this.near[n++] = i;
    }
    this.nearCount = n;
  }

  /** Cost of a state; a scale that is NaN is found and written back. Fills normal and gradient if asked. */
  private evaluate(pattern: Pattern, model: PhaseModel, state: State, derivatives: boolean): number {
    const n = this.predict(pattern, model, state);
    if (!Number.isFinite(state.logScale)) state.logScale = this.findScale(pattern, n);
    return this.compare(pattern, state, n, derivatives);
  }

  /** Positions, intensities with slopes, and what the pattern shows there; returns the number of reflections. */
  private predict(pattern: Pattern, model: PhaseModel, state: State): number {
    const { size, disc, centre, levels, spots, nearestSpot } = pattern;
    const { list, table } = model;
    const { k, precession, pixel, ellipse } = this.optics;
    const tilt = precession * k;
    const xx = ellipse[0] / pixel;
    const xy = ellipse[1] / pixel;
    const yy = ellipse[2] / pixel;
    const [qw, qx, qy, qz] = state.q;
    const m00 = 1 - 2 * (qy * qy + qz * qz);
    const m01 = 2 * (qx * qy - qw * qz);
    const m02 = 2 * (qx * qz + qw * qy);
    const m10 = 2 * (qx * qy + qw * qz);
    const m11 = 1 - 2 * (qx * qx + qz * qz);
    const m12 = 2 * (qy * qz - qw * qx);
    const m20 = 2 * (qx * qz - qw * qy);
    const m21 = 2 * (qy * qz + qw * qx);
    const m22 = 1 - 2 * (qx * qx + qy * qy);
    const lower = Math.min(table.thickness.length - 2, Math.floor(state.thickness));
    const part = state.thickness - lower;
    const { bins, values } = table;
    const top = size - 1 - EDGE;
    if (this.owner.length < spots.length) {
      this.owner = new Int32Array(2 * spots.length);
      this.claim = new Float64Array(2 * spots.length);
    }
    const { owner, claim } = this;
    for (let s = 0; s < spots.length; s++) {
      owner[s] = -1;
      claim[s] = 0;
    }
    let n = 0;
    for (let j = 0; j < this.nearCount; j++) {
      const i = this.near[j]!;
      const h0 = list.g[3 * i]!;
      const h1 = list.g[3 * i + 1]!;
      const h2 = list.g[3 * i + 2]!;
      const gx = m00 * h0 + m01 * h1 + m02 * h2;
      const gy = m10 * h0 + m11 * h1 + m12 * h2;
      const x = xx * gx + xy * gy + state.shift[0];
      const y = xy * gx + yy * gy + state.shift[1];
      const column = x + centre[0];
      const row = y + centre[1];
      if (column < EDGE || row < EDGE || column > top || row > top) continue;
      const gz = m20 * h0 + m21 * h1 + m22 * h2;
      const s0 = coneMeanExcitation(Math.sqrt(gx * gx + gy * gy), gz, k, tilt);
      const family = table.family[i]!;
      const perBin = (bins - 1) / table.reach[family]!;
      const place = Math.abs(s0) * perBin;
      const bin = place | 0;
      if (bin >= bins - 1) continue;
      const base = (family * table.thickness.length + lower) * bins + bin;
      const f = place - bin;
      const low = values[base]! + f * (values[base + 1]! - values[base]!);
      const high = values[base + bins]! + f * (values[base + bins + 1]! - values[base + bins]!);
      const value = low + part * (high - low);
      if (value < DARK) continue;
      this.g[3 * n] = gx;
      this.g[3 * n + 1] = gy;
      this.g[3 * n + 2] = gz;
      this.at[2 * n] = x;
      this.at[2 * n + 1] = y;
      this.value[n] = value;
      const rise =
        (1 - part) * (values[base + 1]! - values[base]!) +
        part * (values[base + bins + 1]! - values[base + bins]!);
      this.slope[n] = (s0 < 0 ? -rise : rise) * perBin;
      this.thicknessSlope[n] = high - low;
      const ix = column | 0;
      const iy = row | 0;
      const fx = column - ix;
      const fy = row - iy;
      const p = iy * size + ix;
      this.measured[n] =
        (1 - fy) * ((1 - fx) * disc[p]! + fx * disc[p + 1]!) +
        fy * ((1 - fx) * disc[p + size]! + fx * disc[p + size + 1]!);
      this.level[n] = levels[Math.min(levels.length - 1, Math.round(Math.sqrt(x * x + y * y)))]!;
      this.spotOf[n] = -1;
      const s = nearestSpot[Math.round(row) * size + Math.round(column)]!;
      if (s >= 0) {
        const dx = spots[s]!.x - x;
        const dy = spots[s]!.y - y;
        const d2 = dx * dx + dy * dy;
        if (d2 < REACH * REACH) {
          // Each spot goes to the strongest prediction in reach; a faint neighbour takes nothing from it.
          this.spotOf[n] = -2;
          const strength = value * Math.exp(-d2);
          if (strength > claim[s]!) {
            claim[s] = strength;
            owner[s] = n;
          }
        }
      }
      n++;
    }
    for (let s = 0; s < spots.length; s++) {
      const j = owner[s]!;
      if (j < 0) continue;
      this.spotOf[j] = s;
      this.measured[j] = Math.max(this.measured[j]!, spots[s]!.intensity);
    }
    return n;
  }

  /** Log scale between the model and grey levels: robust least squares on square roots. */
  private findScale(pattern: Pattern, n: number): number {
    const eps2 = this.optics.modelError * this.optics.modelError;
    let scale = 0;
    for (let pass = 0; pass < 4; pass++) {
      let top = 1e-12;
      let bottom = 1e-12;
      for (let j = 0; j < n; j++) {
        if (this.spotOf[j] === -2) continue;
        const amplitude = Math.sqrt(this.value[j]!);
        const y = Math.sqrt(Math.max(0, this.measured[j]!));
        const p = scale * amplitude;
        const level = Math.max(this.measured[j]!, p * p, this.level[j]!, pattern.quantum);
        const sigma2 =
          (pattern.quantum * (level + this.level[j]!)) / (4 * level) + eps2 * Math.max(p * p, y * y);
        const w = pass === 0 ? 1 / (sigma2 + pattern.quantum) : weight((y - p) ** 2 / sigma2, 1) / sigma2;
        top += w * y * amplitude;
        bottom += w * amplitude * amplitude;
      }
      scale = top / bottom;
    }
    return 2 * Math.log(scale);
  }

  /** Cost of the prediction in hand; with `derivatives`, its normal matrix and gradient. */
  private compare(pattern: Pattern, state: State, n: number, derivatives: boolean): number {
    const { spots, quantum, uneven } = pattern;
    const { k, pixel, ellipse, modelError } = this.optics;
    const xx = ellipse[0] / pixel;
    const xy = ellipse[1] / pixel;
    const yy = ellipse[2] / pixel;
    const scale = Math.exp(state.logScale) / quantum;
    const { normal, gradient } = this;
    if (derivatives) {
      normal.fill(0);
      gradient.fill(0);
    }
    let cost = 0;
    let explained = 0;
    let missing = 0;
    let used = 0;
    for (let j = 0; j < n; j++) {
      const spot = this.spotOf[j]!;
      // The disc of a stronger neighbour covers this one: it says nothing.
      if (spot === -2) continue;
      const back = this.level[j]! / quantum + 0.375;
      const bright = scale * this.value[j]!;
      const root = Math.sqrt(bright + back);
      const found = Math.sqrt(Math.max(0, this.measured[j]! / quantum + back));
      const flat = (uneven * back) / root;
      const model = (2 * modelError * bright) / root;
      const sigma2 = 1 + flat * flat + model * model;
      const e = 2 * (found - root);
      const r2 = (e * e) / sigma2;
      const rootBack = Math.sqrt(back);
      const e0 = 2 * (found - rootBack);
      const r20 = (e0 * e0) / (1 + uneven * uneven * back);
      const delta = student(r2, 1) + Math.log(sigma2 / (1 + uneven * uneven * back)) - student(r20, 1);
      // Without a spot of its own a disc cannot speak for the candidate, only against it.
      cost += spot < 0 ? Math.max(-1, delta) : delta;
      if (derivatives) {
        const w = weight(r2, 1) / sigma2;
        const gx = this.g[3 * j]!;
        const gy = this.g[3 * j + 1]!;
        const gz = this.g[3 * j + 2]!;
        // dG = ω × G; the excitation error falls with G_z and with the sphere's sag.
        const factor = (scale * this.slope[j]!) / root;
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
          (scale * this.thicknessSlope[j]!) / root,
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
      const ex = s.x - this.at[2 * j]!;
      const ey = s.y - this.at[2 * j + 1]!;
      const sigmaXy2 = POSITION_VARIANCE + (4 * s.variance) / (s.intensity * s.intensity);
      const p2 = (ex * ex + ey * ey) / sigmaXy2;
      // Only as far as the model claims the spot: a prediction of a tenth of it cannot vouch for it.
      const claim = Math.min(1, bright / ((0.2 * s.intensity) / quantum + 1e-9));
      cost +=
        claim * student(p2, 2) +
        (1 - claim) * student((REACH * REACH) / sigmaXy2, 2) -
        student((REACH * REACH) / sigmaXy2, 2);
      if (derivatives) {
        const w = (claim * weight(p2, 2)) / sigmaXy2;
        const gx = this.g[3 * j]!;
        const gy = this.g[3 * j + 1]!;
        const gz = this.g[3 * j + 2]!;
        accumulate(normal, gradient, 0, 1, 2, 3, -xy * gz, xx * gz, xy * gx - xx * gy, 1, w, ex);
        accumulate(normal, gradient, 0, 1, 2, 4, -yy * gz, xy * gz, yy * gx - xy * gy, 1, w, ey);
      }
    }
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

/** Adds one residual e with weight w and derivatives va … vd in the parameters a < b < c < d. */
function accumulate(
  normal: Float64Array,
  gradient: Float64Array,
  a: number,
  b: number,
  c: number,
  d: number,
  va: number,
  vb: number,
  vc: number,
  vd: number,
  w: number,
  e: number,
): void {
  const [wa, wb, wc, wd] = [w * va, w * vb, w * vc, w * vd];
  gradient[a]! += wa * e;
  gradient[b]! += wb * e;
  gradient[c]! += wc * e;
  gradient[d]! += wd * e;
  const [rb, rc, rd] = [b * PARAMETERS, c * PARAMETERS, d * PARAMETERS];
  normal[a * PARAMETERS + a]! += wa * va;
  normal[rb + a]! += wb * va;
  normal[rb + b]! += wb * vb;
  normal[rc + a]! += wc * va;
  normal[rc + b]! += wc * vb;
  normal[rc + c]! += wc * vc;
  normal[rd + a]! += wd * va;
  normal[rd + b]! += wd * vb;
  normal[rd + c]! += wd * vc;
  normal[rd + d]! += wd * vd;
}

/** exp(ω)·q, unit, for a small rotation vector in sample axes [rad]. */
export function turned(
  q: readonly number[],
  wx: number,
  wy: number,
  wz: number,
): [number, number, number, number] {
  const angle = Math.hypot(wx, wy, wz);
  const c = Math.cos(angle / 2);
  const s = angle > 1e-12 ? Math.sin(angle / 2) / angle : 0.5;
  const [x, y, z] = [wx * s, wy * s, wz * s];
  const [e, f, g, h] = q as [number, number, number, number];
  return [
    c * e - x * f - y * g - z * h,
    c * f + x * e + y * h - z * g,
    c * g - x * h + y * e + z * f,
    c * h + x * g - y * f + z * e,
  ];
}
