import type { Detector } from "../../analyses/diffraction/virtual-image/detectors.ts";
import type { DType, Numeric } from "../../core/contracts.ts";
import { ByteLanes } from "./byte-lanes.ts";

/** Most bytes that the planes of one scan may take: 192 MiB. */
const MOST = 192 * 2 ** 20;
/** Types whose values a 32-bit float holds exactly. */
const WHOLE: readonly DType[] = ["u8", "i8", "u16", "i16", "f32"];
/** Points that are worked on at a time, so that their sums stay in the processor's nearest memory. */
const TOGETHER = 2048;

/** A plane, and how much of it is added. */
type Share = readonly [plane: Float32Array, factor: number];

/**
 * A scan with its patterns binned, one plane of scan points per bin, so that the image of any detector is a weighted
 * sum of planes: milliseconds, while the file may take seconds. Bins are as small as the memory allows.
 */
export class Planes {
  /** True where a bin is one pixel and keeps its value, so that images are no approximation. */
  readonly exact: boolean;
  /** Sum of the patterns taken in; pixels that are not finite are left out. */
  readonly total: Float64Array;
  readonly #points: number;
  readonly #height: number;
  readonly #width: number;
  readonly #bin: number;
  readonly #across: number;
  readonly #planes: Float32Array[];
  /** What `following` gave last: shares of the bins, and sums over the scan. */
  #last: { readonly weights: Float64Array; readonly sum: Float64Array } | undefined;

  constructor(points: number, pattern: readonly number[], dtype: DType) {
    const [height, width] = pattern.length === 2 ? (pattern as [number, number]) : [1, pattern[0] ?? 1];
    let bin = 1;
    const bins = () => Math.ceil(height / bin) * Math.ceil(width / bin);
    while (bins() * points * 4 > MOST && bins() > 1) bin++;
    this.#points = points;
    this.#height = height;
    this.#width = width;
    this.#bin = bin;
    this.#across = Math.ceil(width / bin);
    this.#planes = Array.from({ length: bins() }, () => new Float32Array(points));
    this.total = new Float64Array(height * width);
    this.exact = bin === 1 && WHOLE.includes(dtype);
  }

  /** Takes in `count` patterns, row-major behind one another, of the scan points from `from` on. */
  add(data: Numeric, from: number, count: number): void {
    const [height, width, bin] = [this.#height, this.#width, this.#bin];
    const total = this.total;
    const band = new Float64Array(width);
    const lanes = ByteLanes.of(data, height, width);
    for (let i = 0; i < count; i++) {
      for (let top = 0; top < height; top += bin) {
        const bottom = Math.min(height, top + bin);
        if (lanes) lanes.band(i, top, bottom, band);
        else {
          band.fill(0);
          let at = (i * height + top) * width;
          for (let pixel = top * width; pixel < bottom * width; )
            for (let x = 0; x < width; x++, pixel++, at++) {
              const value = data[at]!;
              if (!Number.isFinite(value)) continue;
              total[pixel]! += value;
              band[x]! += value;
            }
        }
        this.#fold(band, top / bin, from + i);
      }
      lanes?.carry(total, i === count - 1);
    }
  }

  /** Puts sums over the columns of a band of rows into the bins of a scan point. */
  #fold(band: Float64Array, row: number, point: number): void {
    for (let k = 0, x = 0; k < this.#across; k++) {
      let sum = 0;
      for (const end = Math.min(band.length, x + this.#bin); x < end; x++) sum += band[x]!;
      this.#planes[row * this.#across + k]![point] = sum;
    }
  }

  /** Sums over a detector at every scan point; a bin counts by the share of its pixels that belong. */
  image(detector: Detector): Float32Array {
    const sum = new Float64Array(this.#points);
    addPlanes(sum, this.#shares(this.#weights(detector)));
    return Float32Array.from(sum);
  }

  /**
   * The same for a detector that is being dragged: only bins that changed their share since the call before are added
   * or taken away, where they are fewer than those that belong. Rounding of the sums in between adds up, by some 1e-16
   * a step.
   */
  following(detector: Detector): Float32Array {
    const weights = this.#weights(detector);
    const changed = this.#last && this.#shares(weights, this.#last.weights);
    const all = this.#shares(weights);
    const follows = changed !== undefined && changed.length < all.length;
    const sum = follows ? this.#last!.sum : new Float64Array(this.#points);
    addPlanes(sum, follows ? changed : all);
    this.#last = { weights, sum };
    return Float32Array.from(sum);
  }

  /** Planes of the bins whose share is not what it was. */
  #shares(weights: Float64Array, before?: Float64Array): Share[] {
    return this.#planes.flatMap((plane, k): Share[] => {
      const factor = weights[k]! - (before?.[k] ?? 0);
      return factor === 0 ? [] : [[plane, factor]];
    });
  }

  /** The share of each bin's pixels that belong to a detector. */
  #weights({ x: cx, y: cy, inner, outer, closed }: Detector): Float64Array {
    const bin = this.#bin;
    return Float64Array.from(this.#planes, (_, k) => {
      const [left, top] = [(k % this.#across) * bin, Math.floor(k / this.#across) * bin];
      let [belong, pixels] = [0, 0];
      for (let y = top; y < Math.min(this.#height, top + bin); y++)
        for (let x = left; x < Math.min(this.#width, left + bin); x++) {
          const d = Math.hypot(x - cx, y - cy);
          pixels++;
          if (d >= inner && (closed ? d <= outer : d < outer)) belong++;
        }
      return belong / pixels;
    });
  }
}

/** Adds shares of planes, in their order at every point. */
function addPlanes(sum: Float64Array, shares: readonly Share[]): void {
  for (let from = 0; from < sum.length; from += TOGETHER) {
    const to = Math.min(sum.length, from + TOGETHER);
    let s = 0;
    for (; s + 3 < shares.length; s += 4)
      addFour(sum, from, to, shares[s]!, shares[s + 1]!, shares[s + 2]!, shares[s + 3]!);
    for (; s < shares.length; s++) {
      const [plane, factor] = shares[s]!;
      for (let i = from; i < to; i++) sum[i]! += factor * plane[i]!;
    }
  }
}

/** Four planes at once: a sum is loaded and stored once for them. */
function addFour(
  sum: Float64Array,
  from: number,
  to: number,
  [a, fa]: Share,
  [b, fb]: Share,
  [c, fc]: Share,
  [d, fd]: Share,
): void {
  for (let i = from; i < to; i++) sum[i] = sum[i]! + fa * a[i]! + fb * b[i]! + fc * c[i]! + fd * d[i]!;
}
