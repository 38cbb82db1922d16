import type { Random } from "../../core/random.ts";
import { poisson } from "./chance.ts";
import type { SimulationParams } from "./params.ts";

/** A disc on the detector: where, and how many electrons. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly electrons: number;
}

/** Radial profiles of what lies between the discs, each adding up to 1 over the detector. */
export interface Backgrounds {
  /** Thermal and inelastic scattering: falls off from the beam. */
  readonly diffuse: Float64Array;
  /** Rings of the amorphous film. */
  readonly halo: Float64Array;
}

/** Profile entries per pixel of radius. */
const FINE = 4;

/** Rings of an amorphous oxide: position, width [1/Å] and height, above a slope. */
const RINGS = [
  [0.22, 0.045, 0.45],
  [0.385, 0.055, 1],
  [0.66, 0.08, 0.4],
] as const;

/** Profiles on a detector of this size. */
export function backgrounds({ detector, pixelSize }: SimulationParams): Backgrounds {
  const profile = (shape: (q: number) => number) => {
    const values = new Float64Array(Math.ceil(detector * 0.75 * FINE) + 8 * FINE);
    for (let i = 0; i < values.length; i++) values[i] = shape((i / FINE) * pixelSize);
    let sum = 0;
    for (let i = 0; i < detector * detector; i++) {
      const r = Math.hypot((i % detector) - detector / 2, Math.floor(i / detector) - detector / 2);
      sum += values[Math.round(r * FINE)]!;
    }
    return values.map((value) => value / sum);
  };
  return {
    diffuse: profile((q) => Math.exp(-q / 0.18) + 0.12 * Math.exp(-q / 0.9)),
    halo: profile((q) => {
      const rings = RINGS.reduce((sum, [at, width, height]) => {
        return sum + height * Math.exp(-((q - at) ** 2) / (2 * width * width));
      }, 0);
      return rings + 0.5 * Math.exp(-q / 0.35);
    }),
  };
}

/** Adds a disc of uniform intensity with a soft edge to the expected electrons; nothing outside the frame. */
export function addDisc(frame: Float64Array, params: SimulationParams, disc: Disc): void {
  const { detector: side, disc: radius, edge } = params;
  const reach = Math.ceil(radius + edge + 1);
  const [cx, cy] = [Math.round(disc.x), Math.round(disc.y)];
  const density = disc.electrons / (Math.PI * (radius * radius + (edge * edge) / 12));
  for (let y = Math.max(0, cy - reach); y <= Math.min(side - 1, cy + reach); y++)
    for (let x = Math.max(0, cx - reach); x <= Math.min(side - 1, cx + reach); x++) {
      const inside = 0.5 + (radius - Math.hypot(x - disc.x, y - disc.y)) / edge;
      if (inside > 0) frame[y * side + x]! += density * Math.min(1, inside);
    }
}

/** Adds the backgrounds, each with its number of electrons. */
export function addBackgrounds(
  frame: Float64Array,
  side: number,
  { diffuse, halo }: Backgrounds,
  centre: readonly [number, number],
  electrons: { readonly diffuse: number; readonly halo: number },
): void {
  const last = diffuse.length - 2;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const r = Math.min(last, FINE * Math.sqrt((x - centre[0]) ** 2 + (y - centre[1]) ** 2));
      const i = r | 0;
      const f = r - i;
      const thermal = diffuse[i]! + f * (diffuse[i + 1]! - diffuse[i]!);
      const glass = halo[i]! + f * (halo[i + 1]! - halo[i]!);
      frame[y * side + x]! += electrons.diffuse * thermal + electrons.halo * glass;
    }
}

/** Grey levels of a counted pattern, clipped at 255 as 8-bit cameras do. */
export function expose(frame: Float64Array, { gain, dark }: SimulationParams, random: Random): Uint8Array {
  const out = new Uint8Array(frame.length);
  for (let i = 0; i < frame.length; i++)
    out[i] = Math.min(255, Math.round(dark + gain * poisson(frame[i]!, random)));
  return out;
}
