/** A crystal as an orientation file or an indexing run knows it: no atoms needed. Lengths in Å, angles in degrees. */
export interface OrientationPhase {
  readonly name: string;
  readonly laueGroup: string;
  readonly cell: readonly [number, number, number, number, number, number];
  /** Proper rotations of the Laue group (w, x, y, z) in the crystal frame a ∥ x, c* ∥ z. */
  readonly rotations: readonly (readonly [number, number, number, number])[];
}

/**
 * Phases and orientations on a rectangular grid, row-major, in the one frame of the program: sample x right along
 * the scan row, y down, z with the electrons; crystal a ∥ x, c* ∥ z.
 */
export interface OrientationMap {
  readonly kind: "orientation-map";
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Distance of neighbouring points along x and y; 1 with the unit "px" where it is not known. */
  readonly step: readonly [number, number];
  readonly unit: string;
  readonly phases: readonly OrientationPhase[];
  /** Index into `phases`, −1 = not indexed; length width × height. */
  readonly phase: Int16Array;
  /** Unit quaternions w, x, y, z, w ≥ 0, crystal to sample, (n, 4); NaN where phase is −1. */
  readonly orientation: Float64Array;
  /** Whatever else is known per point (score, band contrast …), NaN where it is not. */
  readonly extra: Readonly<Record<string, { readonly unit: string; readonly values: Float64Array }>>;
  /** How the frames of a file were brought to ours; empty where nothing had to be. */
  readonly frame: string;
}

/** Counts of points per phase, in the order of `phases`, and of points not indexed. */
export function countPhases(map: Pick<OrientationMap, "phases" | "phase">): {
  phases: number[];
  none: number;
} {
  const phases = map.phases.map(() => 0);
  let none = 0;
  for (const index of map.phase) {
    if (index < 0) none++;
    else phases[index]!++;
  }
  return { phases, none };
}
