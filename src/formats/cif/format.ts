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
    const named = /\.m?cif$/i.test(name);
    // Tables of cyclers begin with a heading "Data_Point,…" too: below it stands neither a name nor a loop.
    const block = /^\s*data_\S*\s+([\s\S]*)$/i.exec(body)?.[1];
    if (block !== undefined && (named || /^\s*$|^\s*(?:_\S|loop_|save_)/.test(block.replace(/#.*/g, ""))))
      return "certain";
    return named ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
