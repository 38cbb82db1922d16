/** A number that was found, its unit being said where it is used. */
export interface Measured {
  readonly value: number;
  /** One standard deviation; NaN where unknown. */
  readonly sigma: number;
}

/** A number that could not be found. */
export const UNKNOWN: Measured = { value: Number.NaN, sigma: Number.NaN };
