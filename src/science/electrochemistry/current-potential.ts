/** From an instrument's table to current and potential. */
import type { Notice, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { CURRENT, findColumn, POTENTIAL, type Role, readClock, readRole, roleNamed } from "./columns.ts";

/** Current and potential, row by row, in SI. */
export interface CurrentPotential {
  readonly title: string;
  /** Seconds on the file's clock; absent where the file has none. */
  readonly time?: Float64Array;
  /** [V] */
  readonly potential: Float64Array;
  /** [A] */
  readonly current: Float64Array;
  /** True where the current is the mean since the row before, as EC-Lab's ⟨I⟩, not a reading at the row. */
  readonly averaged: boolean;
}

/** What a person states about the columns. */
export interface CurrentPotentialColumns {
  readonly potential?: string;
  readonly current?: string;
  /** −1 where the file counts the current against the potential. */
  readonly sign: 1 | -1;
}

/** Holders name their channels. */
const OF_CHANNEL: readonly [Role, RegExp][] = [
  [POTENTIAL, /^Channel [A-D] Voltage$/i],
  [CURRENT, /^Channel [A-D] Current$/i],
];

function find(table: Table, role: Role, stated: string | undefined, flag: string) {
  const channel = OF_CHANNEL.filter(([of]) => of === role).map(([, name]) => name);
  const wanted =
    stated === undefined ? { ...role, names: [...role.names, ...channel] } : roleNamed(role, stated);
  const found = findColumn(table.columns, wanted);
  if (found) return found;
  const what = stated === undefined ? role.name : `${role.name} named "${stated}"`;
  const names = table.columns.map(({ name }) => name).join(", ");
  throw new LithoscopeError("Missing", `${table.title}: wanted a column of ${what}, found ${names}`, {
    what: role.name,
    flag,
  });
}

/**
 * Current and potential from the columns of a table; rows that lack one are left out and said.
 *
 * @throws Missing where the table has no current or no potential
 */
export async function currentPotential(
  table: Table,
  choice: CurrentPotentialColumns,
  stop?: AbortSignal,
): Promise<{ run: CurrentPotential; notices: Notice[] }> {
  const notices: Notice[] = [];
  const say = (code: string, message: string, flag?: string) =>
    notices.push({ code, message, where: table.title, ...(flag && { flag }) });
  const potential = find(table, POTENTIAL, choice.potential, "--potential");
  const current = find(table, CURRENT, choice.current, "--current");
  for (const { assumed, column, role } of [potential, current])
    if (assumed) say("unit-assumed", `the column ${column.name} has no unit, taken as ${role.unit}`);
  const clock = await readClock(table, stop);
  const time = clock?.back.length === 0 ? clock.time : undefined;
  if (clock && !time)
    say("clock-back", `the clock goes back at ${clock.back.length} rows, it is not used: no I–t`);
  const [v, i] = [await readRole(table, potential, stop), await readRole(table, current, stop)];
  const keep = Array.from(v, (_, row) => row).filter((row) => Number.isFinite(v[row]! + i[row]!));
  if (keep.length < v.length)
    say("rows-without-numbers", `${v.length - keep.length} of ${v.length} rows lack a number, left out`);
  const pick = (values: Float64Array) => Float64Array.from(keep, (row) => values[row]!);
  const run: CurrentPotential = {
    title: table.title,
    ...(time && { time: pick(time) }),
    potential: pick(v),
    current: pick(i).map((value) => choice.sign * value),
    averaged: current.column.name === "<I>",
  };
  return { run, notices };
}
