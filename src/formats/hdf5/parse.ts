import { LithoscopeError } from "../../core/errors.ts";

/** Element type as the file states it. */
export interface H5Type {
  readonly kind: "int" | "float" | "text" | "enum" | "compound" | "list" | "other";
  /** Bytes of one element. */
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  /** Of a compound, in file order. */
  readonly members: readonly { readonly name: string; readonly offset: number; readonly type: H5Type }[];
  /** Element of a variable-length list. */
  readonly element?: H5Type;
}

export type H5Value = number | string | boolean | readonly (number | string | boolean)[] | undefined;
export type H5Attributes = Readonly<Record<string, H5Value>>;

export interface H5Filter {
  readonly id: number;
  readonly name: string;
}

export interface H5Dataset {
  readonly kind: "dataset";
  readonly path: string;
  readonly shape: readonly number[];
  readonly chunks: readonly number[] | undefined;
  readonly type: H5Type;
  readonly filters: readonly H5Filter[];
  /** Files that the values of a virtual dataset come from; "." is this file. */
  readonly virtual: readonly string[];
  readonly attributes: H5Attributes;
}

export interface H5Group {
  readonly kind: "group";
  readonly path: string;
  readonly attributes: H5Attributes;
  readonly children: ReadonlyMap<string, H5Object>;
  /** Names of children that were not looked into. */
  readonly closed: readonly string[];
}

/** A link that leads to another file or nowhere. */
export interface H5Link {
  readonly kind: "link";
  readonly path: string;
  /** Undefined for a broken link within the file. */
  readonly file: string | undefined;
  readonly target: string;
}

export type H5Object = H5Dataset | H5Group | H5Link;

/** A group before its children are looked at; `same` is equal for two paths to one group, where that can be told. */
export interface H5Bare {
  readonly kind: "group";
  readonly attributes: H5Attributes;
  readonly same: string | undefined;
}

/** The library's side of a walk: one object, and the names in a group. */
export interface H5Lister {
  object(path: string): H5Dataset | H5Link | H5Bare | undefined;
  names(path: string): readonly string[];
}

/** More objects than these are not looked at; a file can claim any number, and groups can hold themselves. */
const MAX_OBJECTS = 20000;
const MAX_DEPTH = 24;
/** Children of a group of numbered lists ("12_7"), as py4DSTEM up to 0.8 wrote one per scan point. */
const NUMBERED = /^\d+_\d+$/;
/** TopSpin's series of patterns: a group named by a GUID with a group for each, numbered from 0. */
const SERIES = /\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A Format error of an HDF5 file. */
export function h5Error(sentence: string, at: number | string = 0, cause?: unknown): LithoscopeError {
  return new LithoscopeError("Format", `hdf5: ${sentence}`, { format: "hdf5", at }, { cause });
}

export function h5Unsupported(sentence: string, feature: string, hint?: string): LithoscopeError {
  const fields = { format: "hdf5", feature };
  return new LithoscopeError("Unsupported", `hdf5: ${sentence}`, fields, hint === undefined ? {} : { hint });
}

/**
 * The tree of a file with attributes, without values; `whole` is false where the limits cut it. A group that has several
 * paths, such as one that holds itself, is listed under the first only.
 */
export function parseTree(lister: H5Lister): { root: H5Group; whole: boolean } {
  let left = MAX_OBJECTS;
  let whole = true;
  const met = new Set<string>();
  const isNew = ({ same }: H5Bare) => same === undefined || (!met.has(same) && met.add(same) !== undefined);

  function group(path: string, attributes: H5Attributes, depth: number): H5Group {
    const children = new Map<string, H5Object>();
    const closed: string[] = [];
    const series = SERIES.test(path);
    for (const name of lister.names(path)) {
      if (NUMBERED.test(name) || (series && /^\d+$/.test(name))) {
        closed.push(name);
        continue;
      }
      if (left-- <= 0 || depth >= MAX_DEPTH) {
        whole = false;
        break;
      }
      const below = `${path === "/" ? "" : path}/${name}`;
      const object = lister.object(below);
      if (object?.kind !== "group") {
        if (object) children.set(name, object);
      } else if (isNew(object)) children.set(name, group(below, object.attributes, depth + 1));
    }
    return { kind: "group", path, attributes, children, closed };
  }

  const root = lister.object("/");
  if (root?.kind !== "group") throw h5Error("wanted a root group, found none");
  isNew(root);
  return { root: group("/", root.attributes, 0), whole };
}

/** Every dataset of a tree with the groups it lies in, outermost first. */
export function* datasetsOf(
  group: H5Group,
  above: readonly H5Group[] = [],
): Generator<{ dataset: H5Dataset; groups: readonly H5Group[] }> {
  const groups = [...above, group];
  for (const child of group.children.values()) {
    if (child.kind === "dataset") yield { dataset: child, groups };
    if (child.kind === "group") yield* datasetsOf(child, groups);
  }
}

/** Every group of a tree with the groups it lies in, outermost first. */
export function* groupsOf(
  group: H5Group,
  above: readonly H5Group[] = [],
): Generator<{ group: H5Group; groups: readonly H5Group[] }> {
  yield { group, groups: above };
  for (const child of group.children.values()) {
    if (child.kind === "group") yield* groupsOf(child, [...above, group]);
  }
}

export function childGroup(group: H5Group | undefined, ...names: readonly string[]): H5Group | undefined {
  let at = group;
  for (const name of names) {
    const child = at?.children.get(name);
    at = child?.kind === "group" ? child : undefined;
  }
  return at;
}

export function childDataset(group: H5Group | undefined, name: string): H5Dataset | undefined {
  const child = group?.children.get(name);
  return child?.kind === "dataset" ? child : undefined;
}

/** A number among attributes, if it is one; arrays of one count. */
export function numberOf(value: H5Value): number | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const number = typeof one === "string" && one.trim() !== "" ? Number(one) : one;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function textOf(value: H5Value): string | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof one === "string" ? one : undefined;
}
