import type { Library } from "../../library.ts";
import { childDataset, childGroup, type H5Dataset, type H5Group, h5Error, textOf } from "../../parse.ts";

/** A JSON document of Velox, in its own words. */
export type Json = Readonly<Record<string, unknown>>;

/** Metadata documents are 60 000 bytes in every version seen; one of more is not read. */
const MAX_DOCUMENT = 2 ** 22;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value along a path of names; undefined where there is none. */
export function at(document: unknown, ...path: readonly string[]): unknown {
  let value = document;
  for (const name of path) {
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** A number along a path; Velox writes most numbers as text. */
export function numberAt(document: unknown, ...path: readonly string[]): number | undefined {
  const value = at(document, ...path);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A text along a path, undefined where it is empty. */
export function textAt(document: unknown, ...path: readonly string[]): string | undefined {
  const value = at(document, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The objects along a path, such as the detectors, by their names. */
export function entriesAt(document: unknown, ...path: readonly string[]): [string, Json][] {
  const value = at(document, ...path);
  return isObject(value)
    ? Object.entries(value).filter((entry): entry is [string, Json] => isObject(entry[1]))
    : [];
}

function parseDocument(text: string, where: string): Json {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw h5Error(`${where} is not JSON`, where, cause);
  }
  if (!isObject(document)) throw h5Error(`${where}: wanted a JSON object`, where);
  return document;
}

/**
 * The document in a dataset of one text; undefined if it holds none.
 *
 * @throws Format if it is not JSON
 */
export function jsonOf(library: Library, dataset: H5Dataset | undefined): Json | undefined {
  if (dataset?.type.kind !== "text") return undefined;
  const text = textOf(library.value(dataset));
  return text === undefined ? undefined : parseDocument(text, dataset.path);
}

/**
 * The metadata of one frame: a column of bytes that ends in zeros. Undefined if the group has none for it.
 *
 * @throws Format if it is not JSON
 */
export function metadataOf(library: Library, group: H5Group, frame = 0, name = "Metadata"): Json | undefined {
  const dataset = childDataset(group, name);
  const [rows = 0, columns = 0] = dataset?.shape ?? [];
  const bytes = dataset?.type.kind === "int" && dataset.type.size === 1 && dataset.shape.length === 2;
  if (!dataset || !bytes || frame >= columns || rows === 0 || rows > MAX_DOCUMENT) return undefined;
  const column = library.read(dataset, [0, frame], [rows, 1]);
  const end = column.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? column : column.subarray(0, end));
  return text.trim() === "" ? undefined : parseDocument(text, dataset.path);
}

/** A group of JSON documents by name, groups in it being taken apart too; those that are not JSON are left out. */
export function documentsOf(library: Library, group: H5Group | undefined): Json {
  const documents: Record<string, unknown> = Object.create(null);
  for (const [name, child] of group?.children ?? []) {
    if (child.kind === "group") documents[name] = documentsOf(library, child);
    if (child.kind !== "dataset" || child.type.kind !== "text") continue;
    try {
      documents[name] = jsonOf(library, child);
    } catch {
      // A display that cannot be read costs a title, not the file.
      documents[name] = undefined;
    }
  }
  return documents;
}

/** The data groups of a kind ("Image", "SpectrumStream" …), in the order of their names. */
export function dataGroups(root: H5Group, kind: string): H5Group[] {
  const children = childGroup(root, "Data", kind)?.children.values() ?? [];
  return [...children].filter((child): child is H5Group => child.kind === "group");
}
