import type { Source } from "../../src/core/contracts.ts";
import { isBelow, memorySource } from "../../src/sources/memory.ts";

/** One of several files that lie in the same folder and in folders below it, in memory. */
export function beside(name: string, files: Readonly<Record<string, Uint8Array>>): Source {
  const folder = name.slice(0, name.lastIndexOf("/") + 1);
  const sibling = async (other: string) =>
    isBelow(other) && Object.hasOwn(files, folder + other) ? beside(folder + other, files) : undefined;
  const list = async (below: string) => {
    const start = folder + (below && `${below}/`);
    const inside = Object.keys(files).filter((path) => path.startsWith(start));
    return [...new Set(inside.map((path) => /^[^/]*\/?/.exec(path.slice(start.length))![0]))].sort();
  };
  return { ...memorySource(files[name]!, name.slice(folder.length)), sibling, list };
}
