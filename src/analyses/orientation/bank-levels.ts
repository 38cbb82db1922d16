import type { Crystal } from "../../core/contracts.ts";
import { type PackedTemplates, ROW, STEPS } from "../../kernels/search-layout.ts";
import { atan2, cos, sin } from "../../math/portable.ts";
import { rotateVector, toMatrix } from "../../science/crystal/rotation.ts";
import { MIDDLE_THICKNESS, tableValue } from "../../science/scattering/precession-table.ts";
import { coneMeanExcitation, type Optics, type PhaseModel, type Template, zoneAxes } from "./bank.ts";

/** Distance between zone axes of the two levels [deg]. */
const FINE = 1;
const COARSE = 2.5;
/** Fine templates within this angle of a coarse one belong to it [deg]: about 14, and every one to some coarse one. */
const REACH = 2.1;
/** Tilts that a cell is averaged over, in steps of the grid: equal shares of a disc of radius 0.56. */
const CELL = [-0.42, -0.2, 0, 0.2, 0.42];
/** First radius of the polar image [px]; the direct beam lies within. */
export const FIRST_RADIUS = 6;
/** Length of the integer weights of one template. */
const WEIGHT = 127;

/** Templates of one step width, packed for the kernel; number arrays only, so that a bank can be cloned. */
export interface Level extends PackedTemplates {
  readonly phase: Uint8Array;
  /** Crystal to sample at in-plane angle 0; w, x, y, z each. */
  readonly quaternion: Float64Array;
  /** Sum of the integer weights, and 1 / length of the weight vector. */
  readonly total: Float64Array;
  readonly gain: Float64Array;
}

/** Templates of all phases on two grids. */
export interface Bank {
  readonly radii: number;
  readonly phases: number;
  readonly fine: Level;
  /** Without templates every search runs over all the fine ones. */
  readonly coarse: Level;
  /** Coarse template c stands for the fine templates neighbour[neighbourOffset[c] … neighbourOffset[c + 1] − 1]. */
  readonly neighbourOffset: Uint32Array;
  readonly neighbour: Uint32Array;
}

/** The bank of some crystals under one illumination, out to `radiusLimit` [px]. */
export function searchableBank(models: readonly PhaseModel[], optics: Optics, radiusLimit: number): Bank {
  return packBank(
    models.flatMap((m, i) => gridTemplates(m, i, optics, radiusLimit, FINE, [0])),
    models.flatMap((m, i) => gridTemplates(m, i, optics, radiusLimit, COARSE, CELL)),
    models.map((m) => m.rotations),
  );
}

/**
 * Templates of bank.ts, with √intensities averaged over `tilts` [steps of the grid]: on the coarse grid a template
 * stands for a cell, and single reflections switch on and off within a fraction of it.
 */
function gridTemplates(
  model: PhaseModel,
  phase: number,
  optics: Optics,
  radiusLimit: number,
  step: number,
  tilts: readonly number[],
): Template[] {
  const { list, table } = model;
  const { g } = list;
  const tilt = optics.precession * optics.k;
  const swings = tilts.map((part) => (part * step * Math.PI) / 180);
  const swing = Math.max(...swings.map(Math.abs));
  const limit = (radiusLimit * optics.pixel) ** 2;
  // Beyond the widest table; 0.002 1/Å is far more than parabola and cone mean differ.
  const reach = 0.002 + table.reach.reduce((a, b) => Math.max(a, b), 0);
  return zoneAxes(model.rotations, step).map((d) => {
    const quaternion = toBeam(d);
    const m = toMatrix(quaternion);
    const spots: [number, number, number][] = [];
    for (let i = 0; i < list.count; i++) {
      const a = g[3 * i]!;
      const b = g[3 * i + 1]!;
      const c = g[3 * i + 2]!;
      const gz = m[6] * a + m[7] * b + m[8] * c;
      const square = a * a + b * b + c * c - gz * gz;
      if (square > limit) continue;
      const r = Math.sqrt(square);
      // Most nodes are far from the sphere; its parabola tells so without the roots of the exact formula.
      if (Math.abs(gz + square / (2 * optics.k)) > reach + r * swing) continue;
      const x = m[0] * a + m[1] * b + m[2] * c;
      const y = m[3] * a + m[4] * b + m[5] * c;
      const s = coneMeanExcitation(r * r, gz, optics.k, tilt);
      let root = 0;
      for (const t of swings) root += Math.sqrt(tableValue(table, i, MIDDLE_THICKNESS, s + r * t));
      if (root > 0) spots.push([r / optics.pixel, atan2(y, x), root]);
    }
    spots.sort((a, b) => b[2] - a[2]);
    const strong = spots.slice(0, 48).filter((spot) => spot[2] > 0.1 * spots[0]![2]);
    const norm = Math.hypot(...strong.map((spot) => spot[2]));
    return {
      phase,
      quaternion,
      radius: Float32Array.from(strong, (spot) => spot[0]),
      azimuth: Float32Array.from(strong, (spot) => spot[1]),
      weight: Float32Array.from(strong, (spot) => spot[2] / norm),
    };
  });
}

/** The smallest rotation that takes a direction to the beam, +z. */
function toBeam(d: readonly [number, number, number]): [number, number, number, number] {
  const w = Math.sqrt((1 + d[2]) / 2);
  return w > 1e-6 ? [w, d[1] / (2 * w), -d[0] / (2 * w), 0] : [0, 1, 0, 0];
}

/** Packs templates once for all patterns; `rotations` are those of each phase. */
export function packBank(
  fine: readonly Template[],
  coarse: readonly Template[] = [],
  rotations: readonly Crystal["rotations"][] = [],
): Bank {
  let last = FIRST_RADIUS;
  for (const t of [...fine, ...coarse]) for (const r of t.radius) last = Math.max(last, Math.round(r));
  return {
    radii: last + 1,
    phases: fine.reduce((count, t) => Math.max(count, t.phase + 1), 0),
    fine: packLevel(fine),
    coarse: packLevel(coarse),
    ...neighbours(fine, coarse, rotations),
  };
}

function packLevel(list: readonly Template[]): Level {
  const total = list.reduce((sum, t) => sum + t.radius.length, 0);
  const level = {
    offset: new Uint32Array(list.length + 1),
    spots: new Uint32Array(2 * total),
    phase: Uint8Array.from(list, (t) => t.phase),
    quaternion: Float64Array.from(list.flatMap((t) => t.quaternion)),
    total: new Float64Array(list.length),
    gain: new Float64Array(list.length),
  };
  let at = 0;
  list.forEach((t, i) => {
    let square = 0;
    t.radius.forEach((radius, j) => {
      const weight = Math.round(WEIGHT * t.weight[j]!);
      square += weight * weight;
      if (Math.round(radius) < FIRST_RADIUS) return;
      const azimuth = (Math.round((t.azimuth[j]! / (2 * Math.PI)) * STEPS) + STEPS) % STEPS;
      level.spots[2 * at] = Math.round(radius) * ROW;
      level.spots[2 * at + 1] = azimuth + 65536 * weight;
      level.total[i]! += weight;
      at++;
    });
    level.offset[i + 1] = at;
    level.gain[i] = square > 0 ? 1 / Math.sqrt(square) : 0;
  });
  return { ...level, spots: level.spots.slice(0, 2 * at) };
}

/**
 * Fine templates whose zone axis lies within reach of each coarse one under the rotations of the crystal, and those
 * out of every reach, which may be some at the rim of the domain, with the nearest.
 */
function neighbours(
  fine: readonly Template[],
  coarse: readonly Template[],
  rotations: readonly Crystal["rotations"][],
): Pick<Bank, "neighbour" | "neighbourOffset"> {
  const axes = Float64Array.from(fine.flatMap((t) => zoneAxis(t.quaternion)));
  const limit = cos((REACH * Math.PI) / 180);
  const chord = 2 * sin((REACH * Math.PI) / 360);
  const images = coarse.map((c) =>
    Float64Array.from(rotations[c.phase]!.flatMap((q) => rotateVector(q, zoneAxis(c.quaternion)))),
  );
  const phases = Uint8Array.from(fine, (t) => t.phase);
  const reached = new Uint8Array(fine.length);
  const lists = coarse.map((c, i) => {
    const image = images[i]!;
    const list: number[] = [];
    for (let j = 0; j < fine.length; j++) {
      if (phases[j] !== c.phase) continue;
      const z = axes[3 * j + 2]!;
      for (let m = 0; m < image.length; m += 3) {
        if (Math.abs(image[m + 2]! - z) > chord) continue;
        if (image[m]! * axes[3 * j]! + image[m + 1]! * axes[3 * j + 1]! + image[m + 2]! * z < limit) continue;
        list.push(j);
        reached[j] = 1;
        break;
      }
    }
    return list;
  });
  for (let j = 0; j < (coarse.length > 0 ? fine.length : 0); j++)
    if (!reached[j]) lists[nearestOf(j)]!.push(j);
  /** Index of the coarse template nearest to a fine one. */
  function nearestOf(j: number): number {
    let nearest = -1;
    let best = -2;
    images.forEach((image, i) => {
      if (coarse[i]!.phase !== phases[j]) return;
      for (let m = 0; m < image.length; m += 3) {
        const cosine =
          image[m]! * axes[3 * j]! + image[m + 1]! * axes[3 * j + 1]! + image[m + 2]! * axes[3 * j + 2]!;
        if (cosine > best) [best, nearest] = [cosine, i];
      }
    });
    return nearest;
  }
  const neighbourOffset = new Uint32Array(coarse.length + 1);
  lists.forEach((list, i) => {
    neighbourOffset[i + 1] = neighbourOffset[i]! + list.length;
  });
  return { neighbour: Uint32Array.from(lists.flat()), neighbourOffset };
}

/** The crystal direction that `q` turns onto the beam. */
function zoneAxis(q: readonly [number, number, number, number]): [number, number, number] {
  const [w, x, y, z] = q;
  return [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
}
