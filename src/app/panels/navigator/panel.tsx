import type { Signal } from "../../../core/contracts.ts";
import { scanAxes, signalAxes } from "../axis-words.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type PictureLook, pictureLook } from "../picture-tools.tsx";
import { NavigatorView } from "./view.tsx";

export const navigator: Panel<PictureLook> = {
  id: "navigator",
  title: "Navigator",
  view: pictureLook("grey", "linear"),
  accepts: (item) => {
    if (item.kind !== "signal" || item.dtype.startsWith("c") || item.dtype === "rgb8") return 0;
    return scanAxes(item).length === 2 && signalAxes(item).length > 0 ? 10 : 0;
  },
  mount: (host, item, view, change) => mountComponent(NavigatorView, host, item as Signal, view, change),
};
