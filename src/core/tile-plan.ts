import type { DType, Numeric, Region, SignalInfo } from "./contracts.ts";

/** Fewer patterns than this in a tile and handing them over costs more than it should. */
const LEAST = 32;
/** More than this and a stop, a lost worker or a resumed run would cost too much. */
const MOST = 512;
/** Values that one tile may hold, whatever the size of its patterns: 2²⁵ are 128 MiB of float32. */
const VALUES = 2 ** 25;

/** Product of the sizes. */
export function countOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/** Sizes of the navigation axes and of the signal axes. */
export function shapesOf(signal: Pick<SignalInfo, "axes">): { navigation: number[]; pattern: number[] } {
  const sizes = (role: "nav" | "signal") => signal.axes.filter((a) => a.role === role).map((a) => a.size);
  return { navigation: sizes("nav"), pattern: sizes("signal") };
}

/**
 * The regions in which a signal is worked off, in scan order; they cover every navigation position once. Whole rows
 * are joined up to about 32 patterns, longer rows than 512 patterns are cut evenly. It depends on the signal's shape
 * alone, so any number of workers makes the same tiles.
 */
export function planTiles(signal: Pick<SignalInfo, "axes">): Region[] {
  const { navigation, pattern } = shapesOf(signal);
  if (countOf(navigation) === 0) return [];
  const most = Math.max(1, Math.min(MOST, Math.floor(VALUES / Math.max(1, countOf(pattern)))));
  const width = navigation.at(-1) ?? 1;
  const height = navigation.at(-2) ?? 1;
  const outer = navigation.slice(0, -2);
  const rows = Math.max(1, Math.min(Math.ceil(LEAST / width), Math.floor(most / width)));
  const pieces = Math.ceil(width / most);
  const regions: Region[] = [];
  for (let o = 0; o < countOf(outer); o++)
    for (let y = 0; y < height; y += rows)
      for (let p = 0; p < pieces; p++) {
        const from = [y, Math.floor((p * width) / pieces)];
        const to = [Math.min(height, y + rows), Math.floor(((p + 1) * width) / pieces)];
        const inner = Math.min(2, navigation.length);
        const lead = indices(o, outer);
        regions.push({
          start: [...lead, ...from.slice(2 - inner), ...pattern.map(() => 0)],
          stop: [...lead.map((i) => i + 1), ...to.slice(2 - inner), ...pattern],
        });
      }
  return regions;
}

/** Index per axis of a flat row-major index. */
function indices(flat: number, sizes: readonly number[]): number[] {
  const found = sizes.map(() => 0);
  let rest = flat;
  for (let i = sizes.length - 1; i >= 0; i--) {
    found[i] = rest % sizes[i]!;
    rest = Math.floor(rest / sizes[i]!);
  }
  return found;
}

/** Number of navigation positions in a region. */
export function positionsOf(region: Region, navigationAxes: number): number {
  return countOf(region.stop.slice(0, navigationAxes).map((stop, i) => stop - region.start[i]!));
}

/** Copies a tile's nav output, row-major over the region, to its place in the array of the whole scan. */
export function placeTile(
  tile: Numeric,
  region: Region,
  navigation: readonly number[],
  components: number,
  into: Numeric,
): void {
  const across =
    navigation.length === 0 ? 1 : region.stop[navigation.length - 1]! - region.start[navigation.length - 1]!;
  const rows = navigation.slice(0, -1).map((_, i) => region.stop[i]! - region.start[i]!);
  for (let r = 0; r < countOf(rows); r++) {
    const at = indices(r, rows);
    let flat = 0;
    for (let i = 0; i < rows.length; i++) flat = flat * navigation[i]! + region.start[i]! + at[i]!;
    if (navigation.length > 0) flat = flat * navigation.at(-1)! + region.start[navigation.length - 1]!;
    const run = across * components;
    into.set(tile.subarray(r * run, (r + 1) * run), flat * components);
  }
}

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** An array of `length` entries of a real element type, filled. */
export function filledArray(dtype: DType, length: number, fill: number): Numeric {
  const make = ARRAYS[dtype as keyof typeof ARRAYS];
  const array = new make(length);
  if (fill !== 0) array.fill(fill);
  return array;
}

/** Element type of an array. */
export function dtypeOf(array: Numeric): DType {
  return (Object.keys(ARRAYS) as (keyof typeof ARRAYS)[]).find((name) => array instanceof ARRAYS[name])!;
}
