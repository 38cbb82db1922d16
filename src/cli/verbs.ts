import type { Command } from "./command.ts";

/** A verb as the overview lists it; its code is loaded when it is asked for, so that the others cost no start-up time. */
export interface Verb {
  readonly summary: string;
  load(): Promise<Command>;
}

/** The verbs that work. */
export const VERBS: Readonly<Record<string, Verb>> = {
  info: {
    summary: "what a file is: kind, shape, axes with units, what is missing",
    load: async () => (await import("./commands/info.ts")).info,
  },
  orientation: {
    summary: "phase and orientation map of scans of diffraction patterns",
    load: async () => (await import("./commands/orientation.ts")).orientation,
  },
  convert: {
    summary: "one item of a file in another format, or the map of a result folder",
    load: async () => (await import("./commands/convert.ts")).convert,
  },
  "virtual-image": {
    summary: "images of virtual detectors: bright field, dark field, rings",
    load: async () => (await import("./commands/virtual-image.ts")).virtualImage,
  },
  eis: {
    summary: "validity, circuits and relaxation times of impedance spectra",
    load: async () => (await import("./commands/eis.ts")).eis,
  },
  cycling: {
    summary: "capacity, efficiency, dQ/dV and plateaus of charge and discharge",
    load: async () => (await import("./commands/cycling.ts")).cycling,
  },
  cv: {
    summary: "peaks, pairs and couples of voltammograms",
    load: async () => (await import("./commands/cv.ts")).cv,
  },
  iv: {
    summary: "resistance with an ohmic test, or decay, leakage and charge at a held potential",
    load: async () => (await import("./commands/iv.ts")).iv,
  },
  simulate: {
    summary: "a seeded experiment with truth",
    load: async () => (await import("./commands/simulate.ts")).simulate,
  },
  run: {
    summary: "a recipe of an orientation map again, to the same result",
    load: async () => (await import("./commands/run.ts")).runRecipe,
  },
  report: {
    summary: "figures and one self-contained page from a result folder",
    load: async () => (await import("./commands/report.ts")).report,
  },
  open: {
    summary: "the app in the browser, served on this machine only",
    load: async () => (await import("./commands/open.ts")).open,
  },
  doctor: {
    summary: "the installation, its speed, what is missing",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
};
