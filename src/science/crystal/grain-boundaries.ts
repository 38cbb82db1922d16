import { atan2 } from "../../math/portable.ts";
import { cslFinder, type MisorientationFinder } from "./csl.ts";
import { packRotations } from "./misorientation.ts";
import type { Quaternion } from "./rotation.ts";

/** What boundaries are made from: `grain` is −1 where a point belongs to none. */
export interface BoundaryInput {
  readonly width: number;
  readonly height: number;
  readonly phase: ArrayLike<number>;
  readonly orientation: Float64Array;
  readonly grain: ArrayLike<number>;
}

/** One entry per side between two points of different grains. */
export interface GrainBoundaries {
  readonly count: number;
  /** Flat index of the point to the left of or above the side. */
  readonly from: Int32Array;
  /** 1: between a point and its right neighbour (the side is vertical); 0: between it and the one below. */
  readonly vertical: Uint8Array;
  /** Length of the side, in the unit of the step. */
  readonly length: Float32Array;
  /** Disorientation angle [deg]; NaN between phases and where a point has no orientation. */
  readonly deg: Float32Array;
  /** Unit axis in crystal coordinates, (count, 3), one of its symmetry equivalents; NaN with `deg`. */
  readonly axis: Float32Array;
  /** Index that the phase's finder gave: into `CSL_TABLE` for cubic crystals without a finder of their own; −1 none. */
  readonly special: Int16Array;
}

/**
 * The boundaries between grains, side by side of the scan points. Sides next to points of no grain are none.
 *
 * @param step distance of the points along x and y
 * @param finders one per phase, null = none; by default coincidence lattices (Brandon) for cubic crystals
 */
export function grainBoundaries(
  maps: BoundaryInput,
  crystals: readonly { readonly rotations: readonly Quaternion[] }[],
  step: readonly [number, number] = [1, 1],
  finders: readonly (MisorientationFinder | null)[] = defaultFinders(crystals),
): GrainBoundaries {
  const { width, height, grain, phase, orientation } = maps;
  const n = width * height;
  const differ = (i: number, j: number) => grain[i]! >= 0 && grain[j]! >= 0 && grain[i] !== grain[j];
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (i % width < width - 1 && differ(i, i + 1)) count++;
    if (i < n - width && differ(i, i + width)) count++;
  }
  const out = {
    count,
    from: new Int32Array(count),
    vertical: new Uint8Array(count),
    length: new Float32Array(count),
    deg: new Float32Array(count).fill(Number.NaN),
    axis: new Float32Array(3 * count).fill(Number.NaN),
    special: new Int16Array(count).fill(-1),
  };
  const packed = crystals.map((crystal) => packRotations(crystal.rotations));
  const q = new Float64Array(4);
  let at = 0;
  const add = (i: number, j: number, vertical: 0 | 1) => {
    out.from[at] = i;
    out.vertical[at] = vertical;
    out.length[at] = step[vertical];
    if (phase[i] === phase[j] && smallest(orientation, i, j, packed[phase[i]!]!, q)) {
      const sine = Math.hypot(q[1]!, q[2]!, q[3]!);
      const deg = (360 / Math.PI) * atan2(sine, q[0]!);
      out.deg[at] = deg;
      for (let k = 0; k < 3; k++) out.axis[3 * at + k] = sine < 1e-12 ? (k === 2 ? 1 : 0) : q[k + 1]! / sine;
      out.special[at] = finders[phase[i]!]?.find(q, deg) ?? -1;
    }
    at++;
  };
  for (let i = 0; i < n; i++) {
    if (i % width < width - 1 && differ(i, i + 1)) add(i, i + 1, 1);
    if (i < n - width && differ(i, i + width)) add(i, i + width, 0);
  }
  return out;
}

function defaultFinders(crystals: readonly { readonly rotations: readonly Quaternion[] }[]) {
  const csl = crystals.some(({ rotations }) => rotations.length === 24) ? cslFinder() : null;
  return crystals.map(({ rotations }) => (rotations.length === 24 ? csl : null));
}

/** Writes the equivalent of a⁻¹ b with the smallest angle to `out`, w ≥ 0; false where an orientation is NaN. */
function smallest(
  orientation: Float64Array,
  i: number,
  j: number,
  packed: Float64Array,
  out: Float64Array,
): boolean {
  const [a, b] = [4 * i, 4 * j];
  const aw = orientation[a]!;
  const ax = orientation[a + 1]!;
  const ay = orientation[a + 2]!;
  const az = orientation[a + 3]!;
  const bw = orientation[b]!;
  const bx = orientation[b + 1]!;
  const by = orientation[b + 2]!;
  const bz = orientation[b + 3]!;
  const dw = aw * bw + ax * bx + ay * by + az * bz;
  const dx = aw * bx - ax * bw - ay * bz + az * by;
  const dy = aw * by + ax * bz - ay * bw - az * bx;
  const dz = aw * bz - ax * by + ay * bx - az * bw;
  if (Number.isNaN(dw)) return false;
  let most = -1;
  for (let s = 0; s < packed.length; s += 4) {
    const sw = packed[s]!;
    const sx = packed[s + 1]!;
    const sy = packed[s + 2]!;
    const sz = packed[s + 3]!;
    const w = dw * sw - dx * sx - dy * sy - dz * sz;
    if (Math.abs(w) <= most) continue;
    most = Math.abs(w);
    const sign = w < 0 ? -1 : 1;
    out[0] = most;
    out[1] = sign * (dw * sx + dx * sw + dy * sz - dz * sy);
    out[2] = sign * (dw * sy - dx * sz + dy * sw + dz * sx);
    out[3] = sign * (dw * sz + dx * sy - dy * sx + dz * sw);
  }
  return true;
}

/** Share of the boundary length per special misorientation, of the length with an angle inside one phase. */
export function specialShares(boundaries: GrainBoundaries, entries: number): Float64Array {
  const share = new Float64Array(entries);
  let total = 0;
  for (let k = 0; k < boundaries.count; k++) {
    if (Number.isNaN(boundaries.deg[k]!)) continue;
    total += boundaries.length[k]!;
    if (boundaries.special[k]! >= 0) share[boundaries.special[k]!]! += boundaries.length[k]!;
  }
  return total > 0 ? share.map((length) => length / total) : share;
}
