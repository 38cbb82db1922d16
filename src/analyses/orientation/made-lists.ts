import type { Atom, Crystal } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { rotateVector } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { reflections } from "../../science/scattering/reflections.ts";

/** A unit quaternion w, x, y, z. */
export type Q = [number, number, number, number];

/** Wave number of 300 keV electrons [1/Å]. */
export const K = 1 / 0.01968749;

/** A trigonal crystal like layered oxides, a and c in Å. */
export function trigonal(name: string, a: number, c: number): Crystal {
  const sites = [
    { element: "Ni", position: [0, 0, 0] },
    { element: "O", position: [0, 0, 0.24] },
    { element: "O", position: [0, 0, 0.76] },
  ] as const;
  const centring = [
    [0, 0, 0],
    [2 / 3, 1 / 3, 1 / 3],
    [1 / 3, 2 / 3, 2 / 3],
  ] as const;
  const atoms = centring.flatMap(([x, y, z]) =>
    sites.map(({ element, position }): Atom => {
      const [u, v, w] = position;
      return { element, occupancy: 1, bIso: 0.5, position: [(u + x) % 1, (v + y) % 1, (w + z) % 1] };
    }),
  );
  const rotations = laueRotations("-3m");
  return {
    ...{ kind: "crystal", name, cell: [a, a, c, 90, 90, 120], spaceGroup: "R -3 m", laueGroup: "-3m" },
    ...{ rotations, atoms },
  };
}

/** Orientations by chance. */
export function randomQuaternions(count: number, seed: string): Q[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const q = Array.from({ length: 4 }, () => random.next() + random.next() + random.next() - 1.5);
    const norm = Math.hypot(...q);
    return q.map((v) => v / norm) as Q;
  });
}

/** Lists of a crystal in 1/Å or, with `pixel`, in px from a corner: kinematic intensities, places with an error. */
export function fakeLists(crystal: Crystal, orientations: readonly Q[], pixel?: number): Float64Array[] {
  const random = seededRandom("points.test/lists");
  const list = reflections(crystal, 1.5, 300);
  return orientations.map((q) => {
    const spots: [number, number, number][] = [[0, 0, 5]];
    for (let i = 0; i < list.count; i++) {
      const g = rotateVector(q, [list.g[3 * i]!, list.g[3 * i + 1]!, list.g[3 * i + 2]!]);
      if (Math.max(Math.abs(g[0]), Math.abs(g[1])) > 1.4) continue;
      const excitation = g[2] + (g[0] * g[0] + g[1] * g[1]) / (2 * K);
      const value = (400 * list.inverseXi[i]!) ** 2 * Math.exp(-((excitation / 0.01) ** 2));
      const error = () => 0.008 * (random.next() - 0.5);
      if (value > 0.0003) spots.push([g[0] + error(), g[1] + error(), value]);
    }
    const placed = spots.sort((a, b) => b[2] - a[2]).slice(0, 70);
    const out = new Float64Array(3 * 70).fill(Number.NaN);
    placed.forEach(([x, y, intensity], i) => {
      out.set(pixel === undefined ? [x, y, intensity] : [x / pixel + 64, y / pixel + 60, intensity], 3 * i);
    });
    return out;
  });
}
