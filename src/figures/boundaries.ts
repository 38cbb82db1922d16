import { CSL_TABLE } from "../science/crystal/csl.ts";
import { grainBoundaries } from "../science/crystal/grain-boundaries.ts";
import { disorientationAt, packRotations } from "../science/crystal/misorientation.ts";
import { csvText } from "./csv.ts";
import type { CrystalSymmetry, OrientationArrays } from "./orientation-arrays.ts";
import { sidePath } from "./side-path.ts";
import { el } from "./svg.ts";

export const BOUNDARY_KINDS = ["phase", "high-angle", "twin Σ3", "low-angle"] as const;
export type BoundaryKind = (typeof BOUNDARY_KINDS)[number];

/** Smallest misorientation that is drawn, and the one that makes a grain boundary [deg]. */
export const LOW_ANGLE = 2;
export const HIGH_ANGLE = 10;

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

/**
 * Boundaries between points that belong to grains: of two phases, or turned by `LOW_ANGLE` and more. From `HIGH_ANGLE`
 * on only between two grains: within one, such a turn is the 180° ambiguity of a spot pattern or a stray answer.
 */
export function findBoundaries(maps: OrientationArrays, crystals: readonly CrystalSymmetry[]): Boundaries {
  const sides = [...insideGrains(maps, crystals), ...betweenGrains(maps, crystals)];
  sides.sort((a, b) => a.from - b.from || b.vertical - a.vertical);
  return {
    from: sides.map((side) => side.from),
    vertical: sides.map((side) => side.vertical),
    kind: sides.map((side) => side.kind),
    deg: sides.map((side) => side.deg),
  };
}

interface Side {
  readonly from: number;
  readonly vertical: number;
  readonly kind: BoundaryKind;
  readonly deg: number;
}

function betweenGrains(maps: OrientationArrays, crystals: readonly CrystalSymmetry[]): Side[] {
  const { width, phase } = maps;
  const found = grainBoundaries(maps, crystals);
  const sides: Side[] = [];
  for (let k = 0; k < found.count; k++) {
    const from = found.from[k]!;
    const vertical = found.vertical[k]!;
    const deg = found.deg[k]!;
    const special = CSL_TABLE[found.special[k]!];
    if (phase[from] !== phase[from + (vertical ? 1 : width)]) {
      sides.push({ from, vertical, kind: "phase", deg: Number.NaN });
    } else if (deg >= LOW_ANGLE) {
      const high = special?.sigma === 3 ? "twin Σ3" : "high-angle";
      sides.push({ from, vertical, kind: deg < HIGH_ANGLE ? "low-angle" : high, deg });
    }
  }
  return sides;
}

function insideGrains(maps: OrientationArrays, crystals: readonly CrystalSymmetry[]): Side[] {
  const { width, height, orientation, phase, grain } = maps;
  const packed = crystals.map(({ rotations }) => packRotations(rotations));
  const sides: Side[] = [];
  const compare = (from: number, to: number, vertical: number) => {
    const symmetry = packed[phase[from]!];
    if (grain[from]! < 0 || grain[from] !== grain[to] || !symmetry) return;
    const deg = disorientationAt(orientation, from, to, symmetry);
    if (deg >= LOW_ANGLE && deg < HIGH_ANGLE) sides.push({ from, vertical, kind: "low-angle", deg });
  };
  for (let i = 0; i < width * height; i++) {
    if (i % width < width - 1) compare(i, i + 1, 1);
    if (i < width * (height - 1)) compare(i, i + width, 0);
  }
  return sides;
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
