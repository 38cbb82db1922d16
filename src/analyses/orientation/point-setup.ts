import type { Buffers, Kernel, Output, Setup } from "../../core/analysis.ts";
import type { Crystal, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { countOf } from "../../core/tile-plan.ts";
import { parseUnit } from "../../core/unit.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import type { Optics } from "./bank.ts";
import type { ScanSetup } from "./calibrate-scan.ts";
import { indexPrepared, refinerOf } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import type { OrientationOptions } from "./maps.ts";
import { modelErrorOf } from "./model-error.ts";
import { type PointFrame, pointFrame, pointPattern } from "./point-pattern.ts";
import { type CellCheck, checkCells, fitScale, type PhasePairs } from "./point-scale.ts";
import type { ModelCheck } from "./refine.ts";

/** Positions that the frame is judged by, and how many of them calibrate scale, ellipse and model error. */
const SURVEYED = 2048;
const CALIBRATED = 160;
/** Fewer spots than this calibrate nothing. */
const FEWEST = 60;
/** Radius of the discs that the lists were made from [px]: not in them, it only blurs the rocking curves. */
const DISC_RADIUS = 2;
/** Crystals whose cells are checked, and numbers of each: a, b, c, their sigmas, spots. */
const PHASES = 32;
const CELL_NUMBERS = 7;

/** The setup of a scan of lists: that of patterns, how lists are painted, and how well each cell fits. */
export interface PointSetup extends ScanSetup {
  readonly frame: PointFrame;
  /** Of each crystal with enough spots. */
  readonly cells: readonly CellCheck[];
}

/** What lists are indexed with: the options of a scan; a pixel size only where lists are in px. */
export type PointParams = OrientationOptions & { readonly crystals: readonly Crystal[] };

/** @throws Refused if the signal is no 2-D scan of lists */
function checkLists({ axes }: Pick<Signal, "axes">): void {
  if (axes.length !== 4 || axes[3]!.name !== "number") {
    const message = `orientation needs lists on a scan of rows and columns, found ${axes.map((a) => a.size).join(" × ")}`;
    throw new LithoscopeError("Refused", message, { why: "shape" });
  }
}

/** What one unit of the list is [1/Å]; pixels are as large as they are said to be. @throws Refused for other units */
function lengthOfUnit(unit: string, { pixelSize, voltageKv }: PointParams): number {
  if (unit === "px") return pixelSize;
  const [own, inverse, angle] = [unit, "1/Å", "mrad"].map(parseUnit);
  if (own && own.dimension === inverse!.dimension) return own.factor / inverse!.factor;
  if (own && own.dimension === angle!.dimension)
    return (1e-3 * own.factor) / angle!.factor / electronWavelength(voltageKv);
  const message = `lists of spots in "${unit}" are not understood, wanted 1/Å, 1/nm, mrad or px`;
  throw new LithoscopeError("Refused", message, { why: "unit" });
}

/** What stands for a camera where there is none. */
function cameraOf({ centre }: PointFrame): ScanSetup["camera"] {
  const none = { gain: 1, dark: 0, bad: new Uint8Array(0) };
  return { ...none, discRadius: DISC_RADIUS, centre: [centre[0], centre[1]], discFound: true };
}

/** The setup from the lists of sample positions, whose numbers are in `unit`. */
export function findPointSetup(
  lists: readonly ArrayLike<number>[],
  unit: string,
  params: PointParams,
): PointSetup {
  const { crystals } = params;
  const frame = pointFrame(lists, lengthOfUnit(unit, params), params.pixelSize);
  const start: Optics = {
    k: 1 / electronWavelength(params.voltageKv),
    precession: (params.precessionDeg * Math.PI) / 180,
    pixel: frame.pixel,
    ellipse: [1, 0, 1],
    modelError: 0.15,
  };
  const camera = cameraOf(frame);
  const none = { camera, frame, optics: start, calibrated: false, pixelSigma: Number.NaN, cells: [] };
  if (params.calibration === "fixed") return none;
  const indexer = buildIndexer(crystals, params, frame.size, camera, start);
  let found: PointSetup = none;
  for (let round = 0; round < 2; round++) {
    const { optics } = found;
    const current = { ...indexer, optics };
    const checks: ModelCheck[] = [];
    const answers: PhasePairs[] = [];
    for (const raw of lists.slice(0, CALIBRATED)) {
      const { pattern, fits, margin } = indexPrepared(current, pointPattern(raw, frame));
      const best = fits[0];
      if (!(best && best.used >= 6 && margin > 8 && best.explained > 0.4)) continue;
      const check = refinerOf(current).check(pattern, best);
      checks.push(check);
      answers.push({ phase: best.phase, quaternion: best.quaternion, pairs: check.pairs });
    }
    const pairs = answers.flatMap((answer) => answer.pairs);
    if (pairs.length < FEWEST) return found;
    const { matrix, scatter } = fitScale(pairs, optics);
    const [a, b, c] = matrix;
    const mean = 2 / (a + c);
    found = {
      ...none,
      optics: {
        ...optics,
        pixel: mean,
        ellipse: [a * mean, b * mean, c * mean],
        modelError: modelErrorOf(checks.map((check) => check.amplitudes)),
      },
      calibrated: true,
      pixelSigma: scatter,
      cells: checkCells(answers, matrix, optics.k, crystals),
    };
  }
  return found;
}

interface PointSetupState {
  readonly lists: readonly ArrayLike<number>[];
  readonly unit: string;
  readonly params: PointParams;
}

/** Lists spread evenly over the scan, as one array each. */
async function sampleLists(scan: Signal, params: PointParams, stop?: AbortSignal): Promise<PointSetupState> {
  checkLists(scan);
  const [ny, nx, points, numbers] = scan.axes.map(({ size }) => size) as [number, number, number, number];
  const rows = Math.min(ny, Math.max(1, Math.round(SURVEYED / nx)));
  const lists: ArrayLike<number>[] = [];
  for (let r = 0; r < rows; r++) {
    const y = Math.floor(((r + 0.5) * ny) / rows);
    const row = await scan.tile({ start: [y, 0, 0, 0], stop: [y + 1, nx, points, numbers] }, stop);
    for (let x = 0; x < nx; x++) lists.push(row.slice(x * points * numbers, (x + 1) * points * numbers));
  }
  // A golden-section stride: the first of them are spread over the whole scan too.
  const order = lists.map((_, i) => ({ i, key: (i * 0.618034) % 1 })).sort((a, b) => a.key - b.key);
  const spread = order.map((_, i) => lists[Math.floor(((i * 0.618034) % 1) * lists.length)]!);
  return { lists: countOf([ny, nx]) <= CALIBRATED ? lists : spread, unit: scan.value.unit, params };
}

const once = { span: "once", fill: 0, dtype: "f64" } as const;

/** A setup as arrays, to come back from a worker and to be kept for a run that resumes. */
const outputs: Readonly<Record<string, Output>> = {
  optics: {
    ...once,
    unit: "1",
    components: 9,
    text: "optics, whether they were found, and sigma of the scale",
  },
  frame: {
    ...once,
    unit: "1",
    components: 9,
    text: "size, centre, origin, px per unit, 1/Å per px, level, cap",
  },
  cells: {
    ...once,
    unit: "1",
    components: CELL_NUMBERS * PHASES,
    text: "how much longer a, b, c are; spots",
  },
};

function unpack(arrays: Buffers): PointSetup {
  const [size, cx, cy, ox, oy, perUnit, pixel, level, cap] = arrays.frame as unknown as [number, ...number[]];
  const cells: CellCheck[] = [];
  for (let phase = 0; phase < PHASES; phase++) {
    const numbers = [...arrays.cells!.subarray(CELL_NUMBERS * phase, CELL_NUMBERS * (phase + 1))];
    const spots = numbers[CELL_NUMBERS - 1]!;
    if (spots > 0) cells.push({ phase, longer: numbers.slice(0, 3), sigma: numbers.slice(3, 6), spots });
  }
  const frame: PointFrame = {
    ...{ size, centre: [cx!, cy!], origin: [ox!, oy!] },
    ...{ perUnit: perUnit!, pixel: pixel!, level: level!, cap: cap! },
  };
  const [k, precession, opticsPixel, xx, xy, yy, modelError, calibrated, pixelSigma] =
    arrays.optics as unknown as [number, ...number[]];
  const optics: Optics = {
    ...{ k, precession: precession!, pixel: opticsPixel!, ellipse: [xx!, xy!, yy!], modelError: modelError! },
  };
  const found = { calibrated: calibrated === 1, pixelSigma: pixelSigma! };
  return { camera: cameraOf(frame), optics, ...found, frame, cells };
}

/** Finds the setup as one task, so that it runs in a worker and can be stopped. */
export const kernel: Kernel<PointSetupState, PointSetupState> = {
  prepare: (_input, params) => params,
  tile(_data, _at, { lists, unit, params }, out) {
    const found = findPointSetup(lists, unit, params);
    const { k, precession, pixel: opticsPixel, ellipse, modelError } = found.optics;
    const { calibrated, pixelSigma } = found;
    out.optics!.set([k, precession, opticsPixel, ...ellipse, modelError, calibrated ? 1 : 0, pixelSigma]);
    const { size, centre, origin, perUnit, pixel, level, cap } = found.frame;
    out.frame!.set([size, ...centre, ...origin, perUnit, pixel, level, cap]);
    for (const { phase, longer, sigma, spots } of found.cells)
      if (phase < PHASES) out.cells!.set([...longer, ...sigma, spots], CELL_NUMBERS * phase);
  },
};

/** The step of the analysis that has an executor find the setup. */
export function pointSetupStep<P extends PointParams & { readonly setup: ScanSetup }>(): Setup<P> {
  return {
    kernel: "orientation-points-setup",
    outputs: () => outputs,
    sample: sampleLists,
    apply: (params, found) => ({ ...params, setup: unpack(found) }),
  };
}
