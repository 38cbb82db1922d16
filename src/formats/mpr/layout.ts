/** Which bytes of a record belong to which column, also where ids are unknown. */
import table from "../../science/tables/eclab-columns.json" with { type: "json" };

export type FieldType = "u1" | "u2" | "u4" | "f4" | "f8";
const WIDTH: Readonly<Record<FieldType, number>> = { u1: 1, u2: 2, u4: 4, f4: 4, f8: 8 };

/** A column of the table and where it stands in a record. */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly at: number;
  readonly type: FieldType;
  /** For the flags that share one byte. */
  readonly mask?: number;
  readonly shift?: number;
  readonly known: boolean;
}

export interface Layout {
  readonly fields: readonly Field[];
  readonly record: number;
}

const FLAGS = table.flags as unknown as Readonly<Record<string, readonly [string, number, number]>>;
const COLUMNS = table.columns as unknown as Readonly<
  Record<string, readonly [string, string, FieldType, string]>
>;

/** True for an id of a single value that the table does not have. */
export function isUnknown(id: number): boolean {
  return FLAGS[id] === undefined && COLUMNS[id] === undefined;
}

/** The fields of a record; `types` gives the type of each id that is no flag, in order. */
export function layOut(ids: readonly number[], types: readonly FieldType[]): Layout {
  const fields: Field[] = [];
  let at = 0;
  let flags = -1;
  let k = 0;
  for (const id of ids) {
    const flag = FLAGS[id];
    if (flag) {
      if (flags < 0) flags = at++;
      fields.push({
        id,
        name: flag[0],
        unit: "1",
        at: flags,
        type: "u1",
        mask: flag[1],
        shift: flag[2],
        known: true,
      });
      continue;
    }
    const type = types[k++]!;
    const column = COLUMNS[id];
    fields.push({
      id,
      name: column?.[0] ?? `unknown_${id}`,
      unit: column?.[1] ?? "1",
      at,
      type,
      known: column !== undefined,
    });
    at += WIDTH[type];
  }
  return { fields, record: at };
}

/** Types of the ids that are no flags; undefined where the table has none. */
export function typesOf(ids: readonly number[]): (FieldType | undefined)[] {
  return ids.filter((id) => !FLAGS[id]).map((id) => COLUMNS[id]?.[2]);
}

/** More combinations than these are not tried; six unknown columns make 4096. */
const MAX_TILINGS = 5000;

/** Every way to give unknown ids one of u1, u2, f4, f8 so that a record has `record` bytes (any, if undefined). */
export function tilings(ids: readonly number[], record?: number): FieldType[][] {
  const given = typesOf(ids);
  const flagByte = ids.some((id) => FLAGS[id]) ? 1 : 0;
  const open = given.flatMap((type, i) => (type === undefined ? [i] : []));
  const fixed = given.reduce((sum, type) => sum + (type ? WIDTH[type] : 0), flagByte);
  const found: FieldType[][] = [];
  const choose = (k: number, chosen: FieldType[], bytes: number): void => {
    if (found.length >= MAX_TILINGS || (record !== undefined && bytes > record)) return;
    if (k === open.length) {
      if (record !== undefined && bytes !== record) return;
      const types = given.slice();
      open.forEach((at, i) => {
        types[at] = chosen[i];
      });
      found.push(types as FieldType[]);
      return;
    }
    // Most columns that EC-Lab adds are floats of four bytes: the first that fits wins a tie.
    for (const type of ["f4", "f8", "u2", "u1"] as const)
      choose(k + 1, [...chosen, type], bytes + WIDTH[type]);
  };
  if (open.length <= 12) choose(0, [], fixed);
  return found;
}

/** The value of a field in the record that starts at `start`. */
export function fieldValue(view: DataView, start: number, field: Field): number {
  const at = start + field.at;
  switch (field.type) {
    case "u1":
      return field.mask === undefined ? view.getUint8(at) : (view.getUint8(at) & field.mask) >> field.shift!;
    case "u2":
      return view.getUint16(at, true);
    case "u4":
      return view.getUint32(at, true);
    case "f4":
      return view.getFloat32(at, true);
    case "f8":
      return view.getFloat64(at, true);
  }
}

/** A measured value is 0 or has a size that an instrument can give; bytes read at the wrong place have any exponent. */
function isMeasured(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || Number.isNaN(value) || (size > 1e-25 && size < 1e15);
}

/**
 * How badly a layout reads the sample: 0 when time never runs back, potentials are within ±100 V, counters are small
 * and no number is of an impossible size; else the share of values that are not so.
 */
export function faults(view: DataView, layout: Layout, records: number): number {
  let bad = 0;
  let seen = 0;
  for (const field of layout.fields) {
    if (field.mask !== undefined) continue;
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < records; i++) {
      const value = fieldValue(view, i * layout.record, field);
      seen++;
      if (field.type === "f4" || field.type === "f8") if (!isMeasured(value)) bad++;
      if (field.id === 4) {
        if (!(value >= last) || value > 1e9) bad++;
        last = value;
      }
      if ((field.id === 6 || field.id === 77 || field.id === 174) && Math.abs(value) > 100) bad++;
      if (field.id === 24 && (value < 0 || value !== Math.round(value))) bad++;
      if (field.id === 39 && value > 1000) bad++;
      if ((field.id === 131 || field.id === 468) && value > 1e6) bad++;
      if (field.id === 32 && (value < 0 || value > 1e8)) bad++;
    }
  }
  return seen === 0 ? 0 : bad / seen;
}
