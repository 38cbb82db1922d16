import type { Buffers, Kernel, Output, Setup } from "../../core/analysis.ts";
import type { Crystal, Signal, SignalInfo } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import type { Optics } from "./bank.ts";
import { calibrate } from "./calibrate.ts";
import { buildIndexer } from "./indexer.ts";
import type { OrientationOptions } from "./maps.ts";
import { explainedShare, searchPixelSize } from "./pixel-search.ts";
import { type SurveyedCamera, sampleFrames, surveyCamera } from "./survey.ts";

/** Frames that the camera is judged by, and how many of them calibrate pixel size, ellipse and model error. */
const SURVEYED = 256;
const CALIBRATED = 160;

/** What holds for the whole scan, found once before any pattern is indexed. Plain data. */
export interface ScanSetup {
  readonly camera: SurveyedCamera;
  readonly optics: Optics;
  /** Whether pixel size, ellipse and model error were found; else they are as given and assumed. */
  readonly calibrated: boolean;
  /** Relative standard uncertainty of the pixel size; NaN where it was not found. */
  readonly pixelSigma: number;
  /** Median share of the spots' light that the best answers of sample frames explain; NaN without such frames. */
  readonly explained?: number;
}

/** Side of the square detector of a scan with axes (y, x, row, column). @throws Refused if it is another signal */
export function detectorSize({ axes }: Pick<SignalInfo, "axes">): number {
  const sizes = axes.map((axis) => axis.size);
  if (sizes.length === 4 && sizes[2] === sizes[3]) return sizes[2]!;
  const message = `orientation needs a scan of square patterns, found ${sizes.join(" × ")}`;
  throw new LithoscopeError("Refused", message, { why: "shape" });
}

/** Camera and optics from sample frames; long and synchronous, so an executor should run it. */
export function findSetup(
  frames: readonly ArrayLike<number>[],
  size: number,
  crystals: readonly Crystal[],
  options: OrientationOptions,
): ScanSetup {
  const surveyed = surveyCamera(frames, size);
  const camera = options.centre ? { ...surveyed, centre: [...options.centre] as [number, number] } : surveyed;
  const start: Optics = {
    k: 1 / electronWavelength(options.voltageKv),
    precession: (options.precessionDeg * Math.PI) / 180,
    pixel: options.pixelSize,
    ellipse: [1, 0, 1],
    modelError: 0.15,
  };
  const build = (optics: Optics) => buildIndexer(crystals, options, size, camera, optics);
  const pixel =
    start.pixel > 0 ? start.pixel : searchPixelSize((p) => build({ ...start, pixel: p }), size, frames);
  const optics = { ...start, pixel };
  if (options.calibration === "fixed")
    return {
      ...{ camera, optics, calibrated: false, pixelSigma: Number.NaN },
      explained: explainedShare(build(optics), frames),
    };
  const calibrated = calibrate(build(optics), frames.slice(0, CALIBRATED));
  const found = calibrated?.optics ?? optics;
  if (!(start.pixel > 0) && !((calibrated?.pixelSigma ?? 1) < 0.005)) {
    const message =
      "the detector's pixel size is not known to 0.5 % from the crystals, give --pixel-size 0.0252/Å";
    throw new LithoscopeError("Missing", message, { what: "pixel size", flag: "--pixel-size" });
  }
  return {
    camera,
    optics: found,
    calibrated: calibrated !== undefined,
    pixelSigma: calibrated?.pixelSigma ?? Number.NaN,
    explained: explainedShare(build(found), frames),
  };
}

/** The setup of a scan, found on the caller's thread. */
export async function calibrateScan(
  scan: Signal,
  params: SetupParams,
  stop?: AbortSignal,
): Promise<ScanSetup> {
  const { frames, size } = await sampleScan(scan, params, stop);
  stop?.throwIfAborted();
  return findSetup(frames, size, params.crystals, params);
}

async function sampleScan(scan: Signal, params: SetupParams, stop?: AbortSignal): Promise<SetupState> {
  const size = detectorSize(scan);
  const frames = await sampleFrames(scan, SURVEYED, stop);
  return { frames, size, params };
}

/** What the setup is found with. */
export type SetupParams = OrientationOptions & { readonly crystals: readonly Crystal[] };

/** What a worker needs to find the setup. */
export interface SetupState {
  readonly frames: readonly ArrayLike<number>[];
  readonly size: number;
  readonly params: SetupParams;
}

/** A setup as arrays, to come back from a worker and to be kept for a run that resumes. */
export function setupOutputs(size: number): Readonly<Record<string, Output>> {
  const once = { span: "once", unit: "1", fill: 0 } as const;
  return {
    bad: { ...once, dtype: "u8", components: size * size, text: "1 where a pixel is dead or hot" },
    numbers: { ...once, dtype: "f64", components: 16, text: "camera, optics and how they were found" },
  };
}

export function packSetup(
  { camera, optics, calibrated, pixelSigma, explained }: ScanSetup,
  out: Buffers,
): void {
  out.bad!.set(camera.bad);
  out.numbers!.set([
    ...[camera.discRadius, camera.gain, camera.dark, ...camera.centre, camera.discFound ? 1 : 0],
    ...[
      optics.k,
      optics.precession,
      optics.pixel,
      ...optics.ellipse,
      optics.modelError,
      calibrated ? 1 : 0,
      pixelSigma,
      explained ?? Number.NaN,
    ],
  ]);
}

export function unpackSetup(arrays: Buffers): ScanSetup {
  const [discRadius, gain, dark, column, row, discFound, ...rest] = arrays.numbers as unknown as number[];
  const [k, precession, pixel, xx, xy, yy, modelError, calibrated, pixelSigma, explained] = rest as [
    number,
    ...number[],
  ];
  return {
    camera: {
      discRadius: discRadius!,
      gain: gain!,
      dark: dark!,
      bad: Uint8Array.from(arrays.bad!),
      centre: [column!, row!],
      discFound: discFound === 1,
    },
    optics: {
      k,
      precession: precession!,
      pixel: pixel!,
      ellipse: [xx!, xy!, yy!],
      modelError: modelError!,
    },
    calibrated: calibrated === 1,
    pixelSigma: pixelSigma!,
    explained: explained!,
  };
}

/** Finds the setup as one task, so that it runs in a worker and can be stopped; the task's own tile is not used. */
export const kernel: Kernel<SetupState, SetupState> = {
  prepare: (_input, params) => params,
  tile(_data, _at, { frames, size, params }, out) {
    packSetup(findSetup(frames, size, params.crystals, params), out);
  },
};

/** The step of the analysis that has an executor find the setup. */
export function setupStep<P extends SetupParams & { readonly setup: ScanSetup }>(): Setup<P> {
  return {
    kernel: "orientation-setup",
    outputs: (input) => setupOutputs(detectorSize(input)),
    sample: sampleScan,
    apply: (params, found) => ({ ...params, setup: unpackSetup(found) }),
  };
}
