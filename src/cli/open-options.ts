import type { DType, OpenOptions } from "../core/contracts.ts";
import { type FlagValues, flagText, usage } from "./command.ts";

/** Flags of every verb that opens a file: what the file does not say about itself. */
export const OPEN_FLAGS = {
  dataset: { type: "string" },
  shape: { type: "string" },
  dtype: { type: "string" },
  offset: { type: "string" },
  "big-endian": { type: "boolean" },
} as const;

/** Their lines of a verb's help. */
export const OPEN_HELP = [
  "  --dataset PATH             one dataset of an HDF5 file",
  "  --shape 64,64,128,128      how the frames of a file make a scan: sizes, slowest first (one may be -1)",
  "  --dtype u16                raw binary of that shape: u8 i8 u16 … f32 f64; --offset BYTES where the data start,",
  "                             --big-endian for their byte order",
] as const;

function whole(flag: string, text: string): number {
  if (!/^-?\d+$/.test(text.trim()))
    throw usage(flag, `wanted a whole number, found "${text}"`, "a whole number");
  return Number(text);
}

/** What the flags say about how to open a file; the reader checks shape and element type. */
export function openOptions(flags: FlagValues): OpenOptions {
  const text = (name: string) => flagText(flags, name);
  const [dataset, shape, dtype, offset] = ["dataset", "shape", "dtype", "offset"].map(text);
  return {
    ...(dataset !== undefined && { dataset }),
    ...(shape !== undefined && { shape: shape.split(/[,x×]/).map((size) => whole("--shape", size)) }),
    ...(dtype !== undefined && { dtype: dtype as DType }),
    ...(offset !== undefined && { offset: whole("--offset", offset) }),
    ...(flags["big-endian"] === true && { bigEndian: true }),
  };
}
