import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** CH Instruments text. */
export const chiFormat: Format = {
  id: "chi",
  title: "CH Instruments text (.txt)",
  extensions: [".txt", ".csv"],

  /** Certain by a date in line 1 and an instrument model of CHI in the lines below. */
  sniff(head) {
    const text = headText(head.subarray(0, 2048));
    const dated = /^\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}\s+\d{1,2}:\d{2}:\d{2}/.test(text);
    return dated && /^Instrument Model:\s*CHI/m.test(text) ? "certain" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
