import type { Format } from "../../core/contracts.ts";

/** NumPy array file, versions 1 to 3 (NEP 1 and numpy.lib.format). */
export const npyFormat: Format = {
  id: "npy",
  title: "NumPy array",
  extensions: [".npy"],

  /** Certain by the magic string \x93NUMPY; possible when only the name says so. */
  sniff(head, name) {
    const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
    if (magic.every((byte, i) => head[i] === byte)) return "certain";
    return /\.npy$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
