import type { Source } from "../../src/core/contracts.ts";
import { memorySource } from "../../src/sources/memory.ts";

/** One of several files that lie in the same folder, in memory. */
export function beside(name: string, files: Readonly<Record<string, Uint8Array>>): Source {
  const sibling = async (other: string) => (Object.hasOwn(files, other) ? beside(other, files) : undefined);
  return { ...memorySource(files[name]!, name), sibling };
}
