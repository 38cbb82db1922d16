import type { Format } from "../../core/contracts.ts";

/** EMSA/MAS spectral data (ISO 22029), and two columns of numbers under the same ending. */
export const msaFormat: Format = {
  id: "msa",
  title: "EMSA/MAS spectrum",
  extensions: [".msa", ".ems", ".emsa"],

  /** Certain by the keyword FORMAT; possible for numbers under its ending, as databases give them away. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head.subarray(0, 256)).replace(/^\u00ef\u00bb\u00bf/, "");
    if (/^\s*#\s*FORMAT\s*:\s*EMSA/i.test(text)) return "certain";
    const named = /\.(msa|emsa?)$/i.test(name);
    return named && /^\s*(#|[-+]?[\d.])/.test(text) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
