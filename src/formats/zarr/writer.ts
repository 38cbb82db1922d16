import type { DType, Region, Signal, Writer } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { CARRIED, headerJson, headerLoss } from "../carried-header.ts";
import { stridesOf } from "../regions.ts";
import { partShape, partType } from "../signal-parts.ts";
import { describeSignal } from "../stored-signal.ts";
import { loadZarr } from "./library.ts";
import { CODECS } from "./write-maps.ts";

/** Values of a chunk, at most: a file of some megabytes. */
const CHUNK_VALUES = 2 ** 20;
/** Longest side of a chunk. */
const CHUNK_SIDE = 512;

const NAMES: Readonly<Record<Exclude<DType, "c64" | "c128" | "rgb8">, string>> = {
  u8: "uint8",
  i8: "int8",
  u16: "uint16",
  i16: "int16",
  u32: "uint32",
  i32: "int32",
  f32: "float32",
  f64: "float64",
};

/** Chunks as wide as they can be from the last axis on. */
function chunkShape(shape: readonly number[]): number[] {
  let left = CHUNK_VALUES;
  return shape
    .toReversed()
    .map((size) => {
      const side = Math.max(1, Math.min(size, CHUNK_SIDE, left));
      left = Math.floor(left / side);
      return side;
    })
    .reverse();
}

/** The regions of the chunks of an array, in C order. */
function* regionsOf(shape: readonly number[], chunks: readonly number[]): Generator<Region> {
  const start = shape.map(() => 0);
  for (;;) {
    yield { start: [...start], stop: start.map((at, i) => Math.min(at + chunks[i]!, shape[i]!)) };
    let i = shape.length - 1;
    for (; i >= 0; i--) {
      start[i]! += chunks[i]!;
      if (start[i]! < shape[i]!) break;
      start[i] = 0;
    }
    if (i < 0) return;
  }
}

/**
 * A signal as a group with one array, chunk by chunk, so that it may be larger than the memory. Our own description
 * in the attribute `lithoscope` makes it come back as it was; complex values and colours have their parts as a last
 * axis.
 */
export const writer: Writer = {
  id: "zarr",
  title: "Zarr folder",
  extensions: [".zarr"],
  accepts: (item) => item.kind === "signal",
  headerLoss,
  async write(item, sink, path, stop, header) {
    const signal = item as Signal;
    const carried = headerJson(header);
    const { axes, dtype, title, value } = signal;
    const zarr = await loadZarr();
    const root = zarr.root({
      get: async () => undefined,
      set: (key: string, bytes: Uint8Array) => sink.write(`${path}${key}`, bytes),
    });
    await zarr.create(root, { attributes: { arrays: ["data"], creator: "Lithoscope" } });
    const [sizes, shape] = [axes.map(({ size }) => size), partShape(signal)];
    const parts = shape.slice(sizes.length);
    const chunks = chunkShape(sizes);
    const type = partType(dtype);
    const float = type === "f32" || type === "f64";
    const array = await zarr.create(root.resolve("data"), {
      shape,
      chunkShape: [...chunks, ...parts],
      dtype: NAMES[type] as "float64",
      codecs: CODECS,
      fillValue: (float ? "NaN" : 0) as never,
      dimensionNames: [...axes.map(({ name }) => name), ...parts.map(() => "part")],
      attributes: {
        unit: value.unit,
        text: title,
        axes: axes.map(({ name, scale, offset, unit, from }) => ({ name, scale, offset, unit, from })),
        lithoscope: describeSignal(signal),
        ...(carried !== undefined && { [CARRIED]: JSON.parse(carried) }),
      } as never,
    });
    for (const region of regionsOf(sizes, chunks)) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `zarr: writing ${title} was cancelled`);
      const data = await signal.tile(region, stop);
      const own = [...region.stop.map((to, i) => to - region.start[i]!), ...parts];
      const place = [
        ...region.start.map((from, i) => zarr.slice(from, region.stop[i]!)),
        ...parts.map(() => null),
      ];
      await zarr.set(array, place, { data: data as never, shape: own, stride: stridesOf(own) });
    }
  },
};
