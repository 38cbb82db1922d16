import type { Buffers, Kernel, Output, Setup } from "../../core/analysis.ts";
import type { Crystal, Signal, SignalInfo } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import type { Optics } from "./bank.ts";
import { calibrate } from "./calibrate.ts";
import { type Exposure, exposureOf, isSaturated, unusable } from "./exposure.ts";
import { buildIndexer } from "./indexer.ts";
import { inLevels, type Levels, PLAIN } from "./levels.ts";
import type { OrientationOptions } from "./maps.ts";
import { explainedShare, searchPixelSize } from "./pixel-search.ts";
import { type SurveyedCamera, sampleFrames, surveyLevels, unknownCamera } from "./survey.ts";

/** Frames that the camera is judged by, and how many of them calibrate pixel size, ellipse and model error. */
const SURVEYED = 256;
const CALIBRATED = 160;
/** Relative difference of pixel sizes that templates do not feel. */
const SAME_PIXEL = 0.003;

/** What holds for the whole scan, found once before any pattern is indexed. Plain data. */
export interface ScanSetup {
  readonly camera: SurveyedCamera;
  readonly optics: Optics;
  /** Whether pixel size, ellipse and model error were found; else they are as given and assumed. */
  readonly calibrated: boolean;
  /** Relative standard uncertainty of the pixel size; NaN where it was not found. */
  readonly pixelSigma: number;
  /** Standard uncertainty of `optics.modelError`; NaN or absent where unknown. */
  readonly modelErrorSigma?: number;
  /** Median share of the spots' light that the best answers of sample frames explain; NaN without such frames. */
  readonly explained?: number;
  /** How values become the grey levels that all else is in; as they are where absent. */
  readonly levels?: Levels;
  /** How saturated and empty patterns are told; absent where there are no patterns, or none with light. */
  readonly exposure?: Exposure;
}

/** Side of the square detector of a scan with axes (y, x, row, column). @throws Refused if it is another signal */
export function detectorSize({ axes, dtype }: Pick<SignalInfo, "axes" | "dtype">): number {
  const sizes = axes.map((axis) => axis.size);
  if (dtype === "c64" || dtype === "c128" || dtype === "rgb8") {
    const message = `orientation needs patterns of counts, found ${dtype === "rgb8" ? "colours" : "complex values"}`;
    throw new LithoscopeError("Refused", message, { why: "dtype" });
  }
  if (sizes.length === 4 && sizes[2] === sizes[3]) return sizes[2]!;
  const message = `orientation needs a scan of square patterns, found ${sizes.join(" × ")}`;
  throw new LithoscopeError("Refused", message, { why: "shape" });
}

/** Camera and levels of the frames that can be matched, those frames, and how frames are told that cannot. */
function surveyUsable(raw: readonly ArrayLike<number>[], size: number, options: OrientationOptions) {
  const placed = (camera: SurveyedCamera): SurveyedCamera =>
    options.centre ? { ...camera, centre: [...options.centre] } : camera;
  if (raw.length === 0) return { levels: PLAIN, camera: placed(unknownCamera(size)), frames: [] };
  let { levels, camera } = surveyLevels(raw, size);
  const clear = raw.filter((frame) => !isSaturated(frame, size, camera));
  if (clear.length > 0 && clear.length < raw.length) ({ levels, camera } = surveyLevels(clear, size));
  camera = placed(camera);
  const all = raw.map((frame) => inLevels(frame, levels));
  const exposure = exposureOf(all, size, camera);
  const frames = all.filter((frame) => !unusable(frame, size, camera, exposure));
  return { levels, camera, exposure, frames };
}

/** Camera and optics from sample frames; long and synchronous, so an executor should run it. */
export function findSetup(
  raw: readonly ArrayLike<number>[],
  size: number,
  crystals: readonly Crystal[],
  options: OrientationOptions,
): ScanSetup {
  const { levels, camera, exposure, frames } = surveyUsable(raw, size, options);
  const found = { camera, levels, ...(exposure && { exposure }) };
  const start: Optics = {
    k: 1 / electronWavelength(options.voltageKv),
    precession: (options.precessionDeg * Math.PI) / 180,
    pixel: options.pixelSize,
    ellipse: [1, 0, 1],
    modelError: 0.15,
  };
  // Nothing to calibrate on, and nothing to complain about: what there is will be classed and not matched.
  if (frames.length === 0)
    return { ...found, optics: start, calibrated: false, pixelSigma: Number.NaN, explained: Number.NaN };
  const build = (optics: Optics) => buildIndexer(crystals, options, size, camera, optics);
  const pixel =
    start.pixel > 0 ? start.pixel : searchPixelSize((p) => build({ ...start, pixel: p }), size, frames);
  const optics = { ...start, pixel };
  if (options.calibration === "fixed")
    return {
      ...{ ...found, optics, calibrated: false, pixelSigma: Number.NaN },
      explained: explainedShare(build(optics), frames),
    };
  const indexer = build(optics);
  const calibrated = calibrate(indexer, frames.slice(0, CALIBRATED));
  const settled = calibrated?.optics ?? optics;
  if (!(start.pixel > 0) && !((calibrated?.pixelSigma ?? 1) < 0.005)) {
    const message =
      "the detector's pixel size is not known to 0.5 % from the crystals, give --pixel-size 0.0252/Å";
    throw new LithoscopeError("Missing", message, { what: "pixel size", flag: "--pixel-size" });
  }
  return {
    ...found,
    optics: settled,
    calibrated: calibrated !== undefined,
    pixelSigma: calibrated?.pixelSigma ?? Number.NaN,
    modelErrorSigma: calibrated?.modelErrorSigma ?? Number.NaN,
    // Tables and templates of nearly the same pixel size do: building them takes a second.
    explained: explainedShare(
      Math.abs(settled.pixel / optics.pixel - 1) > SAME_PIXEL
        ? build(settled)
        : { ...indexer, optics: settled },
      frames,
    ),
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
    numbers: { ...once, dtype: "f64", components: 27, text: "camera, optics and how they were found" },
  };
}

export function packSetup(
  { camera, optics, calibrated, pixelSigma, modelErrorSigma, explained, levels = PLAIN, exposure }: ScanSetup,
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
    ...[camera.gainFound === true ? 1 : 0, levels.scale, levels.whole ? 1 : 0, exposure ? 1 : 0],
    ...[exposure?.floor ?? 0, exposure?.ceiling ?? 0, exposure?.dark ?? 0, exposure?.usual ?? 0],
    ...[camera.discSigma, camera.gainSigma, modelErrorSigma].map((sigma) => sigma ?? Number.NaN),
  ]);
}

export function unpackSetup(arrays: Buffers): ScanSetup {
  const [discRadius, gain, dark, column, row, discFound, ...rest] = arrays.numbers as unknown as number[];
  const [k, precession, pixel, xx, xy, yy, modelError, calibrated, pixelSigma, explained, ...more] = rest as [
    number,
    ...number[],
  ];
  const [gainFound, scale, whole, exposed, floor, ceiling, dim, usual, discSigma, gainSigma, errorSigma] =
    more;
  return {
    camera: {
      discRadius: discRadius!,
      gain: gain!,
      dark: dark!,
      bad: Uint8Array.from(arrays.bad!),
      centre: [column!, row!],
      discFound: discFound === 1,
      gainFound: gainFound === 1,
      discSigma: discSigma!,
      gainSigma: gainSigma!,
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
    modelErrorSigma: errorSigma!,
    explained: explained!,
    levels: { scale: scale!, whole: whole === 1 },
    ...(exposed === 1 && {
      exposure: { floor: floor!, ceiling: ceiling!, dark: dim!, usual: usual! },
    }),
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
