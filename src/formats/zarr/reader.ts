import type { Axis, DType, Notice, Numeric, Reader, Region, Signal, Source } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { checkRegion, countOf, elementBytes, plainAxes, typed } from "../regions.ts";
import { loadZarr, type Zarr } from "./library.ts";
import { parseHeader, parseJson, zarrError } from "./parse.ts";

const DTYPES: Readonly<Record<string, DType>> = {
  bool: "u8",
  uint8: "u8",
  int8: "i8",
  uint16: "u16",
  int16: "i16",
  uint32: "u32",
  int32: "i32",
  float32: "f32",
  float64: "f64",
};
const MAX_METADATA = 2 ** 24;

type Range = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

/** The files below the folder of the metadata file. */
function storeOf(source: Source) {
  async function read(
    key: string,
    range: Range | undefined,
    stop?: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const file = await source.sibling(key.slice(1));
    if (!file) return undefined;
    try {
      if (range === undefined) return await file.read(0, file.size, stop);
      if ("offset" in range) return await file.read(range.offset, range.length, stop);
      const length = Math.min(range.suffixLength, file.size);
      return await file.read(file.size - length, length, stop);
    } finally {
      await file.close();
    }
  }
  return {
    get: (key: `/${string}`, { signal }: { signal?: AbortSignal } = {}) => read(key, undefined, signal),
    /** A part of a file: one chunk of a shard. */
    getRange: (key: `/${string}`, range: Range, { signal }: { signal?: AbortSignal } = {}) =>
      read(key, range, signal),
  };
}

type Store = ReturnType<typeof storeOf>;
type ZarrArray = Awaited<ReturnType<typeof openArray>>;

/** Runs a call into the library; what it throws becomes a Format error. */
async function guard<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isLithoscopeError(error)) throw error;
    if ((error as { _tag?: unknown })._tag === "UnsupportedError") throw unsupported(path, String(error));
    throw zarrError(`${path}: ${error instanceof Error ? error.message : String(error)}`, path, error);
  }
}

function openArray(zarr: Zarr, store: Store, path: string, version: 2 | 3) {
  const at = zarr.root(store).resolve(path);
  return version === 3 ? zarr.open.v3(at, { kind: "array" }) : zarr.open.v2(at, { kind: "array" });
}

/** Axes as our writer states them; otherwise names and px. */
function axesOf(array: ZarrArray): Axis[] {
  const stated = array.attrs.axes;
  return plainAxes(array.shape).map((axis, i) => {
    const name = array.dimensionNames?.[i] ?? axis.name;
    const own = Array.isArray(stated) && stated.length === array.shape.length ? stated[i] : undefined;
    const { unit, scale, offset } = (own ?? {}) as Partial<Axis>;
    const known = typeof unit === "string" && typeof scale === "number" && typeof offset === "number";
    if (!known || unit === "px") return { ...axis, name };
    return { ...axis, name, unit, scale, offset, from: "file" };
  });
}

function tileOf(zarr: Zarr, array: ZarrArray, path: string, dtype: DType) {
  return async (region: Region, stop?: AbortSignal): Promise<Numeric> => {
    checkRegion(region, array.shape, "zarr");
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `zarr: reading ${path} was cancelled`);
    const count = countOf(region.stop, region.start);
    if (count === 0) return typed(dtype, new Uint8Array(0));
    const selection = region.start.map((from, i) => zarr.slice(from, region.stop[i]!));
    const { data } = await guard(path, () => zarr.get(array, selection));
    const out = typed(dtype, new Uint8Array(count * elementBytes(dtype)));
    const values = data as unknown as ArrayLike<number> & Iterable<number>;
    if (values.length !== count)
      throw zarrError(`${path}: wanted ${count} values, found ${values.length}`, path);
    out.set(Array.isArray(values) || ArrayBuffer.isView(values) ? values : Array.from(values, Number));
    return out;
  };
}

function signalOf(zarr: Zarr, array: ZarrArray, path: string, dtype: DType, ref: Signal["ref"]): Signal {
  const { unit, text } = array.attrs;
  const axes = axesOf(array);
  return {
    kind: "signal",
    title: path.slice(1) || "array",
    axes,
    dtype,
    value: { name: "value", unit: typeof unit === "string" ? unit : "1" },
    meta: typeof text === "string" ? { text } : {},
    block: array.shape.map((size, i) => Math.min(size, array.chunks[i]!)),
    ref,
    tile: tileOf(zarr, array, path, dtype),
  };
}

function unsupported(path: string, feature: string, hint?: string): LithoscopeError {
  const fields = { format: "zarr", feature };
  return new LithoscopeError(
    "Unsupported",
    `zarr: ${path}: ${feature} is not read`,
    fields,
    hint ? { hint } : {},
  );
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    if (source.size > MAX_METADATA) throw zarrError(`metadata of ${source.size} bytes`);
    const json = parseJson(await source.read(0, source.size, stop), source.name);
    const store = storeOf(source);
    const beside = json.zarr_format === 2 ? await store.get("/.zmetadata") : undefined;
    const header = parseHeader(json, beside && parseJson(beside, ".zmetadata"));
    const named = options.dataset === undefined ? header.arrays : [options.dataset.replace(/^\/+|\/+$/g, "")];
    if (header.kind === "group" && !named) {
      throw unsupported(source.name, "a group that does not name its arrays", "give --dataset PATH");
    }
    const paths = header.kind === "array" ? ["/"] : named!.map((name) => `/${name}`);
    const zarr = await loadZarr();
    const items: Signal[] = [];
    const notices: Notice[] = [];
    for (const path of paths) {
      const array = await guard(path, () => openArray(zarr, store, path, header.version));
      const dtype = Object.hasOwn(DTYPES, array.dtype) ? DTYPES[array.dtype] : undefined;
      if (dtype && array.shape.length > 0 && array.shape.every((n) => Number.isSafeInteger(n) && n > 0)) {
        const ref = { source: source.ref, format: "zarr", item: items.length, options };
        items.push(signalOf(zarr, array, path, dtype, ref));
      } else if (paths.length === 1)
        throw unsupported(path, `${array.dtype} of shape (${array.shape.join(", ")})`);
      else
        notices.push({
          code: "array-skipped",
          message: `zarr: ${path} (${array.dtype}) is not read`,
          where: path,
        });
    }
    if (items.length === 0) throw unsupported(source.name, "a group without arrays of numbers");
    return { items, header: { ...header, json }, notices };
  },
};
