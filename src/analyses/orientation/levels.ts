/** How a scan's values are turned into grey levels that the thresholds of the analysis are made for. */
export interface Levels {
  /** Grey levels per unit of the file's values. */
  readonly scale: number;
  /** Whether the scaled values are whole numbers, as a camera counts. */
  readonly whole: boolean;
}

/** Values as they are. */
export const PLAIN: Levels = { scale: 1, whole: false };

/** Values looked at to find a common divisor, over the first frames. */
const LOOKED_AT = 20_000;
/** More levels than a 16-bit camera has are no levels. */
const MOST_LEVELS = 65_535;
/** How far a value may lie from a whole number of levels: float32 of 16 bits is within 0.005. */
const CLOSE = 0.01;

/**
 * The levels of sample frames: whole numbers as they are; fractions that are all multiples of one number, as counts
 * divided by their maximum are, as those multiples; anything else as it is, until its gain is known.
 */
export function levelsOf(frames: readonly ArrayLike<number>[]): Levels {
  const values: number[] = [];
  for (const frame of frames.slice(0, 4))
    for (let i = 0; i < frame.length && values.length < LOOKED_AT; i++)
      if (Number.isFinite(frame[i])) values.push(frame[i]!);
  if (values.every(Number.isInteger)) return { scale: 1, whole: true };
  values.sort((a, b) => a - b);
  const range = values.at(-1)! - values[0]!;
  let step = Number.POSITIVE_INFINITY;
  for (let i = 1; i < values.length; i++) {
    const gap = values[i]! - values[i - 1]!;
    // Two float32 of one level differ by less than this.
    if (gap > range / MOST_LEVELS / 2) step = Math.min(step, gap);
  }
  const level = refined(values, step);
  const largest = Math.max(Math.abs(values[0]!), Math.abs(values.at(-1)!));
  const fits = level < 1 && largest / level <= MOST_LEVELS;
  if (!fits || values.some((value) => Math.abs(value / level - Math.round(value / level)) > CLOSE))
    return PLAIN;
  return { scale: 1 / level, whole: true };
}

/** A step read off the difference of two rounded values, made exact by ever larger multiples of it. */
function refined(sorted: readonly number[], step: number): number {
  let level = step;
  for (const value of [...sorted].filter((v) => v > 0)) {
    const count = Math.round(value / level);
    if (count > 0 && Math.abs(value / level - count) < 0.1) level = value / count;
  }
  return level;
}

/** A frame in grey levels; the frame itself where that changes nothing. */
export function inLevels(raw: ArrayLike<number>, { scale, whole }: Levels): ArrayLike<number> {
  if (scale === 1) return raw;
  const out = new Float64Array(raw.length);
  for (let i = 0; i < out.length; i++) out[i] = whole ? Math.round(raw[i]! * scale) : raw[i]! * scale;
  return out;
}
