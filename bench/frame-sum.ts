/** Words between two carries: lanes of 16 bits hold 256 sums of bytes, 32 bits those of shorts. */
const RUN = 256;

/** The sum of each of several frames that lie one behind the other, by words of 32 bits; frames have a multiple of 16 bytes. */
export function frameSums(frames: Uint8Array | Uint16Array, pixels: number): Float64Array {
  const bytes = frames.BYTES_PER_ELEMENT;
  // Signed words: sums of unsigned ones would become doubles.
  const view = new Int32Array(frames.buffer, frames.byteOffset, frames.byteLength >> 2);
  const words = (pixels * bytes) / 4;
  const sums = new Float64Array(view.length / words);
  const run = bytes === 1 ? bytesOf : shortsOf;
  for (let frame = 0; frame < sums.length; frame++) {
    let sum = 0;
    const end = (frame + 1) * words;
    for (let w = frame * words; w < end; w += RUN) sum += run(view, w, Math.min(end, w + RUN));
    sums[frame] = sum;
  }
  return sums;
}

/** Lanes of 16 bits; four words at once, so that none waits for the one before it. */
function bytesOf(view: Int32Array, from: number, to: number): number {
  let [even, odd, evenToo, oddToo] = [0, 0, 0, 0];
  for (let w = from; w < to; w += 2) {
    const x = view[w]!;
    const y = view[w + 1]!;
    even = (even + (x & 0x00ff00ff)) | 0;
    odd = (odd + ((x >>> 8) & 0x00ff00ff)) | 0;
    evenToo = (evenToo + (y & 0x00ff00ff)) | 0;
    oddToo = (oddToo + ((y >>> 8) & 0x00ff00ff)) | 0;
  }
  const lanes = (sum: number) => (sum & 0xffff) + (sum >>> 16);
  return lanes(even) + lanes(odd) + lanes(evenToo) + lanes(oddToo);
}

function shortsOf(view: Int32Array, from: number, to: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let w = from; w < to; w += 4) {
    const x = view[w]!;
    const y = view[w + 1]!;
    const z = view[w + 2]!;
    const t = view[w + 3]!;
    a = (a + (x & 0xffff) + (x >>> 16)) | 0;
    b = (b + (y & 0xffff) + (y >>> 16)) | 0;
    c = (c + (z & 0xffff) + (z >>> 16)) | 0;
    d = (d + (t & 0xffff) + (t >>> 16)) | 0;
  }
  return a + b + c + d;
}
