import type { Format } from "../../core/contracts.ts";

/** TIFF and BigTIFF: single images, stacks, ImageJ hyperstacks. */
export const tiffFormat: Format = {
  id: "tiff",
  title: "TIFF, BigTIFF, ImageJ stack",
  extensions: [".tif", ".tiff", ".btf", ".tf8"],

  /** Certain by byte order and the number 42 or 43; possible when only the name says so. */
  sniff(head, name) {
    const [a, b, c, d] = head;
    const little = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0;
    const big = a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
    if (little || big) return "certain";
    return /\.(tiff?|btf|tf8)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
