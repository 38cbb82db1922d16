import type { Format } from "../../core/contracts.ts";

/** Neware battery cycler: .nda, and data.ndc, the table inside an .ndax archive. */
export const newareFormat: Format = {
  id: "neware",
  title: "Neware cycler (.nda, .ndax)",
  extensions: [".nda", ".ndax", ".ndc"],

  /** Certain by "NEWARE", or by the head of a table of measured values: kind 1, a known version, 1, then zeros. */
  sniff(head, name) {
    if (new TextDecoder("latin1").decode(head.subarray(0, 6)) === "NEWARE") return "certain";
    const table = head.length >= 64 && head[0] === 1 && head[1] === 0 && head[3] === 0 && head[4] === 1;
    if (table && /\.ndc$/i.test(name) && head.subarray(5, 64).every((byte) => byte === 0)) return "certain";
    return /\.(nda|ndc)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
