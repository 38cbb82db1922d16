import type { Format } from "../../core/contracts.ts";

/** MRC2014 and its dialects (FEI, IMOD, SerialEM, CCP4), with the files that Direct Electron cameras lay beside. */
export const mrcFormat: Format = {
  id: "mrc",
  title: "MRC images, stacks, volumes",
  extensions: [".mrc", ".mrcs", ".st", ".ali", ".rec", ".map", ".ccp4"],

  /** Certain by the word MAP at byte 208 or by Direct Electron's first line; possible by sizes that fit a header. */
  sniff(head, name) {
    const text = (from: number, to: number) => new TextDecoder("latin1").decode(head.subarray(from, to));
    if (/^MAP[ \0]/.test(text(208, 212))) return "certain";
    if (/^Server Software Version\s*=/.test(text(0, 256))) return "certain";
    // Its rows of numbers are a table to others, too; the name is Direct Electron's own.
    if (/_scan_coordinates\.csv$/i.test(name))
      return /^\s*\d+,\d+\s*$/m.test(text(0, 64)) ? "certain" : "possible";
    return /\.(mrcs?|st|ali|rec|map|ccp4)$/i.test(name) && head.byteLength >= 224 ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
