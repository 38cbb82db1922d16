import type { Format } from "../../core/contracts.ts";

/** EMPAD pixel array detector: an XML file with the acquisition and a raw file with the frames. */
export const empadFormat: Format = {
  id: "empad",
  title: "EMPAD frames (.xml, .raw)",
  extensions: [".xml", ".raw"],

  /** Certain by the first elements of the XML; a .raw is possible by the scan or series that its name states. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head);
    const root = /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]*>\s*)?<root\b/.test(text);
    if (root && /<timestamp\s+timestamp=|<raw_file\s|<rawfile>|EMPAD/.test(text)) return "certain";
    return /(scan_x\d+_y\d+|series_x\d+).*\.raw$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
