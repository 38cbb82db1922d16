import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Date, tab, program: the first line that is not empty. */
export const TITLE_LINE =
  /^\s*(\d{1,2}\/\d{1,2}\/'?\d{2,4}\s+\d{1,2}:\d{2}(?::\d{2})?)\t(Digiheater[^\r\n]*)/;

/** Heating log of a DENSsolutions holder. */
export const densFormat: Format = {
  id: "dens",
  title: "DENSsolutions heating log (.dens)",
  extensions: [".dens"],

  /** Certain by the date and the program's name in the first line. */
  sniff(head, name) {
    if (TITLE_LINE.test(headText(head.subarray(0, 256)))) return "certain";
    return /\.dens$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
