import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Column, Table } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { numberText } from "../../figures/number-text.ts";
import { platform } from "../state/workspace.ts";
import { unitWords } from "./axis-words.ts";
import { RowCache } from "./row-cache.ts";
import type { RowsInSight } from "./table-export.ts";
import "./table-grid.css";

/** Digits of a number in a cell. */
const DIGITS = 6;
/** No element may be higher than some 30 million pixels; the place in a longer table is scaled [CSS px]. */
const HIGHEST = 8e6;

interface Order {
  readonly column: string;
  readonly falls: boolean;
  readonly rows: Uint32Array;
  /** Where each row stands. */
  readonly places: Uint32Array;
}

interface TableGridProps {
  readonly name: string;
  readonly table: Table;
  /** The row that is marked and brought into sight. */
  readonly selected: ReadonlySignal<number | undefined>;
  readonly onPick: (row: number) => void;
  /** Told once rows are there. */
  readonly onReady: () => void;
  readonly onFail: (error: unknown) => void;
  readonly control: GridControl;
}

/** What a panel does with its table; filled by the table. */
export interface GridControl {
  /** Goes to the row that stands so many below the marked one. */
  move?: (by: number) => void;
  /** The rows in sight that are read. */
  inSight?: () => RowsInSight;
}

/** A table of any length: only the rows in sight are read and drawn; a heading sorts by its column. */
export function TableGrid({ name, table, selected, onPick, onReady, onFail, control }: TableGridProps) {
  const host = useRef<HTMLDivElement>(null);
  const cache = useMemo(() => new RowCache(table), [table]);
  const order = useSignal<Order | undefined>(undefined);
  const sight = useSignal({ top: 0, height: 400, row: 28 });
  const version = useSignal(0);
  const total = useComputed(() => Math.min(HIGHEST, (table.rows + 1) * sight.value.row));
  const visible = useComputed(() => Math.max(1, Math.floor(sight.value.height / sight.value.row) - 1));
  const first = useComputed(() => {
    const { top, height, row } = sight.value;
    const last = Math.max(0, table.rows - visible.value);
    if (total.value < HIGHEST) return Math.min(last, Math.floor(top / row));
    return Math.min(last, Math.round((top / Math.max(1, total.value - height)) * last));
  });
  const shown = useComputed(() => {
    const count = Math.min(visible.value + 1, table.rows - first.value);
    return Array.from({ length: Math.max(0, count) }, (_, i) => {
      const place = first.value + i;
      return order.value?.rows[place] ?? place;
    });
  });
  const rows = shown.value;
  useEffect(() => {
    const stop = new AbortController();
    cache.read(rows, stop.signal).then(
      (came) => {
        if (came) version.value++;
        onReady();
      },
      (error) => {
        if (!stop.signal.aborted) onFail(error);
      },
    );
    return () => stop.abort();
  }, [cache, rows]);
  useEffect(() => {
    const element = host.current!;
    const measure = () => {
      const line = element.querySelector("tbody tr, thead tr")?.getBoundingClientRect().height ?? 28;
      sight.value = { top: element.scrollTop, height: element.clientHeight, row: line };
    };
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      watch.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [table]);

  const placeOf = (row: number) => order.peek()?.places[row] ?? row;
  const bringIntoSight = (place: number) => {
    const { row, height } = sight.peek();
    const from = first.peek();
    if (place >= from && place < from + visible.peek()) return;
    const start = Math.max(0, place - Math.floor(visible.peek() / 2));
    const last = Math.max(1, table.rows - visible.peek());
    host.current!.scrollTop =
      total.peek() < HIGHEST ? start * row : (start / last) * Math.max(1, total.peek() - height);
  };
  const marked = selected.value;
  useEffect(() => {
    if (marked !== undefined && marked < table.rows) bringIntoSight(placeOf(marked));
  }, [marked, table, order.value]);
  control.move = (by) => {
    const now = selected.peek();
    // The first step marks a row in sight.
    const place = now === undefined ? first.peek() + (Math.abs(by) > 1 ? by : 0) : placeOf(now) + by;
    const held = Math.max(0, Math.min(table.rows - 1, place));
    onPick(order.peek()?.rows[held] ?? held);
  };
  control.inSight = () => {
    const rows = shown
      .peek()
      .slice(0, visible.peek())
      .filter((row) => cache.row(row));
    const cells = rows.map((row) => table.columns.map(({ name }) => cellText(cache.row(row)!(name))));
    return { rows, cells, marked: selected.peek() };
  };

  const sortBy = async (column: Column) => {
    const now = order.peek();
    if (now?.column === column.name && now.falls) {
      order.value = undefined;
      return;
    }
    const falls = now?.column === column.name;
    try {
      const values = await table.read(column.name, 0, table.rows);
      const found = await platform.desk.call("sortedRows", { values, falls });
      const places = new Uint32Array(found.length);
      for (let i = 0; i < found.length; i++) places[found[i]!] = i;
      order.value = { column: column.name, falls, rows: found, places };
      host.current?.scrollTo({ top: 0 });
    } catch (error) {
      if (!isLithoscopeError(error, "Cancelled")) onFail(error);
    }
  };
  const sorted = order.value;
  // Drawn anew when rows come.
  void version.value;
  return (
    <div ref={host} class="table-grid">
      <div style={{ height: `${total.value}px` }}>
        <table aria-label={name} aria-rowcount={table.rows + 1} data-rows={table.rows}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" class="words">
                <span class="spoken">row</span>
              </th>
              {table.columns.map((column) => (
                <th
                  key={column.name}
                  scope="col"
                  class={column.type === "text" ? "words" : ""}
                  aria-sort={
                    sorted?.column !== column.name ? "none" : sorted.falls ? "descending" : "ascending"
                  }
                >
                  <button type="button" data-command="table.sort" onClick={() => void sortBy(column)}>
                    {column.name}
                    {column.unit !== "" && column.unit !== "1" && (
                      <span class="faint"> ({unitWords(column.unit)})</span>
                    )}
                    {sorted?.column === column.name && (sorted.falls ? " ↓" : " ↑")}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => {
              const cell = cache.row(row);
              return (
                <tr
                  key={row}
                  aria-rowindex={first.value + i + 2}
                  aria-current={row === marked ? "true" : undefined}
                  data-row={row}
                  onClick={() => onPick(row)}
                >
                  <th scope="row">{row + 1}</th>
                  {table.columns.map((column) => (
                    <td key={column.name} class={column.type === "text" ? "words" : ""}>
                      {cell ? cellText(cell(column.name)) : "…"}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function cellText(value: number | string): string {
  return typeof value === "string" ? value : numberText(value, DIGITS);
}
