/** Molar mass and theoretical capacity of a host from its formula and working ion. */
import { LithoscopeError } from "../../core/errors.ts";

/** C/mol, exact since 2019. */
const FARADAY = 96485.33212331001;

/**
 * Standard atomic weights, abridged [g/mol].
 *
 * @see Prohaska et al., Pure Appl. Chem. 94, 573 (2022), doi:10.1515/pac-2019-0603
 */
const WEIGHTS: Readonly<Record<string, number>> = {
  ...{ H: 1.008, Li: 6.94, Be: 9.0122, B: 10.81, C: 12.011, N: 14.007, O: 15.999, F: 18.998, Na: 22.99 },
  ...{ Mg: 24.305, Al: 26.982, Si: 28.085, P: 30.974, S: 32.06, Cl: 35.45, K: 39.098, Ca: 40.078 },
  ...{ Sc: 44.956, Ti: 47.867, V: 50.942, Cr: 51.996, Mn: 54.938, Fe: 55.845, Co: 58.933, Ni: 58.693 },
  ...{ Cu: 63.546, Zn: 65.38, Ga: 69.723, Ge: 72.63, As: 74.922, Se: 78.971, Br: 79.904, Rb: 85.468 },
  ...{ Sr: 87.62, Y: 88.906, Zr: 91.224, Nb: 92.906, Mo: 95.95, Ru: 101.07, Rh: 102.91, Pd: 106.42 },
  ...{ Ag: 107.87, Cd: 112.41, In: 114.82, Sn: 118.71, Sb: 121.76, Te: 127.6, I: 126.9, Cs: 132.91 },
  ...{ Ba: 137.33, La: 138.91, Ce: 140.12, Hf: 178.49, Ta: 180.95, W: 183.84, Ir: 192.22, Pt: 195.08 },
  ...{ Au: 196.97, Hg: 200.59, Pb: 207.2, Bi: 208.98 },
};

/** Charge of the ions that work in cells. */
const IONS: Readonly<Record<string, number>> = { Li: 1, Na: 1, K: 1, Mg: 2, Ca: 2, Zn: 2, Al: 3, H: 1 };

/**
 * Atoms per formula unit of "LiNi0.5Mn1.5O4" or "Li3V2(PO4)3".
 *
 * @throws Usage for what is no formula or has an element that is not in the table
 */
export function parseFormula(text: string): ReadonlyMap<string, number> {
  const wrong = (found: string) =>
    new LithoscopeError("Usage", `formula: wanted one such as LiNi0.5Mn1.5O4, found "${found}"`, {
      path: "formula",
      expected: "LiNi0.5Mn1.5O4",
    });
  const stack: Map<string, number>[] = [new Map()];
  const add = (element: string, count: number) => {
    const top = stack.at(-1)!;
    top.set(element, (top.get(element) ?? 0) + count);
  };
  let rest = text.trim();
  if (rest === "") throw wrong(text);
  while (rest !== "") {
    const token = /^(?:([A-Z][a-z]?)|(\()|(\)))(\d+\.?\d*|\.\d+)?/.exec(rest);
    if (!token) throw wrong(text);
    const [whole, element, open, , count] = token;
    rest = rest.slice(whole.length);
    if (open) {
      if (count !== undefined) throw wrong(text);
      stack.push(new Map());
    } else if (element) {
      if (WEIGHTS[element] === undefined) throw wrong(text);
      add(element, Number(count ?? 1));
    } else {
      const group = stack.pop()!;
      if (stack.length === 0) throw wrong(text);
      for (const [name, n] of group) add(name, n * Number(count ?? 1));
    }
  }
  if (stack.length !== 1) throw wrong(text);
  return stack[0]!;
}

export interface TheoreticalCapacity {
  /** [g/mol] */
  readonly molarMass: number;
  /** Ions that leave per formula unit. */
  readonly ions: number;
  /** Charge of one. */
  readonly charge: number;
  /** [mAh/g] */
  readonly specific: number;
}

/**
 * n·z·F/M of a host. All ions of the formula leave unless `ions` says how many do.
 *
 * @throws Usage for an unknown ion, or a formula without it where `ions` is not given
 */
export function theoreticalCapacity(formula: string, ion = "Li", ions?: number): TheoreticalCapacity {
  const atoms = parseFormula(formula);
  const charge = IONS[ion];
  const known = Object.keys(IONS).join(", ");
  if (charge === undefined)
    throw new LithoscopeError("Usage", `ion: wanted one of ${known}, found "${ion}"`, {
      path: "ion",
      expected: known,
    });
  const count = ions ?? atoms.get(ion);
  if (count === undefined || !(count > 0))
    throw new LithoscopeError("Usage", `ions: ${formula} has no ${ion}, say how many it takes up`, {
      path: "ions",
      expected: "a number above 0",
    });
  let molarMass = 0;
  for (const [element, n] of atoms) molarMass += n * WEIGHTS[element]!;
  return { molarMass, ions: count, charge, specific: (count * charge * FARADAY) / 3.6 / molarMass };
}
