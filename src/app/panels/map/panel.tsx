import type { OrientationMap } from "../../../core/orientation-map.ts";
import { flag, schema, words } from "../../../core/schema.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type MapLook, MapView } from "./view.tsx";

export const map: Panel<MapLook> = {
  id: "map",
  title: "Map",
  view: schema({ shows: words("ipf-z", "which map"), boundaries: flag("boundaries drawn") }),
  accepts: (item) => (item.kind === "orientation-map" ? 10 : 0),
  mount: (host, item, view, change) => mountComponent(MapView, host, item as OrientationMap, view, change),
};
