import type { Analysis } from "../../core/analysis.ts";
import { orientation } from "./analysis.ts";
import type { PointOrientationParams } from "./point-kernel.ts";

/** The orientation analysis for scans of spot lists, as `core/point-signal.ts` makes signals of them. */
export const pointOrientation: Analysis<PointOrientationParams> = {
  id: "orientation-points",
  version: 3,
  title: "phase and orientation of each list of spots of a scan",
  cite: orientation.cite,
  need: orientation.need,
  params: orientation.params as Analysis<PointOrientationParams>["params"],
  outputs: orientation.outputs,
  load: async () => (await import("./point-kernel.ts")).kernel,
  setup: async () => (await import("./point-setup.ts")).pointSetupStep<PointOrientationParams>(),
};
