import type { DType, Numeric, Region } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { lookup } from "../lookup.ts";
import { checkRegion, countOf, elementBytes, typed } from "../regions.ts";
import { storedSignal } from "../stored-signal.ts";
import { type Elements, elementsOf, readableMetadata, valuesOf } from "./elements.ts";
import type { Zarr } from "./library.ts";
import { type Json, record, type ZarrNode, zarrError, zarrUnsupported } from "./parse.ts";
import { checkChunk, codecNames } from "./stated-size.ts";
import type { ZarrStore } from "./store.ts";

/** A chunk that is larger than this is an error where it is larger than its array, too [bytes]. */
const CHUNK_BYTES = 2 ** 26;

/** An array that is open: its metadata are checked, its values are not read. */
export interface OpenArray {
  readonly path: string;
  /** Of a signal; colours that are not three bytes have their channels as a last axis. */
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly dtype: DType;
  readonly partsAxis: string | undefined;
  /** What our writer says that the array was. */
  readonly stored: ReturnType<typeof storedSignal>;
  /** Values of a region in C order. */
  read(region: Region, stop?: AbortSignal): Promise<Numeric>;
}

/** Runs a call into the library; what it throws becomes a Format error. */
async function guard<T>(path: string, stop: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isLithoscopeError(error)) throw error;
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `zarr: reading ${path} was cancelled`);
    if ((error as { _tag?: unknown })._tag === "UnsupportedError") throw zarrUnsupported(path, String(error));
    throw zarrError(`${path}: ${error instanceof Error ? error.message : String(error)}`, path, error);
  }
}

/** The array's files with the metadata that the library can read, and keys without the axis that it was given. */
function arrayStore(
  store: ZarrStore,
  node: ZarrNode,
  metadata: Json,
  parts: number,
  chunkBytes: number,
): ZarrStore {
  const own = node.path === "" ? "" : `/${node.path}`;
  const name = node.version === 2 ? ".zarray" : "zarr.json";
  const bytes = new TextEncoder().encode(JSON.stringify(metadata));
  const keyOf = (key: `/${string}`) => (parts > 1 ? (key.replace(/[./]0$/, "") as `/${string}`) : key);
  const codecs = codecNames(node);
  const checked = (stored: Uint8Array | undefined) => {
    checkChunk(`/${node.path}`, codecs, stored, chunkBytes);
    return stored;
  };
  return {
    async get(key, options) {
      if (key === `${own}/${name}`) return bytes;
      return key === `${own}/.zattrs` ? undefined : checked(await store.get(keyOf(key), options));
    },
    async getRange(key, range, options) {
      const found = await store.getRange(keyOf(key), range, options);
      // What is asked for from the end of a shard is its index.
      return "offset" in range ? checked(found) : found;
    },
  };
}

function sizesOf(value: unknown, path: string, what: string): number[] {
  const sizes = Array.isArray(value) ? value : [];
  if (!sizes.every((n) => Number.isSafeInteger(n) && n > 0) || sizes.length > 32)
    throw zarrError(`${path}: ${what} (${sizes.join(", ")})`, path);
  return sizes as number[];
}

function chunksOf({ version, metadata }: ZarrNode): unknown {
  return version === 2 ? metadata.chunks : record(record(metadata.chunk_grid).configuration).chunk_shape;
}

/** Refuses what would ask for more memory than the array can fill. */
function check(
  node: ZarrNode,
  elements: Elements,
): { shape: number[]; chunks: number[]; chunkBytes: number } {
  const path = `/${node.path}`;
  const shape = sizesOf(node.metadata.shape, path, "the shape is");
  const chunks = sizesOf(chunksOf(node), path, "the chunks are");
  if (shape.length === 0) throw zarrUnsupported(path, "a single number");
  if (chunks.length !== shape.length)
    throw zarrError(`${path}: chunks of ${chunks.length} axes, the array has ${shape.length}`, path);
  const bytes = (sizes: readonly number[]) => countOf(sizes) * elements.parts * (elements.wide ? 8 : 4);
  if (bytes(chunks) > Math.max(CHUNK_BYTES, 4 * bytes(shape)) || bytes(chunks) > 2 ** 31)
    throw zarrError(`${path}: chunks of ${chunks.join(" × ")} for an array of ${shape.join(" × ")}`, path);
  const sharded = JSON.stringify(node.metadata.codecs ?? "").includes("sharding_indexed");
  if (elements.parts > 1 && (node.metadata.order === "F" || sharded))
    throw zarrUnsupported(path, "complex values or colours in shards or in Fortran's order");
  return { shape, chunks, chunkBytes: bytes(chunks) };
}

/**
 * An array with its metadata checked.
 *
 * @throws Unsupported for elements that are no numbers; Format for metadata that cannot be
 */
export async function openArray(zarr: Zarr, store: ZarrStore, node: ZarrNode): Promise<OpenArray> {
  const path = `/${node.path}`;
  const elements = elementsOf(node);
  if (!elements) {
    const type = JSON.stringify(node.metadata.dtype ?? node.metadata.data_type ?? "no type");
    throw zarrUnsupported(path, `an array of ${type.slice(0, 80)}`);
  }
  const sizes = check(node, elements);
  const { parts, partsAxis } = elements;
  const metadata = readableMetadata(node, elements);
  const at = new zarr.Location(
    arrayStore(store, node, metadata, parts, sizes.chunkBytes),
    path as `/${string}`,
  );
  const array = await guard(path, undefined, () =>
    node.version === 3 ? zarr.open.v3(at, { kind: "array" }) : zarr.open.v2(at, { kind: "array" }),
  );
  // Our writer keeps the parts of a complex value or a colour as a last axis; the description says which it is.
  const described = record(node.attributes.lithoscope);
  const split = storedSignal(described, sizes.shape.slice(0, -1));
  const asWhole = storedSignal(described, sizes.shape);
  const joined = split && lookup({ c64: 2, c128: 2, rgb8: 3 }, split.dtype) === sizes.shape.at(-1);
  const stored = joined ? split : asWhole?.dtype === elements.dtype ? asWhole : undefined;
  const dtype = joined ? split.dtype : elements.dtype;
  const own = joined ? sizes.shape.slice(0, -1) : partsAxis ? [...sizes.shape, parts] : sizes.shape;
  const chunks = joined ? sizes.chunks.slice(0, -1) : partsAxis ? [...sizes.chunks, parts] : sizes.chunks;
  // The axis that a region does not name, because it is inside an element.
  const hidden = joined ? sizes.shape.at(-1)! : parts > 1 && !partsAxis ? parts : undefined;

  async function read(region: Region, stop?: AbortSignal): Promise<Numeric> {
    checkRegion(region, own, "zarr");
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `zarr: reading ${path} was cancelled`);
    const count = countOf(region.stop, region.start);
    if (count === 0) return typed(dtype, new Uint8Array(0));
    const selection = region.start.map((from, i) => zarr.slice(from, region.stop[i]!));
    if (hidden !== undefined) selection.push(zarr.slice(0, hidden));
    const chunk = await guard(path, stop, () => zarr.get(array, selection, stop ? { signal: stop } : {}));
    const values = valuesOf(chunk, { ...elements!, dtype }, path);
    if (values.byteLength !== count * elementBytes(dtype))
      throw zarrError(`${path}: wanted ${count} values, found ${values.length}`, path);
    return values;
  }
  return { path, shape: own, chunks, dtype, partsAxis, stored, read };
}
