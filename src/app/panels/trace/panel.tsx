import type { Item, Signal, Stream, Table } from "../../../core/contracts.ts";
import { choice, schema, words } from "../../../core/schema.ts";
import { signalAxes } from "../axis-words.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { traceFigure } from "./figure.ts";
import { type TraceLook, tableOf } from "./look.ts";
import { presetsOf } from "./presets.ts";
import { SpectrumView } from "./spectrum-view.tsx";
import { TableTraceView } from "./table-view.tsx";

function accepts(item: Item): number {
  if (item.kind === "signal") return signalAxes(item).length === 1 && item.dtype !== "rgb8" ? 9 : 0;
  if (item.kind !== "table" && item.kind !== "stream") return 0;
  const { table, clock } = tableOf(item);
  const presets = presetsOf(table.columns, clock);
  if (presets.length === 0 || table.rows < 2) return 0;
  // A table that nobody would plot is a table first.
  return presets.length > 1 || item.kind === "stream" ? 10 : 3;
}

export const trace: Panel<TraceLook> = {
  id: "trace",
  title: "Trace",
  view: schema({
    shows: words("", "which columns"),
    x: words("", "column across"),
    y: words("", "columns up"),
    scale: choice(["auto", "linear", "log"], "auto", "from value to height"),
  }),
  accepts,
  mount: (host, item, view, change) =>
    item.kind === "signal"
      ? mountComponent(SpectrumView, host, item as Signal, view, change)
      : mountComponent(TableTraceView, host, item as Table | Stream, view, change),
  figure: traceFigure,
};
