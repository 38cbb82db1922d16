import type { Crystal } from "../../core/contracts.ts";
import { cos } from "../../math/portable.ts";
import { largestW, packRotations } from "../../science/crystal/misorientation.ts";
import type { OrientationMaps } from "./maps.ts";

/** What a segmentation needs to know of a map; without `amorphous` no point is taken for film. */
export type GrainInput = Pick<OrientationMaps, "width" | "height" | "phase" | "orientation"> & {
  readonly amorphous?: ArrayLike<number>;
};

export interface GrainOptions {
  /** Neighbours closer than this belong together [deg]. */
  readonly threshold: number;
  /** Groups of fewer points are no grains. */
  readonly smallest: number;
  /** Neighbours related by 180° about the beam to this accuracy belong together too [deg]; 0 = off (Kikuchi maps). */
  readonly partner: number;
}

export const GRAIN_OPTIONS: GrainOptions = { threshold: 5, smallest: 5, partner: 5 };

type Symmetry = Pick<Crystal, "rotations">;

/**
 * Grain number of every point: 4-neighbours of one phase closer than `threshold` degrees belong together. Points
 * without orientation or with more than half amorphous film belong to none.
 *
 * Two rules for spot patterns, both on the grain numbers only; phase and orientation stay as measured:
 * - Neighbours that are each other's turn by 180° about the beam, within `partner` degrees, belong together: a spot
 *   pattern near a zone axis is the same for both.
 * - One or two points alone are more often wrong answers than crystals: such a point takes the number of the larger
 *   group of its phase that holds two or more of its four neighbours, and more of them than any other. Groups that
 *   are then below `smallest` points are no grains. Where their points, together with others like them, touch one
 *   grain and nothing else, not even the edge of the map, they carry its number; elsewhere −1.
 * No grain grows into points that were not indexed or are film.
 *
 * @returns shape (height, width), -1 none, numbered in scan order
 */
export function segmentGrains(
  maps: GrainInput,
  crystals: readonly Symmetry[],
  threshold = GRAIN_OPTIONS.threshold,
  smallest = GRAIN_OPTIONS.smallest,
  partner = GRAIN_OPTIONS.partner,
): Int32Array {
  const { width, height } = maps;
  const n = width * height;
  const parent = connect(maps, crystals, threshold, partner);
  const size = new Int32Array(n);
  for (let i = 0; i < n; i++) if (parent[i]! >= 0) size[find(parent, i)]!++;
  const target = absorbStray(parent, size, maps.phase, width, height);
  const grain = new Int32Array(n).fill(-1);
  const number = new Int32Array(n).fill(-1);
  let next = 0;
  for (let i = 0; i < n; i++) {
    if (parent[i]! < 0) continue;
    const root = target[i]!;
    if (size[root]! < smallest) continue;
    if (number[root]! < 0) number[root] = next++;
    grain[i] = number[root]!;
  }
  fillEnclosed(grain, parent, width, height);
  return grain;
}

/** Union–find over the right and lower edge of every point; −1 for points that belong to nothing. */
function connect(
  maps: GrainInput,
  crystals: readonly Symmetry[],
  threshold: number,
  partner: number,
): Int32Array {
  const { width, height, phase, orientation, amorphous } = maps;
  const n = width * height;
  const packed = crystals.map((crystal) => packRotations(crystal.rotations));
  const least = cos((threshold * Math.PI) / 360);
  const leastPartner = partner > 0 ? cos((partner * Math.PI) / 360) : 2;
  const parent = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const film = amorphous !== undefined && amorphous[i]! > 0.5;
    const member = phase[i]! >= 0 && !film && !Number.isNaN(orientation[4 * i]!);
    parent[i] = member ? i : -1;
  }
  const join = (i: number, j: number) => {
    if (parent[j]! < 0 || phase[i] !== phase[j]) return;
    const symmetry = packed[phase[i]!]!;
    const same =
      largestW(orientation, i, j, symmetry) >= least ||
      (partner > 0 && partnerW(orientation, i, j, symmetry) >= leastPartner);
    if (!same) return;
    const a = find(parent, i);
    const b = find(parent, j);
    // The smaller index becomes the root, so that numbers follow the scan.
    if (a < b) parent[b] = a;
    else parent[a] = b;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (parent[i]! < 0) continue;
      if (x + 1 < width) join(i, i + 1);
      if (y + 1 < height) join(i, i + width);
    }
  }
  return parent;
}

/** As `largestW`, with row `i` turned by 180° about the beam (z): Z q = (−z, −y, x, w). */
export function partnerW(orientation: Float64Array, i: number, j: number, packed: Float64Array): number {
  const a = 4 * i;
  PAIR[0] = -orientation[a + 3]!;
  PAIR[1] = -orientation[a + 2]!;
  PAIR[2] = orientation[a + 1]!;
  PAIR[3] = orientation[a]!;
  for (let k = 0; k < 4; k++) PAIR[4 + k] = orientation[4 * j + k]!;
  return largestW(PAIR, 0, 1, packed);
}
const PAIR = new Float64Array(8);

/** The root of `i`, with path halving. */
function find(parent: Int32Array, i: number): number {
  let at = i;
  while (parent[at]! !== at) {
    parent[at] = parent[parent[at]!]!;
    at = parent[at]!;
  }
  return at;
}

/** The root of every point after stray points went to the group that holds most of their neighbours; fixes `size`. */
function absorbStray(
  parent: Int32Array,
  size: Int32Array,
  phase: ArrayLike<number>,
  width: number,
  height: number,
): Int32Array {
  const n = width * height;
  const target = new Int32Array(n).fill(-1);
  const around = new Int32Array(4);
  for (let i = 0; i < n; i++) {
    if (parent[i]! < 0) continue;
    const own = find(parent, i);
    target[i] = own;
    if (size[own]! >= STRAY) continue;
    const x = i % width;
    around[0] = x > 0 ? i - 1 : -1;
    around[1] = x < width - 1 ? i + 1 : -1;
    around[2] = i >= width ? i - width : -1;
    around[3] = i < n - width ? i + width : -1;
    for (let k = 0; k < 4; k++) {
      const j = around[k]!;
      const larger = j >= 0 && parent[j]! >= 0 && phase[j] === phase[i] && size[find(parent, j)]! >= STRAY;
      around[k] = larger ? find(parent, j) : -1;
    }
    let most = 1;
    for (let k = 0; k < 4; k++) {
      if (around[k]! < 0) continue;
      let count = 0;
      for (let m = 0; m < 4; m++) if (around[m] === around[k]) count++;
      if (count > most) {
        most = count;
        target[i] = around[k]!;
      } else if (count === most && around[k] !== target[i] && most > 1) target[i] = own;
    }
  }
  // Sizes change only now, so that no point depends on the order of the others.
  for (let i = 0; i < n; i++) {
    if (parent[i]! < 0 || target[i] === find(parent, i)) continue;
    size[find(parent, i)]!--;
    size[target[i]!]!++;
  }
  return target;
}

/** Groups of fewer points are stray points. */
const STRAY = 3;

/** Gives the number of the one grain around them to connected points of no grain that touch nothing else. */
function fillEnclosed(grain: Int32Array, parent: Int32Array, width: number, height: number): void {
  const n = width * height;
  const seen = new Uint8Array(n);
  const queue = new Int32Array(n);
  for (let seed = 0; seed < n; seed++) {
    if (seen[seed] || grain[seed]! >= 0 || parent[seed]! < 0) continue;
    seen[seed] = 1;
    queue[0] = seed;
    let end = 1;
    let around = -1;
    let enclosed = true;
    for (let head = 0; head < end; head++) {
      const i = queue[head]!;
      const x = i % width;
      for (let side = 0; side < 4; side++) {
        const inside =
          side === 0 ? x > 0 : side === 1 ? x < width - 1 : side === 2 ? i >= width : i < n - width;
        if (!inside) {
          enclosed = false;
          continue;
        }
        const j = side === 0 ? i - 1 : side === 1 ? i + 1 : side === 2 ? i - width : i + width;
        if (parent[j]! < 0) enclosed = false;
        else if (grain[j]! >= 0) {
          if (around < 0) around = grain[j]!;
          else if (around !== grain[j]) enclosed = false;
        } else if (!seen[j]) {
          seen[j] = 1;
          queue[end++] = j;
        }
      }
    }
    if (!enclosed || around < 0) continue;
    for (let k = 0; k < end; k++) grain[queue[k]!] = around;
  }
}
