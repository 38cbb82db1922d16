import type { PointList } from "../../../core/contracts.ts";
import { choice, schema } from "../../../core/schema.ts";
import { scanAxes } from "../axis-words.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import type { PictureLook } from "../picture-tools.tsx";
import { SpotsView } from "./view.tsx";

/** The spots at the cursor over those of all points. */
export const spots: Panel<PictureLook> = {
  id: "spots",
  title: "Spots",
  view: schema({
    colours: choice(["grey", "viridis", "cividis", "diverging", "cyclic"], "viridis", "colour map"),
    scale: choice(["linear", "gamma", "log"], "log", "from value to colour"),
  }),
  accepts: (item) => (item.kind === "points" && scanAxes(item).length > 0 ? 9 : 0),
  mount: (host, item, view, change) => mountComponent(SpotsView, host, item as PointList, view, change),
};
