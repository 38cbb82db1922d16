/** Rows of one block of an envelope. */
const BLOCK = 64;

/** Least and greatest row of every block of a long line, so that a picture of it does not visit each row. */
export interface Envelope {
  readonly y: ArrayLike<number>;
  /** Row of the least and of the greatest value of each block; −1 where it holds no number. */
  readonly least: Int32Array;
  readonly greatest: Int32Array;
}

/** The envelope of y; values that are not finite belong to no row. */
export function envelopeOf(y: ArrayLike<number>): Envelope {
  const blocks = Math.ceil(y.length / BLOCK);
  const least = new Int32Array(blocks).fill(-1);
  const greatest = new Int32Array(blocks).fill(-1);
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!;
    if (!Number.isFinite(value)) continue;
    const b = Math.floor(i / BLOCK);
    if (least[b]! < 0 || value < y[least[b]!]!) least[b] = i;
    if (greatest[b]! < 0 || value > y[greatest[b]!]!) greatest[b] = i;
  }
  return { y, least, greatest };
}

/** Rows of the least and the greatest value from row `from` to `to` − 1; −1 where there is no number. */
export function extremes({ y, least, greatest }: Envelope, from: number, to: number): [number, number] {
  let [low, high] = [-1, -1];
  const take = (a: number, b: number) => {
    if (a >= 0 && (low < 0 || y[a]! < y[low]!)) low = a;
    if (b >= 0 && (high < 0 || y[b]! > y[high]!)) high = b;
  };
  let i = from;
  while (i < to) {
    if (i % BLOCK === 0 && i + BLOCK <= to) {
      take(least[i / BLOCK]!, greatest[i / BLOCK]!);
      i += BLOCK;
      continue;
    }
    if (Number.isFinite(y[i])) take(i, i);
    i++;
  }
  return [low, high];
}

/**
 * Rows that draw a line as it looks in columns: column c holds the rows bounds[c] … bounds[c + 1] − 1. All rows of a
 * column with few, else its first, least, greatest and last, so that a peak of one row is never lost and a gap at an
 * end of a column stays a gap.
 */
export function drawnRows(envelope: Envelope, bounds: ArrayLike<number>): Int32Array {
  const rows: number[] = [];
  for (let c = 0; c + 1 < bounds.length; c++) {
    const [from, to] = [bounds[c]!, bounds[c + 1]!];
    if (to - from <= 4) {
      for (let row = from; row < to; row++) rows.push(row);
      continue;
    }
    const [low, high] = extremes(envelope, from, to);
    const [first, second] = low < high ? [low, high] : [high, low];
    for (const row of [from, first, second, to - 1]) if (row >= from && row !== rows.at(-1)) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** True where no value is smaller than the one before, or none is larger; finite values only. */
export function isOrdered(x: ArrayLike<number>): boolean {
  let [up, down] = [true, true];
  for (let i = 1; i < x.length; i++) {
    if (!(x[i]! >= x[i - 1]!)) up = false;
    if (!(x[i]! <= x[i - 1]!)) down = false;
    if (!up && !down) return false;
  }
  return true;
}

/** First row of an ordered list whose value is not before `value`; the length where all are. */
export function rowAt(x: ArrayLike<number>, value: number): number {
  const falls = x.length > 1 && x[x.length - 1]! < x[0]!;
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (falls ? x[middle]! > value : x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
