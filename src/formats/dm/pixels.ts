import type { DType, Notice, Numeric, Region, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { swapBytes } from "../../kernels/swap.ts";
import { frameTile, spectrumTile, transposedTile } from "../frames.ts";
import type { DmArray } from "../gatan-tags.ts";
import { countOf, elementBytes, plainTile } from "../regions.ts";
import { WIDE, type WideType } from "../wide.ts";
import { dmError } from "./parse.ts";

/** Element types of Gatan's data type codes; 14 is a mask, a byte per pixel. */
const TYPES: Readonly<Record<number, DType | WideType>> = {
  1: "i16",
  2: "f32",
  3: "c64",
  6: "u8",
  7: "i32",
  9: "i8",
  10: "u16",
  11: "u32",
  12: "f64",
  13: "c128",
  14: "u8",
  39: "i64",
  40: "u64",
};
/** Half of a Fourier transform: the columns of kx ≤ 0, the others follow from symmetry. */
const PACKED: Readonly<Record<number, "c64" | "c128">> = { 27: "c64", 28: "c128" };
/** Blue, green, red, alpha. */
const COLOUR = [8, 23];
/** A packed transform is unpacked as a whole [values]. */
const MAX_PACKED = 2 ** 26;

export interface Pixels {
  readonly dtype: DType;
  tile(region: Region, stop?: AbortSignal): Promise<Numeric>;
}

function isWide(type: DType | WideType): type is WideType {
  return Object.hasOwn(WIDE, type);
}

/**
 * The whole transform from its stored half. DM keeps, for each ky, the columns kx = 0, −1, −2 … in this order; a real
 * image's transform has F(−ky, −kx) = F(ky, kx)*, which gives the right half.
 */
export function unpackHalf(half: Numeric, rows: number, columns: number): Numeric {
  const stored = Math.floor(columns / 2) + 1;
  const [cy, cx] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const make = half instanceof Float64Array ? Float64Array : Float32Array;
  const out = new make(2 * rows * columns);
  for (let y = 0; y < rows; y++) {
    const mirrored = (2 * cy - y + rows) % rows;
    for (let x = 0; x < columns; x++) {
      const right = x > cx;
      const from = 2 * ((right ? mirrored : y) * stored + Math.abs(x - cx));
      out[2 * (y * columns + x)] = half[from]!;
      out[2 * (y * columns + x) + 1] = right ? -half[from + 1]! : half[from + 1]!;
    }
  }
  return out;
}

function packedPixels(
  source: Source,
  array: DmArray,
  dtype: "c64" | "c128",
  shape: readonly number[],
  little: boolean,
): Pixels {
  const [rows, columns] = shape as [number, number];
  const numbers = 2 * rows * (Math.floor(columns / 2) + 1);
  const size = elementBytes(dtype) / 2;
  if (shape.length !== 2 || numbers * size > array.bytes || rows * columns > MAX_PACKED)
    throw dmError(`packed complex data of ${shape.join(" × ")} in ${array.bytes} bytes`, array.offset);
  const decode = (bytes: Uint8Array) => {
    const own = bytes.slice();
    if (!little) swapBytes(own, size);
    return unpackHalf(
      dtype === "c64" ? new Float32Array(own.buffer) : new Float64Array(own.buffer),
      rows,
      columns,
    );
  };
  const stack = {
    format: "dm",
    shape,
    dtype,
    bigEndian: false,
    at: () => array.offset,
    packed: { bytes: numbers * size, decode },
  };
  return { dtype, tile: frameTile(source, stack) };
}

function colourPixels(
  source: Source,
  array: DmArray,
  shape: readonly number[],
  order: readonly number[],
  notices: Notice[],
): Pixels {
  const bytes = 4 * countOf(shape.slice(-2));
  if (order.some((at, i) => at !== i)) throw dmError("a colour image with other axes", array.offset);
  const decode = (pixels: Uint8Array) => {
    const out = new Uint8Array((pixels.length / 4) * 3);
    for (let from = 0, to = 0; from < pixels.length; from += 4) {
      out[to++] = pixels[from + 2]!;
      out[to++] = pixels[from + 1]!;
      out[to++] = pixels[from]!;
    }
    return out;
  };
  notices.push({ code: "alpha-dropped", message: "dm: the transparency of a colour image is not read" });
  const at = (frame: number) => array.offset + frame * bytes;
  const stack = {
    format: "dm",
    shape,
    dtype: "rgb8",
    bigEndian: false,
    at,
    packed: { bytes, decode },
  } as const;
  // A row of colours is a frame without an axis of rows.
  const tile = shape.length === 1 ? spectrumTile(source, stack) : frameTile(source, stack);
  return { dtype: "rgb8", tile };
}

/**
 * Element type and reader of an image.
 *
 * @param shape of the signal, navigation first
 * @param order place of each axis in the file, slowest first
 * @throws Format if the data do not fill the shape or leave the file; Unsupported for another data type
 */
export function pixelsOf(
  source: Source,
  { array, code, littleEndian }: { array: DmArray; code: number; littleEndian: boolean },
  shape: readonly number[],
  order: readonly number[],
  notices: Notice[],
): Pixels {
  if (array.offset + array.bytes > source.size)
    throw dmError(
      `wanted ${array.bytes} bytes at ${array.offset}, file ends at ${source.size}`,
      array.offset,
    );
  const packed = PACKED[code];
  if (packed) return packedPixels(source, array, packed, shape, littleEndian);
  const type = TYPES[code];
  const itemBytes = COLOUR.includes(code)
    ? 4
    : type === undefined
      ? 0
      : isWide(type)
        ? WIDE[type].bytes
        : elementBytes(type);
  if (itemBytes > 0 && countOf(shape) * itemBytes > array.bytes)
    throw dmError(
      `${shape.join(" × ")} values of ${itemBytes} bytes in ${array.bytes} at ${array.offset}`,
      array.offset,
    );
  if (COLOUR.includes(code)) return colourPixels(source, array, shape, order, notices);
  if (type === undefined) {
    const fields = { format: "dm", feature: `data type ${code}` };
    throw new LithoscopeError("Unsupported", `dm: data type ${code} is not read`, fields);
  }
  const dtype = isWide(type) ? WIDE[type].dtype : type;
  const stored = new Array<number>(shape.length);
  order.forEach((at, i) => {
    stored[at] = shape[i]!;
  });
  const plain = { format: "dm", shape: stored, dtype, offset: array.offset, bigEndian: !littleEndian };
  const tile = plainTile(source, isWide(type) ? { ...plain, wide: type } : plain);
  const inOrder = order.every((at, i) => at === i);
  return { dtype, tile: inOrder ? tile : transposedTile(tile, order, dtype) };
}
