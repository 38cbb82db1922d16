import type { Format } from "../../core/contracts.ts";

/** Crystallographic Information File, core dictionary (IUCr; Hall, Allen & Brown, Acta Cryst. A47 (1991) 655). */
export const cif: Format = {
  id: "cif",
  title: "Crystallographic Information File",
  extensions: [".cif", ".mcif"],

  /** Certain when a data_ block comes first, after comments; possible when only the name says so. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head);
    if (text.includes("\0")) return "no";
    const body = text.replace(/^\uFEFF|^ï»¿/, "").replace(/^(\s*(#[^\r\n]*)?[\r\n]+)*/, "");
    if (/^\s*data_\S*\s/i.test(body)) return "certain";
    return /\.m?cif$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
