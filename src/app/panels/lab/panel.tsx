import type { Column, Item, Stream, Table } from "../../../core/contracts.ts";
import { schema, words } from "../../../core/schema.ts";
import { findColumn, POTENTIAL } from "../../../science/electrochemistry/columns.ts";
import { impedanceColumns } from "../../../science/electrochemistry/impedance-columns.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type LabLook, LabView } from "./view.tsx";

function columnsOf(item: Item): readonly Column[] {
  const table = item.kind === "stream" ? item.table : item.kind === "table" ? item : undefined;
  return table && table.rows > 1 ? table.columns : [];
}

/** Cycling, voltammograms, current and potential, impedance: forms of the analyses, and what they find. */
export const lab: Panel<LabLook> = {
  id: "lab",
  title: "Electrochemistry",
  view: schema({
    shows: words("", "which figure"),
    cycles: words("", "which cycles, all where empty"),
  }),
  accepts: (item) => {
    const columns = columnsOf(item);
    return impedanceColumns(columns) || findColumn(columns, POTENTIAL) ? 8 : 0;
  },
  mount: (host, item, view, change) => mountComponent(LabView, host, item as Stream | Table, view, change),
};
