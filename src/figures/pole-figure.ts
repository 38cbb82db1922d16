import type { Quaternion } from "../science/crystal/rotation.ts";
import { densityAt, equalAreaGrid, inCells, poleFigure } from "../science/crystal/texture.ts";
import { scalarRgb } from "./colour-map.ts";
import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { sectorOf } from "./ipf.ts";
import { indexLabel } from "./ipf-key.ts";
import { colourBar } from "./key.ts";
import { numberText } from "./number-text.ts";
import type { CrystalSymmetry, OrientationArrays } from "./orientation-arrays.ts";
import { roundRange } from "./plot.ts";
import { dataUrl, rgbPng } from "./raster.ts";
import { COLUMN, el, INK, svgDocument, text } from "./svg.ts";

/** Points across the disc; odd, so that one lies on the centre. */
const POLE_GRID = 61;
/** Half width of the smoothing kernel [deg]. */
const POLE_HALF_WIDTH = 7.5;
const RADIUS = 27;
const TOP = 36;

/** The directions of a phase that its pole figures show: the corners of its sector, else a and c*. */
function directions(crystal: CrystalSymmetry) {
  const sector = sectorOf(crystal);
  if (sector) return sector.corners.map((v, k) => ({ v, label: sector.labels[k]! }));
  return [
    { v: [1, 0, 0] as const, label: "a" },
    { v: [0, 0, 1] as const, label: "c*" },
  ];
}

/** Gives points just outside the disc the direction of the rim beside them, so that no gap is drawn; 1 where outside. */
function fillRim(grid: Float64Array): Uint8Array {
  const half = (POLE_GRID - 1) / 2;
  return Uint8Array.from({ length: POLE_GRID * POLE_GRID }, (_, i) => {
    if (!Number.isNaN(grid[3 * i])) return 0;
    const [x, y] = [(i % POLE_GRID) / half - 1, Math.floor(i / POLE_GRID) / half - 1];
    const r = Math.hypot(x, y);
    if (r < 1 + 1.5 / half) grid.set([x / r, y / r, 0], 3 * i);
    return 1;
  });
}

/** Where a direction's pole figure lies on the page, in points; the rim of its disc is the plane of the sample. */
export interface PoleDisc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** In the crystal's frame, unit length. */
  readonly direction: readonly [number, number, number];
  readonly label: string;
}

/** Pole figures with the place of each, for those who mark directions in them. */
export interface PoleFigures extends Figure {
  readonly discs: readonly PoleDisc[];
}

/** The place of the k-th figure of a row. */
function centreOf(k: number): [x: number, y: number] {
  return [6 + RADIUS + k * (2 * RADIUS + 12), TOP + RADIUS];
}

/**
 * Pole figures of one phase: three families of directions over the half sphere z ≥ 0, equal area, in multiples of a
 * uniform distribution. Points count that the program stands for; undefined if there are fewer than ten.
 */
export function poleFigures(
  maps: OrientationArrays,
  crystal: CrystalSymmetry,
  phase: number,
): PoleFigures | undefined {
  const rows: number[] = [];
  for (let i = 0; i < maps.width * maps.height; i++) {
    if (maps.phase[i] === phase && maps.trustworthy[i]) rows.push(i);
  }
  if (rows.length < 10) return undefined;
  const orientations = rows.map(
    (i) => [...maps.orientation.subarray(4 * i, 4 * i + 4)] as unknown as Quaternion,
  );
  const once = new Uint8Array(rows.length).fill(1);
  const grid = equalAreaGrid(POLE_GRID);
  const outside = fillRim(grid);
  const poles = directions(crystal).map((d) => {
    const counted = poleFigure(orientations, once, d.v, crystal.rotations, POLE_HALF_WIDTH);
    return { ...d, density: densityAt(inCells(counted, POLE_GRID), grid) };
  });
  const highest = Math.max(...poles.flatMap(({ density }) => Array.from(density).filter(Number.isFinite)));
  const { high } = roundRange(0, Math.max(2, highest), 3);
  const bar = colourBar("viridis", 0, high, { name: "density", unit: "× uniform" }, 48, false);
  const parts = poles.map(({ density, label }, k) => {
    const [x, y] = centreOf(k);
    const rgb = scalarRgb(density, 0, high, "viridis");
    const id = `disc-${phase}-${k}`;
    // The grid's outer points lie on the rim, so its picture is half a cell larger on every side.
    const edge = RADIUS * (1 + 1 / (POLE_GRID - 1));
    return [
      el("clipPath", { id }, el("circle", { cx: x, cy: y, r: RADIUS })),
      el("image", {
        x: x - edge,
        y: y - edge,
        width: 2 * edge,
        height: 2 * edge,
        "clip-path": `url(#${id})`,
        href: dataUrl(rgbPng(rgb, POLE_GRID, POLE_GRID)),
      }),
      el("circle", { cx: x, cy: y, r: RADIUS, fill: "none", stroke: INK, "stroke-width": 0.7 }),
      /^[\d-]+$/.test(label)
        ? indexLabel(label, x, TOP - 6, "middle")
        : text(x, TOP - 6, label, { anchor: "middle" }),
      text(x + RADIUS + 2, y + 2.4, "x"),
      text(x, y + RADIUS + 8, "y", { anchor: "middle" }),
    ].join("");
  });
  const title = `Pole figures, ${crystal.name}`;
  const peaks = poles.map(({ label, density }) => {
    const top = Math.max(...Array.from(density).filter(Number.isFinite));
    return `${label} up to ${numberText(top, 3)}`;
  });
  const alt = `Pole figures of ${crystal.name}, multiples of uniform: ${peaks.join(", ")}.`;
  const svg = svgDocument(
    COLUMN,
    TOP + 2 * RADIUS + 16,
    { title, description: alt },
    text(6, 13, title, { bold: true, size: 8 }),
    ...parts,
    el("g", { transform: `translate(${6 + 3 * (2 * RADIUS + 12)} ${TOP - 1})` }, bar.svg),
  );
  const half = (POLE_GRID - 1) / 2;
  const inside = Array.from(poles[0]!.density, (_, i) => i).filter((i) => !outside[i]);
  const data = csvText([
    { name: "disc x", unit: "1", values: inside.map((i) => Number(((i % POLE_GRID) / half - 1).toFixed(5))) },
    {
      name: "disc y",
      unit: "1",
      values: inside.map((i) => Number((Math.floor(i / POLE_GRID) / half - 1).toFixed(5))),
    },
    ...poles.map(({ label, density }) => ({
      name: `density [${label}]`,
      unit: "× uniform",
      values: inside.map((i) => Number(density[i]!.toPrecision(5))),
    })),
  ]);
  const caption = `${title}: directions equivalent to those named, from ${rows.length} points that the program stands for, every point counted once. Equal-area projection of the half sphere z ≥ 0 (along the beam, away from the source), x to the right, y down as in the maps; multiples of a uniform distribution, smoothed with the kernel of de la Vallée Poussin of ${POLE_HALF_WIDTH}° half width. Neighbouring points of one grain are not independent: few grains make strong maxima.`;
  const discs = poles.map(({ v, label }, k): PoleDisc => {
    const [x, y] = centreOf(k);
    const size = Math.hypot(...v);
    return { x, y, radius: RADIUS, direction: [v[0] / size, v[1] / size, v[2] / size], label };
  });
  return { title, svg, caption, alt, data, discs };
}
