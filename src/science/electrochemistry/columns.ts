/** Which column of an instrument's table holds which quantity, and how it becomes SI with the signs used here. */
import type { Column, Table } from "../../core/contracts.ts";
import { parseUnit, unitRatio } from "../../core/unit.ts";

/** A quantity by the names that instruments give it, likeliest first, and the unit it is wanted in. */
export interface Role {
  readonly name: string;
  readonly unit: string;
  readonly names: readonly RegExp[];
}

/** Where a role was found: a value of the column times `factor` is the quantity in the role's unit. */
export interface RoleColumn {
  readonly role: Role;
  readonly column: Column;
  readonly factor: number;
  /** True where the heading has no unit, so that the role's own is assumed. */
  readonly assumed: boolean;
}

export const TIME: Role = {
  name: "time",
  unit: "s",
  names: [
    /^clock$/i,
    /^time$/i,
    /^(?:elapsed|test|total)[ _]?time$/i,
    /^T$/,
    /^t$/,
    /^(?:corrected|run(?:ning)?) time$/i,
    /^(?:zeit|temps)$/i,
    // Maccor: "Test (Sec)" beside "Step (Sec)".
    /^test$/i,
  ],
};

export const POTENTIAL: Role = {
  name: "potential",
  unit: "V",
  names: [
    /^<?Ewe>?$/i,
    /^Ewe-Ece$/i,
    /^Ecell$/i,
    /^Vf$/,
    /^<?E>?$/,
    /^(?:WE ?\(1\)\.)?potential(?: applied)?$/i,
    /^voltage$/i,
    /^volt(?:age|s)?\b/i,
    /^U$/,
    /^(?:spannung|potenzial|tension|potentiel)$/i,
  ],
};

export const CURRENT: Role = {
  name: "current",
  unit: "A",
  names: [
    /^<?I>?$/i,
    /^Im$/,
    /^(?:WE ?\(1\)\.)?current$/i,
    /^curr(?:ent)?\b/i,
    /^amps?$/i,
    /^(?:strom|courant)$/i,
    /^i$/,
  ],
};

/**
 * The column of a role: the first whose name fits and whose unit has the role's dimension; one without unit counts in
 * the role's own, after all that have one. Undefined where none fits.
 */
export function findColumn(columns: readonly Column[], role: Role): RoleColumn | undefined {
  const numbers = columns.filter(({ type }) => type === "number");
  for (const pass of ["unit", "bare"] as const)
    for (const pattern of role.names)
      for (const column of numbers) {
        if (!pattern.test(column.name.trim())) continue;
        const bare = column.unit === "1" || column.unit === "";
        if (bare !== (pass === "bare")) continue;
        const factor = bare ? 1 : unitRatio(withoutReference(column.unit), role.unit);
        if (factor !== undefined)
          return { role, column, factor, assumed: bare && parseUnit(role.unit) !== undefined };
      }
  return undefined;
}

/** "V vs. Ref." is V. */
function withoutReference(unit: string): string {
  return unit.replace(/\s+vs\.?\s.*$/i, "");
}

/** The values of a found column in the role's unit, NaN where the file has none. */
export async function readRole(table: Table, found: RoleColumn, stop?: AbortSignal): Promise<Float64Array> {
  const values = (await table.read(found.column.name, 0, table.rows, stop)) as Float64Array;
  return found.factor === 1 ? values : values.map((value) => value * found.factor);
}

/** The role, held by the one column of this name. */
export function roleNamed(role: Role, name: string): Role {
  return { ...role, names: [new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$`)] };
}

/** Seconds of the column of time whose clock goes back least often, and the rows at which it does. */
export async function readClock(
  table: Table,
  stop?: AbortSignal,
): Promise<
  { readonly time: Float64Array; readonly back: readonly number[]; readonly from: RoleColumn } | undefined
> {
  let best: { time: Float64Array; back: number[]; from: RoleColumn } | undefined;
  for (const pattern of TIME.names) {
    const found = findColumn(table.columns, { ...TIME, names: [pattern] });
    if (!found) continue;
    const time = await readRole(table, found, stop);
    const back: number[] = [];
    for (let i = 1; i < time.length; i++) if (!(time[i]! >= time[i - 1]!)) back.push(i);
    if (!best || back.length < best.back.length) best = { time, back, from: found };
    if (back.length === 0) break;
  }
  return best;
}
