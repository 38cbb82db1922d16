import type { Signal } from "../../core/contracts.ts";
import { beamCentre, type Camera, cleanFrame, preparePattern } from "./pattern.ts";

/** Disc radius to look for spots with, before it is measured [px]. */
const START_RADIUS = 3;

/** What the frames say about the camera, and where the direct beam is in their mean: column, row [px]. */
export interface SurveyedCamera extends Camera {
  readonly centre: [number, number];
  /** False where no spot was strong enough and the disc radius is only the start value. */
  readonly discFound: boolean;
}

/** Frames spread evenly over the scan, at most `count`, as one block each. */
export async function sampleFrames(
  scan: Signal,
  count: number,
  stop?: AbortSignal,
): Promise<ArrayLike<number>[]> {
  const [ny, nx, size] = [scan.axes[0]!.size, scan.axes[1]!.size, scan.axes[2]!.size];
  const total = ny * nx;
  const frames: ArrayLike<number>[] = [];
  const used = Math.min(count, total);
  for (let i = 0; i < used; i++) {
    // A golden-section stride visits rows and columns evenly.
    const at = used === total ? i : Math.floor(((i * 0.618034) % 1) * total);
    const [y, x] = [Math.floor(at / nx), at % nx];
    frames.push(await scan.tile({ start: [y, x, 0, 0], stop: [y + 1, x + 1, size, size] }, stop));
  }
  return frames;
}

/**
 * Camera properties from sample frames: dead and hot pixels against their surroundings in the mean frame, radius of
 * the direct beam at half height, and gain from the ratio of variance to mean in the rings between the spots.
 */
export function surveyCamera(frames: readonly ArrayLike<number>[], size: number): SurveyedCamera {
  const n = size * size;
  const mean = new Float64Array(n);
  for (const frame of frames) for (let i = 0; i < n; i++) mean[i]! += frame[i]! / frames.length;
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
  const frame = new Float32Array(n);
  const sorted = mean.filter(Number.isFinite).sort();
  // Outermost level of the mean frame as the dark level, but never more than one per cent of the frames' range.
  const dark = Math.min(sorted[Math.floor(sorted.length * 0.005)]! * 0.9, 0.01 * sorted[sorted.length - 1]!);
  let top = 0;
  for (let i = 0; i < n; i++) if (!bad[i] && mean[i]! > mean[top]!) top = i;
  const centre: [number, number] = [top % size, Math.floor(top / size)];
  const ratios: number[] = [];
  for (const raw of frames.slice(0, 64)) {
    cleanFrame(raw, size, { discRadius: START_RADIUS, gain: 1, dark, bad }, frame);
    const c = beamCentre(frame, size, 4, centre);
    // Outer ring: squared differences of horizontal neighbours against their mean, where there is no spot.
    let variance = 0;
    let level = 0;
    for (let y = 4; y < size - 4; y++)
      for (let x = 4; x < size - 5; x++) {
        const r = Math.hypot(x - c[0], y - c[1]);
        if (r < size * 0.3 || bad[y * size + x] || bad[y * size + x + 1]) continue;
        const [a, b] = [frame[y * size + x]!, frame[y * size + x + 1]!];
        variance += ((a - b) * (a - b)) / 2;
        level += (a + b) / 2;
      }
    if (level > 0) ratios.push(variance / level);
  }
  ratios.sort((a, b) => a - b);
  // Spots only add variance, so the low end of the ratios is the counting noise.
  const gain = Math.max(0.2, ratios[Math.floor(ratios.length * 0.1)] ?? 1);
  const start = { discRadius: START_RADIUS, gain, dark, bad, centre };
  const radius = spotRadius(frames.slice(0, 64), size, start);
  return { ...start, discRadius: radius ?? START_RADIUS, discFound: radius !== undefined };
}

/**
 * Radius of the diffraction discs [px]: half height of the mean profile of the strongest unclipped spots. The direct
 * beam would not do, because cameras clip it. Undefined without such a spot.
 */
function spotRadius(
  frames: readonly ArrayLike<number>[],
  size: number,
  camera: Camera & { centre: [number, number] },
): number | undefined {
  const bins = 20;
  const sum = new Float64Array(bins);
  const count = new Float64Array(bins);
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
          if (bin >= bins) continue;
          sum[bin]! += frame[y * size + x]! / spot.intensity;
          count[bin]!++;
        }
    }
  }
  if (count[0] === 0) return undefined;
  const profile = sum.map((s, i) => s / Math.max(1, count[i]!));
  const floor = Math.min(...profile.subarray(8));
  const half = (floor + (profile[0]! + profile[1]! + profile[2]!) / 3) / 2;
  const bin = profile.findIndex((p) => p < half);
  if (bin < 1) return undefined;
  const part = (profile[bin - 1]! - half) / (profile[bin - 1]! - profile[bin]!);
  return Math.max(1, (bin - 1 + part) / 2);
}
