import { useMemo } from "preact/hooks";
import type { Stream, Table } from "../../../core/contracts.ts";
import { csvText } from "../../../figures/csv.ts";
import { errorWords } from "../../state/error-words.ts";
import { download, fileName } from "../../state/exports.ts";
import { selection } from "../../state/selection.ts";
import { setState } from "../contract.ts";
import { moveActions } from "../cursor-keys.ts";
import type { PanelProps } from "../mount.tsx";
import { TableGrid } from "../table-grid.tsx";

/** More rows than this make no CSV in the page; the command line writes them. */
const MOST_ROWS = 1e6;

/** All columns of a table as a CSV file. */
async function save(table: Table): Promise<void> {
  const columns = await Promise.all(
    table.columns.map(async ({ name, unit }) => ({
      name,
      unit,
      values: await table.read(name, 0, table.rows),
    })),
  );
  download(`${fileName(table.title)}.csv`, csvText(columns), "text/csv");
}

/** The rows of a table; the marked row is the cursor of the trace. */
export function TableView({ host, item, actions }: PanelProps<object, Table | Stream>) {
  const table = item.kind === "stream" ? item.table : item;
  const control = useMemo<{ move?: (by: number) => void }>(() => ({}), [table]);
  const fail = (error: unknown) => setState(host, errorWords(error).state, errorWords(error).message);
  Object.assign(
    actions,
    moveActions((_, dy) => control.move?.(dy)),
    {
      "frame.first": () => control.move?.(-table.rows),
      "frame.last": () => control.move?.(table.rows),
    },
  );
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
          onClick={() => void save(table).catch(fail)}
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
        onFail={fail}
        control={control}
      />
    </div>
  );
}
