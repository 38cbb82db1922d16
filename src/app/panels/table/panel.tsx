import type { Stream, Table } from "../../../core/contracts.ts";
import { schema } from "../../../core/schema.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { TableView } from "./view.tsx";

/** The rows of a table or stream. */
export const table: Panel<object> = {
  id: "table",
  title: "Table",
  view: schema({}),
  accepts: ({ kind }) => (kind === "table" || kind === "stream" ? 7 : 0),
  mount: (host, item, view, change) => mountComponent(TableView, host, item as Table | Stream, view, change),
};
