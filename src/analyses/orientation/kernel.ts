import type { Buffers, Finished, Kernel } from "../../core/analysis.ts";
import type { Crystal, Notice, Quantity } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { amorphousShare } from "./amorphous.ts";
import { writeAnswer } from "./answer.ts";
import { detectorSize, type ScanSetup } from "./calibrate-scan.ts";
import { grainResults } from "./grain-results.ts";
import { segmentGrains } from "./grains.ts";
import { type Indexer, indexPattern } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import { type OrientationMaps, type OrientationOptions, PIXEL_CLASSES } from "./maps.ts";
import { PROFILE_BINS } from "./outputs.ts";

export interface OrientationParams extends OrientationOptions {
  readonly crystals: readonly Crystal[];
  readonly setup: ScanSetup;
}

/** Small and plain: each worker builds its bank from it (0.4 s for two cubic crystals), so the caller's thread never waits. */
export interface OrientationState extends OrientationParams {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  /** Seed of what `finish` draws. */
  readonly chance: string;
}

const built = new WeakMap<OrientationState, Indexer>();

function indexerOf(state: OrientationState): Indexer {
  let indexer = built.get(state);
  if (!indexer) {
    const { crystals, size, setup } = state;
    indexer = buildIndexer(crystals, state, size, setup.camera, setup.optics);
    built.set(state, indexer);
  }
  return indexer;
}

const CLASS = (name: (typeof PIXEL_CLASSES)[number]) => PIXEL_CLASSES.indexOf(name);

/** Rings that tell film from glass, clear of the beam and of the corners, and the width of a bin of the profile. */
function ringRange(size: number, discRadius: number) {
  const to = Math.floor(size * 0.47);
  const width = to / (PROFILE_BINS - 1);
  const from = Math.ceil(Math.ceil(3 * discRadius) / width + 0.5);
  return { width, from, to: PROFILE_BINS - 1 };
}

/** Mean background around the radii 0, w, 2w …: bin b stands for radius b·w, so that a weight ∝ r is one ∝ b. */
function binProfile(background: ArrayLike<number>, width: number, out: Buffers[string], at: number): void {
  for (let bin = 0; bin < PROFILE_BINS; bin++) {
    let sum = 0;
    let weight = 0;
    const first = Math.max(0, Math.ceil((bin - 0.5) * width));
    for (let ring = first; ring < (bin + 0.5) * width && ring < background.length; ring++) {
      const pixels = ring + 1e-3;
      sum += pixels * background[ring]!;
      weight += pixels;
    }
    out[at + bin] = weight > 0 ? sum / weight : (background[Math.round(bin * width)] ?? 0);
  }
}

function indexPoint(raw: ArrayLike<number>, state: OrientationState, out: Buffers, at: number): void {
  const indexer = indexerOf(state);
  const result = indexPattern(indexer, raw);
  const { width } = ringRange(state.size, state.setup.camera.discRadius);
  binProfile(result.pattern.background, width, out.profile!, at * PROFILE_BINS);
  writeAnswer(result, indexer.models, state, out, at);
}

/** Amorphous share of the measured points, NaN elsewhere; whether the scan had an amorphous end member. */
function shareOf(sum: Buffers, { size, setup }: OrientationState) {
  const measured: number[] = [];
  sum.class!.forEach((c, i) => {
    if (c !== CLASS("not-measured")) measured.push(i);
  });
  const profiles = new Float32Array(measured.length * PROFILE_BINS);
  measured.forEach((i, k) => {
    profiles.set(sum.profile!.subarray(i * PROFILE_BINS, (i + 1) * PROFILE_BINS), k * PROFILE_BINS);
  });
  const bragg = Float32Array.from(measured, (i) => sum.bragg![i]!);
  const spots = Uint16Array.from(measured, (i) => sum.spots![i]!);
  const { from, to } = ringRange(size, setup.camera.discRadius);
  const glass = amorphousShare(profiles, PROFILE_BINS, bragg, spots, from, to);
  const share = new Float32Array(sum.class!.length).fill(Number.NaN);
  measured.forEach((i, k) => {
    share[i] = glass.share[k]!;
  });
  return { share, hasEndMember: glass.hasEndMember };
}

function finish(sum: Buffers, state: OrientationState): Finished {
  const { spots: _spots, bragg: _bragg, profile: _profile, ...tiles } = sum;
  const maps = { ...tiles } as unknown as OrientationMaps;
  const { share, hasEndMember } = shareOf(sum, state);
  share.forEach((value, i) => {
    if (!(value > 0.5)) return;
    if (hasEndMember) maps.class[i] = CLASS("amorphous");
    maps.trustworthy[i] = 0;
  });
  const { width, height, crystals } = state;
  const amorphous = share;
  const grain = segmentGrains({ ...maps, width, height, amorphous }, crystals);
  const random = seededRandom(`orientation/finish/${state.chance}`);
  const found = grainResults({ ...maps, width, height, amorphous, grain }, crystals, state.step, random);
  return {
    maps: { ...tiles, amorphous, grain },
    tables: found.tables,
    values: { ...valuesOf(grain, state), ...found.values },
    notices: noticesOf(state, hasEndMember),
  };
}

function valuesOf(grain: Int32Array, { setup, pixelSizeFrom }: OrientationState): Record<string, Quantity> {
  const { camera, optics, calibrated } = setup;
  const [mxx, mxy, myy] = optics.ellipse;
  const found = calibrated ? "found" : "assumed";
  return {
    "pixel size": {
      ...{ value: optics.pixel, unit: "1/Å", from: calibrated ? "found" : pixelSizeFrom },
      ...(calibrated && { sigma: optics.pixel * setup.pixelSigma }),
    },
    "ellipse, difference of axes": { value: Math.hypot(mxx - myy, 2 * mxy), unit: "1", from: found },
    "disc radius": { value: camera.discRadius, unit: "px", from: camera.discFound ? "found" : "assumed" },
    "model error of amplitudes": { value: optics.modelError, unit: "1", from: found },
    gain: { value: camera.gain, unit: "1", from: "found" },
    "grains of 5 points or more, 5°": {
      value: grain.reduce((a, b) => Math.max(a, b), -1) + 1,
      unit: "1",
      from: "counted",
    },
    "bad pixels": { value: camera.bad.reduce((a, b) => a + b, 0), unit: "1", from: "counted" },
  };
}

function noticesOf({ setup, ...options }: OrientationState, hasEndMember: boolean): Notice[] {
  const { camera, optics, calibrated } = setup;
  const notices: Notice[] = [];
  const off = optics.pixel / options.pixelSize - 1;
  if (calibrated && options.pixelSize > 0 && Math.abs(off) > 0.02) {
    const message = `the crystals ask for a pixel of ${optics.pixel.toFixed(6)} 1/Å, ${(100 * off).toFixed(1)} % from the one given`;
    notices.push({ code: "pixel-size", message, flag: "--pixel-size" });
  }
  if (!calibrated && options.calibration === "refine") {
    const message =
      "too few spots fit a crystal to refine pixel size and ellipse: taken as given, ellipse none";
    notices.push({ code: "not-calibrated", message, flag: "--pixel-size" });
  }
  const explained = setup.explained ?? 1;
  if (explained < 0.45) {
    const message = `the crystals explain only ${(100 * explained).toFixed(0)} % of the spots of a middling pattern: a phase is missing, or pixel size, voltage or precession are wrong`;
    notices.push({ code: "little-explained", message, flag: "--pixel-size" });
  }
  if (!camera.discFound) {
    const message = `no spot was strong enough to measure the disc radius: ${camera.discRadius} px assumed`;
    notices.push({ code: "disc-radius", message });
  }
  if (!hasEndMember) {
    const message =
      "no amorphous end member in this scan, so the amorphous share is not calibrated: 0 where there are spots, else 1";
    notices.push({ code: "amorphous-end-member", message });
  }
  return notices;
}

export const kernel: Kernel<OrientationParams, OrientationState> = {
  prepare(input, params, random) {
    const [height, width] = input.axes.map((axis) => axis.size) as [number, number];
    return { ...params, width, height, size: detectorSize(input), chance: String(random.next()) };
  },
  tile(data, at, state, out) {
    const pixels = state.size * state.size;
    const count = (at.stop[0]! - at.start[0]!) * (at.stop[1]! - at.start[1]!);
    for (let i = 0; i < count; i++) {
      const raw = data.subarray(i * pixels, (i + 1) * pixels);
      // A frame that the file does not hold, or a dead exposure: no answer, not an amorphous film.
      if (raw.some((value) => value > 0)) indexPoint(raw, state, out, i);
    }
  },
  finish,
};
