import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** MRC2014 and its dialects (FEI, IMOD, SerialEM, CCP4), with the files that Direct Electron cameras lay beside. */
export const mrcFormat: Format = {
  id: "mrc",
  title: "MRC images, stacks, volumes",
  extensions: [".mrc", ".mrcs", ".st", ".ali", ".rec", ".map", ".ccp4"],

  /** Certain by the word MAP at byte 208 or by Direct Electron's first line; possible by sizes that fit a header. */
  sniff(head, name) {
    if (/^MAP[ \0]/.test(new TextDecoder("latin1").decode(head.subarray(208, 212)))) return "certain";
    const text = headText(head.subarray(0, 256));
    if (/^Server Software Version\s*=/.test(text)) return "certain";
    // Its rows of numbers are a table to others, too; the name is Direct Electron's own.
    if (/_scan_coordinates\.csv$/i.test(name))
      return /^\s*\d+,\d+\s*$/m.test(text.slice(0, 64)) ? "certain" : "possible";
    return /\.(mrcs?|st|ali|rec|map|ccp4)$/i.test(name) && head.byteLength >= 224 ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
