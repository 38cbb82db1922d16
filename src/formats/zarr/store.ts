import type { Source } from "../../core/contracts.ts";
import { type Json, parseJson, zarrError } from "./parse.ts";

/** Bytes of one metadata file. */
const MAX_METADATA = 2 ** 24;

type Range = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };
interface Options {
  readonly signal?: AbortSignal;
}

/** The files below the folder of a metadata file, by keys that begin with a slash, as the library asks for them. */
export interface ZarrStore {
  get(key: `/${string}`, options?: Options): Promise<Uint8Array | undefined>;
  /** A part of a file: one chunk of a shard. */
  getRange(key: `/${string}`, range: Range, options?: Options): Promise<Uint8Array | undefined>;
}

export function storeOf(source: Source): ZarrStore {
  async function read(key: string, range: Range | undefined, stop?: AbortSignal) {
    const file = await source.sibling(key.slice(1));
    if (!file) return undefined;
    try {
      if (range === undefined) return await file.read(0, file.size, stop);
      if ("offset" in range) return await file.read(range.offset, range.length, stop);
      const length = Math.min(range.suffixLength, file.size);
      return await file.read(file.size - length, length, stop);
    } finally {
      await file.close();
    }
  }
  return {
    get: (key, { signal } = {}) => read(key, undefined, signal),
    getRange: (key, range, { signal } = {}) => read(key, range, signal),
  };
}

/** The object of a metadata file; undefined if it is not there. */
export async function readJson(source: Source, name: string, stop?: AbortSignal): Promise<Json | undefined> {
  const file = await source.sibling(name);
  if (!file) return undefined;
  try {
    if (file.size > MAX_METADATA) throw zarrError(`${name}: metadata of ${file.size} bytes`, name);
    return parseJson(await file.read(0, file.size, stop), name);
  } finally {
    await file.close();
  }
}
