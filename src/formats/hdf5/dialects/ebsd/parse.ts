import type { Library } from "../../library.ts";
import { childDataset, childGroup, type H5Dataset, type H5Group, type H5Value } from "../../parse.ts";

/** Values of a header or of a phase by name, small ones only, as the file has them. */
export type Values = Readonly<Record<string, H5Value>>;

/** Which program's names the angles have; units and frames follow from it. */
export type EbsdVendor = "bruker" | "edax" | "hkl" | "oxford";

/** One scan: a column per quantity in `Data`, and what was set in `Header`. */
export interface EbsdScan {
  readonly group: H5Group;
  readonly vendor: EbsdVendor;
  readonly points: number;
  /** One dataset of three angles a row, or one dataset for each. */
  readonly euler: readonly H5Dataset[];
  /** One number a point, by name. */
  readonly columns: ReadonlyMap<string, H5Dataset>;
  /** One pattern a point. */
  readonly patterns: readonly H5Dataset[];
  readonly header: H5Group;
}

/** Names of the angles, exactly as they are written. */
const ANGLES: readonly (readonly [EbsdVendor, readonly string[]])[] = [
  ["bruker", ["phi1", "PHI", "phi2"]],
  ["edax", ["Phi1", "Phi", "Phi2"]],
  ["hkl", ["Euler1", "Euler2", "Euler3"]],
  ["oxford", ["Euler"]],
];

function isNumber({ type }: H5Dataset): boolean {
  return (type.kind === "int" || type.kind === "float") && type.size > 1;
}

/** The scan in a group with `Data` and `Header`; undefined where the angles are none that is known. */
export function scanIn(group: H5Group): EbsdScan | undefined {
  const [data, header] = [childGroup(group, "Data"), childGroup(group, "Header")];
  if (!data || !header) return undefined;
  for (const [vendor, names] of ANGLES) {
    const euler = names.flatMap((name) => childDataset(data, name) ?? []);
    const points = euler[0]?.shape[0] ?? 0;
    const shape = vendor === "oxford" ? `${points},3` : `${points}`;
    const whole = euler.length === names.length && euler.every((each) => each.shape.join() === shape);
    if (!whole || points === 0 || !euler.every(isNumber)) continue;
    const all = [...data.children].flatMap(([name, object]) =>
      object.kind === "dataset" && object.shape[0] === points ? [[name, object] as const] : [],
    );
    const columns = new Map(
      all.filter(
        ([, object]) => object.shape.length === 1 && (isNumber(object) || object.type.kind === "int"),
      ),
    );
    const patterns = all.map(([, object]) => object).filter(({ shape }) => shape.length === 3);
    return { group, vendor, points, euler, columns, patterns, header };
  }
  return undefined;
}

/** Numbers and texts directly in a group. */
export function valuesIn(library: Library, group: H5Group): Values {
  const found: Record<string, H5Value> = Object.create(null);
  for (const [name, object] of group.children) {
    if (object.kind !== "dataset" || object.shape.reduce((product, n) => product * n, 1) > 64) continue;
    found[name] = library.value(object);
  }
  return found;
}

/** Phases by their number in the file. */
export function phasesIn(library: Library, header: H5Group): ReadonlyMap<number, Values> {
  const list = childGroup(header, "Phases") ?? childGroup(header, "Phase");
  const found = [...(list?.children ?? [])].flatMap(([name, object]) =>
    object.kind === "group" && /^\d+$/.test(name) ? [[Number(name), valuesIn(library, object)] as const] : [],
  );
  return new Map(found.sort(([a], [b]) => a - b));
}
