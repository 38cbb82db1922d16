import { MIDDLE_THICKNESS } from "../../science/scattering/precession-table.ts";
import { coneMeanExcitation, type Optics, type PhaseModel, tableValue } from "./bank.ts";
import type { Candidate } from "./match.ts";
import type { Pattern } from "./pattern.ts";

/** A refined candidate with the numbers that judge it. */
export interface Fit extends Candidate {
  /** Minus twice the log likelihood, up to a constant of the pattern. */
  readonly cost: number;
  /** Index into the thickness grid. */
  readonly thickness: number;
  /** Curvature of cost/2 in the rotation vector, sample axes: xx xy xz yy yz zz [1/rad²]. */
  readonly information: readonly number[];
  /** Share of the square-root intensity of the spots that this candidate explains, 0..1. */
  readonly explained: number;
  /** Number of spots of the pattern that the candidate predicts. */
  readonly used: number;
  /** Squared misfit per explained spot, for the scale of the covariance. */
  readonly misfit: number;
  /** Median relative misfit of √intensity over the strong spots; NaN with fewer than four. */
  readonly amplitudeMisfit: number;
}

/** Degrees of freedom of the Student-t likelihood that keeps single wrong reflections from deciding. */
const NU = 4;
/** A spot within this distance of a prediction may be that prediction [px]. */
const REACH = 2.2;

interface Evaluation {
  cost: number;
  normal: Float64Array;
  gradient: Float64Array;
  explained: number;
  used: number;
  misfit: number;
  amplitudeMisfit: number;
}

/** Student-t cost and weight of a squared residual. */
const student = (r2: number) => (NU + 1) * Math.log(1 + r2 / NU);

/**
 * Refines one candidate: three angles and the beam centre by damped Gauss–Newton on square roots of disc sums and
 * on spot positions, the thickness by trial. Two-beam intensities on the curved sphere.
 */
export function refine(
  pattern: Pattern,
  model: PhaseModel,
  optics: Optics,
  start: Candidate,
  rounds: number,
  fixedThickness?: number,
): Fit {
  const q = [...start.quaternion] as [number, number, number, number];
  const near = nearReflections(model, optics, q);
  let shift: [number, number] = [0, 0];
  let thickness = fixedThickness ?? MIDDLE_THICKNESS;
  let best = evaluate(pattern, model, optics, near, q, shift, thickness);
  let damping = 1e-2;
  for (let round = 0; round < rounds; round++) {
    if (fixedThickness === undefined && (round === 0 || round === 3)) {
      for (let t = 0; t < model.table.thickness.length; t++) {
        if (t === thickness) continue;
        const trial = evaluate(pattern, model, optics, near, q, shift, t);
        if (trial.cost < best.cost) {
          best = trial;
          thickness = t;
        }
      }
    }
    const step = solve(best.normal, best.gradient, damping);
    if (!step) break;
    const turn = Math.hypot(step[0]!, step[1]!, step[2]!);
    const limit = turn > 0.017 ? 0.017 / turn : 1;
    const next = turned(q, step[0]! * limit, step[1]! * limit, step[2]! * limit);
    const moved: [number, number] = [shift[0] + step[3]! * limit, shift[1] + step[4]! * limit];
    const trial = evaluate(pattern, model, optics, near, next, moved, thickness);
    if (trial.cost < best.cost) {
      const gained = best.cost - trial.cost;
      best = trial;
      for (let i = 0; i < 4; i++) q[i] = next[i]!;
      shift = moved;
      damping = Math.max(1e-4, damping * 0.3);
      if (gained < 0.02) break;
    } else damping *= 8;
  }
  const n = best.normal;
  return {
    phase: start.phase,
    quaternion: q,
    score: best.explained,
    cost: best.cost,
    thickness,
    information: [n[0]!, n[1]!, n[2]!, n[6]!, n[7]!, n[12]!],
    explained: best.explained,
    used: best.used,
    misfit: best.misfit,
    amplitudeMisfit: best.amplitudeMisfit,
  };
}

/** Indices of the reflections that can light up within 2° of `q`. */
function nearReflections(model: PhaseModel, optics: Optics, q: readonly number[]): Int32Array {
  const kept: number[] = [];
  const g = new Float64Array(3);
  const tilt = optics.precession * optics.k;
  for (let i = 0; i < model.list.count; i++) {
    rotateInto(q, model.list.g, 3 * i, g);
    const r = Math.hypot(g[0]!, g[1]!);
    const s0 = coneMeanExcitation(r, g[2]!, optics.k, tilt);
    if (Math.abs(s0) < model.table.reach[model.table.family[i]!]! + 0.035 * model.list.length[i]!)
      kept.push(i);
  }
  return Int32Array.from(kept);
}

/** Cost, gradient and normal matrix over (ωx, ωy, ωz, cx, cy) of one orientation. */
function evaluate(
  pattern: Pattern,
  model: PhaseModel,
  optics: Optics,
  near: Int32Array,
  q: readonly number[],
  shift: readonly [number, number],
  thickness: number,
): Evaluation {
  const { size, disc, noise, centre, spots } = pattern;
  const tilt = optics.precession * optics.k;
  const [mxx, mxy, myy] = optics.ellipse;
  const edge = 5;
  const count = near.length;
  const gx = new Float64Array(count);
  const gy = new Float64Array(count);
  const gz = new Float64Array(count);
  const px = new Float64Array(count);
  const py = new Float64Array(count);
  const amplitude = new Float64Array(count);
  const slope = new Float64Array(count);
  const measured = new Float64Array(count);
  const variance = new Float64Array(count);
  const spotOf = new Int32Array(count).fill(-1);
  const g = new Float64Array(3);
  const owner = new Int32Array(spots.length).fill(-1);
  const ownerDistance = new Float64Array(spots.length).fill(REACH * REACH);
  let n = 0;
  const index = new Int32Array(count);
  for (let j = 0; j < count; j++) {
    const i = near[j]!;
    rotateInto(q, model.list.g, 3 * i, g);
    const r = Math.hypot(g[0]!, g[1]!);
    const s0 = coneMeanExcitation(r, g[2]!, optics.k, tilt);
    const value = tableValue(model.table, i, thickness, s0);
    if (value < 1e-5) continue;
    const x = (mxx * g[0]! + mxy * g[1]!) / optics.pixel + shift[0];
    const y = (mxy * g[0]! + myy * g[1]!) / optics.pixel + shift[1];
    const column = x + centre[0];
    const row = y + centre[1];
    if (column < edge || row < edge || column > size - 1 - edge || row > size - 1 - edge) continue;
    const h = 4e-4;
    index[n] = i;
    gx[n] = g[0]!;
    gy[n] = g[1]!;
    gz[n] = g[2]!;
    px[n] = x;
    py[n] = y;
    amplitude[n] = Math.sqrt(value);
    const ahead = tableValue(model.table, i, thickness, s0 + h);
    const behind = tableValue(model.table, i, thickness, s0 - h);
    slope[n] = (ahead - behind) / (4 * h * Math.sqrt(value));
    const ix = Math.floor(column);
    const iy = Math.floor(row);
    const fx = column - ix;
    const fy = row - iy;
    const at = iy * size + ix;
    measured[n] =
      (1 - fy) * ((1 - fx) * disc[at]! + fx * disc[at + 1]!) +
      fy * ((1 - fx) * disc[at + size]! + fx * disc[at + size + 1]!);
    variance[n] = noise[Math.min(noise.length - 1, Math.round(Math.hypot(x, y)))]!;
    n++;
  }
  // Each spot goes to the strongest prediction in reach; strength first, so that a faint neighbour takes nothing.
  for (let k = 0; k < spots.length; k++) {
    let strongest = 0;
    for (let j = 0; j < n; j++) {
      const d2 = (spots[k]!.x - px[j]!) ** 2 + (spots[k]!.y - py[j]!) ** 2;
      const claim = amplitude[j]! * Math.exp(-d2 / 2);
      if (d2 < REACH * REACH && claim > strongest) {
        strongest = claim;
        owner[k] = j;
        ownerDistance[k] = d2;
      }
    }
    const j = owner[k]!;
    if (j >= 0) {
      const before = spotOf[j]!;
      if (before < 0 || spots[before]!.intensity < spots[k]!.intensity) {
        spotOf[j] = k;
        measured[j] = Math.max(measured[j]!, spots[k]!.intensity);
        variance[j] = spots[k]!.variance;
      }
    }
  }
  // Scale between model and grey levels, by weighted least squares on square roots, two passes.
  let scale = 0;
  for (let pass = 0; pass < 3; pass++) {
    let top = 0;
    let bottom = 1e-12;
    for (let j = 0; j < n; j++) {
      const y = Math.sqrt(Math.max(0, measured[j]!));
      const p = scale * amplitude[j]!;
      const sigma2 = rootVariance(variance[j]!, measured[j]!, pass === 0 ? y : p, optics.modelError);
      const w = pass === 0 ? 1 / (sigma2 + 1) : (NU + 1) / (NU + (y - p) ** 2 / sigma2) / sigma2;
      top += w * y * amplitude[j]!;
      bottom += w * amplitude[j]! * amplitude[j]!;
    }
    scale = top / bottom;
  }
  const normal = new Float64Array(25);
  const gradient = new Float64Array(5);
  let cost = 0;
  let explainedRoot = 0;
  let allRoot = 1e-9;
  let missing = 0;
  let used = 0;
  let misfit = 0;
  const strong: number[] = [];
  const d = new Float64Array(5);
  for (let j = 0; j < n; j++) {
    const y = Math.sqrt(Math.max(0, measured[j]!));
    const p = scale * amplitude[j]!;
    const sigma2 = rootVariance(variance[j]!, measured[j]!, p, optics.modelError);
    const residual = (y - p) / Math.sqrt(sigma2);
    cost += student(residual * residual);
    const w = (NU + 1) / (NU + residual * residual) / sigma2;
    // dG = ω × G; s0 falls with G_z and with the sphere's sag r·dr/k.
    const factor = scale * slope[j]!;
    const k = optics.k;
    d[0] = factor * (-gy[j]! + (gy[j]! * gz[j]!) / k);
    d[1] = factor * (gx[j]! - (gx[j]! * gz[j]!) / k);
    d[2] = 0;
    d[3] = 0;
    d[4] = 0;
    accumulate(normal, gradient, d, w, y - p);
    const spot = spotOf[j]!;
    if (spot < 0) {
      if (p * p > 4 * Math.sqrt(variance[j]!)) missing += p;
      continue;
    }
    const s = spots[spot]!;
    const sigmaXy2 = 0.04 + (4 * s.variance) / (s.intensity * s.intensity);
    const ex = s.x - px[j]!;
    const ey = s.y - py[j]!;
    const r2 = (ex * ex + ey * ey) / sigmaXy2;
    // Only as far as the model claims the spot: a prediction that explains a tenth of it cannot vouch for it.
    const claim = Math.min(1, (p * p) / (0.2 * s.intensity + 1e-9));
    cost += claim * student(r2);
    misfit += r2 / 2;
    used++;
    const wp = (claim * (NU + 2)) / (NU + r2) / sigmaXy2;
    d[0] = (-mxy * gz[j]!) / optics.pixel;
    d[1] = (mxx * gz[j]!) / optics.pixel;
    d[2] = (-mxx * gy[j]! + mxy * gx[j]!) / optics.pixel;
    d[3] = 1;
    d[4] = 0;
    accumulate(normal, gradient, d, wp, ex);
    d[0] = (-myy * gz[j]!) / optics.pixel;
    d[1] = (mxy * gz[j]!) / optics.pixel;
    d[2] = (-mxy * gy[j]! + myy * gx[j]!) / optics.pixel;
    d[3] = 0;
    d[4] = 1;
    accumulate(normal, gradient, d, wp, ey);
    if (s.intensity > 15 * Math.sqrt(s.variance)) strong.push(Math.abs(y / Math.max(p, 0.2 * y) - 1));
    explainedRoot += Math.min(s.intensity ** 0.5, 2 * p);
  }
  for (let k = 0; k < spots.length; k++) {
    const s = spots[k]!;
    allRoot += Math.sqrt(s.intensity);
    const j = owner[k]!;
    if (j >= 0 && spotOf[j] === k) continue;
    cost +=
      student((4 * s.intensity * s.intensity) / s.variance) * (j >= 0 ? 0.5 : 1) +
      student((REACH * REACH) / 0.04);
  }
  // The centre was measured: a prior of 0.15 px.
  for (let a = 0; a < 2; a++) {
    const w = 1 / 0.0225;
    cost += w * shift[a]! * shift[a]!;
    normal[(3 + a) * 6]! += w;
    gradient[3 + a]! -= w * shift[a]!;
  }
  return {
    cost,
    normal,
    gradient,
    explained: explainedRoot / (allRoot + 0.5 * missing),
    used,
    misfit: used > 0 ? misfit / used : 0,
    amplitudeMisfit: strong.length < 4 ? Number.NaN : strong.sort((a, b) => a - b)[strong.length >> 1]!,
  };
}

/** Variance of √intensity: counting (through the larger of data and model) and the model's relative error. */
function rootVariance(variance: number, measured: number, p: number, modelError: number): number {
  const level = Math.max(measured, p * p, Math.sqrt(variance));
  return variance / (4 * level) + modelError * modelError * p * p + 1e-9;
}

function accumulate(
  normal: Float64Array,
  gradient: Float64Array,
  d: Float64Array,
  w: number,
  e: number,
): void {
  for (let a = 0; a < 5; a++) {
    gradient[a]! += w * d[a]! * e;
    for (let b = 0; b < 5; b++) normal[5 * a + b]! += w * d[a]! * d[b]!;
  }
}

/** Solution of the damped 5×5 normal equations by Cholesky; undefined if singular. */
function solve(normal: Float64Array, gradient: Float64Array, damping: number): Float64Array | undefined {
  const l = new Float64Array(25);
  const x = Float64Array.from(gradient);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j <= i; j++) {
      let sum = normal[5 * i + j]! * (i === j ? 1 + damping : 1) + (i === j ? 1e-6 : 0);
      for (let k = 0; k < j; k++) sum -= l[5 * i + k]! * l[5 * j + k]!;
      if (i === j) {
        if (!(sum > 0)) return undefined;
        l[6 * i] = Math.sqrt(sum);
      } else l[5 * i + j] = sum / l[6 * j]!;
    }
  for (let i = 0; i < 5; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[5 * i + k]! * x[k]!;
    x[i]! /= l[6 * i]!;
  }
  for (let i = 4; i >= 0; i--) {
    for (let k = i + 1; k < 5; k++) x[i]! -= l[5 * k + i]! * x[k]!;
    x[i]! /= l[6 * i]!;
  }
  return x;
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

function rotateInto(q: readonly number[], v: Float64Array, at: number, out: Float64Array): void {
  const [w, x, y, z] = q as [number, number, number, number];
  const vx = v[at]!;
  const vy = v[at + 1]!;
  const vz = v[at + 2]!;
  const tx = 2 * (y * vz - z * vy);
  const ty = 2 * (z * vx - x * vz);
  const tz = 2 * (x * vy - y * vx);
  out[0] = vx + w * tx + y * tz - z * ty;
  out[1] = vy + w * ty + z * tx - x * tz;
  out[2] = vz + w * tz + x * ty - y * tx;
}
