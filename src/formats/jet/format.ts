import type { Format } from "../../core/contracts.ts";

/** What stands behind the first four bytes of a Microsoft Jet or ACE database. */
export const MAGIC = /^Standard (?:Jet|ACE) DB/;

/** Access database, as Arbin keeps its results. */
export const jetFormat: Format = {
  id: "jet",
  title: "Access database (Arbin .res)",
  extensions: [".res", ".mdb", ".accdb"],

  /** Certain by the name of the database engine in the first page. */
  sniff(head, name) {
    if (MAGIC.test(new TextDecoder("latin1").decode(head.subarray(4, 32)))) return "certain";
    return /\.(?:res|mdb|accdb)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
