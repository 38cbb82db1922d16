import type { Format } from "../../core/contracts.ts";

/** Quantum Detectors Merlin (Medipix3): frames, each with its own header, and a text file beside them. */
export const mibFormat: Format = {
  id: "mib",
  title: "Merlin frames (.mib, .hdr)",
  extensions: [".mib", ".hdr"],

  /** Certain by the tag of the first frame, or by the first line of the .hdr that belongs to it. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head.subarray(0, 16));
    if (/^MQ1,\d{6},/.test(text) || /^HDR,[\t\r\n]/.test(text)) return "certain";
    return /\.mib$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
