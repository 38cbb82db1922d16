import { fromAxisAngle, multiply, type Quaternion, toMatrix } from "../../science/crystal/rotation.ts";
import type { OrientationOptions } from "./maps.ts";

/** How the detector's axes lie against the scan's. */
export type DetectorAxes = Pick<OrientationOptions, "scanRotationDeg" | "flip">;

/**
 * The rotation from detector to sample axes, where v_detector = F·R(θ)·v_scan. A mirrored pattern is, by Friedel's law,
 * that of the crystal turned 180° about the axis that the mirror keeps out of the plane of the beam: F = diag(−1, 1)
 * takes {g} to {−Rx(180°) g}, which holds the same reflections as Rx(180°) g.
 */
function detectorToSample({ scanRotationDeg = 0, flip = "none" }: DetectorAxes): Quaternion {
  const back = fromAxisAngle([0, 0, 1], -scanRotationDeg);
  if (flip === "none") return back;
  return multiply(back, fromAxisAngle(flip === "x" ? [1, 0, 0] : [0, 1, 0], 180));
}

/** The crystal-to-sample quaternion, w ≥ 0, of a crystal-to-detector one. */
export function toSample(q: Quaternion, axes: DetectorAxes): Quaternion {
  if (!axes.scanRotationDeg && (axes.flip ?? "none") === "none") {
    const sign = q[0] < 0 ? -1 : 1;
    return [sign * q[0], sign * q[1], sign * q[2], sign * q[3]];
  }
  return multiply(detectorToSample(axes), q);
}

/** A covariance xx xy xz yy yz zz of rotation vectors in detector axes, in sample axes. */
export function turnCovariance(covariance: readonly number[], axes: DetectorAxes): number[] {
  if (!axes.scanRotationDeg && (axes.flip ?? "none") === "none") return [...covariance];
  const m = toMatrix(detectorToSample(axes));
  const at = (i: number, j: number) => covariance[[0, 1, 2, 1, 3, 4, 2, 4, 5][3 * i + j]!]!;
  const turned = (i: number, j: number) => {
    let sum = 0;
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) sum += m[3 * i + a]! * at(a, b) * m[3 * j + b]!;
    return sum;
  };
  return [turned(0, 0), turned(0, 1), turned(0, 2), turned(1, 1), turned(1, 2), turned(2, 2)];
}
