import type { Format } from "../../core/contracts.ts";
import { headText } from "../lab-text.ts";

/** A line with the number of points, and below it a line of three numbers. */
export const COUNT_AND_ROW =
  /(?:^|[\r\n])\s*\d+\s*\r?\n\s*[-+\d.eE]+[ \t]+[-+\d.eE]+[ \t]+[-+\d.eE]+\s*(?:[\r\n]|$)/;

/** Elins text of an impedance spectrum. */
export const elinsFormat: Format = {
  id: "elins",
  title: "Elins impedance text (.i2b)",
  extensions: [".i2b"],

  /** Certain by the name together with a number of points above rows of three numbers. */
  sniff(head, name) {
    if (!/\.i2b$/i.test(name)) return "no";
    return COUNT_AND_ROW.test(headText(head)) ? "certain" : "possible";
  },

  load: async () => (await import("./reader.ts")).reader,
};
