import type { Quantity } from "../core/contracts.ts";

/** Names of the pixel classes, in the order of the numbers in `class`. */
export const CLASS_NAMES = [
  "crystal",
  "amorphous",
  "vacuum",
  "few-spots",
  "undecided",
  "not-measured",
  "saturated",
] as const;

/**
 * The arrays of an orientation map that figures and reports draw, row-major; what an older result does not hold is
 * absent. Units and meanings are those of docs/conventions.md.
 */
export interface OrientationArrays {
  readonly width: number;
  readonly height: number;
  readonly phases: readonly string[];
  readonly phase: ArrayLike<number>;
  readonly orientation: Float64Array;
  readonly score?: ArrayLike<number>;
  readonly reliability?: ArrayLike<number>;
  readonly reliability_180?: ArrayLike<number>;
  readonly reliability_phase?: ArrayLike<number>;
  readonly second_phase?: ArrayLike<number>;
  readonly second_orientation?: ArrayLike<number>;
  readonly second_score?: ArrayLike<number>;
  readonly margin?: ArrayLike<number>;
  readonly used?: ArrayLike<number>;
  readonly covariance: ArrayLike<number>;
  readonly amorphous: ArrayLike<number>;
  readonly class?: ArrayLike<number>;
  readonly trustworthy: ArrayLike<number>;
  readonly grain: ArrayLike<number>;
}

/** A crystal as far as colours and boundaries need it. */
export interface CrystalSymmetry {
  readonly name: string;
  readonly laueGroup: string;
  readonly rotations: readonly (readonly [number, number, number, number])[];
}

/**
 * Standard uncertainty of an orientation in degrees: √ of the sum of the three variances; 180 where the spots leave it
 * open, NaN where unknown.
 */
export function sigmaDeg(covariance: ArrayLike<number>, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const variance = covariance[6 * i]! + covariance[6 * i + 3]! + covariance[6 * i + 5]!;
    const deg = (Math.sqrt(variance) * 180) / Math.PI;
    return Math.min(deg, 180);
  });
}

/** True where most of the film is amorphous, or the class says so. */
export function isAmorphous(maps: OrientationArrays, i: number): boolean {
  const named = maps.class && CLASS_NAMES[maps.class[i]!] === "amorphous";
  return named || maps.amorphous[i]! > 0.5;
}

/** Coordinates of every point and their unit: columns for a table of a map. */
export function coordinates(width: number, height: number, step?: Quantity) {
  const { value, unit } = step ?? { value: 1, unit: "px" };
  const x = new Float64Array(width * height);
  const y = new Float64Array(width * height);
  for (let i = 0; i < x.length; i++) {
    x[i] = Number(((i % width) * value).toPrecision(12));
    y[i] = Number((Math.floor(i / width) * value).toPrecision(12));
  }
  return [
    { name: "x", unit, values: x },
    { name: "y", unit, values: y },
  ] as const;
}
