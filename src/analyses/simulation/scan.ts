import type { Axis, Crystal, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { reflections } from "../../science/scattering/reflections.ts";
import { smoothField } from "./chance.ts";
import { makeFilm } from "./film.ts";
import { type GrainPattern, grainPattern, type Illumination } from "./intensity.ts";
import type { SimulationParams } from "./params.ts";
import { addBackgrounds, addDisc, backgrounds, expose } from "./render.ts";

/** What the film really is at every scan point, row-major; n = size². */
export interface OrientationTruth {
  readonly size: number;
  /** Step between scan points [nm]. */
  readonly step: number;
  /** Crystal that gives most of the Bragg signal, index into the crystals; −1 where there is none. */
  readonly phase1: Int32Array;
  readonly phase2: Int32Array;
  /** Crystal to sample, (n, 4); NaN where there is none. */
  readonly q1: Float32Array;
  readonly q2: Float32Array;
  /** Share of the first crystal in the Bragg signal of the two, and in their thickness. */
  readonly w: Float32Array;
  readonly w_thickness: Float32Array;
  /** Amorphous share of the film's thickness. */
  readonly amorphous: Float32Array;
  readonly grain1: Int32Array;
  /** Spots of the first crystal that stand out from the noise. */
  readonly nspots: Int32Array;
  /** Thickness of the film along the beam [nm]. */
  readonly thickness: Float32Array;
}

export interface SimulatedScan {
  /** Patterns as 8-bit grey levels, axes y, x, ky, kx. */
  readonly scan: Signal;
  readonly truth: OrientationTruth;
}

/** Mean free paths for leaving the discs: diffuse scattering, and the rings of amorphous film [nm]. */
const DIFFUSE_PATH = 220;
const HALO_PATH = 90;
/** A crystal with less of the column than this is not counted [1]. */
const LEAST_SHARE = 0.02;
/** Electrons of a spot that stands out. */
const STANDS_OUT = 25;

/**
 * A precession scan of a polycrystalline film on a textured layer, partly amorphous, with its truth.
 *
 * @param crystals the film's, and the layer's if there is one
 * @param seed same seed, same bits
 * @throws Missing without a crystal for each material
 */
export function simulateOrientation(
  crystals: readonly Crystal[],
  params: SimulationParams,
  seed: number,
  onProgress?: (done: number, total: number) => void,
  stop?: AbortSignal,
): SimulatedScan {
  const materials = params.layer > 0 ? 2 : 1;
  if (crystals.length < materials) {
    const message = `simulation: wanted ${materials} crystals, found ${crystals.length}`;
    throw new LithoscopeError("Missing", message, { what: "crystals", flag: "--crystal" });
  }
  const { size, detector: side, pixelSize: pixel } = params;
  const n = size * size;
  const film = makeFilm(params, seed);
  const wavelength = electronWavelength(params.voltage);
  const light: Illumination = {
    k: 1 / wavelength,
    precession: (params.precession * Math.PI) / 180,
    convergence: params.disc * pixel * wavelength,
  };
  const lists = crystals.slice(0, materials).map((c) => reflections(c, 0.72 * side * pixel, params.voltage));
  const patterns = new Map<number, GrainPattern>();
  const patternOf = (id: number): GrainPattern => {
    let found = patterns.get(id);
    if (!found) {
      const { phase, quaternion } = film.grains[id]!;
      const chance = seededRandom(`${seed}/simulation/grain/${id}`);
      found = grainPattern(lists[phase]!, quaternion, light, params.manyBeam, chance);
      patterns.set(id, found);
    }
    return found;
  };
  const truth = emptyTruth(size, params.step);
  const shapes = backgrounds(params);
  const descan = descanOf(params, seed);
  const pixels = new Uint8Array(n * side * side);
  const frame = new Float64Array(side * side);

  for (let at = 0; at < n; at++) {
    if (at % size === 0) {
      stop?.throwIfAborted();
      onProgress?.(at, n);
    }
    const column = film.column(Math.floor(at / size), at % size);
    const crystalPath = column.thickness * (1 - column.amorphous);
    const met = column.grains
      .filter(({ share }) => share * (1 - column.amorphous) >= LEAST_SHARE)
      .map(({ grain, share }) => {
        const pattern = patternOf(grain);
        // Å for the extinction, nm elsewhere.
        const values = pattern.intensities(10 * crystalPath * share);
        return { grain, share, pattern, values, bragg: values.reduce((a, b) => a + b, 0) };
      })
      .sort((a, b) => b.bragg - a.bragg || a.grain - b.grain);
    const bragg = met.reduce((sum, m) => sum + m.bragg, 0);
    const halo = 1 - Math.exp((-column.thickness * column.amorphous) / HALO_PATH);
    const diffuse = (1 - halo) * (1 - Math.exp(-column.thickness / DIFFUSE_PATH));
    // Two-beam intensities do not share the incident electrons; together they get what is left, direct beam included.
    const elastic = (params.dose * (1 - halo - diffuse)) / (1 + bragg);
    const centre = descan(at);
    frame.fill(0);
    addDisc(frame, params, { x: centre[0], y: centre[1], electrons: elastic });
    for (const { pattern, values } of met)
      for (let i = 0; i < pattern.count; i++) {
        const electrons = elastic * values[i]!;
        if (electrons < 0.02) continue;
        const [x, y] = [centre[0] + pattern.gx[i]! / pixel, centre[1] + pattern.gy[i]! / pixel];
        addDisc(frame, params, { x, y, electrons });
      }
    addBackgrounds(frame, side, shapes, centre, { diffuse: params.dose * diffuse, halo: params.dose * halo });
    pixels.set(expose(frame, params, seededRandom(`${seed}/simulation/frame/${at}`)), at * side * side);

    truth.amorphous[at] = column.amorphous;
    truth.thickness[at] = column.thickness;
    const [first, second] = met;
    if (!first) continue;
    const fill = (m: typeof first, phase: Int32Array, quaternion: Float32Array) => {
      phase[at] = film.grains[m.grain]!.phase;
      quaternion.set(film.grains[m.grain]!.quaternion, 4 * at);
    };
    fill(first, truth.phase1, truth.q1);
    truth.grain1[at] = first.grain;
    truth.w[at] = 1;
    truth.w_thickness[at] = 1;
    truth.nspots[at] = first.values.reduce((sum, v, i) => {
      const r = Math.hypot(first.pattern.gx[i]!, first.pattern.gy[i]!) / pixel;
      return sum + (elastic * v > STANDS_OUT && r < side / 2 - params.disc ? 1 : 0);
    }, 0);
    if (!second) continue;
    fill(second, truth.phase2, truth.q2);
    truth.w[at] = first.bragg / (first.bragg + second.bragg);
    truth.w_thickness[at] = first.share / (first.share + second.share);
  }
  onProgress?.(n, n);
  return { scan: scanSignal(pixels, params), truth };
}

function emptyTruth(size: number, step: number): OrientationTruth {
  const n = size * size;
  return {
    size,
    step,
    phase1: new Int32Array(n).fill(-1),
    phase2: new Int32Array(n).fill(-1),
    q1: new Float32Array(4 * n).fill(Number.NaN),
    q2: new Float32Array(4 * n).fill(Number.NaN),
    w: new Float32Array(n).fill(Number.NaN),
    w_thickness: new Float32Array(n).fill(Number.NaN),
    amorphous: new Float32Array(n),
    grain1: new Int32Array(n).fill(-1),
    nspots: new Int32Array(n),
    thickness: new Float32Array(n),
  };
}

/** Where the direct beam falls at each scan point: off the middle, with a slope and a slow wander. */
function descanOf(params: SimulationParams, seed: number): (at: number) => [number, number] {
  const random = seededRandom(`${seed}/simulation/descan`);
  const middle = (params.detector - 1) / 2;
  const rest = [4 * (random.next() - 0.5), 4 * (random.next() - 0.5)] as const;
  const slope = Array.from({ length: 4 }, () => (random.next() - 0.5) / params.size);
  const wander = [smoothField(random, params.size), smoothField(random, params.size)] as const;
  return (at) => {
    const [row, column] = [Math.floor(at / params.size), at % params.size];
    const shift = (k: 0 | 1) =>
      params.wander * (slope[2 * k]! * column + slope[2 * k + 1]! * row + 0.4 * wander[k](column, row));
    return [middle + rest[0] + shift(0), middle + rest[1] + shift(1)];
  };
}

function scanSignal(pixels: Uint8Array, params: SimulationParams): Signal {
  const { size, step, detector: side, pixelSize } = params;
  const axis = (name: string, role: Axis["role"], length: number, scale: number, unit: string): Axis => {
    return { name, role, size: length, unit, scale, offset: 0, from: "assumed" };
  };
  return {
    kind: "signal",
    title: "simulated scan",
    axes: [
      axis("y", "nav", size, step, "nm"),
      axis("x", "nav", size, step, "nm"),
      axis("ky", "signal", side, pixelSize, "1/Å"),
      axis("kx", "signal", side, pixelSize, "1/Å"),
    ],
    dtype: "u8",
    value: { name: "intensity", unit: "1" },
    meta: {
      "beam.energy": { value: params.voltage, unit: "keV", from: "assumed" },
      "beam.precession": { value: params.precession, unit: "deg", from: "assumed" },
    },
    block: [1, 1, side, side],
    ref: { source: { kind: "memory", bytes: pixels, name: "simulated scan" }, format: "memory", item: 0 },
    async tile({ start, stop }) {
      const [y0, x0, top, left] = start as [number, number, number, number];
      const [y1, x1, bottom, right] = stop as [number, number, number, number];
      const out = new Uint8Array((y1 - y0) * (x1 - x0) * (bottom - top) * (right - left));
      let to = 0;
      for (let y = y0; y < y1; y++)
        for (let x = x0; x < x1; x++)
          for (let row = top; row < bottom; row++) {
            const from = ((y * size + x) * side + row) * side;
            out.set(pixels.subarray(from + left, from + right), to);
            to += right - left;
          }
      return out;
    },
  };
}
