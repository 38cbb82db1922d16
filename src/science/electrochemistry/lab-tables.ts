/** The tables of a laboratory file, and which of them an analysis takes. */
import type { Item, Table } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";

/** One table, with its clock where it has one. */
export interface LabTable {
  readonly table: Table;
  /** Column that counts seconds since `start`. */
  readonly clock?: string;
  /** ISO date with zone. */
  readonly start?: string;
}

/** The whole tables in file order, and single sweeps of impedance behind the table that they are part of. */
export function labTables(items: readonly Item[]): LabTable[] {
  return items.flatMap((item): LabTable[] => {
    if (item.kind === "table") return [{ table: item }];
    if (item.kind !== "stream") return [];
    const { column, start } = item.clock;
    return [{ table: item.table, clock: column, ...(start !== undefined && { start }) }];
  });
}

/** True for a table that is one sweep of a table before it. */
export function isSweep({ table }: LabTable): boolean {
  return table.meta["sweep.index"] !== undefined;
}

/**
 * What `read` makes of the first table that has the columns it wants.
 *
 * @throws Missing, as said of the first table, where none has them
 */
export async function firstWith<T>(
  tables: readonly LabTable[],
  read: (entry: LabTable) => Promise<T>,
): Promise<T> {
  let first: unknown;
  for (const entry of tables) {
    if (isSweep(entry)) continue;
    try {
      return await read(entry);
    } catch (error) {
      if (!isLithoscopeError(error, "Missing")) throw error;
      first ??= error;
    }
  }
  throw first;
}
