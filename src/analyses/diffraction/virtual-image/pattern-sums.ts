import type { Numeric } from "../../../core/contracts.ts";

/** Words between two carries: lanes of 16 bits hold 256 sums of bytes. */
const RUN = 256;

/** Pixels of a pattern as words of 32 bits. */
interface Words {
  /** Stretches of words of which every pixel counts, at most 256 words each: first, and the one after the last. */
  readonly whole: Int32Array;
  /** The other words, and the bits of those of their pixels that count. */
  readonly at: Int32Array;
  readonly bits: Int32Array;
}

function wordsOf(pixels: Uint32Array, bytes: 1 | 2): Words {
  const per = 4 / bytes;
  const lane = bytes === 1 ? 0xff : 0xffff;
  const found = new Map<number, number>();
  for (const pixel of pixels) {
    const word = Math.floor(pixel / per);
    found.set(word, (found.get(word) ?? 0) | (lane << (8 * bytes * (pixel % per))));
  }
  const [whole, at, bits]: number[][] = [[], [], []];
  for (const [word, mask] of found)
    if (mask !== -1) {
      at!.push(word);
      bits!.push(mask);
    } else if (whole!.at(-1) === word && word - whole!.at(-2)! < RUN) whole![whole!.length - 1] = word + 1;
    else whole!.push(word, word + 1);
  return { whole: Int32Array.from(whole!), at: Int32Array.from(at!), bits: Int32Array.from(bits!) };
}

/** The sum of the lanes of 16 bits of a word. */
const lanes = (word: number) => (word & 0xffff) + (word >>> 16);

/** A sum of bytes, four at a time. Words are signed, as sums of unsigned ones would become doubles. */
function sumBytes(view: Int32Array, from: number, { whole, at, bits }: Words): number {
  let [sum, even, odd, room] = [0, 0, 0, RUN];
  for (let r = 0; r < whole.length; r += 2) {
    const [first, end] = [from + whole[r]!, from + whole[r + 1]!];
    room -= end - first;
    if (room < 0) {
      sum += lanes(even) + lanes(odd);
      [even, odd, room] = [0, 0, RUN - (end - first)];
    }
    for (let w = first; w < end; w++) {
      const word = view[w]!;
      even = (even + (word & 0x00ff00ff)) | 0;
      odd = (odd + ((word >>> 8) & 0x00ff00ff)) | 0;
    }
  }
  sum += lanes(even) + lanes(odd);
  for (let k = 0; k < at.length; ) {
    [even, odd] = [0, 0];
    for (const end = Math.min(at.length, k + RUN); k < end; k++) {
      const word = view[from + at[k]!]! & bits[k]!;
      even = (even + (word & 0x00ff00ff)) | 0;
      odd = (odd + ((word >>> 8) & 0x00ff00ff)) | 0;
    }
    sum += lanes(even) + lanes(odd);
  }
  return sum;
}

/** A sum of shorts, two at a time. */
function sumShorts(view: Int32Array, from: number, { whole, at, bits }: Words): number {
  let sum = 0;
  for (let r = 0; r < whole.length; r += 2) {
    let part = 0;
    for (let w = from + whole[r]!; w < from + whole[r + 1]!; w++) part = (part + lanes(view[w]!)) | 0;
    sum += part;
  }
  for (let k = 0; k < at.length; k++) sum += lanes(view[from + at[k]!]! & bits[k]!);
  return sum;
}

/** Sums over the same pixels of many patterns; what is not finite is left out. */
export class PatternSums {
  readonly #pixels: Uint32Array;
  readonly #bytes: Words;
  readonly #shorts: Words;

  /** @param pixels flat indices, rising */
  constructor(pixels: Uint32Array) {
    this.#pixels = pixels;
    this.#bytes = wordsOf(pixels, 1);
    this.#shorts = wordsOf(pixels, 2);
  }

  /** Sums of the patterns of `size` values that lie one behind the other in `values`, into `out` from `to` on. */
  sum<T extends Float32Array | Float64Array>(values: Numeric, size: number, out: T, to = 0): T {
    const count = Math.floor(values.length / size);
    const packed = values instanceof Uint8Array || values instanceof Uint16Array;
    // Patterns that begin in the middle of a word are summed pixel by pixel.
    if (packed && values.byteOffset % 4 === 0 && (size * values.BYTES_PER_ELEMENT) % 4 === 0) {
      const view = new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
      const words = (size * values.BYTES_PER_ELEMENT) / 4;
      const bytes = values.BYTES_PER_ELEMENT === 1;
      for (let i = 0; i < count; i++)
        out[to + i] = bytes
          ? sumBytes(view, i * words, this.#bytes)
          : sumShorts(view, i * words, this.#shorts);
      return out;
    }
    for (let i = 0; i < count; i++) out[to + i] = this.#plain(values, i * size);
    return out;
  }

  #plain(values: Numeric, from: number): number {
    const pixels = this.#pixels;
    let sum = 0;
    for (let k = 0; k < pixels.length; k++) {
      const value = values[from + pixels[k]!]!;
      if (Number.isFinite(value)) sum += value;
    }
    return sum;
  }
}
