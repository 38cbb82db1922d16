import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { OrientationMap } from "../../../core/orientation-map.ts";
import { factsOf } from "../../state/runs.ts";
import { lookedAt, selection } from "../../state/selection.ts";
import { fail, setState } from "../contract.ts";
import { moveActions } from "../cursor-keys.ts";
import { grainAt, pointOfGrain } from "../grain-places.ts";
import type { PanelProps } from "../mount.tsx";
import { tableExport } from "../table-export.ts";
import { type GridControl, TableGrid } from "../table-grid.tsx";

export interface GrainsLook {
  readonly shows: string;
}

/** Tables of grains; the row of a grain and the place on the map go together. */
export function GrainsView({
  host,
  item,
  view,
  change,
  actions,
  figure,
}: PanelProps<GrainsLook, OrientationMap>) {
  const tables = factsOf(item)!.tables;
  const names = Object.keys(tables);
  const shows = names.includes(view.value.shows) ? view.value.shows : names[0]!;
  const table = tables[shows]!;
  const control = useMemo<GridControl>(() => ({}), [table]);
  /** The marked row of a table whose rows are no grains. */
  const other = useSignal<number | undefined>(undefined);
  const first = useSignal<Float64Array | undefined>(undefined);
  // The column that names a grain of the map in each row: its own, or one on either side of a boundary.
  const column = table.columns.find(({ name }) => name === "grain" || name === "grain a")?.name;
  useEffect(() => {
    first.value = undefined;
    other.value = undefined;
    if (!column) return;
    let current = true;
    void table.read(column, 0, table.rows).then((values) => {
      if (current) first.value = values as Float64Array;
    });
    return () => {
      current = false;
    };
  }, [table]);
  const under = useComputed(() => {
    const { x, y } = lookedAt.value;
    return grainAt(item, x, y);
  });
  const selected = useSignal<number | undefined>(undefined);
  useEffect(
    () =>
      effect(() => {
        if (column !== "grain") {
          selected.value = other.value;
          return;
        }
        const row = first.value?.indexOf(under.value ?? Number.NaN) ?? -1;
        selected.value = row < 0 ? undefined : row;
      }),
    [table],
  );
  Object.assign(
    actions,
    moveActions((_, dy) => control.move?.(dy)),
  );
  figure.now = async (paper) =>
    control.inSight &&
    tableExport(`${shows.replaceAll("-", " ")}, ${item.title}`, table, control.inSight(), paper);
  return (
    <div class="panel-body">
      <div class="tools">
        <select
          aria-label="which table"
          data-command="grains.shows"
          value={shows}
          onChange={(event) => change({ shows: event.currentTarget.value })}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("-", " ")}
            </option>
          ))}
        </select>
        <span class="faint">{table.rows} rows</span>
      </div>
      <TableGrid
        name={`Table of ${shows}`}
        table={table}
        selected={selected}
        onPick={(row) => {
          other.value = row;
          const grain = first.peek()?.[row];
          const point = grain === undefined ? undefined : pointOfGrain(item, grain);
          if (!point) return;
          selection.hover.value = undefined;
          selection.cursor.value = point;
        }}
        onReady={() => setState(host, "ready")}
        onFail={(error) => fail(host, error)}
        control={control}
      />
    </div>
  );
}
