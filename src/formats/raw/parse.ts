import type { OpenOptions } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { DTYPES, elementBytes, type PlainArray } from "../regions.ts";
import { expectedAndReal, likelyShapes } from "./expected-size.ts";

/** At most this many axes, as NumPy allows. */
const MAX_RANK = 32;

function missing(
  name: string,
  what: string,
  flag: string,
  size: number,
  options: OpenOptions,
): LithoscopeError {
  const message = `raw: ${name} has ${size} bytes and no header, ${what} is not known, give ${flag}`;
  const fits = likelyShapes(size - (options.offset ?? 0), options.dtype);
  const hint = fits.length > 0 ? `that many bytes are ${fits.join(" or ")}` : undefined;
  return new LithoscopeError("Missing", message, { what, flag }, hint === undefined ? {} : { hint });
}

/**
 * The array that the options say the file holds; one size may be −1, it follows from the file's size.
 *
 * @throws Missing without a shape or dtype; Usage for impossible ones; Format if the file is too short
 */
export function describeRaw(name: string, size: number, options: OpenOptions): PlainArray {
  if (!options.shape) throw missing(name, "the shape", "--shape 64,64,128,128", size, options);
  if (!options.dtype) throw missing(name, "the element type", "--dtype u16", size, options);
  const { dtype, offset = 0, bigEndian = false } = options;
  if (!Object.hasOwn(DTYPES, dtype)) {
    const known = Object.keys(DTYPES).join(", ");
    const fields = { path: "--dtype", expected: known };
    throw new LithoscopeError("Usage", `--dtype: wanted one of ${known}, found "${dtype}"`, fields);
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    const fields = { path: "--offset", expected: "0 or more" };
    throw new LithoscopeError("Usage", `--offset: wanted a byte of the file, found ${offset}`, fields);
  }
  const shape = settleShape(options.shape, Math.max(0, size - offset), elementBytes(dtype));
  const bytes = shape.reduce((product, n) => product * n, elementBytes(dtype));
  if (!Number.isSafeInteger(bytes) || offset + bytes > size) {
    const message = `raw: wanted ${bytes} bytes at ${offset} for ${shape.join(" × ")} ${dtype}, ${name} ends at ${size}`;
    const fields = { format: "raw", at: offset };
    throw new LithoscopeError("Format", message, fields, {
      hint: expectedAndReal(size - offset, shape, dtype),
    });
  }
  return { format: "raw", shape, dtype, offset, bigEndian };
}

function settleShape(shape: readonly number[], bytes: number, itemBytes: number): number[] {
  const open = shape.filter((n) => n === -1).length;
  const valid = shape.every((n) => Number.isSafeInteger(n) && (n > 0 || n === -1));
  if (shape.length === 0 || shape.length > MAX_RANK || !valid || open > 1) {
    const message = `--shape: wanted sizes above 0 (at most one of them −1), found ${shape.join(",")}`;
    throw new LithoscopeError("Usage", message, { path: "--shape", expected: "sizes above 0" });
  }
  const known = shape.reduce((product, n) => (n === -1 ? product : product * n), itemBytes);
  return shape.map((n) => (n === -1 ? Math.max(1, Math.floor(bytes / known)) : n));
}
