import { LithoscopeError } from "../../core/errors.ts";

/** The metadata file at the top of a folder, as the file states it. */
export interface ZarrHeader {
  readonly version: 2 | 3;
  readonly kind: "array" | "group";
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Paths of the arrays that the group names; undefined if it does not name them. */
  readonly arrays: readonly string[] | undefined;
}

export function zarrError(sentence: string, at: number | string = 0, cause?: unknown): LithoscopeError {
  return new LithoscopeError("Format", `zarr: ${sentence}`, { format: "zarr", at }, { cause });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as never) : {};
}

/** Object of JSON bytes; the words of a NaN stand as text, as Zarr writes them. */
export function parseJson(bytes: Uint8Array, name: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw zarrError(`${name} is not JSON`, name, cause);
  }
}

function arraysOf(group: Readonly<Record<string, unknown>>, consolidated: unknown): string[] | undefined {
  const listed = record(group.attributes).arrays;
  if (Array.isArray(listed) && listed.every((name) => typeof name === "string")) return listed;
  const inline = Object.entries(record(record(group.consolidated_metadata).metadata));
  if (inline.length > 0)
    return inline.flatMap(([path, node]) => (record(node).node_type === "array" ? [path] : []));
  const beside = Object.keys(record(record(consolidated).metadata));
  const found = beside.flatMap((key) => (key.endsWith("/.zarray") ? [key.slice(0, -"/.zarray".length)] : []));
  return found.length > 0 ? found : undefined;
}

/**
 * What a metadata file says; `consolidated` is the object of .zmetadata where a version 2 folder has it.
 *
 * @throws Format if it is not a Zarr metadata file
 */
export function parseHeader(json: Readonly<Record<string, unknown>>, consolidated?: unknown): ZarrHeader {
  const version = json.zarr_format;
  if (version !== 2 && version !== 3) throw zarrError("wanted zarr_format 2 or 3", "zarr_format");
  const isArray = version === 3 ? json.node_type === "array" : "shape" in json;
  if (version === 3 && !isArray && json.node_type !== "group") {
    throw zarrError("wanted the node_type array or group", "node_type");
  }
  const arrays = isArray ? undefined : arraysOf(json, consolidated);
  return { version, kind: isArray ? "array" : "group", attributes: record(json.attributes), arrays };
}
