import type { Format } from "../../core/contracts.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** PNG pictures, grey or coloured, 1 to 16 bits. */
export const pngFormat: Format = {
  id: "png",
  title: "PNG image",
  extensions: [".png"],

  sniff(head, name) {
    if (SIGNATURE.every((byte, i) => head[i] === byte)) return "certain";
    return /\.png$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
