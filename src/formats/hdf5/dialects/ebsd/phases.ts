import type { Notice } from "../../../../core/contracts.ts";
import { LAUE_GROUPS, type LaueGroup } from "../../../../science/crystal/symmetry.ts";
import {
  cellConflict,
  laueOfSpaceGroup,
  laueOfTsl,
  phaseRotations,
} from "../../../../science/crystal/vendor-frames.ts";
import type { FilePhase } from "../../../orientation-build.ts";
import { numberOf, textOf } from "../../parse.ts";
import type { EbsdVendor, Values } from "./parse.ts";

const DEG = 180 / Math.PI;

/** The value under the first of these names, letters of any case, spaces or not. */
export function statedValue(values: Values, ...names: readonly string[]) {
  const bare = (name: string) => name.replace(/\s/g, "").toLowerCase();
  for (const wanted of names) {
    const key = Object.keys(values).find((name) => bare(name) === bare(wanted));
    if (key !== undefined && values[key] !== undefined) return values[key];
  }
  return undefined;
}

function numbersOf(value: Values[string]): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((v): v is number => typeof v === "number");
}

/** Lengths in Å and angles in degrees; undefined where the file has no whole cell. */
function cellOf(values: Values): FilePhase["cell"] | undefined {
  const together = numbersOf(statedValue(values, "LatticeConstants"));
  const lengths = numbersOf(statedValue(values, "Lattice Dimensions"));
  const angles = numbersOf(statedValue(values, "Lattice Angles"));
  const single = ["A", "B", "C", "Alpha", "Beta", "Gamma"].map(
    (letter) => numberOf(statedValue(values, `Lattice Constant ${letter}`)) ?? Number.NaN,
  );
  const cell = together.length >= 6 ? together : lengths.length >= 3 ? [...lengths, ...angles] : single;
  if (cell.length < 6 || !cell.slice(0, 6).every((v) => v > 0)) return undefined;
  // Oxford's angles are radians of single precision; no cell has angles of a few degrees.
  const radians = cell.slice(3, 6).every((v) => v < Math.PI);
  // Single precision carries seven digits: 3.56, not 3.559999942779541.
  const tidy = (v: number) => Number(v.toPrecision(7));
  const inDegrees = cell.slice(0, 6).map((v, i) => tidy(i < 3 || !radians ? v : v * DEG));
  return inDegrees as unknown as FilePhase["cell"];
}

function laueOf(values: Values): LaueGroup | undefined {
  const group = numberOf(statedValue(values, "IT", "Space Group", "SpaceGroupNumber"));
  const known = group === undefined ? undefined : laueOfSpaceGroup(group);
  if (known) return known;
  const laueClass = numberOf(statedValue(values, "Laue Group"));
  if (laueClass !== undefined && LAUE_GROUPS[laueClass - 1]) return LAUE_GROUPS[laueClass - 1];
  for (const name of ["Symmetry", "Point Group"]) {
    const value = statedValue(values, name);
    const code = textOf(value) ?? numberOf(value)?.toString();
    // "Cubic (Oh) [m3m]" has the group in brackets.
    const found = code === undefined ? undefined : laueOfTsl(/\[(.+)\]/.exec(code)?.[1] ?? code);
    if (found) return found;
  }
  return undefined;
}

/** A phase of a file; what is missing or contradicts itself is said. */
export function phaseOf(values: Values, number: number, vendor: EbsdVendor, notices: Notice[]): FilePhase {
  const stated = textOf(statedValue(values, "Name", "MaterialName", "Phase Name", "Formula"))?.trim();
  const name = stated || `phase ${number}`;
  const laue = laueOf(values);
  const cell = cellOf(values);
  const say = (code: string, message: string) => notices.push({ code, message: `hdf5: ${message}` });
  if (!laue) say("symmetry-unknown", `the symmetry of ${name} is not known, -1 (no rotations) is taken`);
  if (!cell) say("cell-unknown", `${name} has no lattice constants`);
  const laueGroup = laue ?? "-1";
  const conflict = cell && cellConflict(laueGroup, cell);
  if (conflict) {
    const sentence = `the Laue group ${laueGroup} of ${name} asks for ${conflict}, the cell is ${cell.join(" ")}`;
    say("symmetry-cell", sentence);
  }
  const group = numberOf(statedValue(values, "IT", "Space Group", "SpaceGroupNumber")) ?? 0;
  // As in the text files of the same programs: EDAX has a ∥ x but for monoclinic crystals, the others a* ∥ x.
  const axes = vendor === "edax" && laueGroup !== "2/m" ? "a,c*" : "a*,c";
  const rotations = phaseRotations(laueGroup, group);
  return { name, laueGroup, cell: cell ?? [1, 1, 1, 90, 90, 90], rotations, axes };
}
