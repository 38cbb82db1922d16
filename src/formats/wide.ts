import type { DType, Numeric } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/** Element types that files have and we hold in a wider or exact other one. */
export type WideType = "i64" | "u64" | "f16";

/** Bytes of one stored element, and the type that its values have here. */
export const WIDE: Readonly<Record<WideType, { readonly bytes: number; readonly dtype: DType }>> = {
  i64: { bytes: 8, dtype: "f64" },
  u64: { bytes: 8, dtype: "f64" },
  f16: { bytes: 2, dtype: "f32" },
};

/** The number that 16 bits of a half-precision float mean (IEEE 754). */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Stored values as ours: half floats as f32; 64-bit integers as doubles, exactly or not at all.
 *
 * @param bytes little-endian, from the beginning of their buffer
 * @throws Unsupported for an integer beyond 2^53, naming `what`
 */
export function fromWide(
  bytes: Uint8Array<ArrayBuffer>,
  type: WideType,
  format: string,
  what: string,
): Numeric {
  if (type === "f16") return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat);
  const whole = type === "i64" ? new BigInt64Array(bytes.buffer) : new BigUint64Array(bytes.buffer);
  return Float64Array.from(whole as ArrayLike<bigint>, (value) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    const message = `${format}: ${what}: ${value} is a 64-bit integer beyond 2^53`;
    throw new LithoscopeError("Unsupported", message, { format, feature: "64-bit integers" });
  });
}
