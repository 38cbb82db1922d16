/** A crystal that a simulated film is made of, as the text of its CIF. */
export interface FilmCrystal {
  readonly name: string;
  /** With every symmetry operator, so that no origin is left open. */
  readonly cif: string;
  /** With the Hall symbol only, for readers that know the space groups. */
  readonly bareCif: string;
}

interface Description {
  readonly name: string;
  readonly symbol: string;
  readonly hall: string;
  readonly number: number;
  /** Edge of the cubic cell [Å]. */
  readonly a: number;
  readonly generators: readonly string[];
  /** Label, element, x, y, z, occupancy, U [Å²]. */
  readonly sites: readonly string[];
}

/** x' = rotation x + shift, the shift in 24ths of the edges, 0 … 23. */
type Operation = readonly number[];

function parse(text: string): Operation {
  const rotation: number[] = [];
  const shifts: number[] = [];
  for (const part of text.split(",")) {
    const row = [0, 0, 0];
    let shift = 0;
    for (const [, sign, letter, top, bottom] of part.matchAll(/([+-]?)(?:([xyz])|(\d+)\/(\d+))/g)) {
      const factor = sign === "-" ? -1 : 1;
      if (letter) row["xyz".indexOf(letter)]! += factor;
      else shift += (24 * factor * Number(top)) / Number(bottom);
    }
    rotation.push(...row);
    shifts.push(((shift % 24) + 24) % 24);
  }
  return [...rotation, ...shifts];
}

/** First b, then a. */
function combine(a: Operation, b: Operation): Operation {
  const product: number[] = [];
  for (let r = 0; r < 3; r++)
    for (let c = 0; c < 3; c++)
      product.push([0, 1, 2].reduce((sum, k) => sum + a[3 * r + k]! * b[3 * k + c]!, 0) + 0);
  for (let r = 0; r < 3; r++) {
    const shift = [0, 1, 2].reduce((sum, k) => sum + a[3 * r + k]! * b[9 + k]!, a[9 + r]!);
    product.push(((shift % 24) + 24) % 24);
  }
  return product;
}

function text(operation: Operation): string {
  const parts = [0, 1, 2].map((r) => {
    const letters = [0, 1, 2]
      .filter((c) => operation[3 * r + c] !== 0)
      .map((c) => `${operation[3 * r + c]! < 0 ? "-" : "+"}${"xyz"[c]}`)
      .join("");
    const shift = operation[9 + r]!;
    return letters.replace(/^\+/, "") + (shift === 0 ? "" : `+${shift}/24`);
  });
  return parts.join(",").replace(/(\d+)\/24/g, (_, n) => reduced(Number(n)));
}

function reduced(n: number): string {
  const divisor = [12, 8, 6, 4, 3, 2, 1].find((d) => n % d === 0 && 24 % d === 0)!;
  return `${n / divisor}/${24 / divisor}`;
}

/** All operators of a space group, from its generators, the identity first. */
export function spaceGroupOperators(generators: readonly string[]): string[] {
  const steps = generators.map(parse);
  const group = [parse("x,y,z")];
  const known = new Set(group.map(String));
  for (let i = 0; i < group.length; i++)
    for (const step of steps) {
      const next = combine(step, group[i]!);
      if (known.has(String(next))) continue;
      known.add(String(next));
      group.push(next);
    }
  return group.map(text);
}

function filmCrystal({ name, symbol, hall, number, a, generators, sites }: Description): FilmCrystal {
  const write = (operators: readonly string[]) =>
    [
      `data_${name}`,
      ...["a", "b", "c"].map((edge) => `_cell_length_${edge} ${a}`),
      ...["alpha", "beta", "gamma"].map((angle) => `_cell_angle_${angle} 90`),
      `_space_group_name_H-M_alt '${symbol}'`,
      `_space_group_name_Hall '${hall}'`,
      `_space_group_IT_number ${number}`,
      ...(operators.length > 0 ? ["loop_", "_space_group_symop_operation_xyz"] : []),
      ...operators.map((operator) => `'${operator}'`),
      "loop_",
      ...["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "U_iso_or_equiv"].map(
        (column) => `_atom_site_${column}`,
      ),
      ...sites,
      "",
    ].join("\n");
  return { name, cif: write(spaceGroupOperators(generators)), bareCif: write([]) };
}

const FACE_CENTRING = ["x,y+1/2,z+1/2", "x+1/2,y,z+1/2"];

/** Disordered spinel LiMn1.5Ni0.5O4, Fd-3m in origin choice 2, a of a sputtered film. */
export const LNMO: FilmCrystal = filmCrystal({
  name: "LNMO",
  symbol: "F d -3 m :2",
  hall: "-F 4vw 2vw 3",
  number: 227,
  a: 8.17,
  // International Tables A, No. 227, origin choice 2: (2), (3), (5), (13), (25).
  generators: [
    ...FACE_CENTRING,
    "-x+3/4,-y+1/4,z+1/2",
    "-x+1/4,y+1/2,-z+3/4",
    "z,x,y",
    "y+3/4,x+1/4,-z+1/2",
    "-x,-y,-z",
  ],
  sites: [
    "Li1 Li 0.125 0.125 0.125 1 0.0101",
    "Mn1 Mn 0.5 0.5 0.5 0.75 0.0063",
    "Ni1 Ni 0.5 0.5 0.5 0.25 0.0063",
    "O1 O 0.263 0.263 0.263 1 0.0089",
  ],
});

/** Platinum, Fm-3m. */
export const PLATINUM: FilmCrystal = filmCrystal({
  name: "Pt",
  symbol: "F m -3 m",
  hall: "-F 4 2 3",
  number: 225,
  a: 3.9236,
  generators: [...FACE_CENTRING, "-x,-y,z", "-x,y,-z", "z,x,y", "y,x,-z", "-x,-y,-z"],
  sites: ["Pt1 Pt 0 0 0 1 0.0041"],
});
