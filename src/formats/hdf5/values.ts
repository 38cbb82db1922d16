import type { DType, Numeric, Region } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { transposedTile } from "../frames.ts";
import { checkRegion, countOf, elementBytes, typed } from "../regions.ts";
import { fromWide } from "../wide.ts";
import type { Library } from "./library.ts";
import type { H5Dataset, H5Type } from "./parse.ts";

/** Bytes of one call into the library; a larger tile is read in slabs, between which a cancel is heard. */
const SLAB_BYTES = 2 ** 24;

/** Element type of the values a dataset is read as, and how its bytes become them; undefined for text and the like. */
export function dtypeOf(type: H5Type): DType | undefined {
  const { kind, size, signed } = type;
  if (kind === "int" || kind === "enum") {
    if (size === 8) return "f64";
    return size === 1 || size === 2 || size === 4
      ? `${signed ? "i" : "u"}${(8 * size) as 8 | 16 | 32}`
      : undefined;
  }
  if (kind === "float") return size === 8 ? "f64" : size === 4 || size === 2 ? "f32" : undefined;
  if (kind === "compound") return complexOf(type) ?? colourOf(type);
  return undefined;
}

/** Bytes of red, green and blue, as HyperSpy writes a picture. */
function colourOf({ members, size }: H5Type): DType | undefined {
  const bytes = members.every(
    ({ type }, i) => type.kind === "int" && type.size === 1 && members[i]!.offset === i,
  );
  const named = /^r;g;b$/i.test(members.map(({ name }) => name).join(";"));
  return size === 3 && named && bytes ? "rgb8" : undefined;
}

/** Two floats, as h5py ("r", "i") and Velox ("realFloatHalfEven", "imagFloatHalfEven") write a complex number. */
function complexOf({ members, size }: H5Type): DType | undefined {
  const [re, im] = members;
  const named = /^(r|real)/i.test(re?.name ?? "") && /^(i|imag)/i.test(im?.name ?? "");
  const floats = members.every(
    ({ type }) => type.kind === "float" && type.size === size / 2 && type.littleEndian,
  );
  if (members.length !== 2 || !named || !floats || re!.offset !== 0) return undefined;
  return size === 8 ? "c64" : size === 16 ? "c128" : undefined;
}

function decode(bytes: Uint8Array<ArrayBuffer>, { type, path }: H5Dataset, dtype: DType): Numeric {
  if (type.kind === "float" && type.size === 2) return fromWide(bytes, "f16", "hdf5", path);
  if (dtype === "f64" && type.kind !== "float")
    return fromWide(bytes, type.signed ? "i64" : "u64", "hdf5", path);
  return typed(dtype, bytes);
}

/**
 * Lets others have their turn, so that a cancel is heard: the library reads without waiting.
 *
 * @throws Cancelled
 */
export async function pause(stop: AbortSignal | undefined, what: string): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  if (stop?.aborted) throw new LithoscopeError("Cancelled", `hdf5: reading ${what} was cancelled`);
}

/** Reads a region of a dataset, slab by slab along its slowest axis that is longer than one. */
export async function readRegion(
  library: Library,
  dataset: H5Dataset,
  dtype: DType,
  region: Region,
  stop?: AbortSignal,
): Promise<Numeric> {
  checkRegion(region, dataset.shape, "hdf5");
  const count = region.stop.map((to, i) => to - region.start[i]!);
  const axis = Math.max(
    0,
    count.findIndex((n) => n > 1),
  );
  const total = countOf(count);
  if (total === 0) return typed(dtype, new Uint8Array(0));
  const step = total / count[axis]!;
  const thick = Math.max(1, Math.floor(SLAB_BYTES / (step * dataset.type.size)));
  if (thick >= count[axis]!) return decode(library.read(dataset, region.start, count), dataset, dtype);
  const out = typed(dtype, new Uint8Array(total * elementBytes(dtype)));
  for (let at = 0; at < count[axis]!; at += thick) {
    const slab = count.map((n, i) => (i === axis ? Math.min(thick, n - at) : n));
    const start = region.start.map((from, i) => (i === axis ? from + at : from));
    const values = decode(library.read(dataset, start, slab), dataset, dtype);
    out.set(values as ArrayLike<number>, (out.length / count[axis]!) * at);
    if (stop && at + thick < count[axis]!) await pause(stop, dataset.path);
  }
  return out;
}

/** How the axes of a signal lie in its dataset. */
export interface Layout {
  /** Axis i of the signal is axis order[i] of the dataset. */
  readonly order: readonly number[];
  /** Index along the axes of the dataset that are none of the signal's, which are read at one place; 0 where left out. */
  readonly at: Readonly<Record<number, number>>;
}

function rising(list: readonly number[]): boolean {
  return list.every((value, i) => i === 0 || value > list[i - 1]!);
}

/** The region of the dataset that a region of the signal is. */
function storedRegion({ start, stop }: Region, { order, at }: Layout, rank: number): Region {
  const from = Array.from({ length: rank }, (_, axis) => at[axis] ?? 0);
  const to = from.map((index) => index + 1);
  order.forEach((axis, i) => {
    from[axis] = start[i]!;
    to[axis] = stop[i]!;
  });
  return { start: from, stop: to };
}

/**
 * Reads a region of a signal whose axes lie otherwise in the dataset. A leading axis that is stored last, as Velox
 * stores frames, is read index by index: what is left then lies as the signal wants it.
 */
export async function readOrdered(
  library: Library,
  dataset: H5Dataset,
  dtype: DType,
  region: Region,
  layout: Layout,
  stop?: AbortSignal,
): Promise<Numeric> {
  const { order } = layout;
  const shape = order.map((axis) => dataset.shape[axis]!);
  checkRegion(region, shape, "hdf5");
  const read = (part: Region) =>
    readRegion(library, dataset, dtype, storedRegion(part, layout, dataset.shape.length), stop);
  if (rising(order)) return read(region);
  if (!rising([...order.slice(1), order[0]!])) {
    const stored = [...order].sort((a, b) => a - b);
    const inFile = { ...layout, order: stored };
    const tile = (part: Region) =>
      readRegion(library, dataset, dtype, storedRegion(part, inFile, dataset.shape.length), stop);
    const places = order.map((axis) => stored.indexOf(axis));
    return transposedTile(tile, places, dtype)(region, stop);
  }
  const out = typed(dtype, new Uint8Array(countOf(region.stop, region.start) * elementBytes(dtype)));
  const [first, last] = [region.start[0]!, region.stop[0]!];
  for (let frame = first; frame < last; frame++) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `${dataset.path}: reading was cancelled`);
    const values = await read({
      start: [frame, ...region.start.slice(1)],
      stop: [frame + 1, ...region.stop.slice(1)],
    });
    out.set(values as ArrayLike<number>, (frame - first) * values.length);
  }
  return out;
}

/** One number of a compound element at a byte of a view. */
export function scalarReader({ kind, size, signed, littleEndian }: H5Type) {
  const little = littleEndian;
  if (kind === "float" && size === 8) return (view: DataView, at: number) => view.getFloat64(at, little);
  if (kind === "float" && size === 4) return (view: DataView, at: number) => view.getFloat32(at, little);
  if (kind !== "int") return undefined;
  if (size === 8 && signed) return (view: DataView, at: number) => Number(view.getBigInt64(at, little));
  if (size === 8) return (view: DataView, at: number) => Number(view.getBigUint64(at, little));
  if (size === 4 && signed) return (view: DataView, at: number) => view.getInt32(at, little);
  if (size === 4) return (view: DataView, at: number) => view.getUint32(at, little);
  if (size === 2 && signed) return (view: DataView, at: number) => view.getInt16(at, little);
  if (size === 2) return (view: DataView, at: number) => view.getUint16(at, little);
  if (size === 1) return (view: DataView, at: number) => (signed ? view.getInt8(at) : view.getUint8(at));
  return undefined;
}
