import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Gamry Framework data file. */
export const gamryFormat: Format = {
  id: "gamry",
  title: "Gamry Framework (.DTA)",
  extensions: [".dta"],

  /** Certain by EXPLAIN and TAG in the first two lines. */
  sniff(head, name) {
    if (/^EXPLAIN\s*[\r\n]+TAG\t/.test(headText(head.subarray(0, 256)))) return "certain";
    return /\.dta$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
