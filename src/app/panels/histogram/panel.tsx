import type { Item } from "../../../core/contracts.ts";
import { choice, flag, schema } from "../../../core/schema.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type HistogramLook, HistogramView } from "./view.tsx";

function accepts(item: Item): number {
  if (item.kind === "orientation-map") return 4;
  if (item.kind === "points") return 3;
  return item.kind === "signal" && item.axes.length > 1 && item.dtype !== "rgb8" ? 3 : 0;
}

/** Which values a picture has, and the limits of its colours. */
export const histogram: Panel<HistogramLook> = {
  id: "histogram",
  title: "Histogram",
  view: schema({
    scale: choice(["linear", "log"], "log", "from count to height"),
    all: flag("show all values, also the rare ones at the ends"),
  }),
  accepts,
  mount: (host, item, view, change) => mountComponent(HistogramView, host, item, view, change),
};
