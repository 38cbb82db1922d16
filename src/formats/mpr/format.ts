import type { Format } from "../../core/contracts.ts";

/** The first 22 bytes of every BioLogic modular file. */
export const MPR_MAGIC = "BIO-LOGIC MODULAR FILE";

/** BioLogic EC-Lab and BT-Lab binary file of one technique. */
export const mprFormat: Format = {
  id: "mpr",
  title: "BioLogic EC-Lab binary (.mpr)",
  extensions: [".mpr"],

  /** Certain by its first bytes. */
  sniff(head, name) {
    if (new TextDecoder("latin1").decode(head.subarray(0, MPR_MAGIC.length)) === MPR_MAGIC) return "certain";
    return /\.mpr$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
