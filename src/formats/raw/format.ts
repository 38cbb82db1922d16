import type { Format } from "../../core/contracts.ts";

/** Numbers without a header; shape and element type are stated by a person. */
export const rawFormat: Format = {
  id: "raw",
  title: "Raw binary",
  extensions: [".raw", ".bin", ".dat"],

  /** Possible by its name only: there is nothing in the bytes to know it by. */
  sniff(_head, name) {
    return /\.(raw|bin)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
