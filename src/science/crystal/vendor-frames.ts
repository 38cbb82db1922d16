/**
 * Vendor frames and symmetry codes of orientation files, and the way to ours: sample x right, y down, z with the
 * electrons; crystal a ∥ x, c* ∥ z.
 */
import { conjugate, fromAxisAngle, fromMatrix, multiply, type Quaternion, type Vector3 } from "./rotation.ts";
import { LAUE_GROUPS, type LaueGroup, laueRotations } from "./symmetry.ts";

type Cell = readonly [number, number, number, number, number, number];
const DEG = Math.PI / 180;

/** Which crystal axes a vendor puts on x and z. */
export type CrystalAxes = "a,c*" | "a*,c";

/**
 * How the vendor's sample frame lies in ours, as a rotation from the vendor's to ours. In all of them the third axis
 * points out of the map, against the electrons.
 * - "right-up": vendor x to the right, y up (HKL/Oxford, ASTAR)
 * - "up-left": x up, y left (EDAX as MTEX assumes it, its setting 2)
 * - "down-right": x down, y right (MTEX setting 1)
 * - "left-down": x left, y down (MTEX setting 4)
 */
export const SAMPLE_FRAMES = {
  "right-up": fromAxisAngle([1, 0, 0], 180),
  "up-left": fromAxisAngle([1, -1, 0], 180),
  "down-right": fromAxisAngle([1, 1, 0], 180),
  "left-down": fromAxisAngle([0, 1, 0], 180),
} as const satisfies Record<string, Quaternion>;
export type SampleFrame = keyof typeof SAMPLE_FRAMES;

/** Direct axes a, b, c as vectors in Å in the frame a ∥ x, c* ∥ z. */
export function directAxes(cell: Cell): [Vector3, Vector3, Vector3] {
  const [a, b, c] = cell;
  const cos = cell.slice(3).map((deg) => (Math.abs(deg - 90) < 1e-9 ? 0 : Math.cos(deg * DEG)));
  const sinGamma = Math.sin(cell[5] * DEG);
  const cy = (cos[0]! - cos[1]! * cos[2]!) / sinGamma;
  const cz = Math.sqrt(Math.max(0, 1 - cos[1]! ** 2 - cy ** 2));
  return [
    [a, 0, 0],
    [b * cos[2]!, b * sinGamma, 0],
    [c * cos[1]!, c * cy, c * cz],
  ];
}

/** The rotation that takes our crystal coordinates to those of a vendor with these axes; identity for "a,c*". */
export function toVendorCrystal(cell: Cell, axes: CrystalAxes): Quaternion {
  if (axes === "a,c*") return [1, 0, 0, 0];
  const [, b, c] = directAxes(cell);
  const x = unit(cross(b, c));
  const z = unit(c);
  const y = cross(z, x);
  return fromMatrix([...x, ...y, ...z]);
}

/** An orientation (crystal → sample) of the vendor's frames in ours. */
export function fromVendor(q: Quaternion, sample: Quaternion, crystal: Quaternion): Quaternion {
  return multiply(sample, multiply(q, crystal));
}

/** The inverse of `fromVendor`. */
export function toVendor(q: Quaternion, sample: Quaternion, crystal: Quaternion): Quaternion {
  return multiply(conjugate(sample), multiply(q, conjugate(crystal)));
}

/** Laue groups of the 32 point groups in the order of the International Tables. */
const POINT_GROUPS: readonly [LaueGroup, readonly string[]][] = [
  ["-1", ["1", "-1"]],
  ["2/m", ["2", "m", "2/m"]],
  ["mmm", ["222", "mm2", "mmm"]],
  ["4/m", ["4", "-4", "4/m"]],
  ["4/mmm", ["422", "4mm", "-42m", "4/mmm"]],
  ["-3", ["3", "-3"]],
  ["-3m", ["32", "3m", "-3m"]],
  ["6/m", ["6", "-6", "6/m"]],
  ["6/mmm", ["622", "6mm", "-6m2", "6/mmm"]],
  ["m-3", ["23", "m-3"]],
  ["m-3m", ["432", "-43m", "m-3m"]],
];
/** TSL's short codes of the proper groups; "20" is monoclinic with b unique, "2" with c unique. */
const TSL_CODES: Readonly<Record<string, LaueGroup>> = {
  "1": "-1",
  "2": "2/m",
  "20": "2/m",
  "22": "mmm",
  "4": "4/m",
  "42": "4/mmm",
  "3": "-3",
  "32": "-3m",
  "6": "6/m",
  "62": "6/mmm",
  "23": "m-3",
  "43": "m-3m",
};

/**
 * The Laue group of an EDAX symmetry field: short code, id 100–131 of newer files (believed to number the point
 * groups in the order of the International Tables), or a point group written out; undefined for anything else.
 */
export function laueOfTsl(code: string): LaueGroup | undefined {
  const text = code.replace(/\s+/g, "");
  if (Object.hasOwn(TSL_CODES, text)) return TSL_CODES[text];
  const ids = POINT_GROUPS.flatMap(([laue, names]) => names.map(() => laue));
  if (/^1[0-3]\d$/.test(text) && Number(text) - 100 < ids.length) return ids[Number(text) - 100];
  const plain = (name: string) => name.replaceAll("-", "");
  const found =
    POINT_GROUPS.find(([, names]) => names.includes(text)) ??
    (text === "m3m" || text === "m3" ? POINT_GROUPS.find(([laue]) => plain(laue) === text) : undefined);
  return found?.[0];
}

/** The short TSL code of a Laue group. */
export function tslOfLaue(laue: string): string {
  if (laue === "2/m") return "20";
  return Object.entries(TSL_CODES).find(([, group]) => group === laue)?.[0] ?? "1";
}

/** The Laue group of a space-group number 1–230; undefined outside. */
export function laueOfSpaceGroup(number: number): LaueGroup | undefined {
  const last = [2, 15, 74, 88, 142, 148, 167, 176, 194, 206, 230];
  return number >= 1 ? LAUE_GROUPS[last.findIndex((end) => number <= end)] : undefined;
}

/** Trigonal groups whose 2-folds lie between the axes a and b instead of along them (312, 31m, -31m). */
const BETWEEN = new Set([149, 151, 153, 157, 159, 162, 163]);

/** The proper rotations of a phase of an orientation file in our crystal frame. */
export function phaseRotations(laue: LaueGroup, spaceGroup = 0, uniqueAxis: "b" | "c" = "b"): Quaternion[] {
  const standard = laueRotations(laue);
  if (laue === "2/m" && uniqueAxis === "c") return [standard[0]!, fromAxisAngle([0, 0, 1], 180)];
  if (!BETWEEN.has(spaceGroup)) return standard;
  const turn = fromAxisAngle([0, 0, 1], 30);
  return standard.map((q) => multiply(turn, multiply(q, conjugate(turn))));
}

/** What the cell would have to be for this Laue group; undefined where it is. */
export function cellConflict(laue: LaueGroup, cell: Cell, uniqueAxis: "b" | "c" = "b"): string | undefined {
  const [a, b, c, alpha, beta, gamma] = cell;
  const same = (u: number, v: number) => Math.abs(u - v) < 1e-3 * Math.abs(v);
  const right = (...angles: number[]) => angles.every((deg) => same(deg, 90));
  const hexagonal = same(a, b) && right(alpha, beta) && same(gamma, 120);
  const want: Readonly<Record<string, readonly [boolean, string]>> = {
    "2/m": [right(alpha, uniqueAxis === "b" ? gamma : beta), "two right angles"],
    mmm: [right(alpha, beta, gamma), "right angles"],
    "4/m": [same(a, b) && right(alpha, beta, gamma), "a = b and right angles"],
    "-3": [hexagonal, "hexagonal axes"],
    "6/m": [hexagonal, "hexagonal axes"],
    "m-3": [same(a, b) && same(b, c) && right(alpha, beta, gamma), "a = b = c and right angles"],
  };
  const rule =
    want[
      laue
        .replace(/^4\/mmm$/, "4/m")
        .replace(/^-3m$/, "-3")
        .replace(/^6\/mmm$/, "6/m")
        .replace(/^m-3m$/, "m-3")
    ];
  return rule === undefined || rule[0] ? undefined : rule[1];
}

function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(v: Vector3): Vector3 {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
