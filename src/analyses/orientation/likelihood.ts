import {
  type Likelihood,
  type LikelihoodConstants,
  type LikelihoodPattern,
  type LikelihoodShape,
  type LikelihoodState,
  type Lit,
  PARAMETERS,
} from "../../kernels/likelihood-layout.ts";
import { exp, log } from "../../math/portable.ts";
import { NU, weight } from "../../math/student.ts";
import { type Quaternion, toMatrix } from "../../science/crystal/rotation.ts";
import { coneMeanExcitation } from "./bank.ts";
import { accumulate } from "./normal-equations.ts";

/** Room around a reflection's table for what the parabola of `collect` leaves out of the sphere [1/Å]. */
const SLACK = 1e-3;

export const LIKELIHOOD: LikelihoodConstants = {
  nu: NU,
  reach: 2.2,
  dark: 1e-5,
  edge: 5,
  positionVariance: 0.04,
  claim: 0.2,
  least: -1,
};

/**
 * The likelihood of an orientation as it is defined, in plain loops: two-beam intensities on the curved sphere against
 * disc sums, √counts under Student's t with the error of the model beside that of counting, and spot positions against
 * predicted ones. Twin: src/kernels/likelihood.ts. Holds its work arrays, so that a pattern allocates nothing.
 */
export class PlainLikelihood implements Likelihood {
  readonly kind = "plain";
  readonly normal = new Float64Array(PARAMETERS * PARAMETERS);
  readonly gradient = new Float64Array(PARAMETERS);
  explained = 0;
  used = 0;
  private readonly shape: LikelihoodShape;
  private pattern!: LikelihoodPattern;
  private readonly near: Int32Array;
  private nearCount = 0;
  private readonly lit: Columns;
  private owner = new Int32Array(256);
  private claim = new Float64Array(256);

  constructor(shape: LikelihoodShape) {
    const n = shape.phases.reduce((max, { count }) => Math.max(max, count), 1);
    this.shape = shape;
    this.near = new Int32Array(n);
    const column = () => new Float64Array(n);
    this.lit = {
      ...{ count: 0, gx: column(), gy: column(), gz: column(), x: column(), y: column() },
      ...{ value: column(), slope: column(), thicknessSlope: column() },
      ...{ measured: column(), level: column(), spotOf: new Int32Array(n) },
    };
  }

  load(pattern: LikelihoodPattern): void {
    this.pattern = pattern;
  }

  collect(phase: number, q: readonly number[], margin: number): void {
    const { count, g, length, family, reach } = this.shape.phases[phase]!;
    const [w, x, y, z] = q as [number, number, number, number];
    // Third row of the rotation matrix: the height of a node above the zero-order plane.
    const [a, b, c] = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
    const half = 0.5 / this.shape.k;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const gz = a * g[3 * i]! + b * g[3 * i + 1]! + c * g[3 * i + 2]!;
      const s0 = gz + half * (length[i]! * length[i]! - gz * gz);
      if (Math.abs(s0) < reach[family[i]!]! + SLACK + margin * length[i]!) this.near[n++] = i;
    }
    this.nearCount = n;
  }

  predict(phase: number, state: LikelihoodState): Lit {
    const { size, disc, centre, levels, spots, nearestSpot } = this.pattern;
    const { k, tilt, matrix } = this.shape;
    const { g, family, reach, values, thicknesses, bins } = this.shape.phases[phase]!;
    const [xx, xy, yy] = matrix;
    const m = toMatrix(state.q as Quaternion);
    const lower = Math.min(thicknesses - 2, Math.floor(state.thickness));
    const part = state.thickness - lower;
    const top = size - 1 - LIKELIHOOD.edge;
    const { lit } = this;
    if (this.owner.length < spots.length) {
      this.owner = new Int32Array(2 * spots.length);
      this.claim = new Float64Array(2 * spots.length);
    }
    const { owner, claim } = this;
    owner.fill(-1);
    claim.fill(0);
    let n = 0;
    for (let j = 0; j < this.nearCount; j++) {
      const i = this.near[j]!;
      const [h0, h1, h2] = [g[3 * i]!, g[3 * i + 1]!, g[3 * i + 2]!];
      const gx = m[0] * h0 + m[1] * h1 + m[2] * h2;
      const gy = m[3] * h0 + m[4] * h1 + m[5] * h2;
      const gz = m[6] * h0 + m[7] * h1 + m[8] * h2;
      const x = xx * gx + xy * gy + state.shift[0]!;
      const y = xy * gx + yy * gy + state.shift[1]!;
      const [column, row] = [x + centre[0], y + centre[1]];
      if (Math.min(column, row) < LIKELIHOOD.edge || Math.max(column, row) > top) continue;
      const s0 = coneMeanExcitation(gx * gx + gy * gy, gz, k, tilt);
      const perBin = (bins - 1) / reach[family[i]!]!;
      const place = Math.abs(s0) * perBin;
      const bin = Math.floor(place);
      if (bin >= bins - 1) continue;
      const base = (family[i]! * thicknesses + lower) * bins + bin;
      const f = place - bin;
      const low = values[base]! + f * (values[base + 1]! - values[base]!);
      const high = values[base + bins]! + f * (values[base + bins + 1]! - values[base + bins]!);
      const value = low + part * (high - low);
      if (value < LIKELIHOOD.dark) continue;
      lit.gx[n] = gx;
      lit.gy[n] = gy;
      lit.gz[n] = gz;
      lit.x[n] = x;
      lit.y[n] = y;
      lit.value[n] = value;
      const rise =
        (1 - part) * (values[base + 1]! - values[base]!) +
        part * (values[base + bins + 1]! - values[base + bins]!);
      lit.slope[n] = (s0 < 0 ? -rise : rise) * perBin;
      lit.thicknessSlope[n] = high - low;
      const [ix, iy] = [Math.floor(column), Math.floor(row)];
      const [fx, fy] = [column - ix, row - iy];
      const p = iy * size + ix;
      lit.measured[n] =
        (1 - fy) * ((1 - fx) * disc[p]! + fx * disc[p + 1]!) +
        fy * ((1 - fx) * disc[p + size]! + fx * disc[p + size + 1]!);
      lit.level[n] = levels[Math.min(levels.length - 1, Math.round(Math.sqrt(x * x + y * y)))]!;
      lit.spotOf[n] = -1;
      const s = nearestSpot[Math.round(row) * size + Math.round(column)]!;
      if (s >= 0) {
        const d2 = (spots[s]!.x - x) ** 2 + (spots[s]!.y - y) ** 2;
        if (d2 < LIKELIHOOD.reach * LIKELIHOOD.reach) {
          // Each spot goes to the strongest prediction in reach; a faint neighbour takes nothing from it.
          lit.spotOf[n] = -2;
          const strength = value / (1 + d2 + 0.5 * d2 * d2);
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
      lit.spotOf[j] = s;
      lit.measured[j] = Math.max(lit.measured[j]!, spots[s]!.intensity);
    }
    lit.count = n;
    return lit;
  }

  evaluate(phase: number, state: LikelihoodState, derivatives: boolean): number {
    this.predict(phase, state);
    if (!Number.isFinite(state.logScale)) state.logScale = this.findScale();
    return this.compare(exp(state.logScale), derivatives);
  }

  /** Log scale between the model and grey levels: robust least squares on square roots. */
  private findScale(): number {
    const { value, measured, level, spotOf, count } = this.lit;
    const { quantum } = this.pattern;
    const eps2 = this.shape.modelError * this.shape.modelError;
    let scale = 0;
    for (let pass = 0; pass < 4; pass++) {
      let top = 1e-12;
      let bottom = 1e-12;
      for (let j = 0; j < count; j++) {
        if (spotOf[j] === -2) continue;
        const amplitude = Math.sqrt(value[j]!);
        const y = Math.sqrt(Math.max(0, measured[j]!));
        const p = scale * amplitude;
        const most = Math.max(measured[j]!, p * p, level[j]!, quantum);
        const sigma2 = (quantum * (most + level[j]!)) / (4 * most) + eps2 * Math.max(p * p, y * y);
        const w = pass === 0 ? 1 / (sigma2 + quantum) : weight((y - p) ** 2 / sigma2, 1) / sigma2;
        top += w * y * amplitude;
        bottom += w * amplitude * amplitude;
      }
      scale = top / bottom;
    }
    return 2 * log(scale);
  }

  /** Cost of what was predicted last, `grey` per incident fraction; with `derivatives`, its normal matrix and gradient. */
  private compare(grey: number, derivatives: boolean): number {
    const { spots, quantum, uneven } = this.pattern;
    const { k, modelError } = this.shape;
    const [xx, xy, yy] = this.shape.matrix;
    const { normal, gradient, lit } = this;
    const scale = grey / quantum;
    if (derivatives) {
      normal.fill(0);
      gradient.fill(0);
    }
    let cost = 0;
    let explained = 0;
    let missing = 0;
    let used = 0;
    for (let j = 0; j < lit.count; j++) {
      const spot = lit.spotOf[j]!;
      // The disc of a stronger neighbour covers this one: it says nothing.
      if (spot === -2) continue;
      const back = lit.level[j]! / quantum + 0.375;
      const bright = scale * lit.value[j]!;
      // A tenth of the noise says nothing either way.
      if (spot < 0 && bright * bright < 0.01 * back) continue;
      const root = Math.sqrt(bright + back);
      const found = Math.sqrt(Math.max(0, lit.measured[j]! / quantum + back));
      const flat = (uneven * back) / root;
      const model = (2 * modelError * bright) / root;
      const sigma2 = 1 + flat * flat + model * model;
      const e = 2 * (found - root);
      const r2 = (e * e) / sigma2;
      const e0 = 2 * (found - Math.sqrt(back));
      const sigma02 = 1 + uneven * uneven * back;
      const r20 = (e0 * e0) / sigma02;
      const odds = log(sigma2 / sigma02) + (NU + 1) * log((1 + r2 / NU) / (1 + r20 / NU));
      // Without a spot of its own a disc cannot speak for the candidate, only against it.
      cost += spot < 0 ? Math.max(LIKELIHOOD.least, odds) : odds;
      const [gx, gy, gz] = [lit.gx[j]!, lit.gy[j]!, lit.gz[j]!];
      if (derivatives) {
        const w = weight(r2, 1) / sigma2;
        // dG = ω × G; the excitation error falls with G_z and with the sphere's sag.
        const factor = ((scale * lit.slope[j]!) / root) * (1 - gz / k);
        const thicker = (scale * lit.thicknessSlope[j]!) / root;
        accumulate(normal, gradient, [0, 1, 5, 6], [-factor * gy, factor * gx, bright / root, thicker], w, e);
      }
      if (spot < 0) {
        if (bright > 2 * Math.sqrt(back)) missing += Math.sqrt(bright);
        continue;
      }
      const s = spots[spot]!;
      used++;
      explained += Math.min(Math.sqrt(s.intensity / quantum), 2 * Math.sqrt(bright));
      const [ex, ey] = [s.x - lit.x[j]!, s.y - lit.y[j]!];
      const sigmaXy2 = positionVariance(s);
      const p2 = (ex * ex + ey * ey) / sigmaXy2;
      // Only as far as the model claims the spot: a prediction of a tenth of it cannot vouch for it.
      const claim = Math.min(1, bright / ((LIKELIHOOD.claim * s.intensity) / quantum + 1e-9));
      const near = (1 + p2 / NU) / (1 + (LIKELIHOOD.reach * LIKELIHOOD.reach) / sigmaXy2 / NU);
      cost += claim * (NU + 2) * log(near);
      if (derivatives) {
        const w = (claim * weight(p2, 2)) / sigmaXy2;
        accumulate(normal, gradient, [0, 1, 2, 3], [-xy * gz, xx * gz, xy * gx - xx * gy, 1], w, ex);
        accumulate(normal, gradient, [0, 1, 2, 4], [-yy * gz, xy * gz, yy * gx - xy * gy, 1], w, ey);
      }
    }
    let all = 1e-9;
    for (const s of spots) all += Math.sqrt(s.intensity / quantum);
    this.explained = explained / (all + 0.5 * missing);
    this.used = used;
    return cost;
  }
}

/** Variance of a spot's position about the model, per component [px²]. */
export function positionVariance(spot: { readonly intensity: number; readonly variance: number }): number {
  return LIKELIHOOD.positionVariance + (4 * spot.variance) / (spot.intensity * spot.intensity);
}

/** `Lit`, and what else belongs to a reflection. */
interface Columns extends Lit {
  count: number;
  readonly gx: Float64Array;
  readonly gy: Float64Array;
  readonly gz: Float64Array;
  /** Places on the detector from the centre [px]. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: Float64Array;
  /** Slopes of the value with excitation error [Å] and thickness [grid step]. */
  readonly slope: Float64Array;
  readonly thicknessSlope: Float64Array;
  readonly measured: Float64Array;
  readonly level: Float64Array;
  readonly spotOf: Int32Array;
}
