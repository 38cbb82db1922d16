import type { Crystal } from "../../core/contracts.ts";
import { atan2, cos, sin } from "../../math/portable.ts";
import { rotateVector } from "../../science/crystal/rotation.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import {
  MIDDLE_THICKNESS,
  type PrecessionTable,
  precessionTable,
  tableValue,
} from "../../science/scattering/precession-table.ts";
import { type Reflections, reflections } from "../../science/scattering/reflections.ts";

/** Everything about the illumination that a template depends on. */
export interface Optics {
  /** Wave number 1/λ [1/Å]. */
  readonly k: number;
  /** Precession half-angle [rad]. */
  readonly precession: number;
  /** Detector pixel [1/Å]. */
  readonly pixel: number;
  /** Symmetric 2×2 matrix (xx, xy, yy): detector position = matrix · g_xy / pixel. */
  readonly ellipse: readonly [number, number, number];
  /** Relative error of the two-beam amplitudes √I, found from the scan itself; 0.15 is 30 % of intensity. */
  readonly modelError: number;
}

/** One crystal with its reflections and intensity table. */
export interface PhaseModel {
  readonly name: string;
  readonly list: Reflections;
  readonly table: PrecessionTable;
  readonly rotations: Crystal["rotations"];
}

/** Spots of one zone axis at in-plane angle 0, polar. */
export interface Template {
  readonly phase: number;
  /** Crystal to sample, w, x, y, z. */
  readonly quaternion: readonly [number, number, number, number];
  /** Radius [px] and azimuth [rad] of each spot, and the square root of its intensity, unit norm. */
  readonly radius: Float32Array;
  readonly azimuth: Float32Array;
  readonly weight: Float32Array;
}

/** The swing that tables for the search have at least [rad]: half a degree. */
const WIDE_SWING = (0.5 * Math.PI) / 180;
/**
 * The swing that intensities are averaged over at least [rad]: without precession many-beam intensities follow the
 * two-beam rocking curve only in its outline.
 */
const LEAST_SWING = (0.2 * Math.PI) / 180;

/** Reflections and precession-averaged intensities of a crystal out to `gMax` [1/Å]. */
export function phaseModel(
  crystal: Crystal,
  gMax: number,
  voltageKv: number,
  optics: Optics,
  discRadius: number,
): PhaseModel {
  const list = reflections(crystal, gMax, voltageKv);
  const convergence = discRadius * optics.pixel * electronWavelength(voltageKv);
  return {
    name: crystal.name,
    list,
    table: precessionTable(list, Math.max(optics.precession, LEAST_SWING), convergence, optics.k),
    rotations: crystal.rotations,
  };
}

/**
 * The same models as a search on a grid of a degree needs them: without precession, or with little, a reflection is
 * bright in a band of tilt much narrower than the grid, and neither a template nor a step would meet it. Those that
 * swing widely by themselves are returned as they are.
 */
export function widened(
  models: readonly PhaseModel[],
  optics: Optics,
  discRadius: number,
): readonly PhaseModel[] {
  if (optics.precession >= WIDE_SWING) return models;
  const convergence = (discRadius * optics.pixel) / optics.k;
  return models.map((m) => ({ ...m, table: precessionTable(m.list, WIDE_SWING, convergence, optics.k) }));
}

/**
 * Excitation error of a node at (r² = |G_xy|², G_z), averaged over the precession cone [1/Å]: the mean of the two
 * extremes √(k² − (r ± tilt)²) of the exact sphere, so that the swing about it is symmetric. To fourth order, which
 * is 1e-8 1/Å at 100 kV and 2 1/Å.
 */
export function coneMeanExcitation(r2: number, gz: number, k: number, tilt: number): number {
  return -gz - (r2 * (1 + (r2 + 6 * tilt * tilt) / (4 * k * k))) / (2 * k);
}

/** Directions in one fundamental domain of the proper rotations, `step` degrees apart on average. */
export function zoneAxes(rotations: Crystal["rotations"], step: number): [number, number, number][] {
  const count = Math.round(41253 / (step * step));
  const reference = [0.2137, 0.3789, 0.9004] as const;
  // Images of the reference; a direction belongs to the domain if the reference itself is its nearest image.
  const images = rotations.map((q) => rotateVector(q, reference));
  const kept: [number, number, number][] = [];
  const golden = Math.PI * (3 - Math.sqrt(5));
  for (let i = 0; i < count; i++) {
    const z = 1 - (2 * i + 1) / count;
    const rho = Math.sqrt(1 - z * z);
    const d: [number, number, number] = [rho * cos(i * golden), rho * sin(i * golden), z];
    const own = d[0] * reference[0]! + d[1] * reference[1]! + d[2] * reference[2]!;
    if (images.every((m) => d[0] * m[0]! + d[1] * m[1]! + d[2] * m[2]! <= own + 1e-9)) kept.push(d);
  }
  return kept;
}

/** Templates of one phase: every zone axis of the fundamental domain, kinematics of the two-beam table. */
export function templates(
  model: PhaseModel,
  phase: number,
  optics: Optics,
  radiusLimit: number,
  step: number,
): Template[] {
  const tilt = optics.precession * optics.k;
  return zoneAxes(model.rotations, step).map((d) => {
    const w = Math.sqrt((1 + d[2]) / 2);
    // The smallest rotation that takes the zone axis to the beam, +z.
    const q: [number, number, number, number] =
      w > 1e-6 ? [w, d[1] / (2 * w), -d[0] / (2 * w), 0] : [0, 1, 0, 0];
    const spots: [number, number, number][] = [];
    for (let i = 0; i < model.list.count; i++) {
      const g = rotateVector(q, [model.list.g[3 * i]!, model.list.g[3 * i + 1]!, model.list.g[3 * i + 2]!]);
      const r = Math.hypot(g[0], g[1]);
      if (r / optics.pixel > radiusLimit) continue;
      const value = tableValue(
        model.table,
        i,
        MIDDLE_THICKNESS,
        coneMeanExcitation(r * r, g[2], optics.k, tilt),
      );
      if (value > 0) spots.push([r / optics.pixel, atan2(g[1], g[0]), Math.sqrt(value)]);
    }
    spots.sort((a, b) => b[2] - a[2]);
    const strong = spots.slice(0, 48).filter((s) => s[2] > 0.1 * spots[0]![2]);
    const norm = Math.sqrt(strong.reduce((sum, s) => sum + s[2] * s[2], 0));
    return {
      phase,
      quaternion: q,
      radius: Float32Array.from(strong, (s) => s[0]),
      azimuth: Float32Array.from(strong, (s) => s[1]),
      weight: Float32Array.from(strong, (s) => s[2] / norm),
    };
  });
}
