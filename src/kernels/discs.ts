import { DISCS_WASM } from "./discs.gen.ts";

/** Offsets and weights of a disc on a detector of `size` pixels a side, and how far it reaches [px]. */
export interface DiscTaps {
  readonly size: number;
  readonly reach: number;
  /** Index differences to the centre pixel. */
  readonly offsets: Int32Array;
  readonly weights: Float32Array;
}

/**
 * The loops that make a frame ready, all in f32, in this order for each frame; the arrays that they return hold until
 * the next one. Nothing is read closer than `reach` to the edge.
 */
export interface DiscKernel {
  readonly kind: "wasm" | "plain";
  /** Σ weight · frame over the disc about each pixel, taps in order. */
  sums(frame: Float32Array): Float32Array;
  /** Distance of each pixel from a centre [px]. */
  radii(x: number, y: number): Float32Array;
  /**
   * The disc sum of every second ring below which a share `part` of those lie that are met in some directions,
   * (cos, sin) each; NaN where fewer than three are on the detector, and for the rings between.
   */
  lows(x: number, y: number, rings: number, directions: Float64Array, part: number): Float32Array;
  /** Sum of the frame and number of pixels, a pair for each ring, where the disc sum is at most the ring's limit. */
  rings(limits: Float32Array): Float64Array;
  /** Disc sums less the level at their radius, between two rings in proportion; 0 nearer than `inner`. */
  flatten(levels: Float32Array, inner: number): Float32Array;
  /**
   * Pixels of the flat sums above 0, further out than `inner` and at least at the limit of their ring, that nothing
   * within 2 px surpasses, of equals the first.
   */
  maxima(inner: number, limits: Float32Array): Uint32Array;
}

/** The definition, in plain loops. */
export function plainDiscKernel({ size, reach, offsets, weights }: DiscTaps): DiscKernel {
  const f = Math.fround;
  const out = new Float32Array(size * size);
  const radius = new Float32Array(size * size);
  const disc = new Float32Array(size * size);
  let image: Float32Array = out;
  function inside(margin: number, work: (at: number) => void): void {
    for (let y = margin; y < size - margin; y++)
      for (let at = y * size + margin; at < (y + 1) * size - margin; at++) work(at);
  }
  function highest(at: number): boolean {
    for (let dy = -2; dy <= 2; dy++)
      for (let j = at + dy * size - 2; j <= at + dy * size + 2; j++)
        if (disc[j]! > disc[at]! || (disc[j] === disc[at] && j < at)) return false;
    return true;
  }
  return {
    kind: "plain",
    sums(frame) {
      image = frame;
      inside(reach, (at) => {
        let sum = 0;
        for (let i = 0; i < offsets.length; i++) sum = f(sum + f(weights[i]! * frame[at + offsets[i]!]!));
        out[at] = sum;
      });
      return out;
    },
    radii(x, y) {
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++) {
          const dx = f(column - f(x));
          const dy = f(row - f(y));
          radius[row * size + column] = Math.sqrt(f(f(dx * dx) + f(dy * dy)));
        }
      return radius;
    },
    lows(x, y, rings, directions, part) {
      const low = new Float32Array(rings).fill(Number.NaN);
      for (let ring = 0; ring < rings; ring += 2) {
        const met: number[] = [];
        for (let d = 0; d < directions.length; d += 2) {
          const column = Math.floor(x + ring * directions[d]! + 0.5);
          const row = Math.floor(y + ring * directions[d + 1]! + 0.5);
          if (Math.min(column, row) >= reach && Math.max(column, row) < size - reach)
            met.push(out[row * size + column]!);
        }
        if (met.length >= 3) low[ring] = met.sort((a, b) => a - b)[Math.floor(met.length * part)]!;
      }
      return low;
    },
    rings(limits) {
      const pairs = new Float64Array(2 * limits.length);
      inside(reach, (at) => {
        const ring = Math.trunc(f(radius[at]! + 0.5));
        if (ring >= limits.length || out[at]! > limits[ring]!) return;
        pairs[2 * ring]! += image[at]!;
        pairs[2 * ring + 1]!++;
      });
      return pairs;
    },
    flatten(levels, inner) {
      disc.fill(0);
      inside(reach, (at) => {
        const r = radius[at]!;
        if (r < f(inner)) return;
        const ring = Math.min(levels.length - 2, Math.trunc(r));
        const low = levels[ring]!;
        disc[at] = out[at]! - f(low + f(f(r - ring) * f(levels[ring + 1]! - low)));
      });
      return disc;
    },
    maxima(inner, limits) {
      const found: number[] = [];
      inside(reach + 1, (at) => {
        const ring = Math.min(limits.length - 1, Math.trunc(f(radius[at]! + 0.5)));
        if (disc[at]! > 0 && radius[at]! > f(inner) && disc[at]! >= limits[ring]! && highest(at))
          found.push(at);
      });
      return Uint32Array.from(found);
    },
  };
}

const MOST_DIRECTIONS = 128;

/** The same numbers from WebAssembly; undefined where the engine cannot run it or the detector is below 16 px. */
export function wasmDiscKernel({ size, reach, offsets, weights }: DiscTaps): DiscKernel | undefined {
  if (size - 2 * reach < 16 || typeof WebAssembly !== "object") return undefined;
  let instance: WebAssembly.Instance;
  try {
    const bytes = Uint8Array.from(atob(DISCS_WASM), (c) => c.charCodeAt(0));
    instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: the twin gives the same numbers, slower.
    return undefined;
  }
  const wasm = instance.exports as unknown as {
    memory: WebAssembly.Memory;
    discs(...numbers: number[]): void;
    radii(...numbers: number[]): void;
    lows(...numbers: number[]): void;
    rings(...numbers: number[]): void;
    flatten(...numbers: number[]): void;
    maxima(...numbers: number[]): number;
  };
  const { memory } = wasm;
  const plane = 4 * size * size;
  // As many as a frame has rings at most: a centre lies on it.
  const mostRings = 2 * size;
  let end = 1024;
  const reserve = (bytes: number): number => {
    const at = end;
    end = (at + bytes + 63) & ~63;
    return at;
  };
  const frameAt = reserve(plane);
  const sumsAt = reserve(plane);
  const radiusAt = reserve(plane);
  const discAt = reserve(plane);
  const offsetsAt = reserve(4 * offsets.length);
  const weightsAt = reserve(4 * weights.length);
  const limitsAt = reserve(4 * mostRings);
  const ringsAt = reserve(16 * mostRings);
  const maximaAt = reserve(plane);
  const directionsAt = reserve(16 * MOST_DIRECTIONS);
  const metAt = reserve(4 * MOST_DIRECTIONS);
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / 65536)));
  const { buffer } = memory;
  new Int32Array(buffer, offsetsAt, offsets.length).set(offsets.map((offset) => 4 * offset));
  new Float32Array(buffer, weightsAt, weights.length).set(weights);
  const input = new Float32Array(buffer, frameAt, size * size);
  const sums = new Float32Array(buffer, sumsAt, size * size);
  const radius = new Float32Array(buffer, radiusAt, size * size);
  const disc = new Float32Array(buffer, discAt, size * size);
  const directionsOf = new Float64Array(buffer, directionsAt, 2 * MOST_DIRECTIONS);
  const levelsOf = new Float32Array(buffer, limitsAt, mostRings);
  return {
    kind: "wasm",
    sums(frame) {
      input.set(frame);
      wasm.discs(frameAt, size, reach, offsets.length, offsetsAt, weightsAt, sumsAt);
      return sums;
    },
    radii(x, y) {
      wasm.radii(size, x, y, radiusAt);
      return radius;
    },
    lows(x, y, rings, directions, part) {
      directionsOf.set(directions);
      levelsOf.fill(Number.NaN, 0, rings);
      wasm.lows(
        ...[size, reach, rings, x, y, part, sumsAt, directionsAt, directions.length / 2],
        ...[metAt, limitsAt],
      );
      return levelsOf.slice(0, rings);
    },
    rings(limits) {
      levelsOf.set(limits);
      wasm.rings(size, reach, limits.length, frameAt, sumsAt, radiusAt, limitsAt, ringsAt);
      return new Float64Array(buffer, ringsAt, 2 * limits.length);
    },
    flatten(levels, inner) {
      levelsOf.set(levels);
      wasm.flatten(size, reach, inner, levels.length, sumsAt, radiusAt, limitsAt, discAt);
      return disc;
    },
    maxima(inner, limits) {
      levelsOf.set(limits);
      const count = wasm.maxima(
        ...[size, reach + 1, inner, limits.length, discAt, radiusAt, limitsAt, maximaAt],
      );
      return new Uint32Array(buffer, maximaAt, count);
    },
  };
}

/** The fastest kernel for a detector and a disc that this engine runs. */
export function discKernel(taps: DiscTaps): DiscKernel {
  return wasmDiscKernel(taps) ?? plainDiscKernel(taps);
}
