import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** "VERSION8.0", the number of points, the number of sweeps and the first frequency, each on a line of its own. */
export const DFR_HEAD =
  /^VERSION\s*\d+(?:\.\d+)?\s*[\r\n]+\s*\d+\s*[\r\n]+\s*\d+\s*[\r\n]+\s*[-+.\deE]+\s*[\r\n]/;
/** The line of column names of a .P00 text. */
export const P00_NAMES = /^\s*f\/Hz\s+Z'\/Ohm\s/m;

/** Frequency response files of Eco Chemie's FRA for Autolab. */
export const autolabFraFormat: Format = {
  id: "autolab-fra",
  title: "Autolab FRA (.dfr, .P00)",
  extensions: [".dfr", ".p00"],

  /** Certain by the version and counts of a .dfr, or by the procedure and the column names of a .P00. */
  sniff(head, name) {
    const text = headText(head);
    if (DFR_HEAD.test(text.slice(0, 256))) return "certain";
    if (/^\s*Procedure\s*:/.test(text) && P00_NAMES.test(text)) return "certain";
    return /\.(?:dfr|p0\d)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
