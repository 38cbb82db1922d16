import type { CyclingRun } from "./run.ts";

/**
 * Rows that repeat earlier ones, as where files overlap: the clock goes back to a row with the same time, potential and
 * current, and all rows from there to the jump follow once more. Rows that differ in anything are no repetition.
 *
 * @param within how far the times of a row and its repetition may lie apart [s]
 * @returns 1 for each repeated row; undefined where there are none
 */
export function repeatedRows(
  { time, potential, current, counted }: CyclingRun,
  within = 0,
): Uint8Array | undefined {
  const n = time.length;
  const charge = current ?? counted!;
  const same = (a: number, b: number) =>
    Math.abs(time[a]! - time[b]!) <= within && potential[a] === potential[b] && charge[a] === charge[b];
  /** Rows from `row` on that repeat those from `first` on, all of them up to the jump; 0 where they do not. */
  const repeats = (first: number, row: number) => {
    let count = 0;
    while (first + count < row && row + count < n && same(first + count, row + count)) count++;
    return first + count === row || row + count === n ? count : 0;
  };
  let found: Uint8Array | undefined;
  for (let row = 1; row < n; row++) {
    if (!(time[row]! < time[row - 1]!)) continue;
    // Several rows may have the time of this one.
    for (let first = row - 1; first >= 0 && time[first]! >= time[row]! - within; first--) {
      const count = repeats(first, row);
      if (count === 0) continue;
      found ??= new Uint8Array(n);
      found.fill(1, row, row + count);
      break;
    }
  }
  return found;
}

/** The run with some of its rows, in their order. */
export function someRows(run: CyclingRun, keep: readonly number[]): CyclingRun {
  const { current, counted, step, rest, hole } = run;
  const pick = (values: Float64Array) => Float64Array.from(keep, (i) => values[i]!);
  return {
    ...run,
    time: pick(run.time),
    potential: pick(run.potential),
    ...(current && { current: pick(current) }),
    ...(counted && { counted: pick(counted) }),
    ...(step && { step: pick(step) }),
    ...(rest && { rest: Uint8Array.from(keep, (i) => rest[i]!) }),
    ...(hole && { hole: Uint8Array.from(keep, (i) => hole[i]!) }),
  };
}

/** The run without rows that repeat earlier ones, and how many there were. */
export function withoutRepeats(run: CyclingRun, within = 0): { run: CyclingRun; repeated: number } {
  const marks = repeatedRows(run, within);
  if (!marks) return { run, repeated: 0 };
  const keep = Array.from(marks, (_, i) => i).filter((i) => !marks[i]);
  return { run: someRows(run, keep), repeated: marks.length - keep.length };
}
