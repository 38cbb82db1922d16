import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** ZPlot's own text, version 3 and the older one that Autolab NOVA and others export for ZView. */
export const FIRST_LINE = /^(?:ZPLOT2 ASCII|"?Z(?:Plot|60)W Data File)/i;

/** Scribner ZPlot and ZView text. */
export const zplotFormat: Format = {
  id: "zplot",
  title: "ZPlot, ZView text (.z)",
  extensions: [".z"],

  /** Certain by the first line, which names the layout. */
  sniff(head, name) {
    if (FIRST_LINE.test(headText(head.subarray(0, 64)))) return "certain";
    return /\.z$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
