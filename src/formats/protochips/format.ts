import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Log of a Protochips holder. */
export const protochipsFormat: Format = {
  id: "protochips",
  title: "Protochips holder log (.csv)",
  extensions: [".csv"],

  /** Certain by the first two column names and a note with the date's own pattern. */
  sniff(head) {
    const text = headText(head);
    return /^Time\s*,\s*Notes\s*,/.test(text) && /,\s*Date \(yyyy\.mm\.dd\)\s*=/.test(text)
      ? "certain"
      : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
