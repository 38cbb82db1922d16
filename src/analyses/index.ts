import type { Analysis, Kernel } from "../core/analysis.ts";

// biome-ignore lint/suspicious/noExplicitAny: the parameters are each analysis's own
type AnyAnalysis = Analysis<any>;
// biome-ignore lint/suspicious/noExplicitAny: parameters and state are each kernel's own
type AnyKernel = Kernel<any, any>;

/** Every analysis by its id; each is loaded when it is asked for. */
export const analyses: Readonly<Record<string, () => Promise<AnyAnalysis>>> = {
  orientation: async () => (await import("./orientation/analysis.ts")).orientation,
  "orientation-points": async () => (await import("./orientation/point-analysis.ts")).pointOrientation,
};

/** The kernels alone: a worker needs no parameters, help or validation. */
export const kernels: Readonly<Record<string, () => Promise<AnyKernel>>> = {
  orientation: async () => (await import("./orientation/kernel.ts")).kernel,
  "orientation-setup": async () => (await import("./orientation/calibrate-scan.ts")).kernel,
  "orientation-points": async () => (await import("./orientation/point-kernel.ts")).kernel,
  "orientation-points-setup": async () => (await import("./orientation/point-setup.ts")).kernel,
};
