import type { Stream, Table } from "../../../core/contracts.ts";
import { schema, words } from "../../../core/schema.ts";
import { impedanceColumns } from "../../../science/electrochemistry/impedance-columns.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type ImpedanceLook, ImpedanceView } from "./view.tsx";

/** Validity, circuit and relaxation times of an impedance spectrum or a series. */
export const impedance: Panel<ImpedanceLook> = {
  id: "impedance",
  title: "Impedance",
  view: schema({ shows: words("nyquist", "which figure") }),
  accepts: (item) => {
    const table = item.kind === "stream" ? item.table : item.kind === "table" ? item : undefined;
    return table && table.rows > 1 && impedanceColumns(table.columns) ? 8 : 0;
  },
  mount: (host, item, view, change) =>
    mountComponent(ImpedanceView, host, item as Stream | Table, view, change),
};
