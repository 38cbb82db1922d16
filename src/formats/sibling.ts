import type { Source } from "../core/contracts.ts";

/**
 * The file of that name beside `source`; where there is none, the only one whose name differs in upper and lower case:
 * files of a set that went through another system come as A.XML and a.raw.
 */
export async function siblingOf(source: Source, name: string): Promise<Source | undefined> {
  const exact = await source.sibling(name);
  if (exact) return exact;
  const ending = name.slice(name.lastIndexOf("."));
  const base = name.slice(0, name.length - ending.length);
  const names = (await source.list?.("")) ?? [base + ending.toLowerCase(), base + ending.toUpperCase()];
  const same = names.filter((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  return same.length === 1 || !source.list ? firstOf(source, same) : undefined;
}

async function firstOf(source: Source, names: readonly string[]): Promise<Source | undefined> {
  for (const name of names) {
    const found = await source.sibling(name);
    if (found) return found;
  }
  return undefined;
}
