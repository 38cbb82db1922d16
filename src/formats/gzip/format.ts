import type { Format } from "../../core/contracts.ts";

/** A file compressed with gzip: what is inside decides. */
export const gzipFormat: Format = {
  id: "gzip",
  title: "gzip-compressed file",
  extensions: [".gz"],

  /** Certain by the signature and the one method there is. */
  sniff(head, name) {
    if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return "certain";
    return /\.gz$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
