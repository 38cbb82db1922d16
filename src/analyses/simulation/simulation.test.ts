import { describe, expect, it } from "vitest";
import type { Crystal } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { poisson } from "./chance.ts";
import { makeFilm } from "./film.ts";
import { azimuthsFor, coneIntensity } from "./intensity.ts";
import { simulationParams } from "./params.ts";
import { simulateOrientation } from "./scan.ts";
import { readTruth, type TruthHead, truthFiles } from "./truth.ts";

const FCC = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
] as const;

function faceCentred(name: string, element: string, a: number): Crystal {
  return {
    kind: "crystal",
    name,
    cell: [a, a, a, 90, 90, 90],
    spaceGroup: "F m -3 m",
    laueGroup: "m-3m",
    rotations: laueRotations("m-3m"),
    atoms: FCC.map((position) => ({ element, occupancy: 1, bIso: 0.4, position })),
  };
}

const CRYSTALS = [faceCentred("Ni", "Ni", 3.52), faceCentred("Pt", "Pt", 3.92)];
const SMALL = simulationParams.parse({ size: 8, detector: 64, pixelSize: 0.05, grain: 6 });
const WHOLE = { start: [0, 0, 0, 0], stop: [8, 8, 64, 64] };
const LIGHT = { k: 1 / electronWavelength(200), precession: 0.7 * (Math.PI / 180), convergence: 0 };

describe("counting", () => {
  it.each([0.3, 4, 11.9, 12, 60, 3000])("has mean and variance %d, at either side of the switch", (mean) => {
    const random = seededRandom(`poisson/${mean}`);
    const count = 40000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const k = poisson(mean, random);
      sum += k;
      squares += (k - mean) ** 2;
    }
    const sigma = Math.sqrt(mean / count);
    expect(Math.abs(sum / count - mean)).toBeLessThan(4 * sigma);
    expect(Math.abs(squares / count / mean - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / mean) / count));
  });

  it("follows the Poisson probabilities above the switch", () => {
    const random = seededRandom("poisson/probabilities");
    const counts = new Float64Array(60);
    for (let i = 0; i < 200000; i++) counts[poisson(15, random)]!++;
    let chance = Math.exp(-15);
    for (let k = 0; k < 30; k++) {
      if (k > 0) chance *= 15 / k;
      const wanted = 200000 * chance;
      if (wanted > 20) expect(Math.abs(counts[k]! - wanted)).toBeLessThan(4.5 * Math.sqrt(wanted));
    }
  });
});

describe("the intensity over the precession cone", () => {
  it("is the two-beam formula without precession", () => {
    const [gr, inverseXi, t] = [0.5, 1 / 400, 600];
    const still = { ...LIGHT, precession: 0 };
    const s = Math.sqrt(LIGHT.k ** 2 - gr ** 2) - LIGHT.k + 0.004;
    const wanted =
      (inverseXi ** 2 / (s * s + inverseXi ** 2)) *
      Math.sin(Math.PI * t * Math.sqrt(s * s + inverseXi ** 2)) ** 2;
    expect(coneIntensity(gr, -0.004, inverseXi, t, still, 1)).toBeCloseTo(wanted, 12);
  });

  it("has converged at the azimuths it is given", () => {
    const random = seededRandom("azimuths");
    for (let i = 0; i < 40; i++) {
      const [gr, t] = [0.1 + 1.2 * random.next(), 100 + 900 * random.next()];
      const gz = -gr * gr * 0.0125 + 0.012 * (random.next() - 0.5);
      const inverseXi = 1 / (150 + 2000 * random.next());
      const count = azimuthsFor(1.5, t, LIGHT.precession);
      const light = { ...LIGHT, convergence: 0.0019 };
      const value = coneIntensity(gr, gz, inverseXi, t, light, count);
      const fine = coneIntensity(gr, gz, inverseXi, t, light, 8 * count);
      expect(Math.abs(value - fine)).toBeLessThan(1e-9);
    }
  });

  it("adds up along the rocking curve to Blackman's integral", () => {
    // The swing passes every excitation error; ∫ I ds of two beams is (π/ξ) ∫₀^{2πt/ξ} J₀, here by its series.
    const [t, inverseXi, gr] = [300, 1 / 500, 0.4];
    let sum = 0;
    const steps = 4000;
    for (let i = 0; i < steps; i++) {
      const gz = 0.2 * ((i + 0.5) / steps - 0.5);
      sum += (coneIntensity(gr, gz, inverseXi, t, LIGHT, 100) * 0.2) / steps;
    }
    const x = 2 * Math.PI * t * inverseXi;
    let term = x;
    let integral = 0;
    for (let m = 0; m < 40; m++) {
      integral += term / (2 * m + 1);
      term *= -(x * x) / (4 * (m + 1) ** 2);
    }
    // Only tails of ±0.1/Å are missing: 2 · (1/ξ²)/2/0.1.
    const wanted = (Math.PI / 2) * inverseXi * integral;
    expect(Math.abs(sum / wanted - 1)).toBeLessThan(0.02);
  });
});

describe("the film", () => {
  const params = simulationParams.parse({ size: 48 });
  const film = makeFilm(params, 3);
  const columns = Array.from({ length: 48 * 48 }, (_, i) => film.column(Math.floor(i / 48), i % 48));

  it("has the wanted shares of layer and amorphous area", () => {
    const layer = columns.filter(({ grains }) => film.grains[grains[0]!.grain]!.phase === 1).length;
    expect(Math.abs(layer / columns.length - 0.18)).toBeLessThan(0.03);
    const amorphous = columns.filter((c) => c.amorphous > 0.5).length;
    expect(Math.abs(amorphous / columns.length - 0.25)).toBeLessThan(0.02);
  });

  it("has grains of the wanted size, some of them one above the other", () => {
    const inFilm = columns.filter(({ grains }) => film.grains[grains[0]!.grain]!.phase === 0);
    const ids = new Set(inFilm.map(({ grains }) => grains[0]!.grain));
    const diameter = 2 * Math.sqrt((inFilm.length * 4) / ids.size / Math.PI);
    // Grains cut by the border are smaller.
    expect(diameter).toBeGreaterThan(13);
    expect(diameter).toBeLessThan(22);
    const shared = columns.filter(({ grains }) => grains[0]!.share < 0.95).length;
    expect(shared / columns.length).toBeGreaterThan(0.1);
    for (const { grains } of columns) expect(grains.reduce((sum, g) => sum + g.share, 0)).toBeCloseTo(1, 12);
  });

  it("continues the layer, cube on cube, in some first grains", () => {
    const layer = new Set(film.grains.filter((g) => g.phase === 1).map((g) => g.quaternion.join()));
    expect(film.grains.some((g) => g.phase === 0 && layer.has(g.quaternion.join()))).toBe(true);
  });
});

describe("a simulated scan", { timeout: 30_000 }, () => {
  it("is the same for the same seed and another for another", async () => {
    const [a, b, c] = [5, 5, 6].map((seed) => simulateOrientation(CRYSTALS, SMALL, seed));
    const [x, y, z] = await Promise.all([a, b, c].map((s) => s!.scan.tile(WHOLE)));
    expect(x).toEqual(y);
    expect(a!.truth).toEqual(b!.truth);
    expect(x).not.toEqual(z);
  });

  it("keeps the electrons and clips the direct beam", async () => {
    const params = { ...SMALL, gain: 0.05, dark: 0, amorphous: 0 };
    const tile = (await simulateOrientation(CRYSTALS, params, 1).scan.tile(WHOLE)) as Uint8Array;
    const mean = tile.reduce((a, b) => a + b, 0) / 64 / params.gain;
    // Rounding to whole grey levels, and what leaves the detector.
    expect(mean / params.dose).toBeGreaterThan(0.5);
    expect(mean / params.dose).toBeLessThan(1.02);
    const clipped = (await simulateOrientation(CRYSTALS, SMALL, 1).scan.tile(WHOLE)) as Uint8Array;
    const frames = Array.from({ length: 64 }, (_, i) => clipped.subarray(i * 4096, (i + 1) * 4096));
    expect(frames.filter((frame) => frame.includes(255)).length).toBeGreaterThan(60);
  });

  it("gives only rings where all is amorphous", () => {
    const { truth } = simulateOrientation(CRYSTALS, { ...SMALL, amorphous: 1, layer: 0 }, 1);
    expect([...truth.phase1].every((p) => p === -1)).toBe(true);
    expect([...truth.amorphous].every((a) => a === 1)).toBe(true);
  });

  it("comes back from its truth file", () => {
    const { truth } = simulateOrientation(CRYSTALS, SMALL, 2);
    const { json, bytes } = truthFiles(truth, CRYSTALS, "made", 2, "truth.bin");
    expect(readTruth(JSON.parse(JSON.stringify(json)) as TruthHead, bytes)).toEqual(truth);
  });

  it("asks for a crystal of each material", () => {
    expect(() => simulateOrientation(CRYSTALS.slice(1), SMALL, 1)).toThrow(/wanted 2 crystals/);
  });
});
