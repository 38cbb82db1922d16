import type { Format } from "../../core/contracts.ts";

/** Lispix ripple: a text file that describes the numbers in the .raw beside it. */
export const rippleFormat: Format = {
  id: "ripple",
  title: "Lispix ripple (.rpl, .raw)",
  extensions: [".rpl", ".raw"],

  /** Certain by the heading of its two columns or by its three sizes; a .raw may have a .rpl beside it. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head);
    if (/^(?:\s*;.*[\r\n]+)*\s*key\s+value/i.test(text) || /^\s*\(MLX::/.test(text)) return "certain";
    const sizes = ["width", "height", "depth"].every((key) => new RegExp(`^${key}[\\t ]`, "im").test(text));
    if (sizes) return "certain";
    return /\.(rpl|raw)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
