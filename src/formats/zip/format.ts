import type { Format } from "../../core/contracts.ts";

/** A ZIP archive: NumPy .npz, HyperSpy .zspy and other zipped Zarr, PantaRhei .prz, Excel, or files put together. */
export const zipFormat: Format = {
  id: "zip",
  title: "ZIP archive (.npz, .zspy, .prz, .xlsx, zipped files)",
  extensions: [".zip", ".npz", ".zspy", ".prz", ".xlsx"],

  /** Certain by the signature of a member or of an empty archive. */
  sniff(head, name) {
    const [p, k, a, b] = head;
    if (p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))) return "certain";
    return /\.(zip|npz|zspy|prz|xlsx)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
