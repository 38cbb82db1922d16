import type { Crystal, Notice, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { MIDDLE_THICKNESS } from "../../science/scattering/precession-table.ts";
import { amorphousShare } from "./amorphous.ts";
import { type Optics, type PhaseModel, phaseModel, templates } from "./bank.ts";
import { segmentGrains } from "./grains.ts";
import { type OrientationMaps, type OrientationOptions, PIXEL_CLASSES } from "./maps.ts";
import { type Bank, type Candidate, inPlane, packBank, searchBank } from "./match.ts";
import { beamCentre, type Camera, cleanFrame, type Pattern, preparePattern, type Spot } from "./pattern.ts";
import { type Fit, refine, turned } from "./refine.ts";
import { sampleFrames, surveyCamera } from "./survey.ts";

/** Distance between zone axes of the template bank [deg]. */
const BANK_STEP = 1.5;
/** Candidates of the search that are refined, each with its partner turned 180° about the beam. */
const KEEP = 28;
/** Of these, the best that are refined in full, thickness included. */
const REFINED = 14;
/** Best candidates whose tilt is searched again from several starts. */
const POLISHED = 3;

/** Everything that one pattern needs to be indexed; the same for the whole scan. */
export interface Indexer {
  readonly size: number;
  readonly camera: Camera & { readonly centre: readonly [number, number] };
  readonly models: readonly PhaseModel[];
  readonly bank: Bank;
  readonly optics: Optics;
}

/**
 * Phase and orientation at every point of a 4D-STEM scan.
 *
 * @param scan signal with axes (y, x, row, column)
 * @returns maps over the scan; orientations crystal to sample, frames of docs/conventions.md
 * @throws Missing without crystals; Refused if the detector is not square
 */
export async function indexScan(
  scan: Signal,
  crystals: readonly Crystal[],
  options: OrientationOptions,
  onProgress?: (done: number, total: number) => void,
  stop?: AbortSignal,
): Promise<OrientationMaps> {
  if (crystals.length === 0)
    throw new LithoscopeError("Missing", "no crystal to index with: give --crystal NAME=FILE.cif", {
      flag: "--crystal",
    });
  const [height, width, size, columns] = scan.axes.map((a) => a.size) as [number, number, number, number];
  if (scan.axes.length !== 4 || size !== columns)
    throw new LithoscopeError(
      "Refused",
      `orientation needs a scan of square patterns, found ${scan.axes.map((a) => a.size).join(" × ")}`,
      {
        why: "shape",
      },
    );
  const notices: Notice[] = [];
  const frames = await sampleFrames(scan, 256, stop);
  const camera = surveyCamera(frames, size);
  let optics: Optics = {
    k: 1 / electronWavelength(options.voltageKv),
    precession: (options.precessionDeg * Math.PI) / 180,
    pixel: options.pixelSize,
    ellipse: [1, 0, 1],
    modelError: 0.15,
  };
  const build = (o: Optics): Indexer => {
    const models = crystals.map((c) =>
      phaseModel(c, o.pixel * size * 0.56, options.voltageKv, o, camera.discRadius),
    );
    const bank = packBank(models.flatMap((m, i) => templates(m, i, o, size / 2, BANK_STEP)));
    return { size, camera, models, bank, optics: o };
  };
  let indexer = build(optics);
  if (options.calibration === "refine") {
    const found = calibrate(indexer, frames.slice(0, 160));
    if (found) {
      optics = { ...optics, ...found.optics };
      indexer = { ...indexer, optics };
      indexer = build(optics);
      const off = found.optics.pixel / options.pixelSize - 1;
      if (Math.abs(off) > 0.02)
        notices.push({
          code: "pixel-size",
          message: `the crystals ask for a pixel of ${found.optics.pixel.toFixed(6)} 1/Å, ${(100 * off).toFixed(1)} % from the one given`,
          flag: "--pixel-size",
        });
    }
  }
  const n = width * height;
  const rings = Math.ceil(size * 0.75);
  const missing: number[] = [];
  const profiles = new Float32Array(n * rings);
  const bragg = new Float32Array(n);
  const spots = new Uint16Array(n);
  const maps = {
    phase: new Int16Array(n).fill(-1),
    orientation: new Float64Array(4 * n).fill(Number.NaN),
    score: new Float32Array(n).fill(Number.NaN),
    reliability: new Float32Array(n).fill(Number.NaN),
    covariance: new Float64Array(6 * n).fill(Number.NaN),
    margin: new Float32Array(n).fill(Number.NaN),
    used: new Uint16Array(n),
    amorphous: new Float32Array(n).fill(Number.NaN),
    class: new Uint8Array(n),
    trustworthy: new Uint8Array(n),
    grain: new Int32Array(n).fill(-1),
  };
  for (let y = 0; y < height; y++) {
    stop?.throwIfAborted();
    const row = await scan.tile({ start: [y, 0, 0, 0], stop: [y + 1, width, size, size] }, stop);
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const raw = row.subarray(x * size * size, (x + 1) * size * size);
      if (!raw.some((value) => value > 0)) {
        // A frame that the file does not hold, or a dead exposure: no answer, not an amorphous film.
        maps.class[at] = PIXEL_CLASSES.indexOf("not-measured");
        missing.push(at);
        continue;
      }
      const result = indexPattern(indexer, raw);
      profiles.set(result.pattern.background, at * rings);
      spots[at] = result.pattern.spots.length;
      bragg[at] = braggSum(result.pattern.spots);
      const best = result.fits[0];
      maps.class[at] = best ? (best.used < 3 ? 3 : 0) : 1;
      if (!best) continue;
      maps.phase[at] = best.phase;
      const sign = best.quaternion[0] < 0 ? -1 : 1;
      for (let c = 0; c < 4; c++) maps.orientation[4 * at + c] = sign * best.quaternion[c]!;
      maps.score[at] = best.explained;
      maps.reliability[at] = result.reliability;
      maps.margin[at] = result.margin;
      maps.used[at] = best.used;
      maps.covariance.set(covariance(best), 6 * at);
      maps.trustworthy[at] = standsFor(result) ? 1 : 0;
    }
    onProgress?.((y + 1) * width, n);
  }
  const glass = amorphousShare(
    profiles,
    rings,
    bragg,
    spots,
    Math.ceil(3 * camera.discRadius),
    Math.floor(size * 0.47),
  );
  maps.amorphous.set(glass.share);
  for (const i of missing) maps.amorphous[i] = Number.NaN;
  for (let i = 0; i < n; i++) {
    if (!(maps.amorphous[i]! > 0.5)) continue;
    maps.class[i] = 1;
    maps.trustworthy[i] = 0;
  }
  if (!glass.hasEndMember)
    notices.push({
      code: "amorphous-end-member",
      message:
        "no point without Bragg spots: the amorphous share cannot be calibrated on this scan and is given as 0",
    });
  maps.grain.set(segmentGrains({ width, height, ...maps }, crystals));
  const [mxx, , myy] = optics.ellipse;
  return {
    width,
    height,
    phases: crystals.map((c) => c.name),
    ...maps,
    values: {
      "pixel size": {
        value: optics.pixel,
        unit: "1/Å",
        from: options.calibration === "fixed" ? "flag" : "found",
      },
      "ellipse, difference of axes": {
        value: Math.hypot(mxx - myy, 2 * optics.ellipse[1]),
        unit: "1",
        from: "found",
      },
      "disc radius": { value: camera.discRadius, unit: "px", from: "found" },
      "model error of amplitudes": { value: optics.modelError, unit: "1", from: "found" },
      gain: { value: camera.gain, unit: "1", from: "found" },
      "grains of 5 points or more, 5°": {
        value: maps.grain.reduce((a, b) => Math.max(a, b), -1) + 1,
        unit: "1",
        from: "counted",
      },
      "bad pixels": { value: camera.bad.reduce((a, b) => a + b, 0), unit: "1", from: "counted" },
    },
    notices,
  };
}

/** Candidates of one frame, refined, best first, and what tells them apart. */
export interface Indexed {
  readonly pattern: Pattern;
  readonly fits: readonly Fit[];
  /** 1 − second/best of the score, second at least 10° away (its 180° partner apart) or of another phase. */
  readonly reliability: number;
  /** Difference of cost between that second and the best. */
  readonly margin: number;
}

/** Sum of the spots, each less five standard deviations, so that speckle and noise do not add up [grey]. */
export function braggSum(spots: readonly Spot[]): number {
  return spots.reduce((sum, s) => sum + Math.max(0, s.intensity - 5 * Math.sqrt(s.variance)), 0);
}

/** Indexes one raw frame. */
export function indexPattern(indexer: Indexer, raw: ArrayLike<number>): Indexed {
  const { size, camera, models, bank, optics } = indexer;
  const frame = new Float32Array(size * size);
  cleanFrame(raw, size, camera, frame);
  const pattern = preparePattern(
    frame,
    size,
    camera,
    beamCentre(frame, size, camera.discRadius, camera.centre),
  );
  if (pattern.spots.length < 2) return { pattern, fits: [], reliability: 0, margin: 0 };
  const starts = searchBank(pattern, bank, KEEP).flatMap((c): Candidate[] => [
    c,
    { ...c, quaternion: inPlane(Math.PI / 2, c.quaternion) },
  ]);
  const byCost = (a: Fit, b: Fit) => a.cost - b.cost;
  const model = (c: Candidate) => models[c.phase]!;
  const coarse = starts.map((c) => refine(pattern, model(c), optics, c, 3, MIDDLE_THICKNESS)).sort(byCost);
  const rough = coarse
    .slice(0, REFINED)
    .map((c) => refine(pattern, model(c), optics, c, 5))
    .sort(byCost);
  for (let i = 0; i < Math.min(POLISHED, rough.length); i++)
    rough[i] = polish(pattern, model(rough[i]!), optics, rough[i]!);
  rough.sort(byCost);
  const best = rough[0]!;
  const second = rough.find((f) => f.phase !== best.phase || distinct(best, f, models[best.phase]!));
  return {
    pattern,
    fits: rough,
    reliability: second ? Math.max(0, 1 - second.explained / best.explained) : 1,
    margin: second ? second.cost - best.cost : 1e3,
  };
}

/**
 * Tilts around a fit, refined, and the best of all: reflections switch on and off within the precession swing, so the
 * cost has several valleys in tilt that a descent from one start does not see.
 */
function polish(pattern: Pattern, model: PhaseModel, optics: Optics, fit: Fit): Fit {
  let best = fit;
  for (const radius of [0.0075, 0.015])
    for (let i = 0; i < 6; i++) {
      const angle = (Math.PI * (i + (radius > 0.01 ? 0.5 : 0))) / 3;
      const start = turned(fit.quaternion, radius * Math.cos(angle), radius * Math.sin(angle), 0);
      const trial = refine(pattern, model, optics, { ...fit, quaternion: start }, 4, fit.thickness);
      if (trial.cost < best.cost) best = trial;
    }
  return best;
}

/** Whether an answer is more than the best of a list: far ahead of any other, many spots, most of them explained. */
function standsFor({ fits, margin }: Indexed): boolean {
  const best = fits[0]!;
  return margin > 100 && best.used >= 11 && best.explained > 0.6;
}

/** At least 10° apart under the crystal's symmetry, also after a turn of 180° about the beam. */
function distinct(a: Fit, b: Fit, model: PhaseModel): boolean {
  const limit = Math.cos((5 * Math.PI) / 180);
  const turned = inPlane(Math.PI / 2, a.quaternion);
  for (const [w, x, y, z] of model.rotations) {
    const [e, f, g, h] = b.quaternion;
    const q = [
      e * w - f * x - g * y - h * z,
      e * x + f * w + g * z - h * y,
      e * y - f * z + g * w + h * x,
      e * z + f * y - g * x + h * w,
    ];
    for (const p of [a.quaternion, turned])
      if (Math.abs(p[0]! * q[0]! + p[1]! * q[1]! + p[2]! * q[2]! + p[3]! * q[3]!) > limit) return false;
  }
  return true;
}

/** Systematic part of the orientation error that no pattern shows, from simulated scans [rad]: 0.08°. */
const FLOOR = 1.4e-3;
/** Neighbouring reflections err together in a two-beam model, so the information counts less than it says. */
const CORRELATION = 4;

/** Covariance of the rotation vector, sample axes: xx xy xz yy yz zz [rad²]. */
function covariance(fit: Fit): number[] {
  const [a, b, c, d, e, f] = fit.information as [number, number, number, number, number, number];
  const det = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d);
  const scale = (CORRELATION * Math.max(1, fit.misfit)) / det;
  const inverse = [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b];
  const floor = [1, 0, 0, 1, 0, 1];
  return inverse.map((v, i) => v * scale + floor[i]! * FLOOR * FLOOR);
}

/**
 * One scale and one ellipse for all phases, from the spots of the best candidates of sample frames: the symmetric
 * matrix that takes predicted to measured positions, three rounds of least squares without outliers.
 */
function calibrate(
  indexer: Indexer,
  frames: readonly ArrayLike<number>[],
): { optics: Partial<Optics> & { pixel: number } } | undefined {
  let optics = indexer.optics;
  for (let round = 0; round < 2; round++) {
    const pairs: [number, number, number, number][] = [];
    const amplitudes: number[] = [];
    for (const raw of frames) {
      const { pattern, fits, margin } = indexPattern({ ...indexer, optics }, raw);
      const best = fits[0];
      if (!best || best.used < 6 || margin < 8) continue;
      if (best.amplitudeMisfit >= 0) amplitudes.push(best.amplitudeMisfit);
      const model = indexer.models[best.phase]!;
      for (const [gx, gy, x, y] of matchedSpots(pattern, model, optics, best)) pairs.push([gx, gy, x, y]);
    }
    if (pairs.length < 60) return undefined;
    // x = a gx + b gy, y = b gx + c gy [px]
    let [a, b, c] = [1 / optics.pixel, 0, 1 / optics.pixel];
    for (let pass = 0; pass < 4; pass++) {
      const m = new Float64Array(9);
      const v = new Float64Array(3);
      for (const [gx, gy, x, y] of pairs) {
        if (pass > 0 && Math.hypot(x - a * gx - b * gy, y - b * gx - c * gy) > 0.8) continue;
        m[0]! += gx * gx;
        m[1]! += gx * gy;
        m[4]! += gx * gx + gy * gy;
        m[5]! += gx * gy;
        m[8]! += gy * gy;
        v[0]! += gx * x;
        v[1]! += gy * x + gx * y;
        v[2]! += gy * y;
      }
      const det = m[0]! * (m[4]! * m[8]! - m[5]! * m[5]!) - m[1]! * m[1]! * m[8]!;
      a = (v[0]! * (m[4]! * m[8]! - m[5]! * m[5]!) - m[1]! * (v[1]! * m[8]! - m[5]! * v[2]!)) / det;
      b = (m[0]! * (v[1]! * m[8]! - m[5]! * v[2]!) - v[0]! * m[1]! * m[8]!) / det;
      c = (v[2]! - m[5]! * b) / m[8]!;
    }
    const pixel = 2 / (a + c);
    // A median deviation is 0.67 standard deviations; scale and thickness were fitted to the same spots, so 1.3 for 1.
    const middle = amplitudes.sort((p, q) => p - q)[amplitudes.length >> 1] ?? 0.1;
    const modelError = Math.min(0.2, Math.max(0.04, 1.3 * (middle / 0.67)));
    optics = { ...optics, pixel, ellipse: [a * pixel, b * pixel, c * pixel], modelError };
  }
  return { optics };
}

/** Pairs (g_x, g_y, x, y) of predicted reciprocal vectors [1/Å] and measured spots [px] of one fit. */
function matchedSpots(
  pattern: Pattern,
  model: PhaseModel,
  optics: Optics,
  fit: Fit,
): [number, number, number, number][] {
  const [w, qx, qy, qz] = fit.quaternion;
  const pairs: [number, number, number, number][] = [];
  for (let i = 0; i < model.list.count; i++) {
    const [vx, vy, vz] = [model.list.g[3 * i]!, model.list.g[3 * i + 1]!, model.list.g[3 * i + 2]!];
    const tx = 2 * (qy * vz - qz * vy);
    const ty = 2 * (qz * vx - qx * vz);
    const tz = 2 * (qx * vy - qy * vx);
    const g = [
      vx + w * tx + qy * tz - qz * ty,
      vy + w * ty + qz * tx - qx * tz,
      vz + w * tz + qx * ty - qy * tx,
    ];
    const r2 = g[0]! * g[0]! + g[1]! * g[1]!;
    if (Math.abs(r2 / (2 * optics.k) + g[2]!) > optics.precession * Math.sqrt(r2)) continue;
    const x = (optics.ellipse[0] * g[0]! + optics.ellipse[1] * g[1]!) / optics.pixel;
    const y = (optics.ellipse[1] * g[0]! + optics.ellipse[2] * g[1]!) / optics.pixel;
    const spot = pattern.spots.find((s) => Math.hypot(s.x - x, s.y - y) < 1.6);
    if (spot && spot.intensity > 8 * Math.sqrt(spot.variance)) pairs.push([g[0]!, g[1]!, spot.x, spot.y]);
  }
  return pairs;
}
