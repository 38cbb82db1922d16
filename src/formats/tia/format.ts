import type { Format } from "../../core/contracts.ts";

/** FEI TIA (Emispec): series of images or spectra (.ser) and the description that goes with them (.emi). */
export const tiaFormat: Format = {
  id: "tia",
  title: "TIA series (.ser, .emi)",
  extensions: [".ser", ".emi"],

  /** Certain by byte order and series number of a .ser, or by the first letters of an .emi. */
  sniff(head, name) {
    const starts = (bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);
    if (starts([0x49, 0x49, 0x97, 0x01]) || starts([0x4a, 0x4b, 0x00, 0x02])) return "certain";
    return /\.(ser|emi)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
