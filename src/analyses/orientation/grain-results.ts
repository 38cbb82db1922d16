import type { Quantity, Table } from "../../core/contracts.ts";
import type { Random } from "../../core/random.ts";
import { CSL_TABLE } from "../../science/crystal/csl.ts";
import { grainBoundaries } from "../../science/crystal/grain-boundaries.ts";
import type { Quaternion } from "../../science/crystal/rotation.ts";
import { type AreaFraction, areaFraction } from "./grain-local.ts";
import { type GrainSizes, grainSizes } from "./grain-sizes.ts";
import { asTable, type GrainTable, grainTable, type NamedColumn, tableOf } from "./grain-table.ts";
import { type OrientationMaps, PIXEL_CLASSES } from "./maps.ts";

export type GrainMaps = Pick<
  OrientationMaps,
  "width" | "height" | "phase" | "orientation" | "amorphous" | "class" | "trustworthy" | "grain"
>;

interface NamedCrystal {
  readonly name: string;
  readonly rotations: readonly Quaternion[];
}

/** Tables of a finished map, and the numbers of them that a paper states. */
export interface GrainResults {
  readonly tables: Readonly<Record<string, Table>>;
  readonly values: Readonly<Record<string, Quantity>>;
}

/**
 * Grains, their boundaries and sizes, and what share of the area each phase has.
 *
 * @param step distance of the points; lengths are in px without it
 * @param random for uncertainties by resampling
 */
export function grainResults(
  maps: GrainMaps,
  crystals: readonly NamedCrystal[],
  step: Quantity | undefined,
  random: Random,
): GrainResults {
  const { value, unit } = step ?? { value: 1, unit: "px" };
  const steps = [value, value] as const;
  const names = crystals.map(({ name }) => name);
  const grains = grainTable(maps, crystals);
  const sizes = grainSizes(grains, maps.width, maps.height, steps, random);
  const shares = areaShares(maps, names, sizes ? sizes.areaWeightedMean / value : 1, random);
  return {
    tables: {
      grains: asTable(grains, names, steps, unit),
      boundaries: boundaryTable(maps, crystals, grains, steps, unit),
      "grain-sizes": sizeTable(sizes, unit),
      "area-shares": shareTable(shares),
    },
    values: { ...sizeValues(sizes, unit), ...shareValues(shares) },
  };
}

function sizeValues(sizes: GrainSizes | undefined, unit: string): Record<string, Quantity> {
  if (!sizes) return {};
  const size = (value: number, sigma?: number): Quantity => ({
    value,
    unit,
    ...(sigma !== undefined && { sigma }),
    from: "found",
  });
  return {
    "grain diameter, mean": size(sizes.mean, sizes.sigma.mean),
    "grain diameter, median": size(sizes.median, sizes.sigma.median),
    "grain diameter, mode": size(sizes.mode, sizes.sigma.mode),
    "grain diameter by area, mean": size(sizes.areaWeightedMean, sizes.sigma.areaWeightedMean),
    "grain diameter by area, median": size(sizes.areaMedian, sizes.sigma.areaMedian),
    "grain diameter by area, mode": size(sizes.areaMode, sizes.sigma.areaMode),
    ...(Number.isFinite(sizes.corrected) && {
      "grain diameter, mean corrected for lost small grains": size(
        sizes.corrected,
        sizes.sigma.mean / (1 + sizes.bias),
      ),
    }),
  };
}

function sizeTable(sizes: GrainSizes | undefined, unit: string): Table {
  const edges = sizes?.histogram.edges ?? new Float64Array(1);
  return tableOf("grain sizes", edges.length - 1, [
    ["from", unit, edges.slice(0, -1)],
    ["to", unit, edges.slice(1)],
    ["grains", "count", sizes?.histogram.number ?? []],
    ["share of grain area", "1", sizes?.histogram.area ?? []],
  ]);
}

interface AreaShare extends AreaFraction {
  readonly name: string;
}

/**
 * Shares of the measured points: each crystal where at most half of the film is amorphous, the amorphous points, those
 * without an answer, and those without film if there are any; saturated points are not counted. Resampled in blocks of two and a half grains; no σ (NaN) where resampling cannot tell one, because
 * all points or none are of the kind, or where the program stands for no answer of the map.
 */
function areaShares(
  { width, height, phase, amorphous, class: classes, trustworthy }: GrainMaps,
  names: readonly string[],
  grainPx: number,
  random: Random,
): AreaShare[] {
  const [AMORPHOUS, NOT_INDEXED, VACUUM, NOT_MEASURED] = [
    names.length,
    names.length + 1,
    names.length + 2,
    255,
  ];
  const part = Uint8Array.from(phase, (p, i) => {
    const kind = PIXEL_CLASSES[classes[i]!];
    if (kind === "not-measured" || kind === "saturated") return NOT_MEASURED;
    if (kind === "vacuum") return VACUUM;
    if (kind === "amorphous" || amorphous[i]! > 0.5) return AMORPHOUS;
    return p < 0 ? NOT_INDEXED : p;
  });
  if (part.every((p) => p === NOT_MEASURED)) return [];
  const parts = [...names, "amorphous", "not indexed", ...(part.includes(VACUUM) ? ["vacuum"] : [])];
  return parts.map((name, k) => {
    const inside = part.map((p) => (p === NOT_MEASURED ? NOT_MEASURED : Number(p === k)));
    const found = areaFraction(inside, width, height, 2.5 * grainPx, random);
    if (found.sigma > 0 && trustworthy.includes(1)) return { name, ...found };
    return { name, ...found, sigma: Number.NaN, low: Number.NaN, high: Number.NaN };
  });
}

function shareValues(shares: readonly AreaShare[]): Record<string, Quantity> {
  return Object.fromEntries(
    shares.map(({ name, fraction, sigma }) => [
      `area share, ${name}`,
      { value: fraction, unit: "1", ...(sigma > 0 && { sigma }), from: "found" } as const,
    ]),
  );
}

function shareTable(shares: readonly AreaShare[]): Table {
  const column = (name: string, unit: string, of: (share: AreaShare) => number): NamedColumn => [
    name,
    unit,
    shares.map(of),
  ];
  return tableOf("area shares", shares.length, [
    ["part", "", shares.map(({ name }) => name)],
    column("share", "1", (s) => s.fraction),
    column("sigma", "1", (s) => s.sigma),
    column("95 % from", "1", (s) => s.low),
    column("95 % to", "1", (s) => s.high),
    column("edge of resampled blocks", "px", (s) => s.block),
  ]);
}

/** One row per pair of grains that touch: length, and what turns the mean orientation of one into the other's. */
function boundaryTable(
  maps: GrainMaps,
  crystals: readonly NamedCrystal[],
  grains: GrainTable,
  step: readonly [number, number],
  unit: string,
): Table {
  const { width, grain } = maps;
  const orientation = new Float64Array(maps.orientation.length);
  grain.forEach((g, i) => {
    if (g >= 0) orientation.set(grains.mean.subarray(4 * g, 4 * g + 4), 4 * i);
  });
  const sides = grainBoundaries({ ...maps, orientation }, crystals, step);
  const pairs = new Map<string, { a: number; b: number; side: number; length: number }>();
  for (let k = 0; k < sides.count; k++) {
    const i = sides.from[k]!;
    const ends = [grain[i]!, grain[i + (sides.vertical[k] ? 1 : width)]!];
    const [a, b] = [Math.min(...ends), Math.max(...ends)];
    const key = `${a}/${b}`;
    const pair = pairs.get(key);
    if (pair) pair.length += sides.length[k]!;
    else pairs.set(key, { a, b, side: k, length: sides.length[k]! });
  }
  const rows = [...pairs.values()].sort((p, q) => p.a - q.a || p.b - q.b);
  const phaseOf = (g: number) => crystals[grains.phase[g]!]!.name;
  const axis = (c: number) => rows.map(({ side }) => sides.axis[3 * side + c]!);
  return tableOf("boundaries", rows.length, [
    ["grain a", "1", rows.map(({ a }) => a)],
    ["grain b", "1", rows.map(({ b }) => b)],
    ["phase a", "", rows.map(({ a }) => phaseOf(a))],
    ["phase b", "", rows.map(({ b }) => phaseOf(b))],
    ["length along pixel sides", unit, rows.map(({ length }) => length)],
    ["misorientation", "deg", rows.map(({ side }) => sides.deg[side]!)],
    ["axis x", "1", axis(0)],
    ["axis y", "1", axis(1)],
    ["axis z", "1", axis(2)],
    [
      "coincidence lattice",
      "",
      rows.map(({ side }) => (sides.special[side]! < 0 ? "" : `Σ${CSL_TABLE[sides.special[side]!]!.name}`)),
    ],
  ]);
}
