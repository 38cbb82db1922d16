import { useMemo } from "preact/hooks";
import type { Stream, Table } from "../../../core/contracts.ts";
import { tableCsv } from "../../../reports/table-csv.ts";
import { download, fileName } from "../../state/exports.ts";
import { selection } from "../../state/selection.ts";
import { fail, setState } from "../contract.ts";
import { moveActions } from "../cursor-keys.ts";
import type { PanelProps } from "../mount.tsx";
import { tableExport } from "../table-export.ts";
import { type GridControl, TableGrid } from "../table-grid.tsx";

/** More rows than this make no CSV in the page; the command line writes them. */
const MOST_ROWS = 1e6;

/** The rows of a table; the marked row is the cursor of the trace. */
export function TableView({ host, item, actions, figure }: PanelProps<object, Table | Stream>) {
  const table = item.kind === "stream" ? item.table : item;
  const control = useMemo<GridControl>(() => ({}), [table]);
  const onFail = (error: unknown) => fail(host, error);
  Object.assign(
    actions,
    moveActions((_, dy) => control.move?.(dy)),
    {
      "frame.first": () => control.move?.(-table.rows),
      "frame.last": () => control.move?.(table.rows),
    },
  );
  figure.now = async (paper) =>
    control.inSight && tableExport(table.title || "Table", table, control.inSight(), paper);
  return (
    <div class="panel-body">
      <div class="tools">
        <span class="faint">
          {table.rows} rows, {table.columns.length} columns
        </span>
        <button
          type="button"
          class="quiet"
          data-command="table.csv"
          disabled={table.rows > MOST_ROWS}
          title={
            table.rows > MOST_ROWS ? "lithoscope convert writes tables of this length" : "All rows as CSV"
          }
          onClick={() =>
            void tableCsv(table)
              .then((text) => download(`${fileName(table.title)}.csv`, text, "text/csv"))
              .catch(onFail)
          }
        >
          CSV
        </button>
      </div>
      <TableGrid
        name={`Table ${table.title}`}
        table={table}
        selected={selection.row}
        onPick={(row) => {
          selection.hoverRow.value = undefined;
          selection.row.value = row;
        }}
        onReady={() => setState(host, "ready")}
        onFail={onFail}
        control={control}
      />
    </div>
  );
}
