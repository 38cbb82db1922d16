/** Impedance spectra inside a table: which rows are one sweep. */
import type { Item, Notice, Table } from "../core/contracts.ts";
import { impedanceColumns } from "../science/electrochemistry/impedance-columns.ts";
import { rowsOf, streamOf } from "./lab-table.ts";

/** Points of runs that are too short for sweeps of frequencies that were never measured again. */
const SHORT_RUN = 6;

/**
 * The rows of each sweep: runs of frequencies that rise or fall. Rows of frequency 0 (direct current, no impedance) are
 * in none. Undefined where so many runs are found that the rows are shuffled rather than repeated.
 */
export function sweepsOf(frequency: Float64Array): number[][] | undefined {
  const rows = Array.from(frequency, (_, i) => i).filter((i) => frequency[i]! > 0);
  const sweeps: number[][] = [];
  let direction = 0;
  for (const [k, row] of rows.entries()) {
    const before = rows[k - 1];
    const step = before === undefined ? 0 : Math.sign(frequency[row]! - frequency[before]!);
    const current = sweeps.at(-1);
    // A row between two that carries frequency 0 separates sweeps as a jump back does.
    const gap = before !== undefined && row - before > 1;
    const turns = step !== 0 && direction !== 0 && step !== direction;
    if (!current || turns || (gap && turnsBack(frequency, rows, k))) {
      sweeps.push([row]);
      direction = 0;
    } else {
      current.push(row);
      if (step !== 0) direction = step;
    }
  }
  if (sweeps.length < 2) return sweeps;
  const mean = rows.length / sweeps.length;
  // Sweeps repeat their frequencies; short runs of frequencies that all differ are one shuffled sweep.
  const allDiffer = new Set(rows.map((row) => frequency[row])).size === rows.length;
  return mean < 3 || (allDiffer && mean < SHORT_RUN) ? undefined : sweeps;
}

/** True where the sweep after row k does not go on in the direction before it. */
function turnsBack(frequency: Float64Array, rows: readonly number[], k: number): boolean {
  const [a, b, c] = [rows[k - 2], rows[k - 1], rows[k]];
  if (a === undefined || b === undefined || c === undefined) return false;
  return Math.sign(frequency[b]! - frequency[a]!) !== Math.sign(frequency[c]! - frequency[b]!);
}

/** More rows than these are no list of spectra; their frequencies are not looked at. */
const MOST_ROWS = 2e6;

/**
 * The items that a table gives: itself, on its clock if it has one, and behind it every impedance sweep where it holds
 * several, or rows without alternating current between them. Said in a notice.
 */
export async function sweepItems(
  table: Table,
  format: string,
  clock: { readonly column: string; readonly start?: string | undefined } | undefined,
  notices: Notice[],
  stop?: AbortSignal,
): Promise<Item[]> {
  const timed = clock && table.columns.some(({ name, type }) => name === clock.column && type === "number");
  const wrap = (part: Table): Item => (timed ? streamOf(part, clock.column, clock.start) : part);
  const found = impedanceColumns(table.columns);
  if (!found || table.rows > MOST_ROWS) return [wrap(table)];
  const name = found.frequency.column.name;
  const frequency = (await table.read(name, 0, table.rows, stop)) as Float64Array;
  const sweeps = sweepsOf(frequency);
  if (!sweeps) {
    const message = `${format}: the frequencies are in no order, the ${table.rows} points are kept as one spectrum in the file's order`;
    notices.push({ code: "frequencies-unordered", message });
    return [wrap(table)];
  }
  const direct = table.rows - sweeps.reduce((sum, rows) => sum + rows.length, 0);
  if (direct === table.rows || (sweeps.length === 1 && direct === 0)) return [wrap(table)];
  const points = sweeps.map((rows) => rows.length).join(", ");
  const others = direct > 0 ? `; the other ${direct} rows have no frequency (direct current)` : "";
  const many =
    sweeps.length > 1 ? `${sweeps.length} sweeps of ${points} points` : `one sweep of ${points} points`;
  const each = sweeps.length > 1 ? "each an item" : "an item";
  const message = `${format}: ${many}, ${each} of its own behind the whole table${others}`;
  notices.push({ code: "sweeps", message });
  return [
    wrap(table),
    ...sweeps.map((rows, i) =>
      wrap(
        rowsOf(table, rows, `${table.title}, sweep ${i + 1} of ${sweeps.length}`, {
          "sweep.index": String(i + 1),
        }),
      ),
    ),
  ];
}
