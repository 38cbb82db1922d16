import type { Buffers, Kernel, Output, Setup } from "../../core/analysis.ts";
import type { Crystal, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { countOf } from "../../core/tile-plan.ts";
import { parseUnit } from "../../core/unit.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import type { Optics } from "./bank.ts";
import type { ScanSetup } from "./calibrate-scan.ts";
import { type Indexer, indexPrepared, refinerOf } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import type { OrientationOptions } from "./maps.ts";
import { modelErrorOf } from "./model-error.ts";
import type { Pattern } from "./pattern.ts";
import { type PointFrame, pointFrame, pointPattern } from "./point-pattern.ts";
import { type CellCheck, checkCells, fitScale, type PhasePairs } from "./point-scale.ts";
import type { ModelCheck } from "./refine.ts";

/** Positions that the frame is judged by, and how many of them calibrate scale, ellipse and model error. */
const SURVEYED = 2048;
const CALIBRATED = 160;
/** Fewer spots than this calibrate nothing. */
const FEWEST = 60;
/**
 * Half-angles that rocking curves are averaged over [mrad], and the one where nothing is found: lists do not say how
 * convergent the beam was, and bent crystals blur the same way.
 */
const BLURS = [1, 2.5, 4.5, 7] as const;
const USUAL_BLUR = 2.5;
/** Positions that choose it. */
const CHOOSING = 80;
/** Amplitudes of disc detection follow no theory closely. */
const MODEL_ERROR = 0.3;
/** Crystals whose cells are checked, and numbers of each: a, b, c, their sigmas, spots. */
const PHASES = 32;
const CELL_NUMBERS = 7;

/** The setup of a scan of lists: that of patterns, how lists are painted, and how well each cell fits. */
export interface PointSetup extends ScanSetup {
  readonly frame: PointFrame;
  /** Half-angle that rocking curves are averaged over [mrad]. */
  readonly blur: number;
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
  const [own, inverse, angle] = [unit, "1/Å", "mrad"].map((text) => parseUnit(text));
  if (own && own.dimension === inverse!.dimension) return own.factor / inverse!.factor;
  if (own && own.dimension === angle!.dimension)
    return (1e-3 * own.factor) / angle!.factor / electronWavelength(voltageKv);
  const message = `lists of spots in "${unit}" are not understood, wanted 1/Å, 1/nm, mrad or px`;
  throw new LithoscopeError("Refused", message, { why: "unit" });
}

/** What stands for a camera where there is none; its discs are as large as the blur. */
function cameraOf({ centre, pixel }: PointFrame, k: number, blur: number): ScanSetup["camera"] {
  const none = { gain: 1, dark: 0, bad: new Uint8Array(0) };
  return { ...none, discRadius: (1e-3 * blur * k) / pixel, centre: [centre[0], centre[1]], discFound: true };
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
    modelError: MODEL_ERROR,
  };
  const withBlur = (blur: number) => ({
    ...{ blur, camera: cameraOf(frame, start.k, blur), frame, optics: start },
    ...{ calibrated: false, pixelSigma: Number.NaN, cells: [] },
  });
  if (params.calibration === "fixed") return withBlur(USUAL_BLUR);
  const patterns = lists.slice(0, CALIBRATED).map((raw) => pointPattern(raw, frame));
  const tried = BLURS.map((blur) => {
    const none = withBlur(blur);
    const indexer = buildIndexer(crystals, params, frame.size, none.camera, start);
    const costs = patterns.slice(0, CHOOSING).map((p) => indexPrepared(indexer, p).fits[0]?.cost ?? 0);
    return { none, indexer, cost: costs.reduce((sum, cost) => sum + cost, 0) };
  });
  const { none, indexer } = tried.reduce((best, other) => (other.cost < best.cost ? other : best));
  let found: PointSetup = none;
  for (let round = 0; round < 2; round++) {
    const better = refined(indexer, found, patterns, crystals);
    if (!better) return round === 0 ? withBlur(USUAL_BLUR) : found;
    found = better;
  }
  return found;
}

/** Scale, ellipse and model error from the clear answers; undefined with too few spots. */
function refined(
  bank: Indexer,
  before: PointSetup,
  patterns: readonly Pattern[],
  crystals: readonly Crystal[],
): PointSetup | undefined {
  const { optics } = before;
  const indexer = { ...bank, optics };
  const checks: ModelCheck[] = [];
  const answers: PhasePairs[] = [];
  for (const pattern of patterns) {
    const { fits, margin } = indexPrepared(indexer, pattern);
    const best = fits[0];
    if (!(best && best.used >= 6 && margin > 8 && best.explained > 0.4)) continue;
    const check = refinerOf(indexer).check(pattern, best);
    checks.push(check);
    answers.push({ phase: best.phase, quaternion: best.quaternion, pairs: check.pairs });
  }
  const pairs = answers.flatMap((answer) => answer.pairs);
  if (pairs.length < FEWEST) return undefined;
  const { matrix, scatter } = fitScale(pairs, optics);
  const [a, b, c] = matrix;
  const pixel = 2 / (a + c);
  const modelError = modelErrorOf(checks.map((check) => check.amplitudes));
  return {
    ...before,
    optics: { ...optics, pixel, ellipse: [a * pixel, b * pixel, c * pixel], modelError: modelError.value },
    modelErrorSigma: modelError.sigma,
    calibrated: true,
    pixelSigma: scatter,
    cells: checkCells(answers, matrix, optics.k, crystals),
  };
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
    components: 11,
    text: "optics, blur, whether they were found, sigmas of scale and model error",
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
  const [k, precession, opticsPixel, xx, xy, yy, modelError, blur, calibrated, pixelSigma, errorSigma] =
    arrays.optics as unknown as [number, ...number[]];
  const optics: Optics = {
    ...{ k, precession: precession!, pixel: opticsPixel!, ellipse: [xx!, xy!, yy!], modelError: modelError! },
  };
  const found = { calibrated: calibrated === 1, pixelSigma: pixelSigma!, modelErrorSigma: errorSigma! };
  return { camera: cameraOf(frame, k, blur!), optics, blur: blur!, ...found, frame, cells };
}

/** Finds the setup as one task, so that it runs in a worker and can be stopped. */
export const kernel: Kernel<PointSetupState, PointSetupState> = {
  prepare: (_input, params) => params,
  tile(_data, _at, { lists, unit, params }, out) {
    const found = findPointSetup(lists, unit, params);
    const { k, precession, pixel: opticsPixel, ellipse, modelError } = found.optics;
    const { calibrated, pixelSigma, modelErrorSigma = Number.NaN, blur } = found;
    out.optics!.set([
      k,
      precession,
      opticsPixel,
      ...ellipse,
      modelError,
      blur,
      calibrated ? 1 : 0,
      pixelSigma,
      modelErrorSigma,
    ]);
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
