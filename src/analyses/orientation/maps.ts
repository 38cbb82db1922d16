import type { Notice, Origin, Quantity } from "../../core/contracts.ts";

/** What a user states about a scan; everything else is found from the data. */
export interface OrientationOptions {
  /** Accelerating voltage [kV]. */
  readonly voltageKv: number;
  /** Precession half-angle [deg]; 0 without precession. */
  readonly precessionDeg: number;
  /** Start value of the detector pixel [1/Å]; 0 to find it from the crystals. */
  readonly pixelSize: number;
  /** Who says so. */
  readonly pixelSizeFrom: Origin;
  /** "fixed" holds the given pixel size; "refine" treats it as a start value. */
  readonly calibration: "refine" | "fixed";
  /** Slower, and closer to the exact definition of the match. */
  readonly exact?: boolean;
  /** Start value of the direct beam: column, row [px]; found in the mean frame if not given. */
  readonly centre?: readonly [number, number];
  /** θ in v_detector = F·R(θ)·v_scan, x right and y down [deg]. */
  readonly scanRotationDeg?: number;
  /** F there: the detector axis that runs against the scan's. */
  readonly flip?: "none" | "x" | "y";
  /** Distance between scan points; lengths are in px without it. */
  readonly step?: Quantity;
}

export const PIXEL_CLASSES = [
  "crystal",
  "amorphous",
  "vacuum",
  "few-spots",
  "undecided",
  "not-measured",
  "saturated",
] as const;

/** Maps over the scan, row-major (height, width); n = width * height. */
export interface OrientationMaps {
  readonly width: number;
  readonly height: number;
  /** Names of the crystals, in the order given. */
  readonly phases: readonly string[];
  /** Index into `phases`; -1 where there is no Bragg signal at all. */
  readonly phase: Int16Array;
  /** Unit quaternions w, x, y, z, w ≥ 0, crystal to sample, (n, 4); NaN where phase is -1. */
  readonly orientation: Float64Array;
  /** Fit score 0..1. */
  readonly score: Float32Array;
  /** 1 − second/best, second at least 10° away after refinement or of another phase. */
  readonly reliability: Float32Array;
  /** 1 − answer turned 180° about the beam/best; NaN where none was refined. */
  readonly reliability_180: Float32Array;
  /** 1 − best of another phase/best; NaN where none was refined. */
  readonly reliability_phase: Float32Array;
  /** The second-best answer of `reliability`: its phase or −1, quaternion (n, 4) and score or NaN. */
  readonly second_phase: Int16Array;
  readonly second_orientation: Float64Array;
  readonly second_score: Float32Array;
  /** Share of the explained light that is this crystal's, the rest a second crystal's. */
  readonly weight: Float32Array;
  /** Difference of −2 log likelihood between that second and the best. */
  readonly margin: Float32Array;
  /** Number of spots that the answer explains. */
  readonly used: Uint16Array;
  /** Covariance of the small rotation vector, sample axes, (n, 6): xx xy xz yy yz zz [rad²]. */
  readonly covariance: Float64Array;
  /** Share of the film that is amorphous, 0..1. */
  readonly amorphous: Float32Array;
  /** Index into PIXEL_CLASSES. */
  readonly class: Uint8Array;
  /** 1 where the program stands for phase and orientation. */
  readonly trustworthy: Uint8Array;
  /** Grain number, -1 none. */
  readonly grain: Int32Array;
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
}
