import type { Analysis } from "../../core/analysis.ts";
import type { Crystal, Quantity } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { choice, flag, quantity, schema } from "../../core/schema.ts";
import type { ScanSetup } from "./calibrate-scan.ts";
import type { OrientationParams } from "./kernel.ts";
import { outputs } from "./outputs.ts";

/** The numbers and words of a run; crystals, setup and beam position come beside them. */
export const settings = schema({
  voltageKv: quantity("kV", undefined, { min: 1, max: 10_000 }, "accelerating voltage"),
  precessionDeg: quantity("deg", 0, { min: 0, max: 10 }, "precession half-angle"),
  pixelSize: quantity("1/Å", undefined, { min: 0 }, "detector pixel, a start value; 0 to find it"),
  pixelSizeFrom: choice(
    ["file", "flag", "found", "assumed", "counted", "propagated"],
    "assumed",
    "who says so",
  ),
  calibration: choice(["refine", "fixed"], "refine", "whether the data refine the pixel size"),
  exact: flag("slower, and closer to the exact definition of the match"),
  scanRotationDeg: quantity("deg", 0, {}, "θ in v_detector = F·R(θ)·v_scan"),
  flip: choice(["none", "x", "y"], "none", "detector axis that runs against the scan's"),
});

function noCrystals(): LithoscopeError {
  const message = "no crystal to index with: give --crystal NAME=FILE.cif";
  return new LithoscopeError("Missing", message, { flag: "--crystal" });
}

/** Settings checked, the rest passed on as it is: crystals, the setup of an earlier step, the beam's start, the scan's step. */
function parse(given: Readonly<Record<string, unknown>>): OrientationParams {
  const { crystals, setup, centre, step, ...rest } = given;
  if (!Array.isArray(crystals) || crystals.length === 0) throw noCrystals();
  return {
    ...settings.parse(rest),
    crystals: crystals as Crystal[],
    setup: setup as ScanSetup,
    ...(centre !== undefined && { centre: centre as [number, number] }),
    ...(step !== undefined && { step: step as Quantity }),
  };
}

export const orientation: Analysis<OrientationParams> = {
  id: "orientation",
  version: 7,
  title: "phase and orientation of each diffraction pattern of a scan",
  cite: ["10.1088/0965-0393/23/8/083501"],
  need: { navigation: 2, signal: 2, calibrated: [] },
  params: { ...settings, parse },
  outputs,
  load: async () => (await import("./kernel.ts")).kernel,
  setup: async () => (await import("./calibrate-scan.ts")).setupStep<OrientationParams>(),
};
