import type { Format } from "../../core/contracts.ts";

/** Channel text file of HKL/Oxford, also written by ASTAR, Bruker, EMsoft and MTEX. */
export const ctfFormat: Format = {
  id: "ctf",
  title: "Channel text file (.ctf)",
  extensions: [".ctf"],

  /** Certain by its first line; possible when only the name says so. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head.subarray(0, 64)).replace(/^\xef\xbb\xbf/, "");
    if (text.startsWith("Channel Text File")) return "certain";
    return /\.ctf$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
