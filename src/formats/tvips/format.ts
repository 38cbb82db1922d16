import type { Format } from "../../core/contracts.ts";

/** TVIPS camera streams: frames with a header each, split over numbered files. */
export const tvipsFormat: Format = {
  id: "tvips",
  title: "TVIPS stream (.tvips)",
  extensions: [".tvips"],

  /** Certain by size, version, frame size and depth, which stand first; later files of a set have no header. */
  sniff(head, name) {
    if (head.byteLength >= 52) {
      const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
      const [size, version, width, height, bits] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
      const sides = [width!, height!].every((side) => side > 0 && side <= 65536);
      if (size === 256 && (version === 1 || version === 2) && sides && (bits === 8 || bits === 16))
        return "certain";
    }
    return /\.tvips$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
