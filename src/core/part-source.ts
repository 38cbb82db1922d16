import type { Source } from "./contracts.ts";
import { LithoscopeError } from "./errors.ts";

/**
 * A stretch of a source as a source of its own: a stored member of an archive, one run inside a longer file.
 * Closing it closes what it is a part of. It has no siblings unless `sibling` finds them.
 */
export function partSource(
  of: Source,
  offset: number,
  length: number,
  name: string,
  sibling: Source["sibling"] = async () => undefined,
): Source {
  const check = (at: number, count: number) => {
    const inside = Number.isSafeInteger(at) && Number.isSafeInteger(count) && at >= 0 && count >= 0;
    if (inside && at + count <= length) return;
    const message = `${name}: wanted ${count} bytes at ${at}, file ends at ${length}`;
    throw new LithoscopeError("Format", message, { format: name, at, wanted: count, end: length });
  };
  const fill: NonNullable<Source["fill"]> = async (at, parts, stop) => {
    check(
      at,
      parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
    );
    await of.fill!(offset + at, parts, stop);
  };
  return {
    ref: { kind: "part", of: of.ref, offset, length, name },
    name,
    size: length,
    async read(at, count, stop) {
      check(at, count);
      return of.read(offset + at, count, stop);
    },
    ...(of.fill && { fill }),
    sibling,
    close: () => of.close(),
  };
}
