import { AMORPHOUS, NOT_INDEXED, PHASE_COLOURS, rgbOf } from "./colour-map.ts";
import type { LegendEntry } from "./key.ts";
import { CLASS_NAMES, isAmorphous, type OrientationArrays } from "./orientation-arrays.ts";

/** How much darker a pixel is drawn that the program does not stand for. */
const DARKER = 0.55;
const HATCH = "#6E6E6E";
const NOT_MEASURED = "#4A4A4A";
const SATURATED = "#33BBEE";

/** Colour of each pixel class, in the order of `CLASS_NAMES`; unlike in lightness as well as in hue. */
const CLASS_COLOURS = [
  "#0050FF",
  AMORPHOUS,
  "#FFFFFF",
  "#DDAA33",
  "#CC3311",
  NOT_MEASURED,
  SATURATED,
] as const;

export function phaseColour(index: number): string {
  return PHASE_COLOURS[index % PHASE_COLOURS.length]!;
}

/** Every third diagonal of pixels is darker: a hatch that survives any zoom. */
function hatched(i: number, width: number): boolean {
  return ((i % width) + Math.floor(i / width)) % 3 === 0;
}

/**
 * Colours of the indexed pixels from `colour`, darker where the program does not stand for the answer; amorphous grey
 * and hatched, not indexed black.
 */
export function paintIndexed(
  maps: OrientationArrays,
  colour: (i: number) => ArrayLike<number> | undefined,
): Uint8Array {
  const count = maps.width * maps.height;
  const out = new Uint8Array(3 * count);
  const plain = rgbOf(AMORPHOUS);
  const line = rgbOf(HATCH);
  for (let i = 0; i < count; i++) {
    const known = maps.phase[i]! >= 0 ? colour(i) : undefined;
    if (isAmorphous(maps, i)) out.set(hatched(i, maps.width) ? line : plain, 3 * i);
    else if (known) {
      const k = maps.trustworthy[i] ? 1 : DARKER;
      for (let c = 0; c < 3; c++) out[3 * i + c] = Math.round(k * known[c]!);
    } else out.set(rgbOf(NOT_INDEXED), 3 * i);
  }
  return out;
}

/** The entries of a legend that explain what `paintIndexed` does beside its colours. */
export const INDEXED_LEGEND: readonly LegendEntry[] = [
  { fill: AMORPHOUS, label: "amorphous", hatched: true },
  { fill: NOT_INDEXED, label: "not indexed" },
];

/** Colours of the phases. */
export function phaseRgb(maps: OrientationArrays): Uint8Array {
  const colours = maps.phases.map((_, i) => rgbOf(phaseColour(i)));
  return paintIndexed(maps, (i) => colours[maps.phase[i]!]);
}

/** Colours of the classes, and the legend entries of those that occur. */
export function classPicture(maps: OrientationArrays): { rgb: Uint8Array; entries: LegendEntry[] } {
  const count = maps.width * maps.height;
  const counts = CLASS_NAMES.map(() => 0);
  const rgb = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    const at = maps.class?.[i] ?? 0;
    counts[at]!++;
    const hatch = CLASS_NAMES[at] === "amorphous" && hatched(i, maps.width);
    rgb.set(rgbOf(hatch ? HATCH : (CLASS_COLOURS[at] ?? NOT_MEASURED)), 3 * i);
  }
  const entries = CLASS_NAMES.map((name, at) => ({
    fill: CLASS_COLOURS[at]!,
    hatched: name === "amorphous",
    label: `${name.replace("-", " ")} ${((100 * counts[at]!) / count).toFixed(1)}\u00a0%`,
  })).filter((_, at) => counts[at]! > 0);
  return { rgb, entries };
}

/** Grains in colours that differ between neighbours (diagonals included) as far as eight colours allow. */
export function grainRgb(maps: OrientationArrays): Uint8Array {
  const { width, height, grain } = maps;
  const neighbours = new Map<number, Set<number>>();
  const meet = (a: number, b: number) => {
    if (a < 0 || b < 0 || a === b) return;
    if (!neighbours.has(a)) neighbours.set(a, new Set());
    if (!neighbours.has(b)) neighbours.set(b, new Set());
    neighbours.get(a)!.add(b);
    neighbours.get(b)!.add(a);
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x + 1 < width) meet(grain[i]!, grain[i + 1]!);
      if (y + 1 < height) meet(grain[i]!, grain[i + width]!);
      if (x + 1 < width && y + 1 < height) meet(grain[i]!, grain[i + width + 1]!);
      if (x > 0 && y + 1 < height) meet(grain[i]!, grain[i + width - 1]!);
    }
  const colour = new Map<number, number>();
  const out = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const g = grain[i]!;
    if (g < 0) continue;
    if (!colour.has(g)) {
      const taken = new Set([...(neighbours.get(g) ?? [])].map((other) => colour.get(other)));
      const free = GRAIN_COLOURS.findIndex((_, k) => !taken.has((k + g) % GRAIN_COLOURS.length));
      colour.set(g, (Math.max(0, free) + g) % GRAIN_COLOURS.length);
    }
    out.set(rgbOf(GRAIN_COLOURS[colour.get(g)!]!), 3 * i);
  }
  return out;
}

const GRAIN_COLOURS = [
  "#0050FF",
  "#DDAA33",
  "#CC3311",
  "#33BBEE",
  "#332288",
  "#FFFFB3",
  "#88CCAA",
  "#CC99BB",
] as const;
