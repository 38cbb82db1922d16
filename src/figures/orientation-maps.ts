import {
  BOUNDARY_STYLE,
  type Boundaries,
  boundaryCsv,
  boundaryOverlay,
  HIGH_ANGLE,
  LOW_ANGLE,
} from "./boundaries.ts";
import { AMORPHOUS, type ColourMapName, NOT_INDEXED, rgbOf, scalarRgb } from "./colour-map.ts";
import { csvText } from "./csv.ts";
import type { Figure } from "./figure.ts";
import type { IpfScheme } from "./ipf.ts";
import { colourBar, type Key, legend, note, stack } from "./key.ts";
import { type Grid, mapFigure, mapZoom, stepOf } from "./map-figure.ts";
import { labelText, numberText } from "./number-text.ts";
import { coordinates, isAmorphous, type OrientationArrays } from "./orientation-arrays.ts";
import { classPicture, grainRgb, INDEXED_LEGEND, phaseColour, phaseRgb } from "./orientation-colours.ts";
import { sidePath } from "./side-path.ts";
import { el, text } from "./svg.ts";

const DARKER_NOTE = "Darker: the program does not stand for the answer.";

/** Words about size and step that every caption of a map ends with. */
function sizeSentence(grid: Grid): string {
  const { value, unit } = stepOf(grid);
  const step = grid.step ? `step ${numberText(value)} ${unit}` : "step not given, lengths in px";
  return `Map of ${grid.width} × ${grid.height} points, ${step}; x to the right, y down, seen from the source.`;
}

export interface ScalarInput {
  readonly title: string;
  readonly name: string;
  readonly unit: string;
  readonly values: ArrayLike<number>;
  readonly low?: number;
  readonly high?: number;
  readonly colours?: ColourMapName;
  readonly about: string;
}

/** The value below which a share of the finite values lies; NaN if there are none. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(Array.from(values).filter(Number.isFinite)).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A map of one number per point with its colour bar. */
export function scalarMap(grid: Grid, input: ScalarInput): Figure {
  const { name, unit, values, title } = input;
  let low = input.low ?? quantile(values, 0.001);
  let high = input.high ?? quantile(values, 0.999);
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  const colours = input.colours ?? "cividis";
  const range = `${numberText(low)} to ${numberText(high)}${unit === "1" ? "" : ` ${unit}`}`;
  const median = quantile(values, 0.5);
  return mapFigure({
    title,
    grid,
    rgb: scalarRgb(values, low, high, colours),
    key: colourBar(colours, low, high, { name, unit }),
    caption: `${title}. ${input.about} Colours (${colours}) from ${range}, linear; values beyond are held at the ends. ${sizeSentence(grid)}`,
    alt: `Map of ${labelText(name, unit)}, ${grid.width} by ${grid.height} points, median ${numberText(median)}.`,
    data: csvText([...coordinates(grid.width, grid.height, grid.step), { name, unit, values }]),
  });
}

/** Points drawn in each phase's colour, as amorphous and as not indexed, in percent of all. */
function shares(maps: OrientationArrays): { phases: number[]; amorphous: number; none: number } {
  const count = maps.width * maps.height;
  const phases = maps.phases.map(() => 0);
  let [amorphous, none] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (isAmorphous(maps, i)) amorphous += 100 / count;
    else if (maps.phase[i]! < 0) none += 100 / count;
    else phases[maps.phase[i]!]! += 100 / count;
  }
  return { phases, amorphous, none };
}

/** Which crystal each point is. */
export function phaseMap(grid: Grid, maps: OrientationArrays): Figure {
  const share = shares(maps);
  const parts = [
    ...maps.phases.map((name, p) => ({ fill: phaseColour(p), name, part: share.phases[p]! })),
    { fill: AMORPHOUS, name: "amorphous", part: share.amorphous, hatched: true },
    { fill: NOT_INDEXED, name: "not indexed", part: share.none },
  ];
  const entries = parts.map(({ name, part, ...look }) => ({
    ...look,
    label: `${name} ${part.toFixed(1)}\u00a0%`,
  }));
  const list = parts.map(({ name, part }) => `${name} ${part.toFixed(1)}\u00a0%`).join(", ");
  const names = Array.from(maps.phase, (p) => (p < 0 ? "" : maps.phases[p]!));
  return mapFigure({
    title: "Phases",
    grid,
    rgb: phaseRgb(maps),
    key: stack([legend(entries), note(DARKER_NOTE)]),
    caption: `Phases, in percent of all points: ${list}. Darker where the program does not stand for the answer; amorphous (share above 0.5) grey and hatched, whatever crystal lies in it; not indexed black. ${sizeSentence(grid)}`,
    alt: `Phase map, ${grid.width} by ${grid.height} points: ${list}.`,
    data: csvText([
      ...coordinates(grid.width, grid.height, grid.step),
      { name: "phase", unit: "", values: names },
      { name: "trustworthy", unit: "1", values: maps.trustworthy },
      { name: "amorphous share", unit: "1", values: maps.amorphous },
    ]),
  });
}

/** What kind of answer each point has. */
export function classMap(grid: Grid, maps: OrientationArrays, names: readonly string[]): Figure {
  const { rgb, entries } = classPicture(maps);
  const list = entries.map(({ label }) => label).join(", ");
  return mapFigure({
    title: "Pixel classes",
    grid,
    rgb,
    key: legend(entries),
    caption: `Pixel classes: ${list}. ${sizeSentence(grid)}`,
    alt: `Map of pixel classes, ${grid.width} by ${grid.height} points: ${list}.`,
    data: csvText([
      ...coordinates(grid.width, grid.height, grid.step),
      { name: "class", unit: "", values: Array.from(maps.class ?? [], (c) => names[c] ?? "") },
    ]),
  });
}

function grainLines({ width, height, grain }: OrientationArrays): string {
  const below = (i: number) => i + width < width * height && grain[i] !== grain[i + width];
  const right = (i: number) => i % width < width - 1 && grain[i] !== grain[i + 1];
  return sidePath(width, height, below, right);
}

/** Grains told apart by colour and outline. */
export function grainMap(grid: Grid, maps: OrientationArrays, count: number): Figure {
  const zoom = mapZoom(grid);
  const outline = el("path", {
    d: grainLines(maps),
    fill: "none",
    stroke: "#FFFFFF",
    "stroke-width": (0.5 / zoom).toFixed(4),
    "stroke-linecap": "square",
  });
  return mapFigure({
    title: "Grains",
    grid,
    rgb: grainRgb(maps),
    overlay: outline,
    key: stack([
      legend([{ fill: "#000000", label: "no grain" }], `${count} grains`),
      note("Colours only tell neighbours apart."),
    ]),
    caption: `Grains: ${count}. Neighbouring points of one phase turned by less than 5°, or by 180° about the beam to within 5° (a spot pattern near a zone axis is the same for both), belong together; stray points take the number of the grain around them; smaller groups than 5 points are no grains (black). Colours tell neighbours apart and mean nothing else. ${sizeSentence(grid)}`,
    alt: `Grain map, ${grid.width} by ${grid.height} points, ${count} grains.`,
    data: csvText([
      ...coordinates(grid.width, grid.height, grid.step),
      { name: "grain", unit: "", values: Array.from(maps.grain, (g) => (g < 0 ? "" : String(g))) },
    ]),
  });
}

function boundaryKey(found: Boundaries, step: { value: number; unit: string }): { key: Key; list: string } {
  const words = {
    phase: "two phases",
    "high-angle": `${HIGH_ANGLE}° and more`,
    "twin Σ3": "twin Σ3",
    "low-angle": `${LOW_ANGLE}° to ${HIGH_ANGLE}°`,
  };
  const lengths = new Map<string, number>();
  for (const kind of found.kind) lengths.set(kind, (lengths.get(kind) ?? 0) + step.value);
  let y = 0;
  const parts: string[] = [];
  const list: string[] = [];
  for (const [kind, label] of Object.entries(words) as [keyof typeof words, string][]) {
    const { stroke, width, dash } = BOUNDARY_STYLE[kind];
    const length = `${numberText(lengths.get(kind) ?? 0, 3)} ${step.unit}`;
    list.push(`${label} ${length}`);
    parts.push(
      el("path", { d: `M0 ${y + 4}h12`, stroke, "stroke-width": width, "stroke-dasharray": dash }),
      text(16, y + 6, label),
      text(16, y + 14, length, { size: 6 }),
    );
    y += 18;
  }
  return { key: { width: 66, height: y, svg: parts.join("") }, list: list.join(", ") };
}

/** Boundaries by kind over pale phases. */
export function boundaryMap(grid: Grid, maps: OrientationArrays, found: Boundaries): Figure {
  const step = stepOf(grid);
  const { key, list } = boundaryKey(found, step);
  const pale = phaseRgb({ ...maps, trustworthy: new Uint8Array(maps.trustworthy.length).fill(1) });
  for (let i = 0; i < maps.width * maps.height; i++)
    for (let c = 0; c < 3; c++) {
      const none = maps.grain[i]! < 0;
      pale[3 * i + c] = none ? 255 : Math.round(255 - 0.3 * (255 - pale[3 * i + c]!));
    }
  const tint = (hex: string) => {
    const faded = rgbOf(hex).map((v) => Math.round(255 - 0.3 * (255 - v)));
    return `rgb(${faded.join(",")})`;
  };
  const entries = maps.phases.map((name, p) => ({ fill: tint(phaseColour(p)), label: name }));
  return mapFigure({
    title: "Boundaries",
    grid,
    rgb: pale,
    overlay: boundaryOverlay(found, grid, mapZoom(grid)),
    key: stack([key, legend([...entries, { fill: "#FFFFFF", label: "no grain" }])]),
    caption: `Boundaries between points of grains: ${list} (length counted along pixel sides, which overstates slanted boundaries by up to 41 %). From ${HIGH_ANGLE}° on only between two grains. Twin Σ3: within 8.7° of 60° about ⟨111⟩ of a cubic crystal (Brandon). ${sizeSentence(grid)}`,
    alt: `Boundary map over pale phases: ${list}.`,
    data: boundaryCsv(found, maps.width, step),
  });
}

/** Crystal directions along one sample axis, in colours that the key explains. */
export function ipfMap(
  grid: Grid,
  maps: OrientationArrays,
  axis: "X" | "Y" | "Z",
  picture: { readonly rgb: Uint8Array; readonly key: Key; readonly data: string },
  scheme: IpfScheme = "customary",
): Figure {
  const readable = scheme === "readable";
  const along = { X: "to the right", Y: "down", Z: "along the beam, away from the source" }[axis];
  return mapFigure({
    title: `Inverse pole figure, ${axis}${readable ? ", readable colours" : ""}`,
    grid,
    rgb: picture.rgb,
    key: stack([picture.key, legend(INDEXED_LEGEND), note(DARKER_NOTE)]),
    caption: `Inverse pole figure map: crystal direction along the sample's ${axis.toLowerCase()} (${along}); the key of each phase shows the fundamental sector of its Laue group${readable ? ", in colours that differ under every colour deficiency" : ""}. Darker where the program does not stand for the answer; amorphous share above 0.5 grey and hatched; not indexed black. ${sizeSentence(grid)}`,
    alt: `Inverse pole figure map along ${axis}, ${maps.width} by ${maps.height} points.`,
    data: picture.data,
  });
}
