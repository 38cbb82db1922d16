import type { DType, Notice, Numeric } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { swapBytes } from "../../kernels/swap.ts";
import type { FrameStack } from "../frames.ts";
import { elementBytes } from "../regions.ts";
import { halfToFloat } from "../wide.ts";
import type { MrcHeader } from "./parse.ts";

/** Element type of a section, its bytes, and how packed values become ours. */
export interface MrcPixels {
  readonly dtype: DType;
  readonly bytes: number;
  readonly packed?: FrameStack["packed"];
}

const PLAIN: Readonly<Record<number, DType>> = { 1: "i16", 2: "f32", 4: "c64", 6: "u16", 16: "rgb8" };

/**
 * Bytes of mode 0 are signed in MRC2014 and unsigned in IMOD and in most cameras' files: IMOD's flag and the stated
 * range decide, then what wrote the file.
 */
function isSigned(header: MrcHeader, unsigned: boolean, notices: Notice[]): boolean {
  if (unsigned) return false;
  if (header.imodFlags !== undefined) return (header.imodFlags & 1) === 1;
  const [minimum, maximum] = header.range;
  if (minimum < maximum && (maximum > 127 || minimum < 0)) return minimum < 0;
  const signed = header.version >= 20140 && header.version < 20300;
  const why = signed ? "as MRC2014 has it" : "as older programs write it";
  const message = `mrc: mode 0 is taken as ${signed ? "signed" : "unsigned"} bytes, ${why}; the stated range does not tell`;
  notices.push({ code: "sign-assumed", message, where: "byte 12" });
  return signed;
}

function words(bytes: Uint8Array, little: boolean): DataView {
  const copy = bytes.slice();
  if (!little) swapBytes(copy, 2);
  return new DataView(copy.buffer);
}

/** Two pixels in each byte, the lower four bits first; a row starts with a new byte. */
function fourBits(columns: number, rows: number): NonNullable<FrameStack["packed"]> {
  const rowBytes = Math.ceil(columns / 2);
  return {
    bytes: rowBytes * rows,
    decode(bytes): Numeric {
      const out = new Uint8Array(columns * rows);
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++)
          out[y * columns + x] = (bytes[y * rowBytes + (x >> 1)]! >> (4 * (x & 1))) & 15;
      }
      return out;
    },
  };
}

/**
 * How the pixels of a mode are stored: 0 bytes, 1 i16, 2 f32, 3 complex i16, 4 complex f32, 6 u16, 12 half floats,
 * 16 RGB, 101 four bits.
 *
 * @param unsigned true where a file beside says that bytes are unsigned
 * @throws Unsupported for another mode
 */
export function pixelsOf(header: MrcHeader, unsigned: boolean, notices: Notice[]): MrcPixels {
  const { mode, littleEndian } = header;
  const [columns, rows] = header.size;
  const count = columns * rows;
  const plain = mode === 0 ? (isSigned(header, unsigned, notices) ? "i8" : "u8") : PLAIN[mode];
  if (plain) return { dtype: plain, bytes: count * elementBytes(plain) };
  if (mode === 101) return { dtype: "u8", ...packing(fourBits(columns, rows)) };
  if (mode === 12) {
    const decode = (bytes: Uint8Array) => {
      const view = words(bytes, littleEndian);
      return Float32Array.from({ length: count }, (_, i) => halfToFloat(view.getUint16(2 * i, true)));
    };
    return { dtype: "f32", ...packing({ bytes: 2 * count, decode }) };
  }
  if (mode === 3) {
    const decode = (bytes: Uint8Array) => {
      const view = words(bytes, littleEndian);
      return Float32Array.from({ length: 2 * count }, (_, i) => view.getInt16(2 * i, true));
    };
    return { dtype: "c64", ...packing({ bytes: 4 * count, decode }) };
  }
  const feature = `mode ${mode}`;
  throw new LithoscopeError("Unsupported", `mrc: ${feature} is not read`, { format: "mrc", feature });
}

function packing(packed: NonNullable<FrameStack["packed"]>) {
  return { bytes: packed.bytes, packed };
}
