import type { DType, Numeric, Sink } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { loadZarr } from "./library.ts";

/** Sides of a chunk along the map's own axes; a chunk is one file. */
const CHUNK = 512;

/** An axis as it stands in the attributes: coordinate of i = offset + scale · i. */
export interface MapAxis {
  readonly name: string;
  readonly scale: number;
  readonly offset: number;
  readonly unit: string;
  readonly from: string;
}

/** One array of a group of maps. */
export interface ZarrMap {
  readonly name: string;
  /** Row-major, as many values as `shape` has. */
  readonly data: Numeric;
  readonly shape: readonly number[];
  /** Unit of the values, "1" if they have none. */
  readonly unit: string;
  /** One per axis of `shape`. */
  readonly axes: readonly MapAxis[];
  /** What "no value" is: NaN or −1, say; 0 if not given. */
  readonly fill?: number;
  /** What the values are, for people. */
  readonly text: string;
}

/** Little-endian numbers, packed lightly: level 1 is twice as fast as blosc and as small. */
export const CODECS = [
  { name: "bytes", configuration: { endian: "little" } },
  { name: "zstd", configuration: { level: 1, checksum: false } },
];

const TYPES = [
  [Uint8Array, "uint8", "u8"],
  [Int8Array, "int8", "i8"],
  [Uint16Array, "uint16", "u16"],
  [Int16Array, "int16", "i16"],
  [Uint32Array, "uint32", "u32"],
  [Int32Array, "int32", "i32"],
  [Float32Array, "float32", "f32"],
  [Float64Array, "float64", "f64"],
] as const satisfies readonly (readonly [unknown, string, DType])[];

function refuse(name: string, sentence: string): LithoscopeError {
  const message = `zarr: ${name}: ${sentence}`;
  return new LithoscopeError("Usage", message, {
    path: name,
    expected: "a map with shape and axes that fit",
  });
}

function check({ name, data, shape, axes }: ZarrMap): void {
  const values = shape.reduce((product, n) => product * n, 1);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || name === "zarr.json")
    throw refuse(name, "not a name for an array");
  if (shape.length === 0 || values !== data.length) {
    throw refuse(name, `wanted ${shape.join(" × ")} values, found ${data.length}`);
  }
  if (axes.length !== shape.length) throw refuse(name, `wanted ${shape.length} axes, found ${axes.length}`);
}

/** JSON has no NaN and no infinity; Zarr writes them as words. */
function fillOf(fill: number): number | string {
  if (Number.isNaN(fill)) return "NaN";
  if (Number.isFinite(fill)) return fill;
  return fill > 0 ? "Infinity" : "-Infinity";
}

/**
 * Writes maps as one Zarr version 3 group: a folder with one array per map, zstd level 1, one file per chunk. Each
 * array has dimension names, and in its attributes unit, text and axes. Does not commit the sink.
 *
 * @param path folder of the group within the sink
 * @param attributes of the group, such as the conventions in words
 * @throws Usage if data, shape and axes of a map do not fit
 */
export async function writeMapsZarr(
  maps: readonly ZarrMap[],
  sink: Sink,
  path = "maps.zarr",
  attributes: Readonly<Record<string, unknown>> = {},
  stop?: AbortSignal,
): Promise<void> {
  for (const map of maps) check(map);
  const zarr = await loadZarr();
  const store = {
    get: async () => undefined,
    set: (key: string, bytes: Uint8Array) => sink.write(`${path}${key}`, bytes),
  };
  const root = zarr.root(store);
  await zarr.create(root, { attributes: { ...attributes, arrays: maps.map(({ name }) => name) } });
  for (const { name, data, shape, unit, axes, fill = 0, text } of maps) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `zarr: writing ${name} was cancelled`);
    const [, dtype] = TYPES.find(([kind]) => data instanceof kind)!;
    const array = await zarr.create(root.resolve(name), {
      shape: [...shape],
      chunkShape: shape.map((size) => Math.max(1, Math.min(CHUNK, size))),
      dtype,
      codecs: CODECS,
      // Without one zarrita writes null, which zarr-python refuses.
      fillValue: fillOf(fill) as never,
      dimensionNames: axes.map((axis) => axis.name),
      attributes: { unit, text, axes: axes.map((axis) => ({ ...axis })) as never },
    });
    const stride = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
    await zarr.set(array, null, { data: data as never, shape: [...shape], stride });
  }
}
