/** Rotation vector x y z, beam shift x y, log scale, thickness. */
export const PARAMETERS = 7;

/** Reflections of one phase and their intensities. */
export interface LikelihoodPhase {
  readonly count: number;
  /** Reciprocal vectors in the crystal frame (n, 3) and their lengths (n) [1/Å]. */
  readonly g: Float64Array;
  readonly length: Float64Array;
  /** Row of the table for each reflection. */
  readonly family: Int32Array;
  /** |s0| where the row of each family ends [1/Å]. */
  readonly reach: Float64Array;
  /** (family, thickness, bins): share of the incident electrons. */
  readonly values: Float32Array;
  readonly thicknesses: number;
  readonly bins: number;
}

/** What a likelihood is made for. */
export interface LikelihoodShape {
  readonly phases: readonly LikelihoodPhase[];
  /** Wave number and its part across the axis under precession [1/Å]. */
  readonly k: number;
  readonly tilt: number;
  /** Symmetric matrix (xx, xy, yy) from reciprocal to detector positions [px Å]. */
  readonly matrix: readonly [number, number, number];
  /** Relative error of amplitudes √I. */
  readonly modelError: number;
  readonly constants: LikelihoodConstants;
}

/** Numbers of the model, given by its definition, so that they are written once. */
export interface LikelihoodConstants {
  /** Degrees of freedom of the Student-t distributions. */
  readonly nu: number;
  /** A spot within this distance of a prediction may be that prediction [px]. */
  readonly reach: number;
  /** Darker than this share of the incident electrons, a reflection is not looked at. */
  readonly dark: number;
  /** Discs are not read closer than this to the detector's edge [px]. */
  readonly edge: number;
  /** Variance of a strong spot's position about the model [px²]. */
  readonly positionVariance: number;
  /** Share of a spot that a prediction must explain to vouch for it in full. */
  readonly claim: number;
  /** The most that an empty disc may speak for a candidate, as a cost. */
  readonly least: number;
}

/** What of a pattern enters; see `Pattern`. */
export interface LikelihoodPattern {
  readonly size: number;
  readonly centre: readonly [number, number];
  readonly disc: Float32Array;
  readonly levels: Float32Array;
  readonly nearestSpot: Int16Array;
  readonly spots: readonly {
    readonly x: number;
    readonly y: number;
    readonly intensity: number;
    readonly variance: number;
  }[];
  readonly quantum: number;
  readonly uneven: number;
}

/** What is evaluated: an orientation, a beam shift [px], a log scale (NaN: to be found) and a place in the thicknesses. */
export interface LikelihoodState {
  q: readonly number[];
  shift: readonly number[];
  logScale: number;
  thickness: number;
}

/** The reflections of the last prediction, one after the other; arrays hold until the next one. */
export interface Lit {
  readonly count: number;
  /** Reciprocal vectors in sample axes [1/Å]. */
  readonly gx: ArrayLike<number>;
  readonly gy: ArrayLike<number>;
  readonly gz: ArrayLike<number>;
  /** Share of the incident electrons. */
  readonly value: ArrayLike<number>;
  /** Disc sum found above background, and the background under it [grey]. */
  readonly measured: ArrayLike<number>;
  readonly level: ArrayLike<number>;
  /** The spot that a reflection owns; -1 none in reach, -2 a stronger reflection's. */
  readonly spotOf: ArrayLike<number>;
}

/** The loops of the refinement. */
export interface Likelihood {
  readonly kind: "wasm" | "plain";
  /** Takes the pattern that everything below is about. */
  load(pattern: LikelihoodPattern): void;
  /** Lists the reflections that can light up within `margin` [rad] of `q`. */
  collect(phase: number, q: readonly number[], margin: number): void;
  /** Predicts the listed reflections of a state and assigns the spots. */
  predict(phase: number, state: LikelihoodState): Lit;
  /**
   * Minus twice the log likelihood of a state, less that of a pattern of unexplained spots; a scale that is NaN is
   * found and written back. Fills `normal` and `gradient` if asked.
   */
  evaluate(phase: number, state: LikelihoodState, derivatives: boolean): number;
  /** Lower triangle of the normal matrix (PARAMETERS, PARAMETERS) and the gradient of cost/2 of the last evaluation. */
  readonly normal: Float64Array;
  readonly gradient: Float64Array;
  /** Share of the square-root intensity of the spots that the last evaluation explained, 0..1, and their number. */
  readonly explained: number;
  readonly used: number;
}
