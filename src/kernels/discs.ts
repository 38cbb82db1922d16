import { DISCS_WASM } from "./discs.gen.ts";

/** Offsets and weights of a disc on a detector of `size` pixels a side, and how far it reaches [px]. */
export interface DiscTaps {
  readonly size: number;
  readonly reach: number;
  /** Index differences to the centre pixel. */
  readonly offsets: Int32Array;
  readonly weights: Float32Array;
}

/** Disc sums of a frame; the result is valid until the next call. 0 closer than `reach` to the edge. */
export type DiscSums = (frame: Float32Array) => Float32Array;

/** The definition: Σ weight · frame in f32, taps in order. */
export function plainDiscSums({ size, reach, offsets, weights }: DiscTaps): DiscSums {
  const out = new Float32Array(size * size);
  return (frame) => {
    for (let y = reach; y < size - reach; y++)
      for (let at = y * size + reach; at < (y + 1) * size - reach; at++) {
        let sum = 0;
        for (let i = 0; i < offsets.length; i++)
          sum = Math.fround(sum + Math.fround(weights[i]! * frame[at + offsets[i]!]!));
        out[at] = sum;
      }
    return out;
  };
}

/** The same numbers from WebAssembly; undefined where the engine cannot run it or the detector is below 16 px. */
export function wasmDiscSums({ size, reach, offsets, weights }: DiscTaps): DiscSums | undefined {
  if (size - 2 * reach < 16 || typeof WebAssembly !== "object") return undefined;
  let instance: WebAssembly.Instance;
  try {
    const bytes = Uint8Array.from(atob(DISCS_WASM), (c) => c.charCodeAt(0));
    instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: the twin gives the same numbers, slower.
    return undefined;
  }
  const { memory, discs } = instance.exports as unknown as {
    memory: WebAssembly.Memory;
    discs(...numbers: number[]): void;
  };
  const plane = 4 * size * size;
  const [frameAt, outAt] = [1024, 1024 + plane];
  const [offsetsAt, weightsAt] = [outAt + plane, outAt + plane + 4 * offsets.length];
  const end = weightsAt + 4 * weights.length;
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / 65536)));
  const { buffer } = memory;
  new Int32Array(buffer, offsetsAt, offsets.length).set(offsets.map((offset) => 4 * offset));
  new Float32Array(buffer, weightsAt, weights.length).set(weights);
  const input = new Float32Array(buffer, frameAt, size * size);
  const output = new Float32Array(buffer, outAt, size * size);
  return (frame) => {
    input.set(frame);
    discs(frameAt, size, reach, offsets.length, offsetsAt, weightsAt, outAt);
    return output;
  };
}

const known = new Map<string, DiscSums>();

/** Disc sums for a detector and a disc, made once a thread; `key` names the disc. */
export function discSums(key: string, taps: DiscTaps): DiscSums {
  const name = `${taps.size}/${key}`;
  let sums = known.get(name);
  if (!sums) {
    sums = wasmDiscSums(taps) ?? plainDiscSums(taps);
    if (known.size > 16) known.clear();
    known.set(name, sums);
  }
  return sums;
}
