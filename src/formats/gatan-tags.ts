/** The tree of tags of DigitalMicrograph, as `.dm3`, `.dm4` and `.dm5` hold it. */

/** A value that was not read: an array in the file. */
export interface DmArray {
  readonly kind: "array";
  /** Type code of an element, or those of its members where it is a structure. */
  readonly element: number | readonly number[];
  readonly length: number;
  /** Where it lies in the file [bytes]. */
  readonly offset: number;
  readonly bytes: number;
}

export type DmValue = number | string | boolean | readonly number[] | DmArray;
/** A group of tags; tags without a name are numbered. */
export interface DmGroup {
  readonly kind: "group";
  readonly tags: ReadonlyMap<string, DmValue | DmGroup>;
}

/** The group below along a path of names. */
export function groupAt(group: DmGroup | undefined, ...names: readonly string[]): DmGroup | undefined {
  return names.reduce<DmGroup | undefined>((at, name) => {
    const found = at?.tags.get(name);
    return typeof found === "object" && "kind" in found && found.kind === "group" ? found : undefined;
  }, group);
}

/** The value below along a path of names. */
export function valueAt(group: DmGroup | undefined, ...names: readonly string[]): DmValue | undefined {
  const found = groupAt(group, ...names.slice(0, -1))?.tags.get(names.at(-1)!);
  return typeof found === "object" && "kind" in found && found.kind === "group"
    ? undefined
    : (found as DmValue);
}

/** The number below along a path. */
export function numberAt(group: DmGroup | undefined, ...names: readonly string[]): number | undefined {
  const value = valueAt(group, ...names);
  return typeof value === "number" ? value : undefined;
}

/** The text below along a path. */
export function textAt(group: DmGroup | undefined, ...names: readonly string[]): string | undefined {
  const value = valueAt(group, ...names);
  return typeof value === "string" ? value : undefined;
}

/** Groups in a list, in order. */
export function listAt(group: DmGroup | undefined, ...names: readonly string[]): DmGroup[] {
  const list = groupAt(group, ...names);
  return [...(list?.tags.keys() ?? [])].flatMap((name) => groupAt(list, name) ?? []);
}
