import { readableRgb } from "../science/crystal/readable-colour.ts";
import type { Rgb } from "./colour-map.ts";
import { csvText } from "./csv.ts";
import type { Grid } from "./map-figure.ts";
import { type CrystalSymmetry, coordinates, type OrientationArrays } from "./orientation-arrays.ts";
import { paintIndexed } from "./orientation-colours.ts";

type Vector3 = readonly [number, number, number];

/** A spherical triangle that holds every direction under the Laue group, and the indices of its corners. */
export interface Sector {
  readonly corners: readonly [Vector3, Vector3, Vector3];
  /** Directions [uvw] (cubic, tetragonal, orthorhombic) or [uvtw]; "-" before a digit is a bar over it. */
  readonly labels: readonly [string, string, string];
  /**
   * Normals of mirror planes that the Laue group lacks. Without them the sector's edges would meet in different
   * colours; with them mirror images, which the crystal tells apart, share one.
   */
  readonly mirrors?: readonly Vector3[];
}

/** The unit vector at a polar angle of 90° and an azimuth in degrees. */
function equator(deg: number): Vector3 {
  return [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180), 0];
}

const POLE: Vector3 = [0, 0, 1];
const S2 = Math.SQRT1_2;
const S3 = 1 / Math.sqrt(3);

const CUBIC: Sector = { corners: [POLE, [S2, 0, S2], [S3, S3, S3]], labels: ["001", "101", "111"] };
const HEXAGONAL: Sector = { corners: [POLE, equator(0), equator(30)], labels: ["0001", "2-1-10", "10-10"] };
const TETRAGONAL: Sector = { corners: [POLE, equator(0), equator(45)], labels: ["001", "100", "110"] };

/** Sectors in the frame a ∥ x, c* ∥ z; -1 and 2/m have none that is a triangle, their directions share a half sphere. */
const SECTORS: Readonly<Record<string, Sector>> = {
  "m-3m": CUBIC,
  "m-3": { ...CUBIC, mirrors: [[S2, -S2, 0]] },
  "6/mmm": HEXAGONAL,
  "6/m": { ...HEXAGONAL, mirrors: [[0, 1, 0]] },
  "-3m": { ...HEXAGONAL, mirrors: [POLE] },
  "-3": { ...HEXAGONAL, mirrors: [POLE, [0, 1, 0]] },
  "4/mmm": TETRAGONAL,
  "4/m": { ...TETRAGONAL, mirrors: [[0, 1, 0]] },
  mmm: { corners: [POLE, equator(0), equator(90)], labels: ["001", "100", "010"] },
};

/** The sector of a crystal; undefined for -1 and 2/m. */
export function sectorOf({ laueGroup }: Pick<CrystalSymmetry, "laueGroup">): Sector | undefined {
  return SECTORS[laueGroup];
}

/** Rows that give a direction's shares of the three corners. */
function inverse([a, b, c]: readonly [Vector3, Vector3, Vector3]): readonly Vector3[] {
  const cross = (u: Vector3, v: Vector3): Vector3 => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  const bc = cross(b, c);
  const volume = a[0] * bc[0] + a[1] * bc[1] + a[2] * bc[2];
  return [bc, cross(c, a), cross(a, b)].map((v) => [v[0] / volume, v[1] / volume, v[2] / volume] as const);
}

/** The customary key: the largest share at full brightness, white where the three are alike. */
export function shareRgb(shares: readonly number[]): Rgb {
  const top = Math.max(...shares);
  const [r, g, b] = shares.map((s) => Math.round(255 * Math.sqrt(Math.max(0, s) / top)));
  return [r!, g!, b!];
}

/** Red, green, blue as papers have it, or colours that differ under every colour deficiency. */
export type IpfScheme = "customary" | "readable";

/** Colour of a crystal direction (unit vector in the crystal frame, either sign) for one crystal. */
export type DirectionColour = (direction: Vector3) => Rgb;

/** The colours of the directions of a crystal by its own symmetry rotations. */
export function directionColour(
  crystal: Pick<CrystalSymmetry, "laueGroup" | "rotations">,
  scheme: IpfScheme = "customary",
): DirectionColour {
  const paint = scheme === "readable" ? readableRgb : shareRgb;
  const { laueGroup, rotations } = crystal;
  const sector = sectorOf(crystal);
  if (!sector) {
    // No triangle: the half sphere y ≥ 0 or z ≥ 0, colours jump at its edge.
    return ([x, y, z]) => {
      const sign = z < 0 ? -1 : 1;
      const h = laueGroup === "2/m" ? Math.abs(y) : (1 + sign * y) / 2;
      return paint([(1 + sign * x) / 2, h, sign * z]);
    };
  }
  const rows = inverse(sector.corners);
  // One matrix per equivalent: direction → shares; −1 times it for the opposite direction.
  const matrices = rotations.map((q) => rows.map((row) => transposed(q, row)));
  for (const normal of sector.mirrors ?? []) {
    matrices.push(...matrices.map((matrix) => matrix.map((row) => mirrored(row, normal))));
  }
  return ([x, y, z]) => {
    let best: readonly number[] = [0, 0, 1];
    let most = Number.NEGATIVE_INFINITY;
    for (const matrix of matrices) {
      const s0 = matrix[0]![0] * x + matrix[0]![1] * y + matrix[0]![2] * z;
      const s1 = matrix[1]![0] * x + matrix[1]![1] * y + matrix[1]![2] * z;
      const s2 = matrix[2]![0] * x + matrix[2]![1] * y + matrix[2]![2] * z;
      const least = Math.min(s0, s1, s2);
      if (least > most) {
        most = least;
        best = [s0, s1, s2];
      }
      const opposite = -Math.max(s0, s1, s2);
      if (opposite > most) {
        most = opposite;
        best = [-s0, -s1, -s2];
      }
    }
    return paint(best);
  };
}

/** The vector on the other side of the plane with this normal. */
function mirrored(v: Vector3, n: Vector3): Vector3 {
  const d = 2 * (v[0] * n[0] + v[1] * n[1] + v[2] * n[2]);
  return [v[0] - d * n[0], v[1] - d * n[1], v[2] - d * n[2]];
}

/** Rᵀ v for the rotation matrix R of a quaternion: what the row v becomes before the rotation. */
export function transposed(q: ArrayLike<number>, v: Vector3): Vector3 {
  const [w, x, y, z] = [q[0]!, q[1]!, q[2]!, q[3]!];
  return [
    (1 - 2 * (y * y + z * z)) * v[0] + 2 * (x * y + w * z) * v[1] + 2 * (x * z - w * y) * v[2],
    2 * (x * y - w * z) * v[0] + (1 - 2 * (x * x + z * z)) * v[1] + 2 * (y * z + w * x) * v[2],
    2 * (x * z + w * y) * v[0] + 2 * (y * z - w * x) * v[1] + (1 - 2 * (x * x + y * y)) * v[2],
  ];
}

const AXES: Readonly<Record<"X" | "Y" | "Z", Vector3>> = { X: [1, 0, 0], Y: [0, 1, 0], Z: [0, 0, 1] };

/** Colours and numbers of an inverse pole figure map along one sample axis. */
export function ipfPicture(
  grid: Grid,
  maps: OrientationArrays,
  crystals: readonly CrystalSymmetry[],
  axis: "X" | "Y" | "Z",
  scheme: IpfScheme = "customary",
): { rgb: Uint8Array; data: string } {
  const colours = crystals.map((crystal) => directionColour(crystal, scheme));
  const count = maps.width * maps.height;
  const directions = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  const rgb = paintIndexed(maps, (i) => {
    const direction = transposed(maps.orientation.subarray(4 * i, 4 * i + 4), AXES[axis]);
    directions.forEach((column, k) => {
      column[i] = direction[k]!;
    });
    return Number.isNaN(direction[0]) ? undefined : colours[maps.phase[i]!]?.(direction);
  });
  for (let i = 0; i < count; i++)
    if (maps.phase[i]! < 0) for (const column of directions) column[i] = Number.NaN;
  const data = csvText([
    ...coordinates(grid.width, grid.height, grid.step),
    { name: "phase", unit: "", values: Array.from(maps.phase, (p) => maps.phases[p] ?? "") },
    ...["x", "y", "z"].map((name, k) => ({
      name: `sample ${axis} in the crystal, ${name}`,
      unit: "1",
      values: directions[k]!,
    })),
    ...["red", "green", "blue"].map((name, k) => ({
      name,
      unit: "1",
      values: Array.from({ length: count }, (_, i) => rgb[3 * i + k]!),
    })),
  ]);
  return { rgb, data };
}
