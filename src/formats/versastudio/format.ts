import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Princeton Applied Research VersaStudio. */
export const versastudioFormat: Format = {
  id: "versastudio",
  title: "VersaStudio (.par)",
  extensions: [".par"],

  /** Certain by the section Application with the program's name. */
  sniff(head, name) {
    if (/^\s*<Application>\s*Name=VersaStudio\b/i.test(headText(head.subarray(0, 256)))) return "certain";
    return /\.par$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
