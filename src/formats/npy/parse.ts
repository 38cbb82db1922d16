import { LithoscopeError } from "../../core/errors.ts";

/** The header dictionary as numpy wrote it, and where the data start. */
export interface NpyHeader {
  readonly version: number;
  readonly descr: string;
  readonly fortran_order: boolean;
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

/** A Format error at a byte of the file. */
export function npyError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `npy: ${sentence}`, { format: "npy", at });
}

/**
 * Version, and offset and length of the header text, from the first 12 bytes (10 are enough for version 1).
 *
 * @throws Format if the magic string is not there or the bytes end early; Unsupported for other versions
 */
export function parsePrefix(bytes: Uint8Array): { version: number; offset: number; length: number } {
  if (bytes.byteLength < 10) {
    throw npyError(`wanted 10 bytes at 0, file ends at ${bytes.byteLength}`, bytes.byteLength);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== 0x93 || new TextDecoder().decode(bytes.subarray(1, 6)) !== "NUMPY") {
    throw npyError("wanted the magic string \\x93NUMPY at 0", 0);
  }
  const version = view.getUint8(6);
  if (version < 1 || version > 3) {
    const feature = `version ${version}`;
    throw new LithoscopeError("Unsupported", `npy: ${feature} at 6 is not read`, { format: "npy", feature });
  }
  if (version === 1) return { version, offset: 10, length: view.getUint16(8, true) };
  if (bytes.byteLength < 12) {
    throw npyError(`wanted 12 bytes at 0, file ends at ${bytes.byteLength}`, bytes.byteLength);
  }
  return { version, offset: 12, length: view.getUint32(8, true) };
}

/**
 * The dictionary of the header text.
 *
 * @throws Format if a key is missing; Unsupported for a structured dtype
 */
export function parseDictionary(text: string, at: number): Omit<NpyHeader, "version" | "dataOffset"> {
  const value = (key: string, pattern: string) => {
    const match = new RegExp(`['"]${key}['"]\\s*:\\s*${pattern}`).exec(text);
    if (!match) throw npyError(`wanted the key ${key} in the header at ${at}`, at);
    return match[1]!;
  };
  if (/['"]descr['"]\s*:\s*\[/.test(text)) {
    const fields = { format: "npy", feature: "structured dtype" };
    throw new LithoscopeError("Unsupported", "npy: a structured dtype is not read", fields);
  }
  const descr = value("descr", "['\"]([^'\"]*)['\"]");
  const fortran_order = value("fortran_order", "(True|False)\\b") === "True";
  const sizes = value("shape", "\\(([\\d\\s,L]*)\\)").split(",");
  const shape = sizes.flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  return { descr, fortran_order, shape };
}
