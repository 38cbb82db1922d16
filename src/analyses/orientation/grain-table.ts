import type { Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { cos } from "../../math/portable.ts";
import type { BoundaryInput } from "../../science/crystal/grain-boundaries.ts";
import { largestW, meanOrientation, packRotations } from "../../science/crystal/misorientation.ts";
import type { Quaternion } from "../../science/crystal/rotation.ts";
import { partnerW } from "./grains.ts";

/** Columns of equal length, one entry per grain; lengths in px of the scan, square points. */
export interface GrainTable {
  readonly count: number;
  readonly phase: Int16Array;
  readonly points: Int32Array;
  /** Points whose orientation is more than 10° from the mean: wrong answers inside. */
  readonly strays: Int32Array;
  /** Centroid. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Bounding box, in points. */
  readonly boxWidth: Int32Array;
  readonly boxHeight: Int32Array;
  /** 1 where the grain touches the edge of the map. */
  readonly edge: Uint8Array;
  /** Mean orientation, (count, 4): eigenvector of Σ q qᵀ over the points that are no strays. */
  readonly mean: Float64Array;
  /** Grain orientation spread: mean angle to the mean orientation [deg], without strays. */
  readonly gos: Float64Array;
}

/** Points further than this from a grain's mean are strays of it [deg]. */
const STRAY_DEG = 10;

/**
 * The grains of a segmented map. Points that are the 180° partner (about the beam) of the grain's majority are turned
 * before they are averaged if `partner` is "turn".
 */
export function grainTable(
  maps: BoundaryInput,
  crystals: readonly { readonly rotations: readonly Quaternion[] }[],
  partner: "turn" | "keep" = "turn",
): GrainTable {
  const { width, height, grain, phase } = maps;
  const n = width * height;
  let count = 0;
  for (let i = 0; i < n; i++) count = Math.max(count, grain[i]! + 1);
  const { offsets, members } = group(grain, count);
  const table = {
    count,
    phase: new Int16Array(count),
    points: new Int32Array(count),
    strays: new Int32Array(count),
    x: new Float64Array(count),
    y: new Float64Array(count),
    boxWidth: new Int32Array(count),
    boxHeight: new Int32Array(count),
    edge: new Uint8Array(count),
    mean: new Float64Array(4 * count),
    gos: new Float64Array(count),
  };
  const packed = crystals.map((crystal) => packRotations(crystal.rotations));
  const orientation = maps.orientation.slice();
  const kept = new Int32Array(n);
  for (let g = 0; g < count; g++) {
    const [from, to] = [offsets[g]!, offsets[g + 1]!];
    if (to === from) continue;
    table.phase[g] = phase[members[from]!]!;
    table.points[g] = to - from;
    placeGrain(table, g, members, from, to, width, height);
    const symmetry = packed[table.phase[g]!]!;
    const centre = typicalPoint(orientation, members, from, to, symmetry);
    if (partner === "turn") turnPartners(orientation, members, from, to, centre, symmetry);
    const near = cos((STRAY_DEG * Math.PI) / 360);
    let used = 0;
    for (let k = from; k < to; k++)
      if (largestW(orientation, members[k]!, centre, symmetry) >= near) kept[used++] = members[k]!;
    table.strays[g] = to - from - used;
    const mean = meanOrientation(orientation, kept, 0, used, symmetry);
    table.mean.set(mean, 4 * g);
    table.gos[g] = spread(orientation, kept, used, mean, symmetry);
  }
  return table;
}

/** Members of every grain as compressed rows. */
function group(grain: ArrayLike<number>, count: number): { offsets: Int32Array; members: Int32Array } {
  const offsets = new Int32Array(count + 1);
  for (let i = 0; i < grain.length; i++) if (grain[i]! >= 0) offsets[grain[i]! + 1]!++;
  for (let g = 0; g < count; g++) offsets[g + 1]! += offsets[g]!;
  const next = offsets.slice();
  const members = new Int32Array(offsets[count]!);
  for (let i = 0; i < grain.length; i++) if (grain[i]! >= 0) members[next[grain[i]!]!++] = i;
  return { offsets, members };
}

function placeGrain(
  table: GrainTable,
  g: number,
  members: Int32Array,
  from: number,
  to: number,
  width: number,
  height: number,
): void {
  let [left, right, top, bottom, sumX, sumY] = [width, 0, height, 0, 0, 0];
  for (let k = from; k < to; k++) {
    const x = members[k]! % width;
    const y = (members[k]! - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    sumX += x;
    sumY += y;
  }
  table.x[g] = sumX / (to - from);
  table.y[g] = sumY / (to - from);
  table.boxWidth[g] = right - left + 1;
  table.boxHeight[g] = bottom - top + 1;
  table.edge[g] = left === 0 || top === 0 || right === width - 1 || bottom === height - 1 ? 1 : 0;
}

/** Of up to 16 members the one with the most of up to 64 others within 10°. */
function typicalPoint(
  orientation: Float64Array,
  members: Int32Array,
  from: number,
  to: number,
  symmetry: Float64Array,
): number {
  const near = cos((STRAY_DEG * Math.PI) / 360);
  const size = to - from;
  const [tries, others] = [Math.min(16, size), Math.min(64, size)];
  let [best, most] = [members[from]!, -1];
  for (let t = 0; t < tries; t++) {
    const i = members[from + Math.floor((t * size) / tries)]!;
    let count = 0;
    for (let o = 0; o < others; o++) {
      const j = members[from + Math.floor((o * size) / others)]!;
      if (largestW(orientation, i, j, symmetry) >= near) count++;
    }
    if (count > most) {
      most = count;
      best = i;
    }
  }
  return best;
}

/** Turns members by 180° about the beam where that brings them nearer to the typical one. */
function turnPartners(
  orientation: Float64Array,
  members: Int32Array,
  from: number,
  to: number,
  centre: number,
  symmetry: Float64Array,
): void {
  for (let k = from; k < to; k++) {
    const i = members[k]!;
    if (partnerW(orientation, i, centre, symmetry) <= largestW(orientation, i, centre, symmetry)) continue;
    const [w, x, y, z] = orientation.subarray(4 * i, 4 * i + 4);
    orientation.set([-z!, -y!, x!, w!], 4 * i);
  }
}

function spread(
  orientation: Float64Array,
  rows: Int32Array,
  count: number,
  mean: Quaternion,
  symmetry: Float64Array,
): number {
  const pair = new Float64Array(8);
  pair.set(mean, 4);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    for (let c = 0; c < 4; c++) pair[c] = orientation[4 * rows[k]! + c]!;
    sum += (360 / Math.PI) * Math.acos(Math.min(1, largestW(pair, 0, 1, symmetry)));
  }
  return sum / count;
}

/** Equivalent circle diameter of every grain, in the unit of the step. */
export function diameters(table: GrainTable, step: readonly [number, number] = [1, 1]): Float64Array {
  return Float64Array.from(table.points, (points) => Math.sqrt((4 * points * step[0] * step[1]) / Math.PI));
}

/** Name, unit ("" for words) and values of a column. */
export type NamedColumn = readonly [
  name: string,
  unit: string,
  values: ArrayLike<number> | readonly string[],
];

/** A table of columns that are there already. */
export function tableOf(title: string, rows: number, columns: readonly NamedColumn[]): Table {
  return {
    kind: "table",
    title,
    rows,
    columns: columns.map(([name, unit]) => ({ name, unit, type: unit === "" ? "text" : "number" })),
    meta: {},
    read: async (name, from, to) => {
      const found = columns.find(([column]) => column === name);
      if (!found) {
        const message = `${title}: wanted one of ${columns.map(([c]) => c).join(", ")}, found "${name}"`;
        throw new LithoscopeError("Usage", message, { path: "column", expected: "a column of the table" });
      }
      const values = Array.from<number | string>(found[2]).slice(from, to);
      return found[1] === "" ? (values as string[]) : Float64Array.from(values as number[]);
    },
  };
}

/** The grains as a table with units; `unit` is that of the step. */
export function asTable(
  table: GrainTable,
  phases: readonly string[],
  step: readonly [number, number],
  unit: string,
): Table {
  const area = step[0] * step[1];
  const quaternion = (c: number) => Float64Array.from(table.points, (_, g) => table.mean[4 * g + c]!);
  return tableOf("grains", table.count, [
    ["grain", "1", Array.from(table.points, (_, g) => g)],
    ["phase", "", Array.from(table.phase, (p) => phases[p] ?? `phase ${p + 1}`)],
    ["points", "1", table.points],
    ["strays", "1", table.strays],
    ["area", unit === "px" ? "px²" : `${unit}²`, Array.from(table.points, (points) => points * area)],
    ["diameter", unit, diameters(table, step)],
    ["edge", "1", table.edge],
    ["x", unit, table.x.map((v) => v * step[0])],
    ["y", unit, table.y.map((v) => v * step[1])],
    ["w", "1", quaternion(0)],
    ["qx", "1", quaternion(1)],
    ["qy", "1", quaternion(2)],
    ["qz", "1", quaternion(3)],
    ["gos", "deg", table.gos],
  ]);
}
