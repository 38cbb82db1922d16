import { cos, sin } from "../../math/portable.ts";
import { disorientation, packRotations } from "./misorientation.ts";
import { conjugate, fromAxisAngle, multiply, type Quaternion, type Vector3 } from "./rotation.ts";
import { laueRotations } from "./symmetry.ts";

/** A coincidence site lattice of cubic crystals: disorientation by `deg` about ⟨axis⟩. */
export interface Csl {
  /** "3", "13a" … */
  readonly name: string;
  readonly sigma: number;
  readonly deg: number;
  readonly axis: Vector3;
}

/** Up to Σ29. Angles follow from the axis and Σ: tan(ω/2) = (y/x)·√(h²+k²+l²) with small integers x, y. */
export const CSL_TABLE: readonly Csl[] = (
  [
    ["3", 3, 1, [1, 1, 1]],
    ["5", 3, 1, [1, 0, 0]],
    ["7", 5, 1, [1, 1, 1]],
    ["9", 4, 1, [1, 1, 0]],
    ["11", 3, 1, [1, 1, 0]],
    ["13a", 5, 1, [1, 0, 0]],
    ["13b", 7, 1, [1, 1, 1]],
    ["15", 5, 1, [2, 1, 0]],
    ["17a", 4, 1, [1, 0, 0]],
    ["17b", 5, 1, [2, 2, 1]],
    ["19a", 6, 1, [1, 1, 0]],
    ["19b", 4, 1, [1, 1, 1]],
    ["21a", 9, 1, [1, 1, 1]],
    ["21b", 6, 1, [2, 1, 1]],
    ["23", 9, 1, [3, 1, 1]],
    ["25a", 7, 1, [1, 0, 0]],
    ["25b", 9, 1, [3, 3, 1]],
    ["27a", 5, 1, [1, 1, 0]],
    ["27b", 7, 1, [2, 1, 0]],
    ["29a", 5, 2, [1, 0, 0]],
    ["29b", 7, 1, [2, 2, 1]],
  ] as const
).map(([name, x, y, axis]) => ({
  name,
  sigma: Number.parseInt(name, 10),
  deg: (360 / Math.PI) * Math.atan((y / x) * Math.hypot(...axis)),
  axis,
}));

/** Largest accepted deviation from a coincidence misorientation [deg]: Brandon 15°/√Σ, Palumbo–Aust 15°·Σ^(−5/6). */
export function cslTolerance(sigma: number, rule: "brandon" | "palumbo-aust" = "brandon"): number {
  return rule === "brandon" ? 15 / Math.sqrt(sigma) : 15 * sigma ** (-5 / 6);
}

/** A named misorientation and how far from it still counts. */
export interface SpecialMisorientation {
  readonly name: string;
  readonly deg: number;
  /** In crystal coordinates, any length. */
  readonly axis: Vector3;
  readonly toleranceDeg: number;
}

/** Finds named misorientations; made once, then used for many pairs. */
export interface MisorientationFinder {
  /**
   * Index of the entry that `q` (misorientation in crystal coordinates) is nearest to in units of its tolerance, or −1.
   *
   * @param deg disorientation angle of q
   */
  find(q: ArrayLike<number>, deg: number): number;
}

/** A finder of coincidence lattices (indices into `CSL_TABLE`) of cubic crystals with the tolerance of `rule`. */
export function cslFinder(rule: "brandon" | "palumbo-aust" = "brandon"): MisorientationFinder {
  const entries = CSL_TABLE.map((csl) => ({ ...csl, toleranceDeg: cslTolerance(csl.sigma, rule) }));
  return misorientationFinder(entries, laueRotations("m-3m"));
}

/** A finder of `entries` among misorientations of crystals with these symmetry rotations. */
export function misorientationFinder(
  entries: readonly SpecialMisorientation[],
  rotations: readonly Quaternion[],
): MisorientationFinder {
  const prepared = entries.map(({ deg, axis, toleranceDeg }) => {
    const centre = fromAxisAngle(axis, deg);
    const distinct = new Map<string, Quaternion>();
    for (const a of rotations) {
      for (const b of rotations) {
        // A boundary has no first side, so the inverse is meant too.
        for (const c of [centre, conjugate(centre)]) {
          const q = multiply(a, multiply(c, b));
          distinct.set(q.map((v) => Math.round(v * 1e5) + 0).join(), q);
        }
      }
    }
    const variants = packRotations([...distinct.values()]);
    return { variants, toleranceDeg, centre: disorientation([1, 0, 0, 0], centre, rotations).deg };
  });
  return {
    find(q, deg) {
      let best = -1;
      let least = 1;
      for (let k = 0; k < prepared.length; k++) {
        const { variants, toleranceDeg, centre } = prepared[k]!;
        // The disorientation angle changes by no more than the rotation between the two.
        if (Math.abs(deg - centre) > toleranceDeg) continue;
        let w = 0;
        for (let v = 0; v < variants.length; v += 4) {
          const dot = Math.abs(
            q[0]! * variants[v]! +
              q[1]! * variants[v + 1]! +
              q[2]! * variants[v + 2]! +
              q[3]! * variants[v + 3]!,
          );
          if (dot > w) w = dot;
        }
        const deviation = ((360 / Math.PI) * Math.acos(Math.min(1, w))) / toleranceDeg;
        if (deviation < least) {
          least = deviation;
          best = k;
        }
      }
      return best;
    },
  };
}

/** Share of pairs of random cubic orientations that a lattice catches by chance, from `samples` seeded pairs. */
export function cslByChance(next: () => number, samples: number): Float64Array {
  const rotations = laueRotations("m-3m");
  const finder = cslFinder();
  const share = new Float64Array(CSL_TABLE.length);
  for (let i = 0; i < samples; i++) {
    const q = uniformRotation(next);
    const k = finder.find(q, disorientation([1, 0, 0, 0], q, rotations).deg);
    if (k >= 0) share[k]! += 1 / samples;
  }
  return share;
}

/** A rotation drawn uniformly (Shoemake 1992) from three uniform numbers. */
export function uniformRotation(next: () => number): Quaternion {
  const [u, v, w] = [next(), 2 * Math.PI * next(), 2 * Math.PI * next()];
  const [a, b] = [Math.sqrt(1 - u), Math.sqrt(u)];
  const q: Quaternion = [b * cos(w), a * sin(v), a * cos(v), b * sin(w)];
  return multiply([1, 0, 0, 0], q);
}
