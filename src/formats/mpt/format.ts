import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** Headings that only EC-Lab writes, two of which make a first line of names without the header block. */
const HEADINGS =
  /^(?:mode|ox\/red|time\/s|Ewe\/V|Ecell\/V|<I>\/mA|I\/mA|freq\/Hz|Re\(Z\)\/Ohm|-Im\(Z\)\/Ohm|\(Q-Qo\)\/.+)$/;

/** BioLogic EC-Lab and BT-Lab text export. */
export const mptFormat: Format = {
  id: "mpt",
  title: "BioLogic EC-Lab text (.mpt)",
  extensions: [".mpt"],

  /** Certain by its first line: the program's name, or its column names; possible when only the name says so. */
  sniff(head, name) {
    const first = headText(head.subarray(0, 2048)).split(/[\r\n]/, 1)[0] ?? "";
    if (/^(?:EC|BT)-Lab ASCII FILE/i.test(first)) return "certain";
    const known = first.split("\t").filter((cell) => HEADINGS.test(cell.trim()));
    if (known.length >= 2) return "certain";
    return /\.mpt$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
