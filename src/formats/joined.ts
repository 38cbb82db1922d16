import type { Source } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/**
 * Several files, one behind the other, as a single source; its ref is that of `given`, from which the others are
 * found again. Closing it closes all of them.
 */
export function joinedSource(parts: readonly Source[], given: Source): Source {
  const starts: number[] = [];
  let size = 0;
  for (const part of parts) {
    starts.push(size);
    size += part.size;
  }
  const { name } = given;
  return {
    ref: given.ref,
    name,
    size,
    async read(offset, length, stop) {
      const inside =
        Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
      if (!inside || offset + length > size) {
        const message = `${name}: wanted ${length} bytes at ${offset}, its files end at ${size}`;
        throw new LithoscopeError("Format", message, { format: name, at: offset, wanted: length, end: size });
      }
      const out = new Uint8Array(length);
      for (const [i, part] of parts.entries()) {
        const from = Math.max(offset, starts[i]!);
        const to = Math.min(offset + length, starts[i]! + part.size);
        if (from >= to) continue;
        out.set(await part.read(from - starts[i]!, to - from, stop), from - offset);
      }
      return out;
    },
    sibling: (other) => given.sibling(other),
    async close() {
      for (const part of parts) await part.close();
    },
  };
}
