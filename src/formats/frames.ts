import type { DType, Numeric, Region, Source } from "../core/contracts.ts";
import { swapBytes } from "../kernels/swap.ts";
import { checkRegion, countOf, DTYPES, elementBytes, stridesOf, typed } from "./regions.ts";

/** One read fetches frames up to this many bytes, so that a cancel is heard; a page reads much at once faster. */
const READ_BYTES = 2 ** 24;
/** Bytes between two frames, such as their headers, that are read rather than skipped, at least. */
const GAP_BYTES = 4096;

/** Frames of one size, each in one piece somewhere in a file: a scan of patterns, a movie, an image. */
export interface FrameStack {
  readonly format: string;
  /** Navigation sizes, then rows and columns of a frame. */
  readonly shape: readonly number[];
  /** Of the values given out; for frames that are decoded, what `decode` makes. */
  readonly dtype: DType;
  readonly bigEndian: boolean;
  /** Byte where the pixels of a frame start, frames counted in C order; undefined where the file ends before. */
  at(frame: number): number | undefined;
  /** Bytes of a stored row, where rows are followed by something else. */
  readonly rowBytes?: number;
  /** For packed frames: bytes of one, and how they become its values (rows × columns). */
  readonly packed?: { readonly bytes: number; decode(bytes: Uint8Array): Numeric };
}

/** Frame number of the k-th frame of a region. */
function frameNumber(k: number, region: Region, strides: readonly number[], inner: readonly number[]) {
  let frame = 0;
  for (let i = 0; i < strides.length; i++) {
    const span = region.stop[i]! - region.start[i]!;
    frame += (region.start[i]! + (Math.floor(k / inner[i]!) % span)) * strides[i]!;
  }
  return frame;
}

/** Missing frames of floats are NaN, of integers 0, as the notice of the reader says. */
function blank(dtype: DType, values: number): Numeric {
  const out = typed(dtype, new Uint8Array(values * elementBytes(dtype)));
  return out instanceof Float32Array || out instanceof Float64Array ? out.fill(Number.NaN) : out;
}

/**
 * Reads regions of frames: the rows that are asked for, several frames with one read where they lie close together.
 *
 * @returns a function from a region to its values, in C order; frames that the file does not hold are NaN or 0
 */
export function frameTile(source: Source, stack: FrameStack) {
  const { shape, dtype, packed } = stack;
  const nav = shape.slice(0, -2);
  const strides = stridesOf(nav);
  const [, columns] = shape.slice(-2) as [number, number];
  const itemBytes = elementBytes(dtype);
  const numbers = DTYPES[dtype][1];
  const rowBytes = stack.rowBytes ?? columns * itemBytes;

  return async (region: Region, stop?: AbortSignal, into?: Numeric): Promise<Numeric> => {
    checkRegion(region, shape, stack.format);
    const [top, left] = region.start.slice(-2) as [number, number];
    const [bottom, right] = region.stop.slice(-2) as [number, number];
    const [high, wide] = [bottom - top, right - left];
    const inner = stridesOf(nav.map((_, i) => region.stop[i]! - region.start[i]!));
    const count = countOf(region.stop.slice(0, -2), region.start.slice(0, -2));
    const frameValues = high * wide * numbers;
    const reused = into instanceof DTYPES[dtype][0] && into.length === count * frameValues;
    const out = reused ? into : blank(dtype, count * high * wide);
    if (out.length === 0) return out;
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    // What is read of a frame, from its first byte on.
    const first = packed ? 0 : top * rowBytes + left * itemBytes;
    const span = packed ? packed.bytes : (high - 1) * rowBytes + wide * itemBytes;
    const place = (k: number) => {
      const at = stack.at(frameNumber(k, region, strides, inner));
      return at === undefined ? undefined : at + first;
    };

    const copy = (from: Uint8Array, k: number) => {
      if (packed) {
        const frame = packed.decode(from);
        for (let r = 0; r < high; r++) {
          const row = ((top + r) * columns + left) * numbers;
          out.set(frame.subarray(row, row + wide * numbers), (k * high + r) * wide * numbers);
        }
      } else if (wide * itemBytes === rowBytes) {
        bytes.set(from, k * high * wide * itemBytes);
      } else {
        for (let r = 0; r < high; r++) {
          const row = from.subarray(r * rowBytes, r * rowBytes + wide * itemBytes);
          bytes.set(row, (k * high + r) * wide * itemBytes);
        }
      }
    };

    // Whole rows of a frame lie in the file as they do here: they are read to where they belong.
    const whole = !packed && wide * itemBytes === rowBytes;
    let between = new Uint8Array(0);
    const scattered = (from: number, to: number) => {
      const parts: Uint8Array[] = [];
      for (let frame = from; frame < to; frame++) {
        const gap = frame > from ? place(frame)! - place(frame - 1)! - span : 0;
        if (gap > between.length) between = new Uint8Array(gap);
        if (gap > 0) parts.push(between.subarray(0, gap));
        parts.push(bytes.subarray(frame * span, (frame + 1) * span));
      }
      return parts;
    };

    let swapFrom = 0;
    for (let k = 0; k < count; ) {
      const start = place(k);
      if (start === undefined) {
        if (reused) out.set(blank(dtype, high * wide), k * frameValues);
        k++;
        continue;
      }
      let [end, last] = [k + 1, start];
      for (; end < count; end++) {
        const next = place(end);
        const near =
          next !== undefined && next >= last + span && next - last - span <= Math.max(GAP_BYTES, span);
        if (!near || next! + span - start > READ_BYTES) break;
        last = next!;
      }
      if (source.fill && whole) await source.fill(start, scattered(k, end), stop);
      else {
        const read = await source.read(start, last + span - start, stop);
        for (let frame = k; frame < end; frame++) {
          const at = place(frame)! - start;
          copy(read.subarray(at, at + span), frame);
        }
      }
      // Frames that are missing keep their NaN, which must not be turned round.
      if (stack.bigEndian && !packed) {
        swapFrom = k * high * wide * itemBytes;
        swapBytes(bytes.subarray(swapFrom, end * high * wide * itemBytes), itemBytes / numbers);
      }
      k = end;
    }
    return out;
  };
}

/**
 * Reads regions of spectra: each is a frame of one row, `shape` has no axis for it. What the file does not hold is NaN
 * or 0, as for frames.
 */
export function spectrumTile(source: Source, stack: FrameStack) {
  const row = (list: readonly number[], at: number) => [...list.slice(0, -1), at, list.at(-1)!];
  const tile = frameTile(source, { ...stack, shape: row(stack.shape, 1) });
  return async ({ start, stop }: Region, signal?: AbortSignal): Promise<Numeric> => {
    checkRegion({ start, stop }, stack.shape, stack.format);
    return tile({ start: row(start, 0), stop: row(stop, 1) }, signal);
  };
}

/**
 * Reads regions of an array whose axes are stored in another order: axis i of the signal is axis `order[i]` of the
 * file. Values are put in order after reading, so memory is bounded by the region.
 *
 * @param tile reads regions of the array as it is stored
 */
export function transposedTile(
  tile: (region: Region, stop?: AbortSignal) => Promise<Numeric>,
  order: readonly number[],
  dtype: DType,
) {
  const numbers = DTYPES[dtype][1];
  return async (region: Region, stop?: AbortSignal): Promise<Numeric> => {
    const pick = (list: readonly number[]) => {
      const stored = new Array<number>(order.length);
      order.forEach((axis, i) => {
        stored[axis] = list[i]!;
      });
      return stored;
    };
    const stored = { start: pick(region.start), stop: pick(region.stop) };
    const values = await tile(stored, stop);
    const strides = stridesOf(stored.stop.map((to, i) => to - stored.start[i]!));
    const size = region.stop.map((to, i) => to - region.start[i]!);
    const out = typed(dtype, new Uint8Array(values.byteLength));
    if (out.length === 0) return out;
    const steps = order.map((axis) => strides[axis]!);
    const index = size.map(() => 0);
    let from = 0;
    for (let to = 0; to < out.length; to += numbers) {
      for (let n = 0; n < numbers; n++) out[to + n] = values[from * numbers + n]!;
      for (let i = size.length - 1; i >= 0; i--) {
        from += steps[i]!;
        if (++index[i]! < size[i]!) break;
        from -= steps[i]! * size[i]!;
        index[i] = 0;
      }
    }
    return out;
  };
}
