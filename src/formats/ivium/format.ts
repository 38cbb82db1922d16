import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Data files of Ivium's software. */
export const iviumFormat: Format = {
  id: "ivium",
  title: "Ivium (.idf, .ids)",
  extensions: [".idf", ".ids"],

  /** Certain by the list of kinds that begins the header. */
  sniff(head, name) {
    const text = headText(head.subarray(0, 512));
    if (/Peaks=(?:true|false)\s+Corrosion=(?:true|false)/i.test(text)) return "certain";
    return /\.id[fs]$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
