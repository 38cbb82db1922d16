import { disorientationAt, packRotations } from "../science/crystal/misorientation.ts";
import { fromAxisAngle, multiply, type Quaternion } from "../science/crystal/rotation.ts";
import { csvText } from "./csv.ts";
import type { CrystalSymmetry, OrientationArrays } from "./orientation-arrays.ts";
import { sidePath } from "./side-path.ts";
import { el } from "./svg.ts";

export const BOUNDARY_KINDS = ["phase", "high-angle", "twin Σ3", "low-angle"] as const;
export type BoundaryKind = (typeof BOUNDARY_KINDS)[number];

/** Smallest misorientation that is drawn, and the one that makes a grain boundary [deg]. */
export const LOW_ANGLE = 2;
export const HIGH_ANGLE = 10;
/** Brandon (1966): 15° / √3 around the Σ3 misorientation of cubic crystals, 60° about ⟨111⟩. */
const TWIN_TOLERANCE = 15 / Math.sqrt(3);

/** The sides between two points of a map that belong to boundaries. */
export interface Boundaries {
  /** Flat index of the point to the left of or above each side. */
  readonly from: readonly number[];
  /** 1: the side is vertical, between a point and its right neighbour; 0: between it and the one below. */
  readonly vertical: readonly number[];
  readonly kind: readonly BoundaryKind[];
  /** Misorientation angle [deg]; NaN between phases. */
  readonly deg: readonly number[];
}

/** Whether two rows are within the tolerance of a Σ3 twin of a cubic crystal. */
function twinTest(orientation: Float64Array, packed: Float64Array): (i: number, j: number) => boolean {
  const twins = [
    [1, 1, 1],
    [-1, 1, 1],
    [1, -1, 1],
    [1, 1, -1],
  ].map((axis) => fromAxisAngle(axis as [number, number, number], 60));
  const pair = new Float64Array(8);
  return (i, j) => {
    const a = [...orientation.subarray(4 * i, 4 * i + 4)] as unknown as Quaternion;
    pair.set(orientation.subarray(4 * j, 4 * j + 4), 4);
    return twins.some((twin) => {
      pair.set(multiply(a, twin), 0);
      return disorientationAt(pair, 0, 1, packed) <= TWIN_TOLERANCE;
    });
  };
}

/**
 * Boundaries between points that belong to grains: of two phases, or turned by `LOW_ANGLE` and more. From `HIGH_ANGLE`
 * on only between two grains: within one, such a turn is the 180° ambiguity of a spot pattern or a stray answer.
 */
export function findBoundaries(maps: OrientationArrays, crystals: readonly CrystalSymmetry[]): Boundaries {
  const { width, height, orientation, phase, grain } = maps;
  const packed = crystals.map(({ rotations }) => packRotations(rotations));
  const twins = crystals.map(({ laueGroup }, p) =>
    laueGroup === "m-3m" ? twinTest(orientation, packed[p]!) : undefined,
  );
  const found = {
    from: [] as number[],
    vertical: [] as number[],
    kind: [] as BoundaryKind[],
    deg: [] as number[],
  };
  const add = (i: number, vertical: number, kind: BoundaryKind, deg: number) => {
    found.from.push(i);
    found.vertical.push(vertical);
    found.kind.push(kind);
    found.deg.push(deg);
  };
  const compare = (i: number, j: number, vertical: number) => {
    if (grain[i]! < 0 || grain[j]! < 0) return;
    const p = phase[i]!;
    if (p !== phase[j]) {
      add(i, vertical, "phase", Number.NaN);
      return;
    }
    if (!packed[p]) return;
    const deg = disorientationAt(orientation, i, j, packed[p]);
    if (!(deg >= LOW_ANGLE)) return;
    if (deg < HIGH_ANGLE) add(i, vertical, "low-angle", deg);
    else if (grain[i] !== grain[j])
      add(i, vertical, deg > 60 - TWIN_TOLERANCE && twins[p]?.(i, j) ? "twin Σ3" : "high-angle", deg);
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x + 1 < width) compare(i, i + 1, 1);
      if (y + 1 < height) compare(i, i + width, 0);
    }
  return found;
}

/** How each kind is drawn: colour, width in points, dashes. On white casing they hold on any background. */
export const BOUNDARY_STYLE: Readonly<
  Record<BoundaryKind, { readonly stroke: string; readonly width: number; readonly dash?: string }>
> = {
  "low-angle": { stroke: "#000000", width: 0.35 },
  "high-angle": { stroke: "#000000", width: 0.9 },
  "twin Σ3": { stroke: "#CC3311", width: 1.1, dash: "2 1.2" },
  phase: { stroke: "#332288", width: 1.4 },
};

/** The boundaries as lines in scan pixels, to lie over a map `zoom` points per pixel large. */
export function boundaryOverlay(
  boundaries: Boundaries,
  { width, height }: { readonly width: number; readonly height: number },
  zoom: number,
): string {
  const sides = [new Int8Array(width * height), new Int8Array(width * height)] as const;
  boundaries.kind.forEach((kind, k) => {
    sides[boundaries.vertical[k] ? 1 : 0][boundaries.from[k]!] = 1 + BOUNDARY_KINDS.indexOf(kind);
  });
  return BOUNDARY_KINDS.toReversed()
    .filter((kind) => boundaries.kind.includes(kind))
    .map((kind) => {
      const { stroke, width: points, dash } = BOUNDARY_STYLE[kind];
      const code = 1 + BOUNDARY_KINDS.indexOf(kind);
      const on = (side: Int8Array) => (i: number) => side[i] === code;
      const scaled = dash?.split(" ").map((v) => (Number(v) / zoom).toFixed(4));
      return el("path", {
        d: sidePath(width, height, on(sides[0]), on(sides[1])),
        fill: "none",
        stroke,
        "stroke-width": (points / zoom).toFixed(4),
        "stroke-linecap": dash ? "butt" : "square",
        "stroke-dasharray": scaled?.join(" "),
      });
    })
    .join("");
}

/** One row per side: its middle, kind and angle. */
export function boundaryCsv(
  boundaries: Boundaries,
  width: number,
  step: { value: number; unit: string },
): string {
  const at = (k: number, axis: "x" | "y") => {
    const i = boundaries.from[k]!;
    const base = axis === "x" ? i % width : Math.floor(i / width);
    const half = (axis === "x") === (boundaries.vertical[k] === 1) ? 0.5 : 0;
    return Number(((base + half) * step.value).toPrecision(12));
  };
  const rows = boundaries.from.map((_, k) => k);
  return csvText([
    { name: "x", unit: step.unit, values: rows.map((k) => at(k, "x")) },
    { name: "y", unit: step.unit, values: rows.map((k) => at(k, "y")) },
    { name: "kind", unit: "", values: boundaries.kind },
    { name: "misorientation", unit: "deg", values: boundaries.deg },
  ]);
}
