import type { DType, Numeric, Region } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { transposedTile } from "../frames.ts";
import { checkRegion, countOf, elementBytes, typed } from "../regions.ts";
import { fromWide } from "../wide.ts";
import type { Library } from "./library.ts";
import type { H5Dataset, H5Type } from "./parse.ts";

/** Bytes of one call into the library; a larger tile is read in slabs. */
const SLAB_BYTES = 2 ** 25;

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

/** Reads a region of a dataset, slab by slab along its slowest axis that is longer than one. */
export function readRegion(library: Library, dataset: H5Dataset, dtype: DType, region: Region): Numeric {
  checkRegion(region, dataset.shape, "hdf5");
  const count = region.stop.map((to, i) => to - region.start[i]!);
  const axis = Math.max(
    0,
    count.findIndex((n) => n > 1),
  );
  const total = countOf(count);
  const out = typed(dtype, new Uint8Array(total * elementBytes(dtype)));
  if (total === 0) return out;
  const step = total / count[axis]!;
  const thick = Math.max(1, Math.floor(SLAB_BYTES / (step * dataset.type.size)));
  for (let at = 0; at < count[axis]!; at += thick) {
    const slab = count.map((n, i) => (i === axis ? Math.min(thick, n - at) : n));
    const start = region.start.map((from, i) => (i === axis ? from + at : from));
    const values = decode(library.read(dataset, start, slab), dataset, dtype);
    out.set(values as ArrayLike<number>, (out.length / count[axis]!) * at);
  }
  return out;
}

/**
 * Reads a region of a signal whose axis i is axis order[i] of the dataset. A leading axis that is stored last, as Velox
 * stores frames, is read index by index: what is left then lies as the signal wants it.
 */
export async function readOrdered(
  library: Library,
  dataset: H5Dataset,
  dtype: DType,
  region: Region,
  order: readonly number[],
  stop?: AbortSignal,
): Promise<Numeric> {
  if (order.every((axis, i) => axis === i)) return readRegion(library, dataset, dtype, region);
  checkRegion(
    region,
    order.map((axis) => dataset.shape[axis]!),
    "hdf5",
  );
  const rest = order.slice(1);
  const framesLast = order[0] === rest.length && rest.every((axis, i) => axis === i);
  const stored = async (part: Region) => readRegion(library, dataset, dtype, part);
  if (!framesLast) return transposedTile(stored, order, dtype)(region, stop);
  const count = region.stop.map((to, i) => to - region.start[i]!);
  const out = typed(dtype, new Uint8Array(countOf(count) * elementBytes(dtype)));
  const [first, last] = [region.start[0]!, region.stop[0]!];
  for (let frame = first; frame < last; frame++) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `${dataset.path}: reading was cancelled`);
    const start = [...region.start.slice(1), frame];
    const values = readRegion(library, dataset, dtype, { start, stop: [...region.stop.slice(1), frame + 1] });
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
