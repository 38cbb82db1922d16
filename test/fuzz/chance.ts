import { seededRandom } from "../../src/core/random.ts";

/** Seeded choices. */
export interface Chance {
  /** True once in `n` times. */
  once(n: number): boolean;
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number;
  /** One of a list that is not empty. */
  of<T>(list: readonly T[]): T;
}

export function chance(seed: string): Chance {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.next() * n);
  return { below, once: (n) => below(n) === 0, of: (list) => list[below(list.length)]! };
}
