import type { OrientationMap } from "../../../core/orientation-map.ts";
import { schema } from "../../../core/schema.ts";
import { deskOf } from "../../state/runs.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { WhyView } from "./view.tsx";

export const why: Panel<object> = {
  id: "why",
  title: "Why",
  wide: true,
  view: schema({}),
  accepts: (item) => (item.kind === "orientation-map" && deskOf(item) ? 9 : 0),
  mount: (host, item, view, change) => mountComponent(WhyView, host, item as OrientationMap, view, change),
};
