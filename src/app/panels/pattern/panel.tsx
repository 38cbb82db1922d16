import type { Signal } from "../../../core/contracts.ts";
import { choice, schema } from "../../../core/schema.ts";
import { scanAxes, signalAxes } from "../axis-words.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { type PatternLook, PatternView } from "./view.tsx";

export const pattern: Panel<PatternLook> = {
  id: "pattern",
  title: "Pattern",
  view: schema({
    colours: choice(["grey", "viridis", "cividis", "diverging", "cyclic"], "viridis", "colour map"),
    scale: choice(["linear", "gamma", "log"], "log", "from value to colour"),
    source: choice(["point", "mean"], "point", "the pattern at the cursor, or the mean of all"),
  }),
  accepts: (item) => {
    if (item.kind !== "signal" || item.dtype.startsWith("c") || item.dtype === "rgb8") return 0;
    return scanAxes(item).length === 2 && signalAxes(item).length === 2 ? 9 : 0;
  },
  mount: (host, item, view, change) => mountComponent(PatternView, host, item as Signal, view, change),
};
