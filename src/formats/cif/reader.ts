import type { Atom, Crystal, Dataset, Notice, Reader } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { Vector3 } from "../../science/crystal/rotation.ts";
import { distance, expand, withoutDuplicates, wrap } from "./expand.ts";
import {
  basis,
  cartesianRotations,
  laueGroupOf,
  type Operator,
  readOperators,
  strain,
  toCartesian,
} from "./operators.ts";
import { type CifBlock, type CifColumn, cifError, cifNumber, parseCif } from "./parse.ts";

type Cell = Crystal["cell"];
type Site = Atom & { readonly line: number };

/** B in Å² where the file gives none. */
const DEFAULT_B = 0.5;

/** Reads a CIF of at most 64 MiB into its crystals (one: the first block with a cell and atoms). */
export const reader: Reader = {
  async open(source, stop, options) {
    if (source.size > 64 * 2 ** 20) {
      throw new LithoscopeError("Refused", `${source.name} is larger than 64 MiB, too large for a CIF.`, {
        name: source.name,
      });
    }
    const text = new TextDecoder("utf-8").decode(await source.read(0, source.size, stop));
    const { crystal, notices, header } = await interpretCif(
      text,
      source.name.replace(/\.m?cif$/i, ""),
      options?.setting,
    );
    return { items: [crystal], header, notices } satisfies Dataset;
  },
};

/**
 * The crystal that a CIF text means, expanded to the whole cell.
 *
 * @param name Name of the crystal and of the file in error messages.
 * @param setting Space-group setting for a file without operators: "1", "2", "H", "R" or "Hall:<symbol or number>".
 * @throws LithoscopeError "Format" (with line) for what is no CIF or no crystal, "Missing" for an undecided setting.
 */
export async function readCif(text: string, name: string, setting?: string): Promise<Crystal> {
  return (await interpretCif(text, name, setting)).crystal;
}

/** As `readCif`, with what was assumed on the way and the document as parsed. */
export async function interpretCif(
  text: string,
  name: string,
  setting?: string,
): Promise<{ crystal: Crystal; notices: Notice[]; header: Record<string, readonly (string | null)[]> }> {
  const notices: Notice[] = [];
  const block = crystalBlock(text, name, notices);
  const cell = readCell(block, name);
  const sites = readSites(block, name, notices);
  const symbol = spaceGroupSymbol(block);

  let operators = readOperators(block, name);
  if (operators.length === 0) {
    const group = await import("./space-group.ts");
    const decision = await group.decideOperators({
      name,
      setting,
      symbol,
      hall: first(block, "_space_group_name_hall", "_symmetry_space_group_name_hall"),
      number: spaceGroupNumber(block),
      judge: (candidate) => judge(candidate, cell, sites, block),
    });
    operators = decision.operators;
    notices.push({
      code: "cif-setting-found",
      message: `${name} lists no symmetry operators; those of the Hall symbol ${decision.hall} give a possible structure.`,
      where: name,
      flag: `--setting ${name}=1|2|H|R|Hall:...`,
    });
  } else if (setting !== undefined) {
    const message = `${name} lists its symmetry operators, which say what its axes and origin are: --setting ${name}=${setting} is not used.`;
    notices.push({ code: "cif-setting-unused", message, where: name, flag: "--setting" });
  }
  const named = symbol !== undefined && !/^P\s*1$/i.test(symbol);
  if (operators.length === 1 && named) {
    notices.push({
      code: "cif-only-identity",
      message: `${name} names the space group ${symbol} but lists only one operator; it is read as P 1.`,
      where: name,
    });
  }

  const laueGroup = laueGroupOf(operators, name);
  const atoms = withoutDuplicates(expand(sites, operators, cell), cell, name, notices);
  if (operators.length === 1) notices.push(...(await hiddenSymmetry(name, cell, atoms)));
  const crystal: Crystal = {
    kind: "crystal",
    name,
    cell,
    spaceGroup: symbol ?? `No. ${spaceGroupNumber(block) ?? "unknown"}`,
    laueGroup,
    rotations: cartesianRotations(operators, cell, laueGroup, name, notices),
    atoms,
  };
  const header = Object.fromEntries([...block.columns].map(([tag, column]) => [tag, column.values]));
  return { crystal, notices, header };
}

/**
 * A notice where atoms that are listed one by one, as P 1, have symmetry: orientations that are the same crystal then
 * count as different ones.
 */
async function hiddenSymmetry(name: string, cell: Cell, atoms: readonly Atom[]): Promise<Notice[]> {
  const { symmetryOf } = await import("./space-group.ts");
  const found = await symmetryOf(basis(cell), atoms);
  if (found === undefined || found.operations === 1) return [];
  const message = `${name} lists its atoms as P 1, but they have the symmetry of ${found.symbol} (No. ${found.number}): read as they stand, equal orientations count as different ones and few answers can be trusted; a CIF with the symmetry operators mends it.`;
  return [{ code: "cif-hidden-symmetry", message, where: name, flag: "--crystal" }];
}

/** The first data block that holds a cell and atoms. */
function crystalBlock(text: string, name: string, notices: Notice[]): CifBlock {
  const { blocks } = parseCif(text, name);
  const crystals = blocks.filter(
    (b) => b.columns.has("_cell_length_a") && b.columns.has("_atom_site_fract_x"),
  );
  const block = crystals[0];
  if (block === undefined) {
    throw cifError("no data block holds both a cell and fractional atom coordinates.", 1, name);
  }
  if ([...block.columns.keys()].some((tag) => tag.startsWith("_space_group_symop_magn"))) {
    const message = `${name} is a magnetic CIF: its atoms are read in the magnetic cell and symmetry, its moments are not.`;
    notices.push({ code: "cif-magnetic", message, where: name });
  }
  if (crystals.length > 1) {
    const message = `${name} holds ${crystals.length} structures; the first one, ${block.name}, is read.`;
    notices.push({ code: "cif-more-blocks", message, where: name });
  }
  return block;
}

/** The first of the tags that has a value; for a looped tag its first value. */
function first(block: CifBlock, ...tags: string[]): string | undefined {
  for (const tag of tags) {
    const value = block.columns.get(tag)?.values[0];
    if (value !== undefined && value !== null && value !== "") return value;
  }
  return undefined;
}

function spaceGroupSymbol(block: CifBlock): string | undefined {
  const tags = ["_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_ref"];
  return first(
    block,
    ...tags,
    "_space_group_name_h-m_full",
    "_space_group_name_h-m",
    "_space_group_magn_name_bns",
  );
}

function spaceGroupNumber(block: CifBlock): number | undefined {
  const text = first(block, "_space_group_it_number", "_symmetry_int_tables_number");
  const value = text === undefined ? undefined : cifNumber(text)?.value;
  return value !== undefined && value >= 1 && value <= 230 ? value : undefined;
}

/** No crystal has a longer axis [Å]. */
const MAX_LENGTH = 1e4;

/** Å and degrees; angles that are missing are 90, as the dictionary says. */
function readCell(block: CifBlock, name: string): Cell {
  const read = (tag: string, missing?: number): number => {
    const below = missing === undefined ? MAX_LENGTH : 180;
    const column = block.columns.get(tag);
    const text = column?.values[0];
    const value = text === undefined || text === null ? missing : cifNumber(text)?.value;
    if (value === undefined || !(value > 0) || value >= below) {
      const wanted = `a number above 0 and below ${below}`;
      throw cifError(`${tag} is "${text ?? "?"}", not ${wanted}.`, column?.lines[0] ?? 1, name);
    }
    return value;
  };
  const cell: Cell = [
    read("_cell_length_a"),
    read("_cell_length_b"),
    read("_cell_length_c"),
    read("_cell_angle_alpha", 90),
    read("_cell_angle_beta", 90),
    read("_cell_angle_gamma", 90),
  ];
  if (!basis(cell).every(Number.isFinite)) {
    const line = block.columns.get("_cell_angle_alpha")?.lines[0] ?? 1;
    throw cifError(`the cell angles ${cell.slice(3).join(", ")} span no volume.`, line, name);
  }
  return cell;
}

/** The asymmetric unit: one entry per row with coordinates. */
function readSites(block: CifBlock, name: string, notices: Notice[]): Site[] {
  const column = (tag: string): CifColumn | undefined => block.columns.get(tag);
  const labels = column("_atom_site_label");
  const types = column("_atom_site_type_symbol");
  const fractions = ["x", "y", "z"].map((axis) => column(`_atom_site_fract_${axis}`));
  const formula = formulaSum(block);
  const sites: Site[] = [];
  const skipped: string[] = [];

  for (let row = 0; row < fractions[0]!.values.length; row++) {
    const line = fractions[0]!.lines[row]!;
    const label = labels?.values[row] ?? types?.values[row] ?? `row ${row + 1}`;
    if (column("_atom_site_calc_flag")?.values[row]?.toLowerCase() === "dum") continue;
    const texts = fractions.map((c) => c?.values[row] ?? null);
    if (texts.includes(null)) {
      skipped.push(label);
      continue;
    }
    const position = texts.map((t) => cifNumber(t!)?.value);
    if (position.includes(undefined)) {
      throw cifError(`the coordinates ${texts.join(" ")} of ${label} are not numbers.`, line, name);
    }
    const number = (tag: string): number | undefined => {
      const text = column(tag)?.values[row];
      if (text === undefined || text === null) return undefined;
      const value = cifNumber(text)?.value;
      if (value === undefined) throw cifError(`${tag} of ${label} is "${text}", not a number.`, line, name);
      return value;
    };
    const u = number("_atom_site_u_iso_or_equiv");
    const b = number("_atom_site_b_iso_or_equiv") ?? (u === undefined ? DEFAULT_B : 8 * Math.PI ** 2 * u);
    const element = elementOf(types?.values[row] ?? undefined, formula) ?? elementOf(label, formula);
    if (element === undefined) throw cifError(`the atom label ${label} names no element.`, line, name);
    const occupancy = number("_atom_site_occupancy") ?? 1;
    if (occupancy < 0 || occupancy > 1.001) {
      throw cifError(`the occupancy ${occupancy} of ${label} is not between 0 and 1.`, line, name);
    }
    sites.push({ element, occupancy, bIso: b, position: position as unknown as Vector3, line });
  }
  if (skipped.length > 0) {
    const message = `${name}: atoms without coordinates are left out: ${skipped.slice(0, 5).join(", ")}.`;
    notices.push({ code: "cif-no-coordinates", message, where: name });
  }
  if (sites.length === 0) throw cifError("no atom has coordinates.", fractions[0]!.lines[0] ?? 1, name);
  return sites;
}

const ELEMENTS = new Set(
  (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr " +
    "Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir " +
    "Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf"
  ).split(" "),
);

/** The element in a label such as Li1+, Mn4+, Au0+, NI2 or OW; what the formula holds decides between CO and C. */
export function elementOf(
  label: string | undefined,
  formula?: ReadonlyMap<string, number>,
): string | undefined {
  const letters = /^\d*([A-Za-z]{1,3})/.exec(label ?? "")?.[1];
  if (letters === undefined) return undefined;
  if (/^wat/i.test(letters)) return "O";
  const two = letters.slice(0, 1).toUpperCase() + letters.slice(1, 2).toLowerCase();
  const valid = [two, two.slice(0, 1)].map((s) => (s === "D" ? "H" : s)).filter((s) => ELEMENTS.has(s));
  return valid.find((s) => formula?.has(s)) ?? valid[0];
}

/** Element counts of _chemical_formula_sum, undefined without one. */
function formulaSum(block: CifBlock): Map<string, number> | undefined {
  const text = first(block, "_chemical_formula_sum");
  if (text === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const [, symbol, count] of text.matchAll(/([A-Z][a-z]?)\s*(\d*\.?\d*)/g)) {
    const element = symbol === "D" ? "H" : symbol!;
    if (ELEMENTS.has(element)) counts.set(element, (counts.get(element) ?? 0) + (count ? Number(count) : 1));
  }
  return counts.size > 0 ? counts : undefined;
}

const NONMETALS = new Set("H He B C N O F Ne Si P S Cl Ar Ge As Se Br Kr Te I Xe".split(" "));

/** The least distance in Å that two neighbours of these elements can have in a real structure. */
function leastDistance(a: string, b: string): number {
  if (a === "H" || b === "H") return 0.6;
  const metals = (NONMETALS.has(a) ? 0 : 1) + (NONMETALS.has(b) ? 0 : 1);
  return metals === 2 ? 1.8 : metals === 1 ? 1.3 : 1;
}

/**
 * Whether a set of operators turns the sites into a possible crystal: the cell has their symmetry, no two atoms
 * that may both be there are too close, and the composition is the one the file states.
 *
 * @returns `why` the first thing that is wrong, undefined when nothing is; `print` equal for equal structures.
 */
function judge(
  operators: readonly Operator[],
  cell: Cell,
  sites: readonly Site[],
  block: CifBlock,
): { why: string | undefined; print: string } {
  if (strain(toCartesian(operators, cell)) > 0.02) return { why: "the cell lacks its symmetry", print: "" };
  const m = basis(cell);
  const atoms = expand(sites, operators, cell);
  const key = (value: number): string => wrap(Math.round(value * 1000) / 1000).toFixed(3);
  const print = atoms
    .map((a) => `${a.site} ${a.position.map(key).join(" ")}`)
    .sort()
    .join("\n");
  for (const [i, a] of atoms.entries()) {
    for (let j = 0; j < i; j++) {
      const b = atoms[j]!;
      const d = distance(a.position, b.position, m);
      // Partly occupied sites may be close or equal: never both atoms at once.
      const full = a.occupancy > 0.999 && b.occupancy > 0.999;
      const least = full
        ? leastDistance(a.element, b.element)
        : Math.min(1, leastDistance(a.element, b.element));
      if (a.occupancy + b.occupancy <= 1.001 || d >= least) continue;
      return { why: `${a.element} and ${b.element} would be ${d.toFixed(2)} Å apart`, print };
    }
  }
  return { why: compositionFault(atoms, block), print };
}

/** What is wrong with the cell's composition against _chemical_formula_sum and Z; undefined when nothing is. */
function compositionFault(atoms: readonly Atom[], block: CifBlock): string | undefined {
  const formula = formulaSum(block);
  if (formula === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const a of atoms) counts.set(a.element, (counts.get(a.element) ?? 0) + a.occupancy);
  // Hydrogen is often left out of the atom list.
  const elements = [...formula.keys()].filter((e) => e !== "H");
  const total = elements.reduce((sum, e) => sum + (counts.get(e) ?? 0), 0);
  const stated = cifNumber(first(block, "_cell_formula_units_z") ?? "")?.value;
  const perUnit = elements.reduce((sum, e) => sum + formula.get(e)!, 0);
  // Some programs write the whole cell as the formula and still a Z; both readings are allowed.
  const scales = stated === undefined ? [total / perUnit] : [stated, 1];
  const fits = (z: number): boolean =>
    elements.every(
      (e) => Math.abs((counts.get(e) ?? 0) - z * formula.get(e)!) <= 0.02 * z * formula.get(e)! + 0.02,
    );
  if (scales.some(fits)) return undefined;
  const found = [...counts].map(([e, n]) => `${e}${Number(n.toFixed(2))}`).join(" ");
  return `the cell would hold ${found}, not the stated formula`;
}
