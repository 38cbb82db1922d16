import type { DType, Numeric } from "../../core/contracts.ts";

/** Counter depths that come as R64, with the bytes of one chip's row of pixels and the type of the values. */
const DEPTHS: Readonly<Record<number, { readonly bits: number; readonly dtype: DType }>> = {
  1: { bits: 1, dtype: "u8" },
  6: { bits: 8, dtype: "u8" },
  12: { bits: 16, dtype: "u16" },
  24: { bits: 32, dtype: "u32" },
};

/**
 * Pixels of one row as the chip sends them: in words of 64 bits, the last pixel of a word first. 64 pixels of one bit,
 * 8 of one byte or 4 of two bytes fill a word (the layout that LiberTEM's mib.py documents and tests).
 */
function unscramble(
  bytes: Uint8Array,
  from: number,
  pixels: number,
  bits: number,
  put: (i: number, value: number) => void,
) {
  const perWord = 64 / bits;
  for (let i = 0; i < pixels; i++) {
    const [word, place] = [Math.floor(i / perWord), i % perWord];
    const at = from + word * 8;
    if (bits === 1) put(i, (bytes[at + 7 - (place >> 3)]! >> (place & 7)) & 1);
    else if (bits === 8) put(i, bytes[at + 7 - place]!);
    else put(i, bytes[at + 6 - 2 * place]! * 256 + bytes[at + 7 - 2 * place]!);
  }
}

/** How a raw frame is stored and read; undefined for a depth that no Merlin has. */
export function rawPixels(depth: number, width: number, height: number, quad: boolean) {
  const kind = DEPTHS[depth];
  if (!kind) return undefined;
  // A counter of 24 bits is read out as two of 12, the upper bits first.
  const planes = depth === 24 ? 2 : 1;
  const bits = kind.bits / planes;
  const planeBytes = (width * height * bits) / 8;

  function decode(bytes: Uint8Array): Numeric {
    const make = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array }[kind!.dtype as "u8" | "u16" | "u32"];
    const out = new make(width * height);
    for (let plane = 0; plane < planes; plane++) {
      const shift = planes === 2 && plane === 0 ? 4096 : 1;
      const add = (at: number, value: number) => {
        out[at] = out[at]! + value * shift;
      };
      if (!quad) unscramble(bytes, plane * planeBytes, width * height, bits, add);
      else {
        // Four chips side by side in each stored row; the lower two are mounted the other way round.
        const [half, rows] = [width / 2, height / 2];
        const rowBytes = (half * bits) / 8;
        for (let row = 0; row < rows; row++) {
          const at = plane * planeBytes + row * 4 * rowBytes;
          const upper = row * width;
          const lower = (height - 1 - row) * width;
          unscramble(bytes, at + 3 * rowBytes, half, bits, (i, v) => add(upper + i, v));
          unscramble(bytes, at + 2 * rowBytes, half, bits, (i, v) => add(upper + half + i, v));
          unscramble(bytes, at + rowBytes, half, bits, (i, v) => add(lower + half - 1 - i, v));
          unscramble(bytes, at, half, bits, (i, v) => add(lower + width - 1 - i, v));
        }
      }
    }
    return out;
  }
  return { dtype: kind.dtype, bytes: planeBytes * planes, decode };
}
