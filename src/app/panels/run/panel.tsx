import type { PointList, Signal } from "../../../core/contracts.ts";
import { schema } from "../../../core/schema.ts";
import { scanAxes, signalAxes } from "../axis-words.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { RunView } from "./view.tsx";

export const run: Panel<object> = {
  id: "run",
  title: "Analyses",
  view: schema({}),
  accepts: (item) => {
    if (item.kind === "points") return scanAxes(item).length === 2 ? 5 : 0;
    return item.kind === "signal" && scanAxes(item).length === 2 && signalAxes(item).length === 2 ? 5 : 0;
  },
  mount: (host, item, view, change) =>
    mountComponent(RunView, host, item as Signal | PointList, view, change),
};
