import { exp, log } from "../../math/portable.ts";
import { coneMeanExcitation, type Optics, type PhaseModel } from "./bank.ts";
import type { Pattern } from "./pattern.ts";
import { weight } from "./student.ts";

/** A spot within this distance of a prediction may be that prediction [px]. */
export const REACH = 2.2;
/** Darker than this share of the incident electrons, a reflection is not looked at. */
const DARK = 1e-5;
/** Discs are not read closer than this to the detector's edge [px]. */
const EDGE = 5;

/** What is evaluated: an orientation, a beam shift, a scale and a thickness. */
export interface State {
  q: [number, number, number, number];
  shift: [number, number];
  logScale: number;
  thickness: number;
}

/**
 * What a model predicts for one pattern, reflection by reflection, beside what the pattern shows there. Holds its
 * arrays, so that a pattern allocates nothing.
 */
export class Prediction {
  private readonly optics: Optics;
  private readonly near: Int32Array;
  private nearCount = 0;
  /** Reciprocal vectors in sample axes [1/Å], (n, 3). */
  readonly g: Float64Array;
  /** Places on the detector from the centre [px], (n, 2). */
  readonly at: Float64Array;
  /** Share of the incident electrons, and its slopes with excitation error [Å] and thickness [grid step]. */
  readonly value: Float64Array;
  readonly slope: Float64Array;
  readonly thicknessSlope: Float64Array;
  /** Disc sum found above background, and the background under it [grey]. */
  readonly measured: Float64Array;
  readonly level: Float64Array;
  /** The spot that a reflection owns; -1 none in reach, -2 a stronger reflection's. */
  readonly spotOf: Int32Array;
  private owner = new Int32Array(256);
  private claim = new Float64Array(256);

  /** Room for `n` reflections. */
  constructor(n: number, optics: Optics) {
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

  /** Lists the reflections that can light up within `margin` [rad] of `q`. */
  collect(model: PhaseModel, q: readonly number[], margin: number): void {
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

  /** Positions, intensities with slopes, and what the pattern shows there; returns the number of reflections. */
  predict(pattern: Pattern, model: PhaseModel, state: State): number {
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
      const s0 = coneMeanExcitation(gx * gx + gy * gy, gz, k, tilt);
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
          const strength = value * exp(-d2);
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
  findScale(pattern: Pattern, n: number): number {
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
    return 2 * log(scale);
  }
}
