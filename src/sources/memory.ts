import type { Source } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/**
 * Refuses a read that is cancelled or leaves the file, before any byte is fetched.
 *
 * @throws Cancelled; Format, naming the place and where the file ends
 */
export function checkRead(
  source: { readonly name: string; readonly size: number },
  offset: number,
  length: number,
  stop?: AbortSignal,
): void {
  if (stop?.aborted) throw new LithoscopeError("Cancelled", `${source.name}: reading was cancelled`);
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > source.size) throw shortRead(source.name, offset, length, source.size);
}

/** The Format error of a read that the file cannot fill. */
export function shortRead(name: string, offset: number, length: number, end: number): LithoscopeError {
  const message = `${name}: wanted ${length} bytes at ${offset}, file ends at ${end}`;
  return new LithoscopeError("Format", message, { format: name, at: offset, wanted: length, end });
}

/** True for a name beside a file or in a folder below it; nothing that leads elsewhere. */
export function isBelow(name: string): boolean {
  return (
    !name.includes("\\") && name.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

/** Bytes already in memory; reads are copies, so a caller may transfer them. */
export function memorySource(bytes: Uint8Array, name = "memory"): Source {
  const size = bytes.byteLength;
  return {
    ref: { kind: "memory", bytes, name },
    name,
    size,
    async read(offset, length, stop) {
      checkRead({ name, size }, offset, length, stop);
      return bytes.slice(offset, offset + length);
    },
    sibling: async () => undefined,
    close: async () => {},
  };
}
