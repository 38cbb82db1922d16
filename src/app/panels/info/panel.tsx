import { flag, schema } from "../../../core/schema.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type InfoLook, InfoView } from "./view.tsx";

/** What an item is and what its file says; it takes everything. */
export const info: Panel<InfoLook> = {
  id: "info",
  title: "About",
  view: schema({ header: flag("show the header in the file's own words") }),
  accepts: () => 1,
  mount: (host, item, view, change) => mountComponent(InfoView, host, item, view, change),
};
