import type { Numeric } from "../../core/contracts.ts";

/** Patterns, and rows of a band, between two carries: lanes of 16 bits hold 256 sums of bytes. */
const RUN = 256;
const EVEN = 0x00ff00ff;

/** Patterns of bytes that are summed four pixels at a time, in lanes of 16 bits: a scan has billions of them. */
export class ByteLanes {
  readonly #view: Int32Array;
  readonly #words: number;
  readonly #across: number;
  /** Sums of each pixel since the last carry: first and third of a word, second and fourth. */
  readonly #even: Int32Array;
  readonly #odd: Int32Array;
  readonly #bandEven: Int32Array;
  readonly #bandOdd: Int32Array;
  #patterns = 0;

  private constructor(data: Uint8Array, height: number, width: number) {
    this.#view = new Int32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
    this.#across = width / 4;
    this.#words = this.#across * height;
    this.#even = new Int32Array(this.#words);
    this.#odd = new Int32Array(this.#words);
    this.#bandEven = new Int32Array(this.#across);
    this.#bandOdd = new Int32Array(this.#across);
  }

  /** Undefined for other numbers than bytes, and where rows begin in the middle of a word. */
  static of(data: Numeric, height: number, width: number): ByteLanes | undefined {
    if (!(data instanceof Uint8Array) || width % 4 !== 0 || data.byteOffset % 4 !== 0) return undefined;
    return height <= RUN ? new ByteLanes(data, height, width) : undefined;
  }

  /** Sums each column of a pattern from row `top` to before `bottom` into `out`. */
  band(pattern: number, top: number, bottom: number, out: Float64Array): void {
    const [view, even, odd, bandEven, bandOdd] = [
      ...[this.#view, this.#even, this.#odd],
      ...[this.#bandEven, this.#bandOdd],
    ] as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
    bandEven.fill(0);
    bandOdd.fill(0);
    let at = pattern * this.#words + top * this.#across;
    for (let word = top * this.#across; word < bottom * this.#across; )
      for (let x = 0; x < bandEven.length; x++, word++, at++) {
        const value = view[at]!;
        const [e, o] = [value & EVEN, (value >>> 8) & EVEN];
        bandEven[x] = bandEven[x]! + e;
        bandOdd[x] = bandOdd[x]! + o;
        even[word] = even[word]! + e;
        odd[word] = odd[word]! + o;
      }
    spread(bandEven, bandOdd, (i, value) => {
      out[i] = value;
    });
  }

  /** After each pattern: adds to the totals of the pixels what the lanes cannot hold longer, or, at the `end`, all. */
  carry(total: Float64Array, end: boolean): void {
    this.#patterns++;
    if (this.#patterns < RUN && !end) return;
    spread(this.#even, this.#odd, (i, value) => {
      total[i]! += value;
    });
    this.#even.fill(0);
    this.#odd.fill(0);
    this.#patterns = 0;
  }
}

/** Gives every pixel the sum in its lane. */
function spread(even: Int32Array, odd: Int32Array, take: (pixel: number, sum: number) => void): void {
  for (let word = 0; word < even.length; word++) {
    take(4 * word, even[word]! & 0xffff);
    take(4 * word + 1, odd[word]! & 0xffff);
    take(4 * word + 2, even[word]! >>> 16);
    take(4 * word + 3, odd[word]! >>> 16);
  }
}
