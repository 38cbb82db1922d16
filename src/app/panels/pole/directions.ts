import type { OrientationMap } from "../../../core/orientation-map.ts";
import { type Quaternion, rotateVector, type Vector3 } from "../../../science/crystal/rotation.ts";

/** The direction of the sample at a place of a disc; undefined outside. Equal area: r² = 1 − z on the rim's scale. */
export function fromDisc(x: number, y: number): Vector3 | undefined {
  const r2 = x * x + y * y;
  if (r2 > 1) return undefined;
  const z = 1 - r2;
  const side = Math.sqrt(1 - z * z);
  const r = Math.sqrt(r2);
  return r === 0 ? [0, 0, 1] : [(x / r) * side, (y / r) * side, z];
}

/** Directions of the sample that a crystal direction and its equivalents have at a point; up and down count as one. */
export function directionsAt(map: OrientationMap, point: number, direction: Vector3): Vector3[] {
  const phase = map.phases[map.phase[point]!];
  if (!phase) return [];
  const q = [...map.orientation.subarray(4 * point, 4 * point + 4)] as unknown as Quaternion;
  return phase.rotations.map((rotation) => {
    const [x, y, z] = rotateVector(q, rotateVector(rotation, direction));
    return z < 0 ? [-x, -y, -z] : [x, y, z];
  });
}
