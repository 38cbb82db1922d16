import type { PointList } from "../../../core/contracts.ts";
import { choice, schema } from "../../../core/schema.ts";
import { scanAxes } from "../axis-words.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type SpotMapLook, SpotMapView } from "./view.tsx";

/** The picture over a scan of lists of spots. */
export const spotMap: Panel<SpotMapLook> = {
  id: "spot-map",
  title: "Navigator",
  view: schema({
    colours: choice(["grey", "viridis", "cividis", "diverging", "cyclic"], "cividis", "colour map"),
    scale: choice(["linear", "gamma", "log"], "linear", "from value to colour"),
    shows: choice(["count", "intensity"], "count", "what is shown of each list"),
  }),
  accepts: (item) => (item.kind === "points" && scanAxes(item).length === 2 ? 10 : 0),
  mount: (host, item, view, change) => mountComponent(SpotMapView, host, item as PointList, view, change),
};
