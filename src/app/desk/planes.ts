import type { Detector } from "../../analyses/diffraction/virtual-image/detectors.ts";
import type { DType, Numeric } from "../../core/contracts.ts";

/** Most bytes that the planes of one scan may take: 192 MiB. */
const MOST = 192 * 2 ** 20;
/** Types whose values a 32-bit float holds exactly. */
const WHOLE: readonly DType[] = ["u8", "i8", "u16", "i16", "f32"];

/**
 * A scan with its patterns binned, one plane of scan points per bin, so that the image of any detector is a weighted
 * sum of planes: milliseconds, while the file may take seconds. Bins are as small as the memory allows.
 */
export class Planes {
  /** True where a bin is one pixel and keeps its value, so that images are no approximation. */
  readonly exact: boolean;
  readonly #points: number;
  readonly #height: number;
  readonly #width: number;
  readonly #bin: number;
  readonly #across: number;
  readonly #planes: Float32Array[];

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
    this.exact = bin === 1 && WHOLE.includes(dtype);
  }

  /** Takes in `count` patterns, row-major behind one another, of the scan points from `from` on. */
  add(data: Numeric, from: number, count: number): void {
    const size = this.#height * this.#width;
    const bin = this.#bin;
    for (let y = 0; y < this.#height; y++)
      for (let x = 0; x < this.#width; x++) {
        const plane = this.#planes[Math.floor(y / bin) * this.#across + Math.floor(x / bin)]!;
        const pixel = y * this.#width + x;
        for (let i = 0; i < count; i++) {
          const value = data[i * size + pixel]!;
          if (!Number.isNaN(value)) plane[from + i]! += value;
        }
      }
  }

  /** Sums over a detector at every scan point; a bin counts by the share of its pixels that belong. */
  image({ x: cx, y: cy, inner, outer, closed }: Detector): Float32Array {
    const bin = this.#bin;
    const sum = new Float64Array(this.#points);
    for (let k = 0; k < this.#planes.length; k++) {
      const [left, top] = [(k % this.#across) * bin, Math.floor(k / this.#across) * bin];
      let [belong, pixels] = [0, 0];
      for (let y = top; y < Math.min(this.#height, top + bin); y++)
        for (let x = left; x < Math.min(this.#width, left + bin); x++) {
          const d = Math.hypot(x - cx, y - cy);
          pixels++;
          if (d >= inner && (closed ? d <= outer : d < outer)) belong++;
        }
      if (belong === 0) continue;
      const weight = belong / pixels;
      const plane = this.#planes[k]!;
      for (let i = 0; i < plane.length; i++) sum[i]! += weight * plane[i]!;
    }
    return Float32Array.from(sum);
  }
}
