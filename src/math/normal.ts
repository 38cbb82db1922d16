import type { Random } from "../core/random.ts";

/** A normally distributed number, mean 0, variance 1 (Box & Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
