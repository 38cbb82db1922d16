import type { Chance } from "./chance.ts";

/** Changes that know binary files: numbers that say how many or where, and pieces that belong in an order. */
export type Mutation = (bytes: Uint8Array, chance: Chance, other: Uint8Array) => Uint8Array;

const SPECIAL_BYTES = [0, 1, 0x0a, 0x20, 0x7f, 0x80, 0xfe, 0xff];
const SPECIAL_NUMBERS = [
  0,
  1,
  -1,
  2 ** 15,
  2 ** 16,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  2 ** 62,
];
const SPECIAL_FLOATS = [Number.NaN, Infinity, -Infinity, -1, 0, 1e-310, 1e38, 1e308, -1e308];

/** A place, more often one in the header. */
export function place(length: number, chance: Chance): number {
  const within = chance.once(2) ? length : chance.once(2) ? Math.min(length, 1024) : Math.min(length, 64);
  return chance.below(Math.max(1, within));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const flipBits: Mutation = (bytes, chance) => {
  for (let k = 1 + chance.below(8); k > 0 && bytes.length > 0; k--) {
    const at = place(bytes.length, chance);
    bytes[at] = bytes[at]! ^ (1 << chance.below(8));
  }
  return bytes;
};

const setBytes: Mutation = (bytes, chance) => {
  const at = place(bytes.length, chance);
  const value = chance.once(2) ? chance.of(SPECIAL_BYTES) : chance.below(256);
  bytes.fill(value, at, at + 1 + chance.below(chance.once(4) ? 64 : 8));
  return bytes;
};

/** Writes a whole number of 1, 2, 4 or 8 bytes, cut to what they hold. */
function put(bytes: Uint8Array, at: number, width: number, value: number, little: boolean): void {
  const whole = BigInt.asUintN(64, BigInt(Math.trunc(value)));
  for (let i = 0; i < width; i++) {
    const shift = 8n * BigInt(little ? i : width - 1 - i);
    if (at + i < bytes.length) bytes[at + i] = Number((whole >> shift) & 255n);
  }
}

const setNumber: Mutation = (bytes, chance) => {
  const width = chance.of([1, 2, 4, 4, 4, 8, 8]);
  const at = chance.once(4)
    ? place(bytes.length, chance)
    : place(bytes.length, chance) & ~(Math.min(width, 4) - 1);
  const near = [bytes.length, bytes.length - 1, bytes.length + 1, -bytes.length, at, bytes.length - at];
  put(bytes, at, width, chance.of(chance.once(3) ? near : SPECIAL_NUMBERS), !chance.once(3));
  return bytes;
};

/**
 * Changes a number that could be a length or an offset: four bytes whose value is above 1 and lies within the file.
 * Such numbers are few, so that they are hit far more often than by chance.
 */
const setLength: Mutation = (bytes, chance) => {
  if (bytes.length < 8) return setNumber(bytes, chance, bytes);
  const view = viewOf(bytes);
  const start = chance.below(bytes.length - 4);
  const little = !chance.once(3);
  for (let k = 0; k < Math.min(2048, bytes.length - 4); k++) {
    const at = (start + k) % (bytes.length - 4);
    const value = view.getUint32(at, little);
    if (value < 2 || value > bytes.length) continue;
    const changed = [value + 1, value - 1, 2 * value, value + 2 ** 16, -value, 0, -1, 2 ** 31, 2 ** 32 - 1];
    put(bytes, at, chance.once(8) ? 8 : 4, chance.of(changed), little);
    return bytes;
  }
  return setNumber(bytes, chance, bytes);
};

const setFloat: Mutation = (bytes, chance) => {
  const width = chance.of([4, 8]);
  if (bytes.length < width) return bytes;
  const at = Math.min(place(bytes.length, chance), bytes.length - width);
  const value = chance.of(SPECIAL_FLOATS);
  if (width === 4) viewOf(bytes).setFloat32(at, value, !chance.once(3));
  else viewOf(bytes).setFloat64(at, value, !chance.once(3));
  return bytes;
};

const cut: Mutation = (bytes, chance) => bytes.slice(0, place(bytes.length + 1, chance));

const lengthen: Mutation = (bytes, chance) => {
  const out = new Uint8Array(bytes.length + 1 + chance.below(4096));
  out.set(bytes);
  if (chance.once(2)) out.fill(chance.below(256), bytes.length);
  return out;
};

/** A piece of a file: of any length, or of a usual block. */
function piece(bytes: Uint8Array, chance: Chance): Uint8Array {
  const at = place(bytes.length, chance);
  const length = chance.once(2) ? chance.of([1, 2, 4, 8, 16, 64, 512]) : chance.below(bytes.length + 1);
  return bytes.slice(at, at + length);
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const end = Math.min(bytes.length, at + remove);
  const out = new Uint8Array(at + insert.length + bytes.length - end);
  out.set(bytes.subarray(0, at));
  out.set(insert, at);
  out.set(bytes.subarray(end), at + insert.length);
  return out;
}

const duplicate: Mutation = (bytes, chance) =>
  splice(bytes, place(bytes.length, chance), 0, piece(bytes, chance));

const remove: Mutation = (bytes, chance) =>
  splice(bytes, place(bytes.length, chance), chance.of([1, 2, 3, 4, 8, 64, 512]), new Uint8Array(0));

/** Writes a piece of this file, or of another of the same format, over a place. */
const overwrite: Mutation = (bytes, chance, other) => {
  const part = piece(chance.once(2) ? other : bytes, chance);
  return splice(bytes, place(bytes.length, chance), part.length, part);
};

/** The head of one file and the rest of another. */
const cross: Mutation = (bytes, chance, other) => {
  const at = place(bytes.length, chance);
  return splice(bytes, at, bytes.length, other.subarray(Math.min(at, other.length)));
};

/** Two bytes of each pair in the other order: a file of a machine with another endianness. */
const swapOrder: Mutation = (bytes, chance) => {
  const width = chance.of([2, 4, 8]);
  const from = place(bytes.length, chance);
  const to = chance.once(2) ? bytes.length : Math.min(bytes.length, from + 8 * width);
  for (let at = from; at + width <= to; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
};

export const byteMutations: readonly Mutation[] = [
  flipBits,
  flipBits,
  setBytes,
  setNumber,
  setNumber,
  setLength,
  setLength,
  setLength,
  setFloat,
  cut,
  lengthen,
  duplicate,
  remove,
  overwrite,
  cross,
  swapOrder,
];
