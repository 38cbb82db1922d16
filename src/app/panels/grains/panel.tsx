import type { OrientationMap } from "../../../core/orientation-map.ts";
import { schema, words } from "../../../core/schema.ts";
import { factsOf } from "../../state/runs.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type GrainsLook, GrainsView } from "./view.tsx";

/** Tables of a run's map: grains, boundaries, sizes, shares of the area. */
export const grains: Panel<GrainsLook> = {
  id: "grains",
  title: "Grains",
  view: schema({ shows: words("grains", "which table") }),
  accepts: (item) =>
    item.kind === "orientation-map" && Object.keys(factsOf(item)?.tables ?? {}).length > 0 ? 6 : 0,
  mount: (host, item, view, change) => mountComponent(GrainsView, host, item as OrientationMap, view, change),
};
