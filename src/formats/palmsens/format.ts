import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** PalmSens session. */
export const palmsensFormat: Format = {
  id: "palmsens",
  title: "PalmSens session (.pssession)",
  extensions: [".pssession"],

  /** Certain by the type of object that begins the JSON text. */
  sniff(head, name) {
    const text = headText(head.subarray(0, 512)).replace(/^\ufeff/, "");
    if (/^\s*\{\s*"type"\s*:\s*"PalmSens\./i.test(text)) return "certain";
    return /\.pssession$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
