import type { Crystal, Notice } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { fromMatrix, type Matrix3, type Quaternion, type Vector3 } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { type CifBlock, cifError } from "./parse.ts";

const DEG = Math.PI / 180;

type Cell = Crystal["cell"];

/** A symmetry operator on fractional coordinates: x' = rotation x + translation (row-major, in cells). */
export interface Operator {
  readonly rotation: Matrix3;
  readonly translation: Vector3;
}

/** Columns are a, b and c in Å in the frame a ∥ x, c* ∥ z. */
export function basis(cell: Cell): Matrix3 {
  const [a, b, c] = cell;
  const [ca, cb, cg] = cell.slice(3).map((deg) => Math.cos(deg * DEG)) as [number, number, number];
  const sg = Math.sin(cell[5] * DEG);
  const cy = (ca - cb * cg) / sg;
  return [a, b * cg, c * cb, 0, b * sg, c * cy, 0, 0, c * Math.sqrt(1 - cb * cb - cy * cy)];
}

/** An operator such as "x-y, 1/3+x, -z+0.5"; translations are snapped to 24ths. Undefined for other text. */
export function parseOperator(text: string): Operator | undefined {
  const parts = text.toLowerCase().replace(/\s+/g, "").split(",");
  if (parts.length !== 3) return undefined;
  const rotation: number[] = [];
  const translation: number[] = [];
  for (const part of parts) {
    if (!/^([+-]?([xyz]|\d*\.?\d+(\/\d+)?))([+-]([xyz]|\d*\.?\d+(\/\d+)?))*$/.test(part)) return undefined;
    const row = [0, 0, 0];
    let shift = 0;
    for (const [, sign, letter, top, bottom] of part.matchAll(
      /([+-]?)(?:([xyz])|(\d*\.?\d+)(?:\/(\d+))?)/g,
    )) {
      const factor = sign === "-" ? -1 : 1;
      if (letter !== undefined) row["xyz".indexOf(letter)]! += factor;
      else shift += (factor * Number(top)) / Number(bottom ?? 1);
    }
    const snapped = Math.round(shift * 24) / 24;
    rotation.push(...row);
    translation.push(Math.abs(snapped - shift) < 0.005 ? snapped : shift);
  }
  const matrix = rotation as unknown as Matrix3;
  return Math.abs(determinant(matrix)) === 1
    ? { rotation: matrix, translation: translation as unknown as Vector3 }
    : undefined;
}

function determinant(m: Matrix3): number {
  const [a, b, c, d, e, f, g, h, i] = m;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** The different rotation parts, each made proper by the inversion that Laue symmetry adds. */
function properRotations(operators: readonly Operator[]): Matrix3[] {
  const found = new Map<string, Matrix3>();
  for (const { rotation } of operators) {
    const sign = determinant(rotation);
    const proper = rotation.map((v) => v * sign + 0) as unknown as Matrix3;
    found.set(proper.join(), proper);
  }
  return [...found.values()];
}

/**
 * The Laue group, counted from the operators: the number of proper rotations, and where two groups share it,
 * whether one of them has order 4 or 6 (the trace of a rotation is basis-free: 1 for order 4, 2 for order 6).
 *
 * @throws LithoscopeError "Format" when the operators are not closed under multiplication.
 */
export function laueGroupOf(operators: readonly Operator[], name: string): string {
  const rotations = properRotations(operators);
  const known = new Set(rotations.map((r) => r.join()));
  const closed = rotations.every((a) => rotations.every((b) => known.has(product(a, b).join())));
  const has = (trace: number): boolean => rotations.some((r) => r[0] + r[4] + r[8] === trace);
  const group: Readonly<Record<number, string>> = {
    1: "-1",
    2: "2/m",
    3: "-3",
    4: has(1) ? "4/m" : "mmm",
    6: has(2) ? "6/m" : "-3m",
    8: "4/mmm",
    12: has(2) ? "6/mmm" : "m-3",
    24: "m-3m",
  };
  const laueGroup = group[rotations.length];
  if (!closed || laueGroup === undefined) {
    const message = `${name}: the ${operators.length} symmetry operators of the file do not form a group.`;
    throw new LithoscopeError("Format", message, { name });
  }
  return laueGroup;
}

function product(a: Matrix3, b: Matrix3): Matrix3 {
  const out: number[] = [];
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) {
      out.push(a[3 * r]! * b[c]! + a[3 * r + 1]! * b[3 + c]! + a[3 * r + 2]! * b[6 + c]! + 0);
    }
  }
  return out as unknown as Matrix3;
}

/** The inverse of an upper triangular matrix, which `basis` is. */
function inverseUpper(m: Matrix3): Matrix3 {
  const [a, b, c, , e, f, , , i] = m;
  return [1 / a, -b / (a * e), (b * f - c * e) / (a * e * i), 0, 1 / e, -f / (e * i), 0, 0, 1 / i];
}

/** How far the operators are from rigid in this cell: the largest departure of R Rᵀ from 1. */
export function strain(rotations: readonly Matrix3[]): number {
  let worst = 0;
  for (const r of rotations) {
    const transposed: Matrix3 = [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]];
    for (const [k, v] of product(r, transposed).entries()) {
      worst = Math.max(worst, Math.abs(v - (k % 4 === 0 ? 1 : 0)));
    }
  }
  return worst;
}

export function toCartesian(operators: readonly Operator[], cell: Cell): Matrix3[] {
  const a = basis(cell);
  const inverse = inverseUpper(a);
  return properRotations(operators).map((r) => product(product(a, r), inverse));
}

/** The proper rotations in the crystal's own setting, identity first. */
export function cartesianRotations(
  operators: readonly Operator[],
  cell: Cell,
  laueGroup: string,
  name: string,
  notices: Notice[],
): Quaternion[] {
  const matrices = toCartesian(operators, cell);
  const departure = strain(matrices);
  if (departure > 0.02) {
    const message = `${name}: the cell ${cell.join(", ")} does not have the symmetry ${laueGroup} of the operators.`;
    notices.push({ code: "cif-cell-symmetry", message, where: name });
    return laueRotations(laueGroup);
  }
  return matrices.map(fromMatrix).sort((p, q) => q[0] - p[0]);
}

/** Operators under one of the tags; a magnetic one ends in the sign of time, which does not move atoms. */
function operatorsUnder(block: CifBlock, tags: readonly string[], name: string): Operator[] {
  const column = tags.map((tag) => block.columns.get(tag)).find((found) => found !== undefined);
  if (column === undefined) return [];
  const operators: Operator[] = [];
  for (const [i, text] of column.values.entries()) {
    if (text === null) continue;
    const operator = parseOperator(text.replace(/,\s*[+-]?1\s*$/, ""));
    if (operator === undefined)
      throw cifError(`"${text}" is not a symmetry operator.`, column.lines[i]!, name);
    operators.push(operator);
  }
  return operators;
}

/** The operators of a magnetic CIF that move atoms: each with each centring. */
function magneticOperators(block: CifBlock, name: string): Operator[] {
  const operators = operatorsUnder(block, ["_space_group_symop_magn_operation_xyz"], name);
  const centrings = operatorsUnder(block, ["_space_group_symop_magn_centering_xyz"], name);
  if (centrings.length === 0) return operators;
  const all = new Map<string, Operator>();
  for (const { rotation, translation } of operators) {
    for (const centring of centrings) {
      const shift = translation.map((t, k) => (((t + centring.translation[k]!) % 1) + 1) % 1);
      const key = [...rotation, ...shift.map((t) => Math.round(t * 1e4) % 1e4)].join();
      all.set(key, { rotation, translation: shift as unknown as Vector3 });
    }
  }
  return [...all.values()];
}

/** The operators in the file, looped or single, under the old or the new tag; empty when it lists none. */
export function readOperators(block: CifBlock, name: string): Operator[] {
  const plain = ["_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz"];
  const operators = operatorsUnder(block, plain, name);
  return operators.length > 0 ? operators : magneticOperators(block, name);
}
