import type { Buffers, Finished, Kernel } from "../../core/analysis.ts";
import type { Crystal, Notice, Quantity } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { type AmorphousShare, amorphousShare, UNIFORM } from "./amorphous.ts";
import { writeAnswer } from "./answer.ts";
import { axesNotice, type BeamWalk, beamWalk, walkValues } from "./beam-walk.ts";
import { detectorSize, type ScanSetup } from "./calibrate-scan.ts";
import { coherenceVerdict } from "./coherence.ts";
import { unusable } from "./exposure.ts";
import { grainResults } from "./grain-results.ts";
import { segmentGrains } from "./grains.ts";
import { type Indexer, indexPattern } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import { inLevels, PLAIN } from "./levels.ts";
import { type OrientationMaps, type OrientationOptions, PIXEL_CLASSES } from "./maps.ts";
import { PROFILE_BINS } from "./outputs.ts";
import { faintestSpot } from "./pattern.ts";
import { phaseVerdict } from "./phase-verdict.ts";

export interface OrientationParams extends OrientationOptions {
  readonly crystals: readonly Crystal[];
  readonly setup: ScanSetup;
}

/** Small and plain: each worker builds its bank from it (0.4 s for two cubic crystals), so the caller's thread never waits. */
export interface OrientationState extends OrientationParams {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  /** Scan points that the input holds, in scan order; those after them are not measured. */
  readonly present: number;
  /** Seed of what `finish` draws. */
  readonly chance: string;
}

const built = new WeakMap<OrientationState, Indexer>();

/** The indexer of a state; made once a thread. */
export function indexerOf(state: OrientationState): Indexer {
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

/** Classes and, if it can be matched, indexes one pattern, whose values are those of the file. */
function indexPoint(values: ArrayLike<number>, state: OrientationState, out: Buffers, at: number): void {
  const { camera, levels = PLAIN, exposure, optics } = state.setup;
  const raw = inLevels(values, levels);
  const kind = exposure ? unusable(raw, state.size, camera, exposure) : isDark(raw) ? "vacuum" : undefined;
  // Without a pixel size, which only a scan without light in its samples can do without, there is nothing to match.
  if (kind || !(optics.pixel > 0)) {
    out.class![at] = CLASS(kind ?? "undecided");
    return;
  }
  const indexer = indexerOf(state);
  const result = indexPattern(indexer, raw);
  const { width } = ringRange(state.size, state.setup.camera.discRadius);
  out.beam!.set(result.pattern.centre, 2 * at);
  binProfile(result.pattern.background, width, out.profile!, at * PROFILE_BINS);
  writeAnswer(result, indexer.models, state, out, at);
}

/** Whether no pixel has light. */
function isDark(raw: ArrayLike<number>): boolean {
  return !Array.prototype.some.call(raw, (value: number) => value > 0);
}

/** Classes of points without a pattern that tells film from film. */
const UNUSABLE: readonly number[] = [CLASS("not-measured"), CLASS("vacuum"), CLASS("saturated")];

/** What `amorphousShare` says of the points with a usable pattern, NaN elsewhere. */
function shareOf(sum: Buffers, { size, setup }: OrientationState): AmorphousShare {
  const measured: number[] = [];
  sum.class!.forEach((c, i) => {
    if (!UNUSABLE.includes(c)) measured.push(i);
  });
  const profiles = new Float32Array(measured.length * PROFILE_BINS);
  measured.forEach((i, k) => {
    profiles.set(sum.profile!.subarray(i * PROFILE_BINS, (i + 1) * PROFILE_BINS), k * PROFILE_BINS);
  });
  const bragg = Float32Array.from(measured, (i) => sum.bragg![i]!);
  // Specks of noise are no spots.
  const spots = Uint16Array.from(measured, (i) => (sum.phase![i]! < 0 ? 0 : sum.spots![i]!));
  const { from, to } = ringRange(size, setup.camera.discRadius);
  const hidden = Float32Array.from(measured, (_, k) => {
    let [level, pixels] = [0, 0];
    for (let bin = from; bin < to; bin++) {
      level += bin * profiles[k * PROFILE_BINS + bin]!;
      pixels += bin;
    }
    return faintestSpot(level / pixels, setup.camera);
  });
  const glass = amorphousShare(profiles, PROFILE_BINS, bragg, spots, hidden, from, to);
  const placed = (values: Float32Array) => {
    const all = new Float32Array(sum.class!.length).fill(Number.NaN);
    measured.forEach((i, k) => {
      all[i] = values[k]!;
    });
    return all;
  };
  return { ...glass, share: placed(glass.share), sigma: placed(glass.sigma) };
}

function finish(sum: Buffers, state: OrientationState): Finished {
  const { spots: _spots, bragg: _bragg, profile: _profile, ...tiles } = sum;
  const maps = { ...tiles } as unknown as OrientationMaps;
  const film = shareOf(sum, state);
  const amorphous = film.share;
  amorphous.forEach((value, i) => {
    if (!(value > 0.5)) return;
    maps.class[i] = CLASS("amorphous");
    maps.trustworthy[i] = 0;
  });
  const { width, height, crystals } = state;
  const grain = segmentGrains({ ...maps, width, height, amorphous }, crystals);
  const random = (what: string) => seededRandom(`orientation/${what}/${state.chance}`);
  const found = grainResults(
    { ...maps, width, height, amorphous, grain },
    crystals,
    state.step,
    random("finish"),
  );
  const names = crystals.map(({ name }) => name);
  const verdict = phaseVerdict({ ...maps, amorphous }, names);
  const whole = coherenceVerdict({ ...maps, width, height, amorphous }, crystals, random("coherence"));
  const walk = beamWalk(sum.beam!, width, height);
  return {
    maps: { ...tiles, amorphous, amorphous_sigma: film.sigma, grain },
    tables: found.tables,
    values: {
      ...valuesOf(grain, state),
      ...walkValues(walk),
      ...found.values,
      ...verdict.values,
      ...whole.values,
    },
    notices: [
      ...unusableNotices(maps.class, state),
      ...noticesOf(state, maps, film, walk),
      ...verdict.notices,
      ...whole.notices,
    ],
  };
}

/** A standard uncertainty where it is known. */
export function sigmaOf(sigma: number | undefined): { sigma?: number } {
  return sigma !== undefined && sigma > 0 ? { sigma } : {};
}

function valuesOf(grain: Int32Array, { setup, pixelSizeFrom }: OrientationState): Record<string, Quantity> {
  const { camera, optics, calibrated, levels = PLAIN } = setup;
  const [mxx, mxy, myy] = optics.ellipse;
  const found = calibrated ? "found" : "assumed";
  return {
    ...(optics.pixel > 0 && {
      "pixel size": {
        ...({ value: optics.pixel, unit: "1/Å", from: calibrated ? "found" : pixelSizeFrom } as const),
        ...(calibrated && { sigma: optics.pixel * setup.pixelSigma }),
      },
    }),
    // Of one fit with the pixel size, half the sum of what this is the difference of.
    "ellipse, difference of axes": {
      ...{ value: Math.hypot(mxx - myy, 2 * mxy), unit: "1", from: found },
      ...(calibrated && { sigma: 2 * setup.pixelSigma }),
    },
    "disc radius": {
      ...{ value: camera.discRadius, unit: "px", from: camera.discFound ? "found" : "assumed" },
      ...sigmaOf(camera.discSigma),
    },
    "model error of amplitudes": {
      ...{ value: optics.modelError, unit: "1", from: found },
      ...sigmaOf(setup.modelErrorSigma),
    },
    gain: {
      ...{ value: camera.gain / levels.scale, unit: "1", from: camera.gainFound ? "found" : "assumed" },
      ...sigmaOf(camera.gainSigma === undefined ? undefined : camera.gainSigma / levels.scale),
    },
    "grains of 5 points or more, 5°": {
      value: grain.reduce((a, b) => Math.max(a, b), -1) + 1,
      unit: "1",
      from: "counted",
    },
    "bad pixels": { value: camera.bad.reduce((a, b) => a + b, 0), unit: "1", from: "counted" },
  };
}

/** What is said of patterns that cannot be matched; empty ones are worth a word only where all are. */
function unusableNotices(classes: Uint8Array, { width }: OrientationState): Notice[] {
  const count = (name: (typeof PIXEL_CLASSES)[number]) => classes.filter((c) => c === CLASS(name)).length;
  const measured = classes.length - count("not-measured");
  const notices: Notice[] = [];
  const saturated = count("saturated");
  if (saturated > 0) {
    const first = classes.indexOf(CLASS("saturated"));
    const message = `${saturated} of ${measured} patterns are saturated, the detector is clipped in most of its rings: they are not matched; expose for less time or with less beam`;
    const where = `the first at column ${first % width}, row ${Math.floor(first / width)}`;
    notices.push({ code: "saturated", message, where });
  }
  if (measured === count("vacuum")) {
    const what = measured === 0 ? "no scan point has a pattern" : `none of ${measured} patterns has a signal`;
    const message = `${what} above dark level and noise: nothing indexed; is this the right scan, and was the beam on?`;
    notices.push({ code: "no-signal", message });
  }
  return notices;
}

function noticesOf(
  { setup, ...options }: OrientationState,
  { phase, class: classes }: Pick<OrientationMaps, "phase" | "class">,
  film: AmorphousShare,
  walk: BeamWalk | undefined,
): Notice[] {
  // Of a scan without one usable pattern all else follows.
  if (classes.every((c) => UNUSABLE.includes(c))) return [];
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
    const message = `the crystals explain only ${(100 * explained).toFixed(0)} % of the spots of a middling pattern: a phase is missing, or pixel size, voltage, precession or the place of the direct beam are wrong`;
    notices.push({ code: "little-explained", message, flag: "--pixel-size" });
  }
  if (!camera.gainFound) {
    const message = `the noise between the spots does not tell what one electron is: ${(camera.gain / (setup.levels ?? PLAIN).scale).toPrecision(3)} of a grey level assumed`;
    notices.push({ code: "gain", message });
  }
  if (!camera.discFound) {
    const message = `no spot was strong enough to measure the disc radius: ${camera.discRadius} px assumed`;
    notices.push({ code: "disc-radius", message });
  }
  if (!film.hasEndMember) notices.push(noEndMember(film, phase));
  notices.push(axesNotice(walk, options, [options.width, options.height]));
  return notices;
}

/** What cannot be separated in a scan without a point that is free of crystals. */
function noEndMember({ share }: AmorphousShare, phase: Int16Array): Notice {
  let [amorphous, unknown] = [0, 0];
  share.forEach((value, i) => {
    if (Number.isNaN(value) || phase[i]! >= 0) return;
    if (value > 0.5) amorphous++;
    else unknown++;
  });
  const bare = amorphous + unknown;
  const counted = `; of ${bare} points without spots ${amorphous} count as amorphous, because a usual crystal would have shown above their noise, and ${unknown}, where it would not, as not indexed`;
  const message = `no amorphous end member in this scan: nothing separates amorphous film over a crystal from the crystal's own background, the share is 0 ± ${UNIFORM.toFixed(2)} where there are spots${bare > 0 ? counted : ""}`;
  return { code: "amorphous-end-member", message };
}

export const kernel: Kernel<OrientationParams, OrientationState> = {
  prepare(input, params, random) {
    const [height, width] = input.axes.map((axis) => axis.size) as [number, number];
    const held = input.meta["frames.present"];
    const present = typeof held === "object" ? held.value : width * height;
    return { ...params, width, height, size: detectorSize(input), present, chance: String(random.next()) };
  },
  tile(data, at, state, out) {
    const pixels = state.size * state.size;
    const across = at.stop[1]! - at.start[1]!;
    const count = (at.stop[0]! - at.start[0]!) * across;
    for (let i = 0; i < count; i++) {
      const point = (at.start[0]! + Math.floor(i / across)) * state.width + at.start[1]! + (i % across);
      const raw = data.subarray(i * pixels, (i + 1) * pixels);
      if (point < state.present && raw.some(Number.isFinite)) indexPoint(raw, state, out, i);
    }
  },
  finish,
};
