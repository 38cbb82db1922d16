import type { Crystal, Notice, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { amorphousShare, braggSum } from "./amorphous.ts";
import { type Optics, phaseModel, templates } from "./bank.ts";
import { calibrate } from "./calibrate.ts";
import { segmentGrains } from "./grains.ts";
import { covariance, type Indexer, indexPattern, standsFor } from "./index-pattern.ts";
import { type OrientationMaps, type OrientationOptions, PIXEL_CLASSES } from "./maps.ts";
import { packBank } from "./match.ts";
import { sampleFrames, surveyCamera } from "./survey.ts";

/** Distance between zone axes of the template bank [deg]. */
const BANK_STEP = 1.5;
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
  const found = options.calibration === "refine" ? calibrate(indexer, frames.slice(0, 160)) : undefined;
  if (found) {
    optics = found;
    indexer = build(optics);
    const off = found.pixel / options.pixelSize - 1;
    if (Math.abs(off) > 0.02)
      notices.push({
        code: "pixel-size",
        message: `the crystals ask for a pixel of ${found.pixel.toFixed(6)} 1/Å, ${(100 * off).toFixed(1)} % from the one given`,
        flag: "--pixel-size",
      });
  } else if (options.calibration === "refine")
    notices.push({
      code: "not-calibrated",
      message: "too few spots fit a crystal to refine pixel size and ellipse: taken as given, ellipse none",
      flag: "--pixel-size",
    });
  if (!camera.discFound)
    notices.push({
      code: "disc-radius",
      message: `no spot was strong enough to measure the disc radius: ${camera.discRadius} px assumed`,
    });
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
      maps.class[at] = PIXEL_CLASSES.indexOf(best && best.used >= 3 ? "crystal" : "few-spots");
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
    if (glass.hasEndMember) maps.class[i] = PIXEL_CLASSES.indexOf("amorphous");
    maps.trustworthy[i] = 0;
  }
  if (!glass.hasEndMember)
    notices.push({
      code: "amorphous-end-member",
      message:
        "no amorphous end member in this scan, so the amorphous share is not calibrated: 0 where there are spots, else 1",
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
        from: found ? "found" : options.pixelSizeFrom,
      },
      "ellipse, difference of axes": {
        value: Math.hypot(mxx - myy, 2 * optics.ellipse[1]),
        unit: "1",
        from: found ? "found" : "assumed",
      },
      "disc radius": {
        value: camera.discRadius,
        unit: "px",
        from: camera.discFound ? "found" : "assumed",
      },
      "model error of amplitudes": {
        value: optics.modelError,
        unit: "1",
        from: found ? "found" : "assumed",
      },
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
