import type { Format } from "../../core/contracts.ts";

/** NanoMEGAS (ASTAR) block file: a scan of 8-bit diffraction patterns. */
export const bloFormat: Format = {
  id: "blo",
  title: "NanoMEGAS block file",
  extensions: [".blo"],

  /** Certain by the six letters of its ID; possible when only the name says so. */
  sniff(head, name) {
    if ([..."IMGBLO"].every((letter, i) => head[i] === letter.charCodeAt(0))) return "certain";
    return /\.blo$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
