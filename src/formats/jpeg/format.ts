import type { Format } from "../../core/contracts.ts";

/** JPEG pictures, grey or coloured: what a camera or a report holds, never the data themselves. */
export const jpegFormat: Format = {
  id: "jpeg",
  title: "JPEG image",
  extensions: [".jpg", ".jpeg"],

  sniff(head, name) {
    if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return "certain";
    return /\.jpe?g$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
