import type { Atom, Crystal, Notice } from "../../core/contracts.ts";
import type { Matrix3, Vector3 } from "../../science/crystal/rotation.ts";
import { basis, type Operator } from "./operators.ts";

type Cell = Crystal["cell"];

/** Images of one site closer than this (Å) are one atom: room for 0.333 written on a special position. */
const SAME_ATOM = 0.05;

/** Distance in Å between two fractional positions, the nearest of their lattice images in a not too oblique cell. */
export function distance(p: readonly number[], q: readonly number[], m: Matrix3): number {
  const [u, v, w] = p.map((value, k) => value - q[k]! - Math.round(value - q[k]!)) as [
    number,
    number,
    number,
  ];
  return Math.hypot(m[0] * u + m[1] * v + m[2] * w, m[4] * v + m[5] * w, m[8] * w);
}

function apply({ rotation: r, translation: t }: Operator, p: Vector3): Vector3 {
  return [0, 1, 2].map((k) => {
    return r[3 * k]! * p[0] + r[3 * k + 1]! * p[1] + r[3 * k + 2]! * p[2] + t[k]!;
  }) as unknown as Vector3;
}

/** A fractional coordinate in [0, 1); 0.9999999999 is 0. */
export function wrap(value: number): number {
  const rest = value - Math.floor(value);
  return rest > 1 - 1e-9 ? 0 : rest;
}

/** All atoms of the cell. A site on a symmetry element is first put exactly on it, then its images are merged. */
export function expand(
  sites: readonly Atom[],
  operators: readonly Operator[],
  cell: Cell,
): (Atom & { site: number })[] {
  const m = basis(cell);
  const atoms: (Atom & { site: number })[] = [];
  for (const [site, { element, occupancy, bIso, position }] of sites.entries()) {
    const sum = [0, 0, 0];
    let count = 0;
    for (const operator of operators) {
      const image = apply(operator, position);
      if (distance(image, position, m) > SAME_ATOM) continue;
      count++;
      for (let k = 0; k < 3; k++) {
        const shift = image[k]! - position[k]!;
        sum[k]! += shift - Math.round(shift);
      }
    }
    const exact = position.map((value, k) => value + sum[k]! / Math.max(count, 1)) as unknown as Vector3;
    const images: Vector3[] = [];
    for (const operator of operators) {
      const image = apply(operator, exact).map(wrap) as unknown as Vector3;
      if (!images.some((other) => distance(image, other, m) < SAME_ATOM)) images.push(image);
    }
    for (const image of images) atoms.push({ element, occupancy, bIso, position: image, site });
  }
  return atoms;
}

/** Drops an atom that another row already gives: same element, same place, together more than fully occupied. */
export function withoutDuplicates(
  atoms: readonly (Atom & { site: number })[],
  cell: Cell,
  name: string,
  notices: Notice[],
): Atom[] {
  const m = basis(cell);
  const kept: (Atom & { site: number })[] = [];
  let dropped = 0;
  for (const atom of atoms) {
    const twin = kept.some(
      (other) =>
        other.site !== atom.site &&
        other.element === atom.element &&
        other.occupancy + atom.occupancy > 1.001 &&
        distance(other.position, atom.position, m) < SAME_ATOM,
    );
    if (twin) dropped++;
    else kept.push(atom);
  }
  if (dropped > 0) {
    const message = `${name}: ${dropped} atoms are given by more than one row and counted once.`;
    notices.push({ code: "cif-duplicate-atoms", message, where: name });
  }
  return kept.map(({ element, occupancy, bIso, position }) => ({ element, occupancy, bIso, position }));
}
