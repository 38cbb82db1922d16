import { LithoscopeError } from "../../core/errors.ts";

export type Json = Readonly<Record<string, unknown>>;

/** An array or a group as its metadata state it. */
export interface ZarrNode {
  /** Names from the top down, between slashes; "" is the top. */
  readonly path: string;
  readonly kind: "array" | "group";
  readonly version: 2 | 3;
  readonly attributes: Json;
  /** Of an array: the object of .zarray or zarr.json. */
  readonly metadata: Json;
  readonly children: ReadonlyMap<string, ZarrNode>;
}

export function zarrError(sentence: string, at: number | string = 0, cause?: unknown): LithoscopeError {
  return new LithoscopeError("Format", `zarr: ${sentence}`, { format: "zarr", at }, { cause });
}

export function zarrUnsupported(path: string, feature: string, hint?: string): LithoscopeError {
  const message = `zarr: ${path || "the array"}: ${feature} is not read`;
  const fields = { format: "zarr", feature };
  return new LithoscopeError("Unsupported", message, fields, hint === undefined ? {} : { hint });
}

export function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as never) : {};
}

/** Object of JSON bytes; the words of a NaN stand as text, as Zarr version 3 writes them. */
export function parseJson(bytes: Uint8Array, name: string): Json {
  const text = new TextDecoder().decode(bytes);
  try {
    return record(JSON.parse(text));
  } catch {
    // Python's json writes NaN and Infinity bare, in attributes of version 2.
    const worded = text.replace(/([:[,]\s*)(-?(?:NaN|Infinity))(?=\s*[,\]}])/g, '$1"$2"');
    try {
      return record(JSON.parse(worded));
    } catch (cause) {
      throw zarrError(`${name} is not JSON`, name, cause);
    }
  }
}

/** Version and kind of a metadata file; undefined if it is none. */
export function nodeKind(json: Json): { version: 2 | 3; kind: ZarrNode["kind"] } | undefined {
  if (json.zarr_format === 2) return { version: 2, kind: "shape" in json ? "array" : "group" };
  const kind = json.node_type;
  if (json.zarr_format !== 3 || (kind !== "array" && kind !== "group")) return undefined;
  return { version: 3, kind };
}

/** Whether a name is that of something directly inside a group. */
export function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

/** The nodes that consolidated metadata list: path to metadata and attributes; undefined where there are none. */
export function consolidated(json: Json, beside: Json | undefined): ReadonlyMap<string, Json[]> | undefined {
  const found = new Map<string, Json[]>();
  const inline = record(record(json.consolidated_metadata).metadata);
  for (const [path, node] of Object.entries(inline)) found.set(path, [record(node)]);
  for (const [key, value] of Object.entries(record(beside?.metadata))) {
    const match = /^(?:(.*)\/)?\.z(array|group|attrs)$/.exec(key);
    if (!match) continue;
    const [own = {}, attributes = {}] = found.get(match[1] ?? "") ?? [];
    const isAttributes = match[2] === "attrs";
    found.set(match[1] ?? "", isAttributes ? [own, record(value)] : [record(value), attributes]);
  }
  return found.size > 0 ? found : undefined;
}
