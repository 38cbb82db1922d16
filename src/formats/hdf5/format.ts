import type { Format } from "../../core/contracts.ts";

const MAGIC = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** HDF5 in the layouts of py4DSTEM, EMD and HyperSpy; other files dataset by dataset. */
export const hdf5Format: Format = {
  id: "hdf5",
  title: "HDF5 (py4DSTEM, EMD, HyperSpy, NeXus, TopSpin, DM5, EBSD)",
  extensions: [".h5", ".hdf5", ".emd", ".hspy", ".nxs", ".app5", ".h5oina", ".h5ebsd", ".oh5", ".dm5"],

  /** Certain by the signature, which may also stand at 512, 1024 or 2048 behind a user block. */
  sniff(head, name) {
    if ([0, 512, 1024, 2048].some((at) => MAGIC.every((byte, i) => head[at + i] === byte))) return "certain";
    return /\.(h5|hdf5|emd|hspy|nxs|app5|h5oina|h5ebsd|oh5|dm5)$/i.test(name) ? "possible" : "no";
  },

  load: async () => (await import("./reader.ts")).reader,
};
