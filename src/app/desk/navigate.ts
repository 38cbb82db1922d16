import { type Detector, detectorPixels } from "../../analyses/diffraction/virtual-image/detectors.ts";
import { virtualImages } from "../../analyses/diffraction/virtual-image/images.ts";
import { PatternSums } from "../../analyses/diffraction/virtual-image/pattern-sums.ts";
import type { Numeric, Signal } from "../../core/contracts.ts";
import { readTiles } from "../../core/read-tiles.ts";
import { countOf, filledArray, shapesOf } from "../../core/tile-plan.ts";
import { itemOf } from "./datasets.ts";
import type { ItemHandle } from "./methods.ts";
import { Planes } from "./planes.ts";
import type { Context } from "./protocol.ts";

/** Positions of the coarse picture. */
const COARSE = 400;
/** Bytes that are read at once in the full pass. */
const READ = 2 ** 23;
/** Least time between two pictures or counts that are sent while one grows [ms]. */
const PICTURE_EVERY = 120;

/** A picture over the scan, in rows; what is not reached yet is NaN. */
export interface ScanPicture {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly done: number;
  readonly total: number;
  /** True where every value is the sum over the pixels asked for, no approximation. */
  readonly exact: boolean;
}

/** What is known of a scan after the first look: where the beam is and how wide its disc [px]. */
export interface FirstLook {
  readonly kind: "look";
  readonly centre: readonly [number, number];
  readonly radius: number;
  readonly mean: Float32Array;
}

export type NavigateProgress = FirstLook | ({ readonly kind: "picture" } & ScanPicture);

const scans = new Map<string, Planes>();
const keyOf = ({ file, item }: ItemHandle) => `${file.id}/${item}`;

/** Forgets the planes of a file's scans. */
export function forgetScan(file: number): void {
  for (const key of scans.keys()) if (key.startsWith(`${file}/`)) scans.delete(key);
}

/** Scan rows and columns; a line scan is one row. */
function gridOf(scan: Signal): {
  width: number;
  height: number;
  pattern: readonly number[];
  outer: number[];
} {
  const { navigation, pattern } = shapesOf(scan);
  const width = navigation.at(-1) ?? 1;
  const height = navigation.at(-2) ?? 1;
  return { width, height, pattern, outer: navigation.slice(0, -2) };
}

/** The tile of a run of columns in one row; axes before the last two stay at 0. */
function regionOf(scan: Signal, y0: number, y1: number, x0: number, x1: number) {
  const { navigation, pattern } = shapesOf(scan);
  const outer = navigation.slice(0, -2).map(() => 0);
  const inner = Math.min(2, navigation.length);
  return {
    start: [...outer, ...[y0, x0].slice(2 - inner), ...pattern.map(() => 0)],
    stop: [...outer.map(() => 1), ...[y1, x1].slice(2 - inner), ...pattern],
  };
}

/**
 * Looks at a scan: first at about 400 positions spread over it, which gives the beam and a coarse picture, then at
 * all of it. Every stage is sent as progress; `detector` is what the picture sums, the disc of the beam if undefined.
 */
export async function navigate(
  {
    detector,
    whole,
    ...handle
  }: ItemHandle & {
    readonly detector?: Detector;
    /** False stops after the coarse picture: reading all of it would take long, and was not asked for. */
    readonly whole: boolean;
  },
  { progress, stop }: Context,
): Promise<ScanPicture> {
  const scan = await itemOf(handle.file, handle.item, "signal");
  const { width, height, pattern } = gridOf(scan);
  const size = countOf(pattern);
  const step = Math.max(1, Math.ceil(Math.sqrt((width * height) / COARSE)));
  const mean = new Float64Array(size);
  const sampled: { readonly x: number; readonly y: number; readonly data: Numeric }[] = [];
  for (let y = step >> 1; y < height; y += step) {
    const columns: number[] = [];
    for (let x = step >> 1; x < width; x += step) columns.push(x);
    // A row at once: the waits for a file's slices overlap.
    const row = await Promise.all(columns.map((x) => scan.tile(regionOf(scan, y, y + 1, x, x + 1), stop)));
    row.forEach((data, i) => {
      for (let k = 0; k < size; k++) if (Number.isFinite(data[k])) mean[k]! += data[k]!;
      sampled.push({ x: columns[i]!, y, data });
    });
  }
  const look = lookAt(mean, pattern, sampled.length);
  progress({ kind: "look", ...look } satisfies NavigateProgress);
  const asked = detector ?? discOf(look);
  const sums = new PatternSums(pixelsOf(asked, pattern));
  const coarse = new Float32Array(width * height).fill(Number.NaN);
  for (const { x, y, data } of sampled) {
    const value = sums.sum(data, size, new Float64Array(1))[0]!;
    for (let row = y - (step >> 1); row < Math.min(height, y - (step >> 1) + step); row++)
      coarse.fill(
        value,
        row * width + x - (step >> 1),
        row * width + Math.min(width, x - (step >> 1) + step),
      );
  }
  const base = { width, height, total: width * height };
  const first: ScanPicture = { values: coarse, ...base, done: sampled.length, exact: step === 1 };
  if (!whole) return first;
  progress({ kind: "picture", ...first } satisfies NavigateProgress);
  const planes = new Planes(width * height, pattern, scan.dtype);
  const growing = { scan, planes, sums, image: coarse };
  return fullPass(growing, { progress, stop }, () => scans.set(keyOf(handle), planes));
}

/** A scan of which everything is read: what is summed of it, and into what. */
interface Growing {
  readonly scan: Signal;
  readonly planes: Planes;
  readonly sums: PatternSums;
  readonly image: Float32Array;
}

async function fullPass(
  { scan, planes, sums, image }: Growing,
  { progress, stop }: Context,
  finished: () => void,
): Promise<ScanPicture> {
  const { width, height, pattern } = gridOf(scan);
  const size = countOf(pattern);
  const total = width * height;
  const rows = Math.max(
    1,
    Math.floor(READ / (size * width * filledArray(scan.dtype, 0, 0).BYTES_PER_ELEMENT)),
  );
  const firsts = Array.from({ length: Math.ceil(height / rows) }, (_, i) => i * rows);
  const regions = firsts.map((y) => regionOf(scan, y, Math.min(height, y + rows), 0, width));
  let sent = performance.now();
  let last = 0;
  for await (const data of readTiles(scan, regions, stop)) {
    const y = last;
    last = Math.min(height, y + rows);
    const count = (last - y) * width;
    planes.add(data, y * width, count);
    sums.sum(data, size, image, y * width);
    if (performance.now() - sent < PICTURE_EVERY || last === height) continue;
    sent = performance.now();
    const done = last * width;
    progress({ kind: "picture", values: image, width, height, done, total, exact: true });
  }
  finished();
  progress({ kind: "look", ...lookAt(planes.total, pattern, total) } satisfies NavigateProgress);
  return { values: image, width, height, done: total, total, exact: true };
}

/** Pixels that are summed: those of a detector, or all. */
function pixelsOf(detector: Detector, pattern: readonly number[]): Uint32Array {
  const [height, width] = pattern as [number, number];
  if (pattern.length === 2) return detectorPixels(detector, height, width);
  return Uint32Array.from({ length: countOf(pattern) }, (_, i) => i);
}

/** Mean pattern and, of a picture, the brightest disc: middle of what is above half height, and its radius. */
function lookAt(sum: Float64Array, pattern: readonly number[], count: number): Omit<FirstLook, "kind"> {
  const mean = Float32Array.from(sum, (value) => value / Math.max(1, count));
  const [height, width] = pattern.length === 2 ? (pattern as [number, number]) : [1, countOf(pattern)];
  let top = 0;
  let at = (height >> 1) * width + (width >> 1);
  // Means of 3 × 3 pixels, so that one hot pixel is not the beam.
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      let around = 0;
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) around += mean[(y + dy) * width + x + dx]!;
      if (around > top) [top, at] = [around, y * width + x];
    }
  const half = top / 18;
  const reach = Math.ceil(Math.max(height, width) / 8);
  const [cx, cy] = [at % width, Math.floor(at / width)];
  let [sx, sy, inside] = [0, 0, 0];
  for (let y = Math.max(0, cy - reach); y <= Math.min(height - 1, cy + reach); y++)
    for (let x = Math.max(0, cx - reach); x <= Math.min(width - 1, cx + reach); x++)
      if (mean[y * width + x]! > half) {
        sx += x;
        sy += y;
        inside++;
      }
  const centre: [number, number] = inside > 0 ? [sx / inside, sy / inside] : [cx, cy];
  return { centre, radius: Math.max(1, Math.sqrt(inside / Math.PI)), mean };
}

/** The virtual bright-field detector of a first look: the beam's disc with a little room. */
function discOf({ centre, radius }: Omit<FirstLook, "kind">): Detector {
  const outer = Math.max(1.5, 1.3 * radius);
  return { name: "BF", text: "BF", x: centre[0], y: centre[1], inner: 0, outer, closed: true };
}

async function fromPlanes(
  handle: ItemHandle,
  make: (planes: Planes) => Float32Array | undefined,
): Promise<ScanPicture | undefined> {
  const planes = scans.get(keyOf(handle));
  const values = planes && make(planes);
  if (!values) return undefined;
  const { width, height } = gridOf(await itemOf(handle.file, handle.item, "signal"));
  return { values, width, height, done: width * height, total: width * height, exact: planes.exact };
}

/** The image of a detector that is being dragged, from the binned planes; undefined before they are there. */
export function preview({ detector, ...handle }: ItemHandle & { readonly detector: Detector }) {
  return fromPlanes(handle, (planes) => planes.following(detector));
}

/** The exact image of a detector from planes of single pixels; undefined where there are none. */
export function imageInMemory({ detector, ...handle }: ItemHandle & { readonly detector: Detector }) {
  return fromPlanes(handle, (planes) => (planes.exact ? planes.image(detector) : undefined));
}

/** Some rows of the image of a detector, summed over its very pixels of every pattern. */
export async function virtualImage(
  {
    detector,
    rows,
    ...handle
  }: ItemHandle & { readonly detector: Detector; readonly rows: readonly [number, number] },
  context: Context,
): Promise<Float32Array> {
  const scan = await itemOf(handle.file, handle.item, "signal");
  const { width } = gridOf(scan);
  let sent = performance.now();
  const progress = (row: number) => {
    if (performance.now() - sent < PICTURE_EVERY) return;
    sent = performance.now();
    context.progress(row * width);
  };
  const [image] = await virtualImages(scan, [detector], { rows, progress, stop: context.stop });
  return Float32Array.from(image!);
}
