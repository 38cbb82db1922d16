import type { Format } from "../../core/contracts.ts";

/** Gatan DigitalMicrograph, versions 3 and 4; version 5 is HDF5. */
export const dmFormat: Format = {
  id: "dm",
  title: "Gatan DigitalMicrograph (.dm3, .dm4)",
  extensions: [".dm3", ".dm4"],

  /** Certain by version, byte order and the first group's flags, which stand at fixed places. */
  sniff(head, name) {
    const long = (at: number) =>
      (head[at]! << 24) | (head[at + 1]! << 16) | (head[at + 2]! << 8) | head[at + 3]!;
    const version = head.length >= 24 ? long(0) : 0;
    const order = version === 3 ? 8 : version === 4 ? 12 : -1;
    if (
      order > 0 &&
      (long(order) === 0 || long(order) === 1) &&
      head[order + 4]! <= 1 &&
      head[order + 5]! <= 1
    )
      return long(order + 6) === 0 || version === 3 ? "certain" : "no";
    return /\.dm[34]$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
