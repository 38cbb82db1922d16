/** From value to colour: in proportion, its square root, or its logarithm. */
export type Scale = "linear" | "gamma" | "log";

/** Exponent of the scale "gamma". */
export const GAMMA = 0.5;
/** How much darker than the brightest the logarithm still tells apart. */
export const DECADES = 4;

/** Share of the way from the first to the last colour for a value at `t`, 0 … 1, of the range. */
export function colourShare(t: number, scale: Scale): number {
  if (scale === "linear") return t;
  if (scale === "gamma") return t ** GAMMA;
  return Math.log1p(t * 10 ** DECADES) / Math.log1p(10 ** DECADES);
}

/** The scale in the words of a caption; journals ask for all but the linear one. */
export const SCALE_WORDS: Readonly<Record<Scale, string>> = {
  linear: "linear",
  gamma: `gamma ${GAMMA}`,
  log: `logarithmic over ${DECADES} decades`,
};

/**
 * Round values to write beside a bar of colours, the ends of a scale that is not linear filled as evenly as the space
 * `gap` (share of the bar's length) allows.
 */
export function scaleTicks(low: number, high: number, scale: Scale, gap: number): number[] {
  const range = high - low;
  const found: number[] = [];
  const at = (value: number) => colourShare((value - low) / range, scale);
  const free = (value: number) => found.every((other) => Math.abs(at(other) - at(value)) >= gap);
  const power = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  for (const mantissa of [1, 5, 2])
    for (let p = power; p >= power - DECADES - 1; p--) {
      const value = Number(`${mantissa}e${p}`);
      if (value >= low && value <= high && free(value)) found.push(value);
    }
  if (low <= 0 && free(0)) found.push(0);
  return found.sort((a, b) => a - b);
}
