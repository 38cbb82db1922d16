import { type Random, seededRandom } from "../../core/random.ts";
import { normal } from "../../math/normal.ts";
import {
  fromAxisAngle,
  multiply,
  type Quaternion,
  rotateVector,
  type Vector3,
} from "../../science/crystal/rotation.ts";
import { anyRotation, smoothField } from "./chance.ts";
import type { SimulationParams } from "./params.ts";

/** A columnar grain: where its axis is at mid-depth, how the axis leans, and its lattice. */
export interface Grain {
  /** 0 the film's crystal, 1 the layer's. */
  readonly phase: number;
  /** [nm] */
  readonly x: number;
  readonly y: number;
  /** Shift of the axis per depth [nm/nm]. */
  readonly leanX: number;
  readonly leanY: number;
  /** Crystal to sample. */
  readonly quaternion: Quaternion;
}

/** What the beam meets at one scan point. */
export interface Column {
  /** Film thickness along the beam, amorphous and crystal [nm]. */
  readonly thickness: number;
  /** Amorphous share of it. */
  readonly amorphous: number;
  /** Grains met with their share of the crystal's thickness, largest first; the shares add up to 1. */
  readonly grains: readonly { readonly grain: number; readonly share: number }[];
}

export interface Film {
  readonly grains: readonly Grain[];
  /** The column at a scan point. */
  column(row: number, column: number): Column;
}

/** Depths at which a column is sampled; the probe is sampled at its middle and at four points of its rim. */
const DEPTHS = 9;
/** The film grows towards −y, away from the layer at the bottom. */
const GROWTH: Vector3 = [0, -1, 0];

/** The rotation that takes direction `from` to direction `to`. */
function turnOnto(from: Vector3, to: Vector3): Quaternion {
  const unit = (v: Vector3) => v.map((c) => c / Math.hypot(...v)) as unknown as Vector3;
  const [a, b] = [unit(from), unit(to)];
  const axis: Vector3 = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const sine = Math.hypot(...axis);
  const cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  if (sine > 1e-9) return fromAxisAngle(axis, (Math.atan2(sine, cosine) * 180) / Math.PI);
  return cosine > 0
    ? [1, 0, 0, 0]
    : fromAxisAngle(Math.abs(a[0]) < 0.9 ? [0, a[2], -a[1]] : [a[1], -a[0], 0], 180);
}

/** An orientation with `pole` along the growth direction to within a few degrees, turned about it by chance. */
function textured(pole: Vector3, spread: number, random: Random): Quaternion {
  const leaning = fromAxisAngle(anyDirection(random), spread * normal(random));
  const onto = multiply(fromAxisAngle(GROWTH, 360 * random.next()), turnOnto(pole, GROWTH));
  return multiply(leaning, onto);
}

function anyDirection(random: Random): Vector3 {
  return rotateVector(anyRotation(random), [0, 0, 1]);
}

/** Seeds of one material on a jittered grid, one grain a cell. */
function seedGrid(extent: number, grain: number, random: Random): { x: number; y: number }[] {
  // A disc of the mean diameter has the area of one cell.
  const cell = grain * Math.sqrt(Math.PI / 4);
  const seeds: { x: number; y: number }[] = [];
  for (let i = -2; i < extent / cell + 2; i++)
    for (let j = -2; j < extent / cell + 2; j++)
      seeds.push({ x: (i + 0.5 + 0.7 * (random.next() - 0.5)) * cell, y: (j + random.next()) * cell });
  return seeds;
}

/** A film of leaning columnar grains above a textured layer, amorphous where a smooth field is high. */
export function makeFilm(params: SimulationParams, seed: number): Film {
  const random = seededRandom(`${seed}/simulation/film`);
  const extent = params.size * params.step;
  const border = smoothField(random, 3 * params.grain);
  const relief = smoothField(random, 5 * params.grain);
  const skin = smoothField(random, 2 * params.grain);
  const disorder = smoothField(random, 2 * params.grain);
  const wedge = [random.next() - 0.5, random.next() - 0.5] as const;
  let meanBorder = 0;
  for (let i = 0; i < params.size; i++) meanBorder += border((i + 0.5) * params.step, 0) / params.size;
  /** Depth of a point below the top of the layer [nm]; negative in the film. */
  const belowInterface = (x: number, y: number) =>
    params.layer === 0
      ? -1
      : y - extent * (1 - params.layer) - 0.15 * params.grain * (border(x, 0) - meanBorder);

  const lean = () => ({ leanX: 0.12 * normal(random), leanY: 0.12 * normal(random) });
  const layer = seedGrid(extent, params.grain, random).map((at): Grain => {
    return { phase: 1, ...at, ...lean(), quaternion: textured([1, 1, 1], 3, random) };
  });
  const nearest = (grains: readonly Grain[], x: number, y: number, z: number) => {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < grains.length; i++) {
      const g = grains[i]!;
      const d = (g.x + z * g.leanX - x) ** 2 + (g.y + z * g.leanY - y) ** 2;
      if (d < least) {
        least = d;
        best = i;
      }
    }
    return best;
  };
  const film = seedGrid(extent, params.grain, random).map((at): Grain => {
    const [epitaxial, lined, free] = [random.next(), random.next(), anyRotation(random)];
    const lineUp = textured([0, 0, 1], 6, random);
    const first = params.layer > 0 && belowInterface(at.x, at.y) > -1.2 * params.grain;
    const under = layer[nearest(layer, at.x, extent * (1 - 0.5 * params.layer), 0)]!;
    const other = lined < params.texture ? lineUp : free;
    return {
      phase: 0,
      ...at,
      ...lean(),
      quaternion: first && epitaxial < params.epitaxy ? under.quaternion : other,
    };
  });
  const grains = [...film, ...layer];
  const threshold = amorphousThreshold(params, disorder, belowInterface);

  const amorphousAt = (x: number, y: number) => {
    if (belowInterface(x, y) > 0 || params.amorphous === 0) return 0;
    const inside = 0.5 + (disorder(x, y) - threshold) / 0.5;
    const thin = 0.05 * (1 + 0.5 * skin(x, y));
    return Math.min(1, Math.max(0, thin, Math.min(1, inside)));
  };

  return {
    grains,
    column(row, column) {
      const [x0, y0] = [(column + 0.5) * params.step, (row + 0.5) * params.step];
      const tilt = (wedge[0] * x0 + wedge[1] * y0) / extent;
      const thickness = params.thickness * Math.max(0.2, 1 + params.relief * (relief(x0, y0) + tilt));
      const counts = new Map<number, number>();
      let amorphous = 0;
      const r = params.probe / 2;
      const rim = [
        [0, 0],
        [r, 0],
        [-r, 0],
        [0, r],
        [0, -r],
      ] as const;
      for (const [dx, dy] of rim) {
        const [x, y] = [x0 + dx, y0 + dy];
        amorphous += amorphousAt(x, y) / rim.length;
        for (let k = 0; k < DEPTHS; k++) {
          const z = ((k + 0.5) / DEPTHS - 0.5) * thickness;
          const inLayer = belowInterface(x, y + 0.1 * z) > 0;
          const id = inLayer ? film.length + nearest(layer, x, y, z) : nearest(film, x, y, z);
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      }
      const met = [...counts].map(([grain, n]) => ({ grain, share: n / (rim.length * DEPTHS) }));
      met.sort((a, b) => b.share - a.share || a.grain - b.grain);
      return { thickness, amorphous, grains: met };
    },
  };
}

/** The level above which the disorder field covers the wanted share of the whole scan's area. */
function amorphousThreshold(
  { size, step, amorphous }: SimulationParams,
  disorder: (x: number, y: number) => number,
  belowInterface: (x: number, y: number) => number,
): number {
  const levels: number[] = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) * step, (row + 0.5) * step];
      if (belowInterface(x, y) <= 0) levels.push(disorder(x, y));
    }
  levels.sort((a, b) => b - a);
  const wanted = Math.round(amorphous * size * size);
  // The area counts where more than half of the film is amorphous.
  return wanted >= levels.length ? -10 : (levels[wanted] ?? 10);
}
