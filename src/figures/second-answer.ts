import { disorientationAt, packRotations } from "../science/crystal/misorientation.ts";
import type { CrystalSymmetry, OrientationArrays } from "./orientation-arrays.ts";

/** Angle between the best and the second answer of each point [deg]; NaN where they are of two phases or not known. */
export function secondAngle(
  maps: OrientationArrays,
  crystals: readonly CrystalSymmetry[],
): Float32Array | undefined {
  const { phase, orientation, second_phase: second, second_orientation: other } = maps;
  if (!second || !other) return undefined;
  const packed = crystals.map(({ rotations }) => packRotations(rotations));
  const pair = new Float64Array(8);
  return Float32Array.from({ length: maps.width * maps.height }, (_, i) => {
    const symmetry = packed[phase[i]!];
    if (!symmetry || second[i] !== phase[i]) return Number.NaN;
    for (let k = 0; k < 4; k++) {
      pair[k] = orientation[4 * i + k]!;
      pair[4 + k] = other[4 * i + k]!;
    }
    return disorientationAt(pair, 0, 1, symmetry);
  });
}
