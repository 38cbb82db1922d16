/** The arrays of an orientation map that the exchange file carries; `OrientationMaps` has them all. */
export interface MapArrays {
  readonly width: number;
  readonly height: number;
  readonly phases: readonly string[];
  readonly phase: ArrayLike<number>;
  readonly orientation: ArrayLike<number>;
  readonly amorphous: ArrayLike<number>;
  readonly trustworthy: ArrayLike<number>;
  readonly covariance: ArrayLike<number>;
  readonly grain: ArrayLike<number>;
}

/** One orientation map as JSON: row-major, quaternions w, x, y, z from crystal to sample, covariance in rad². */
export interface MapJson {
  readonly width: number;
  readonly height: number;
  readonly phases: readonly string[];
  readonly phase: readonly number[];
  readonly quaternion: readonly (readonly number[] | null)[];
  readonly amorphous: readonly (number | null)[];
  readonly trustworthy: readonly number[];
  readonly covariance: readonly (readonly number[] | null)[];
  readonly grain: readonly number[];
}

/** The map as plain JSON; what is not known (NaN) is null. */
export function mapJson(maps: MapArrays): MapJson {
  const count = maps.width * maps.height;
  const rows = (values: ArrayLike<number>, size: number) =>
    Array.from({ length: count }, (_, i) => {
      const row = Array.from({ length: size }, (_, k) => values[i * size + k] ?? Number.NaN);
      return row.every(Number.isFinite) ? row : null;
    });
  return {
    width: maps.width,
    height: maps.height,
    phases: [...maps.phases],
    phase: Array.from(maps.phase),
    quaternion: rows(maps.orientation, 4),
    amorphous: Array.from(maps.amorphous, (value) => (Number.isFinite(value) ? value : null)),
    trustworthy: Array.from(maps.trustworthy),
    covariance: rows(maps.covariance, 6),
    grain: Array.from(maps.grain),
  };
}
