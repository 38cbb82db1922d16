import type { OrientationMap } from "../../../core/orientation-map.ts";
import { integer, schema } from "../../../core/schema.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type PoleLook, PoleView } from "./view.tsx";

/** Which directions the crystals of a map have, and where on the map they lie. */
export const pole: Panel<PoleLook> = {
  id: "pole",
  title: "Pole figures",
  wide: true,
  view: schema({ withinDeg: integer(10, { min: 1, max: 45 }, "angle within which points are marked [deg]") }),
  accepts: (item) => (item.kind === "orientation-map" && item.phases.length > 0 ? 5 : 0),
  mount: (host, item, view, change) => mountComponent(PoleView, host, item as OrientationMap, view, change),
};
