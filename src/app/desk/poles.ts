import type { OrientationMap } from "../../core/orientation-map.ts";
import { type PoleFigures, poleFigures } from "../../figures/pole-figure.ts";
import { type Quaternion, rotateVector, type Vector3 } from "../../science/crystal/rotation.ts";
import { arraysOf } from "./map-picture.ts";

interface PolesRequest {
  readonly map: OrientationMap;
  readonly phase: number;
}

/** The pole figures of a phase; undefined where too few points have it. */
export async function poles({ map, phase }: PolesRequest): Promise<PoleFigures | undefined> {
  return poleFigures(arraysOf(map), map.phases[phase]!, phase);
}

/** Points of a phase that have a crystal direction, or an equivalent, within an angle of a direction of the sample. */
export async function pointsAlong({
  map,
  phase,
  direction,
  along,
  withinDeg,
}: PolesRequest & {
  readonly direction: Vector3;
  readonly along: Vector3;
  readonly withinDeg: number;
}): Promise<Uint8Array> {
  const least = Math.cos((withinDeg * Math.PI) / 180);
  // Equivalents that are each other's opposite count once.
  const all = map.phases[phase]!.rotations.map((rotation) => rotateVector(rotation, direction));
  const same = (a: Vector3, b: Vector3) =>
    Math.abs(Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) - 1) < 1e-9;
  const family = all.filter((v, i) => all.findIndex((other) => same(v, other)) === i);
  return Uint8Array.from(map.phase, (p, i) => {
    if (p !== phase) return 0;
    const q = map.orientation.subarray(4 * i, 4 * i + 4) as unknown as Quaternion;
    for (const v of family) {
      const [x, y, z] = rotateVector(q, v);
      if (Math.abs(x * along[0] + y * along[1] + z * along[2]) >= least) return 1;
    }
    return 0;
  });
}
