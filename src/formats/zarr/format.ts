import type { Format } from "../../core/contracts.ts";

/** A Zarr folder, version 2 or 3, opened at its metadata file. */
export const zarrFormat: Format = {
  id: "zarr",
  title: "Zarr folder",
  extensions: [".zarr"],

  /** Certain by the key that every metadata file has, in JSON. */
  sniff(head, name) {
    const text = new TextDecoder("latin1").decode(head.subarray(0, 4096));
    if (/^\s*\{/.test(text) && /"zarr_format"\s*:\s*[23]\b/.test(text)) return "certain";
    return /^(zarr\.json|\.zgroup|\.zarray)$/.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
