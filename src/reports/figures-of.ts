import type { Quantity } from "../core/contracts.ts";
import { findBoundaries } from "../figures/boundaries.ts";
import type { Figure } from "../figures/figure.ts";
import { type GrainRow, grainRows, sizeEdges } from "../figures/grain-sizes.ts";
import { histogram } from "../figures/histogram.ts";
import { ipfPicture } from "../figures/ipf.ts";
import { ipfKeys } from "../figures/ipf-key.ts";
import { numberText } from "../figures/number-text.ts";
import {
  CLASS_NAMES,
  type CrystalSymmetry,
  type OrientationArrays,
  sigmaDeg,
} from "../figures/orientation-arrays.ts";
import { phaseColour } from "../figures/orientation-colours.ts";
import {
  boundaryMap,
  classMap,
  grainMap,
  ipfMap,
  phaseMap,
  quantile,
  scalarMap,
} from "../figures/orientation-maps.ts";
import { poleFigures } from "../figures/pole-figure.ts";

/** A figure with the name of its files. */
export interface NamedFigure {
  readonly id: string;
  readonly figure: Figure;
  /** True for maps of the scan, whose points the report page answers for. */
  readonly map: boolean;
}

export interface FigureInput {
  readonly maps: OrientationArrays;
  readonly crystals: readonly CrystalSymmetry[];
  readonly step?: Quantity;
  /** Told of every figure as soon as it is made. */
  readonly made?: (figure: NamedFigure) => void;
}

/** Grain sizes, each grain counted once and each weighted by its area. */
function sizeFigures(
  rows: readonly GrainRow[],
  phases: readonly string[],
  { value: step, unit }: Pick<Quantity, "value" | "unit">,
): NamedFigure[] {
  const edges = sizeEdges(rows, step);
  const edge = rows.filter((row) => row.edge).length;
  const groups = phases.map((name, p) => {
    const own = rows.filter((row) => row.phase === p);
    return {
      name,
      fill: phaseColour(p),
      values: own.map((row) => row.diameter),
      weights: own.map((row) => row.area),
    };
  });
  const total = rows.reduce((sum, row) => sum + row.area, 0);
  const mean = rows.reduce((sum, row) => sum + row.diameter, 0) / rows.length;
  const weighted = rows.reduce((sum, row) => sum + row.diameter * row.area, 0) / total;
  const about = `${rows.length} grains of 5 points or more; ${edge} of them touch the edge of the scan and are larger than they seem. Diameter of the circle with the grain's area.`;
  const quantity = { name: "Equivalent diameter", unit };
  const byNumber = histogram({
    title: "Grain size by number",
    quantity,
    edges,
    height: { name: "Grains", unit: "count" },
    groups: groups.map(({ weights: _weights, ...group }) => group),
    caption: `Grain size, every grain counted once. ${about} Mean ${numberText(mean)} ${unit}.`,
    alt: `Histogram of ${rows.length} grain sizes, mean diameter ${numberText(mean)} ${unit}.`,
  });
  const byArea = histogram({
    title: "Grain size by area",
    quantity,
    edges,
    height: { name: "Share of grain area", unit: "%" },
    percent: true,
    groups,
    caption: `Grain size, every grain weighted by its area. ${about} Area-weighted mean ${numberText(weighted)} ${unit}.`,
    alt: `Histogram of grain sizes by area, area-weighted mean diameter ${numberText(weighted)} ${unit}.`,
  });
  return [
    { id: "grain-size-number", figure: byNumber, map: false },
    { id: "grain-size-area", figure: byArea, map: false },
  ];
}

/** The standard set of figures of an orientation map, in the order of the report. */
export function figuresOf({ maps, crystals, step, made }: FigureInput): {
  figures: NamedFigure[];
  grains: GrainRow[];
} {
  const grid = { width: maps.width, height: maps.height, ...(step && { step }) };
  const sigma = sigmaDeg(maps.covariance, maps.width * maps.height);
  const grains = grainRows(maps, sigma, step);
  const map = (id: string, figure: Figure): NamedFigure => ({ id, figure, map: true });
  const figures: NamedFigure[] = [];
  const add = (...more: NamedFigure[]) => {
    figures.push(...more);
    for (const figure of more) made?.(figure);
  };
  add(map("phase", phaseMap(grid, maps)));
  const known = crystals.length >= maps.phases.length;
  if (known)
    for (const [axis, scheme] of [
      ["Z", "customary"],
      ["X", "customary"],
      ["Y", "customary"],
      ["Z", "readable"],
    ] as const) {
      const key = ipfKeys(crystals, axis, scheme);
      const picture = { ...ipfPicture(grid, maps, crystals, axis, scheme), key };
      const id = `ipf-${axis.toLowerCase()}${scheme === "readable" ? "-readable" : ""}`;
      add(map(id, ipfMap(grid, maps, axis, picture, scheme)));
    }
  if (maps.reliability) {
    const about = "1 − second-best score / best score; the second is at least 10° away or of another phase.";
    const values = maps.reliability;
    add(
      map(
        "reliability",
        scalarMap(grid, { title: "Reliability", name: "reliability", unit: "1", values, low: 0, about }),
      ),
    );
  }
  if (maps.score) {
    const about = "Share of the pattern that the best answer explains.";
    const input = {
      title: "Fit score",
      name: "score",
      unit: "1",
      values: maps.score,
      low: 0,
      high: 1,
      about,
    };
    add(map("score", scalarMap(grid, input)));
  }
  add(
    map(
      "amorphous",
      scalarMap(grid, {
        title: "Amorphous share",
        name: "amorphous share of the film",
        unit: "1",
        values: maps.amorphous,
        low: 0,
        high: 1,
        about: "Thickness share of the amorphous film in film and crystal together, windows left out.",
      }),
    ),
  );
  if (maps.class) add(map("class", classMap(grid, maps, CLASS_NAMES)));
  add(map("grain", grainMap(grid, maps, grains.length)));
  if (known) {
    add(map("boundaries", boundaryMap(grid, maps, findBoundaries(maps, crystals))));
  }
  add(
    map(
      "sigma",
      scalarMap(grid, {
        title: "Uncertainty of the orientation",
        name: "σ of the orientation",
        unit: "deg",
        values: sigma,
        low: 0,
        high: quantile(sigma, 0.9),
        about: "Square root of the sum of the three variances of the small rotation.",
      }),
    ),
  );
  if (grains.length > 0) add(...sizeFigures(grains, maps.phases, step ?? { value: 1, unit: "px" }));
  if (known)
    maps.phases.forEach((_, p) => {
      const figure = poleFigures(maps, crystals[p]!, p);
      if (figure) add({ id: `pole-figures-${p + 1}`, figure, map: false });
    });
  return { figures, grains };
}
