import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Log of DENSsolutions Impulse: the synchronised data, or the metadata beside them. */
export const impulseFormat: Format = {
  id: "impulse",
  title: "DENSsolutions Impulse log (…_Synchronized data.csv, …_Metadata.log)",
  extensions: [".csv", ".log"],

  /** Certain by the first two column names, or by the first line of the metadata. */
  sniff(head) {
    const text = headText(head.subarray(0, 256));
    return /^(?:TimeStamp,Experiment time,|Experiment date,\s*\d)/.test(text) ? "certain" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
