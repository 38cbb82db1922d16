import type { Format } from "../../core/contracts.ts";

/** Orientation map as text, one point a line: EDAX/TSL, EMsoft, ASTAR and others. */
export const angFormat: Format = {
  id: "ang",
  title: "Orientation map (.ang)",
  extensions: [".ang"],

  /** Certain by comment lines that name a symmetry or a grid as TSL does; possible when only the name says so. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head);
    const comments = text.startsWith("#");
    if (comments && /^#\s*(TEM_PIXperUM|MaterialName|Symmetry\s|GRID:|.*ACOM RES)/m.test(text))
      return "certain";
    return /\.ang$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
