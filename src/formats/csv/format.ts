import type { Format } from "../../core/contracts.ts";
import { findLayout } from "../lab-delimited.ts";
import { headText, labLines } from "../lab-text.ts";

/** Maccor numbers the endings of its text exports: .001, .052. */
const NAMED = /\.(?:csv|tsv|txt|dat|\d{3})$/i;

/** Numbers between commas, semicolons, tabs or blanks, of no known maker. */
export const csvFormat: Format = {
  id: "csv",
  title: "Table in text (.csv, .tsv, .txt)",
  extensions: [".csv", ".tsv", ".txt"],

  /** Certain by the name together with rows of numbers; formats that know more of a file stand before it in the list. */
  sniff(head, name) {
    if (!NAMED.test(name)) return "no";
    return findLayout(labLines(headText(head))) ? "certain" : "possible";
  },

  load: async () => (await import("./reader.ts")).reader,
};
