import type { Signal } from "../../core/contracts.ts";
import { inLevels, type Levels, levelsOf } from "./levels.ts";
import { beamCentre, type Camera, cleanFrame, preparePattern } from "./pattern.ts";
import { type Patch, photonTransfer } from "./photon-transfer.ts";

/** Disc radius to look for spots with, before it is measured [px]. */
const START_RADIUS = 3;

/** Gain of whole levels where their rounding hides it [grey per electron]. */
const LEAST_WHOLE_GAIN = 0.2;
/** Fractions with less than this for an electron are scaled [grey per electron]. */
const SMALL_GAIN = 0.2;

/** What the frames say about the camera, and where the direct beam is in their mean: column, row [px]. */
export interface SurveyedCamera extends Camera {
  readonly centre: [number, number];
  /** False where no spot was strong enough and the disc radius is only the start value. */
  readonly discFound: boolean;
  /** False where no photon-transfer line gave the gain and it is assumed; absent where there is no camera. */
  readonly gainFound?: boolean;
  /** Standard uncertainties of disc radius [px] and gain [grey per electron]; NaN where unknown. */
  readonly discSigma?: number;
  readonly gainSigma?: number;
}

/** Frames spread evenly over what the file holds of the scan, at most `count`, as one block each. */
export async function sampleFrames(
  scan: Signal,
  count: number,
  stop?: AbortSignal,
): Promise<ArrayLike<number>[]> {
  const [ny, nx, size] = [scan.axes[0]!.size, scan.axes[1]!.size, scan.axes[2]!.size];
  const held = scan.meta["frames.present"];
  // A header may claim many more than were written; those that are missing would leave few to look at.
  const total = typeof held === "object" ? Math.min(held.value, ny * nx) : ny * nx;
  const frames: ArrayLike<number>[] = [];
  const used = Math.min(count, total);
  for (let i = 0; i < used; i++) {
    // A golden-section stride visits rows and columns evenly.
    const at = used === total ? i : Math.floor(((i * 0.618034) % 1) * total);
    const [y, x] = [Math.floor(at / nx), at % nx];
    const frame = await scan.tile({ start: [y, x, 0, 0], stop: [y + 1, x + 1, size, size] }, stop);
    // A frame that the file does not hold, or a dead exposure, says nothing about the camera.
    if (frame.some((value) => value > 0)) frames.push(frame);
  }
  return frames;
}

/**
 * Camera properties from sample frames: dead and hot pixels against their surroundings in the mean frame, radius of
 * the direct beam at half height, and gain and dark level from the photon-transfer line of the rings between the spots.
 */
export function surveyCamera(frames: readonly ArrayLike<number>[], size: number): SurveyedCamera {
  const n = size * size;
  const mean = new Float64Array(n);
  const seen = new Uint32Array(n);
  for (const frame of frames)
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(frame[i])) continue;
      mean[i]! += frame[i]!;
      seen[i]!++;
    }
  // A pixel that never counted has no mean.
  for (let i = 0; i < n; i++) mean[i] = mean[i]! / seen[i]!;
  const bad = new Uint8Array(n);
  const around: number[] = [];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      around.length = 0;
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) {
          if ((dx === 0 && dy === 0) || x + dx < 0 || y + dy < 0 || x + dx >= size || y + dy >= size)
            continue;
          const level = mean[(y + dy) * size + x + dx]!;
          if (Number.isFinite(level)) around.push(level);
        }
      if (!Number.isFinite(mean[y * size + x]!)) {
        bad[y * size + x] = 1;
        continue;
      }
      around.sort((a, b) => a - b);
      const middle = around[around.length >> 1]!;
      const spread = around[Math.floor(around.length * 0.9)]! - around[Math.floor(around.length * 0.1)]!;
      const off = mean[y * size + x]! - middle;
      // Counting noise of the mean itself, generously: the gain is not known yet.
      const noise = 6 * Math.sqrt((Math.max(middle, 0.05) * 4) / frames.length);
      if (Math.abs(off) > 3 * spread + noise) bad[y * size + x] = 1;
    }
  const sorted = mean.filter(Number.isFinite).sort();
  // Outermost level of the mean frame as the dark level, but never more than one per cent of the frames' range.
  const dark = Math.min(sorted[Math.floor(sorted.length * 0.005)]! * 0.9, 0.01 * sorted[sorted.length - 1]!);
  let top = -1;
  for (let i = 0; i < n; i++) if (!bad[i] && (top < 0 || mean[i]! > mean[top]!)) top = i;
  if (top < 0) top = (size >> 1) * (size + 1);
  const centre: [number, number] = [top % size, Math.floor(top / size)];
  const whole = frames.slice(0, 4).every((raw) => Array.prototype.every.call(raw, Number.isInteger));
  const rough = { discRadius: START_RADIUS, gain: 1, dark, bad, centre };
  const first = photonTransfer(patches(frames.slice(0, 64), size, rough, false), whole);
  const second =
    first && photonTransfer(patches(frames.slice(0, 64), size, { ...rough, ...first }, true), whole);
  const line = second ?? first;
  // Where one grey level holds more than five electrons, rounding to whole levels hides their noise.
  const hidden = whole && line !== undefined && line.gain < LEAST_WHOLE_GAIN;
  const gain = hidden ? LEAST_WHOLE_GAIN : (line?.gain ?? 1);
  // Counts have no dark level below 0, and none above the darkest pixels.
  const level = line ? Math.min(Math.max(0, line.dark), sorted[Math.floor(sorted.length * 0.02)]!) : dark;
  const start = { discRadius: START_RADIUS, gain, dark: level, bad, centre };
  const radius = spotRadius(frames.slice(0, 64), size, start);
  const gainFound = line !== undefined && !hidden;
  const gainSigma = gainFound ? line.gainSigma : Number.NaN;
  const found = { gainFound, gainSigma, discFound: radius !== undefined };
  return {
    ...start,
    ...found,
    discRadius: radius?.value ?? START_RADIUS,
    discSigma: radius?.sigma ?? Number.NaN,
  };
}

/** A camera of which no frame says anything. */
export function unknownCamera(size: number): SurveyedCamera {
  const middle = (size - 1) / 2;
  return {
    ...{ discRadius: START_RADIUS, discFound: false, gain: 1, gainFound: false, dark: 0 },
    ...{ bad: new Uint8Array(size * size), centre: [middle, middle] },
  };
}

/** Median ratio of variance and mean between the rings of a few frames: the gain, if the dark level is low. */
function roughGain(frames: readonly ArrayLike<number>[], size: number): number {
  const camera = unknownCamera(size);
  const ratios = patches(frames.slice(0, 16), size, camera, false)
    .map(({ mean, variance }) => variance / mean)
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .sort((a, b) => a - b);
  return ratios[ratios.length >> 1] ?? 1;
}

/**
 * The levels of sample frames and what they say about the camera, in those levels: fractions without a common divisor
 * are scaled by a power of ten until an electron is about a grey level, because the thresholds of a pattern are made
 * for such.
 */
export function surveyLevels(
  frames: readonly ArrayLike<number>[],
  size: number,
): { levels: Levels; camera: SurveyedCamera } {
  let levels = levelsOf(frames);
  const look = () =>
    surveyCamera(
      frames.map((frame) => inLevels(frame, levels)),
      size,
    );
  const rescale = (gain: number) => {
    levels = { ...levels, scale: levels.scale * 10 ** -Math.round(Math.log10(gain)) };
  };
  if (!levels.whole) {
    const rough = roughGain(frames, size);
    if (rough < SMALL_GAIN) rescale(rough);
  }
  let camera = look();
  for (let round = 0; round < 3 && !levels.whole && camera.gainFound; round++) {
    const large = levels.scale > 1 && camera.gain > 1 / SMALL_GAIN;
    if (camera.gain >= SMALL_GAIN && !large) break;
    rescale(camera.gain);
    camera = look();
  }
  return { levels, camera };
}

/** Rings of every frame from a seventh of the detector outwards, without bad pixels and, if asked, without spots. */
function patches(
  frames: readonly ArrayLike<number>[],
  size: number,
  camera: Camera & { centre: [number, number] },
  withoutSpots: boolean,
): Patch[] {
  const found: Patch[] = [];
  const rings = 10;
  const inner = size / 7;
  const width = (size * 0.52 - inner) / rings;
  const frame = new Float32Array(size * size);
  const hidden = new Uint8Array(size * size);
  for (const raw of frames) {
    cleanFrame(raw, size, camera, frame);
    const c = beamCentre(frame, size, 4, camera.centre);
    hidden.set(camera.bad);
    if (withoutSpots) hideSpots(preparePattern(frame, size, camera, c).spots, c, size, hidden);
    const sum = new Float64Array(rings);
    const square = new Float64Array(rings);
    const count = new Float64Array(rings);
    for (let y = 2; y < size - 2; y++)
      for (let x = 2; x < size - 3; x++) {
        const at = y * size + x;
        if (hidden[at] || hidden[at + 1]) continue;
        const ring = Math.floor((Math.hypot(x - c[0], y - c[1]) - inner) / width);
        if (ring < 0 || ring >= rings) continue;
        const [a, b] = [raw[at]!, raw[at + 1]!];
        sum[ring]! += (a + b) / 2;
        // Neighbours differ by noise, hardly by background.
        square[ring]! += ((a - b) * (a - b)) / 2;
        count[ring]!++;
      }
    for (let ring = 0; ring < rings; ring++)
      if (count[ring]! > 100)
        found.push({ mean: sum[ring]! / count[ring]!, variance: square[ring]! / count[ring]! });
  }
  return found;
}

function hideSpots(
  spots: readonly { x: number; y: number }[],
  centre: readonly [number, number],
  size: number,
  hidden: Uint8Array,
): void {
  const reach = 2 * START_RADIUS;
  for (const spot of spots) {
    const [x0, y0] = [Math.round(spot.x + centre[0]), Math.round(spot.y + centre[1])];
    for (let y = Math.max(0, y0 - reach); y <= Math.min(size - 1, y0 + reach); y++)
      for (let x = Math.max(0, x0 - reach); x <= Math.min(size - 1, x0 + reach); x++)
        hidden[y * size + x] = 1;
  }
}

/** Half pixels that the profile of a disc reaches out to, and what rounding to one leaves of a radius [px]. */
const BINS = 20;
const BIN_SIGMA = 0.5 / Math.sqrt(12);
/** Groups of frames that are left out one after the other to tell the uncertainty of the disc radius. */
const GROUPS = 8;

/** Radial profile of the strongest spots of some frames: sum over pixels, each of spot height 1, and their number. */
interface DiscProfile {
  readonly sum: Float64Array;
  readonly count: Float64Array;
}

/**
 * Radius of the diffraction discs [px]: half height of the mean profile of the strongest unclipped spots. The direct
 * beam would not do, because cameras clip it. Undefined without such a spot.
 *
 * Its σ is that of one bin of the profile, and the jackknife's over eight groups of frames (Efron & Stein 1981); NaN
 * where one group alone has such spots.
 */
function spotRadius(
  frames: readonly ArrayLike<number>[],
  size: number,
  camera: Camera & { centre: [number, number] },
): { value: number; sigma: number } | undefined {
  const groups = Array.from({ length: GROUPS }, (_, g) =>
    discProfile(
      frames.filter((_, i) => i % GROUPS === g),
      size,
      camera,
    ),
  );
  const value = halfHeight(groups);
  if (value === undefined) return undefined;
  const without = groups
    .filter(({ count }) => count[0]! > 0)
    .map((left) => halfHeight(groups.filter((group) => group !== left)) ?? Number.NaN);
  const mean = without.reduce((a, b) => a + b, 0) / without.length;
  const squares = without.reduce((sum, radius) => sum + (radius - mean) ** 2, 0);
  const scatter = Math.sqrt(((without.length - 1) / without.length) * squares);
  return { value, sigma: without.length > 1 ? Math.hypot(scatter, BIN_SIGMA) : Number.NaN };
}

function discProfile(
  frames: readonly ArrayLike<number>[],
  size: number,
  camera: Camera & { centre: [number, number] },
): DiscProfile {
  const sum = new Float64Array(BINS);
  const count = new Float64Array(BINS);
  const frame = new Float32Array(size * size);
  for (const raw of frames) {
    cleanFrame(raw, size, camera, frame);
    const clip = 0.98 * frame.reduce((a, b) => Math.max(a, b), 0);
    const pattern = preparePattern(
      frame,
      size,
      camera,
      beamCentre(frame, size, camera.discRadius, camera.centre),
    );
    for (const spot of pattern.spots.slice(0, 5)) {
      if (spot.intensity < 12 * Math.sqrt(spot.variance)) continue;
      const [sx, sy] = [spot.x + pattern.centre[0], spot.y + pattern.centre[1]];
      if (Math.min(sx, sy) < 9 || Math.max(sx, sy) > size - 10) continue;
      if (frame[Math.round(sy) * size + Math.round(sx)]! >= clip) continue;
      for (let y = Math.round(sy) - 8; y <= Math.round(sy) + 8; y++)
        for (let x = Math.round(sx) - 8; x <= Math.round(sx) + 8; x++) {
          const bin = Math.round(2 * Math.hypot(x - sx, y - sy));
          if (bin >= BINS) continue;
          sum[bin]! += frame[y * size + x]! / spot.intensity;
          count[bin]!++;
        }
    }
  }
  return { sum, count };
}

/** Radius at half height of the mean of some profiles [px]; undefined where there is none. */
function halfHeight(profiles: readonly DiscProfile[]): number | undefined {
  const total = (of: keyof DiscProfile, bin: number) => profiles.reduce((all, p) => all + p[of][bin]!, 0);
  const profile = Float64Array.from({ length: BINS }, (_, bin) => total("sum", bin) / total("count", bin));
  if (total("count", 0) === 0) return undefined;
  // An empty bin takes the value of the one before it.
  for (let i = 1; i < BINS; i++) if (total("count", i) === 0) profile[i] = profile[i - 1]!;
  const floor = Math.min(...profile.subarray(8));
  const half = (floor + (profile[0]! + profile[1]! + profile[2]!) / 3) / 2;
  const bin = profile.findIndex((p) => p < half);
  if (bin < 1) return undefined;
  const part = (profile[bin - 1]! - half) / (profile[bin - 1]! - profile[bin]!);
  return Math.max(1, (bin - 1 + part) / 2);
}
