import type { Table } from "../../../core/contracts.ts";

/** A clock that goes back at more of the rows than this belongs to shuffled rows, not to parts that start again. */
const SHUFFLED = 1 / 3;

/** True where the rows are in no order of time, given how many of them lie before the row above. */
export function isShuffled(rows: number, back: number): boolean {
  return rows > 9 && back > SHUFFLED * rows;
}

/** The table with its rows in the order of `time`; rows without a time come last. */
export function inOrder(table: Table, time: Float64Array): Table {
  const at = (row: number) => (Number.isNaN(time[row]!) ? Number.POSITIVE_INFINITY : time[row]!);
  const order = Array.from(time, (_, row) => row).sort((a, b) => Math.sign(at(a) - at(b)) || a - b);
  return {
    ...table,
    read: async (name, from, to, stop) => {
      const values = await table.read(name, 0, table.rows, stop);
      const rows = order.slice(from, to);
      if (values instanceof Float64Array) return Float64Array.from(rows, (row) => values[row]!);
      return rows.map((row) => values[row]!);
    },
  };
}
