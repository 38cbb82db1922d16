import { describe, expect, it } from "vitest";
import type { Atom, Crystal } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { wasmLikelihood } from "../../kernels/likelihood.ts";
import { type LikelihoodPattern, type LikelihoodState, PARAMETERS } from "../../kernels/likelihood-layout.ts";
import { exp, log } from "../../math/portable.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { type Optics, phaseModel } from "./bank.ts";
import { turned } from "./candidate.ts";
import { PlainLikelihood } from "./likelihood.ts";
import { preparePattern } from "./pattern.ts";
import { likelihoodShape } from "./refine.ts";

const SIZE = 96;
const OPTICS: Optics = {
  k: 1 / 0.02507934,
  precession: 0.012,
  pixel: 0.025,
  ellipse: [1.004, 0.002, 0.996],
  modelError: 0.15,
};

function bodyCentred(a: number): Crystal {
  const place = (position: readonly [number, number, number]): Atom => ({
    element: "Pt",
    occupancy: 1,
    bIso: 0.5,
    position,
  });
  return {
    kind: "crystal",
    name: "bcc",
    cell: [a, a, a, 90, 90, 90],
    spaceGroup: "I m -3 m",
    laueGroup: "m-3m",
    rotations: laueRotations("m-3m"),
    atoms: [place([0, 0, 0]), place([0.5, 0.5, 0.5])],
  };
}

/** Discs of random height at random places, two of them under one another, on a background with noise. */
function randomPattern(seed: string): LikelihoodPattern {
  const random = seededRandom(seed);
  const frame = Float32Array.from({ length: SIZE * SIZE }, () => Math.floor(6 * random.next()));
  const disc = (x: number, y: number, height: number) => {
    for (let i = 0; i < frame.length; i++)
      if (Math.hypot((i % SIZE) - x, Math.floor(i / SIZE) - y) < 3) frame[i]! += height;
  };
  disc(48, 47, 4000);
  for (let i = 0; i < 60; i++) disc(10 + 76 * random.next(), 10 + 76 * random.next(), 200 * random.next());
  const camera = { discRadius: 3, gain: 1.3, dark: 0, bad: new Uint8Array(SIZE * SIZE) };
  return preparePattern(frame, SIZE, camera, [48, 47]);
}

describe("the likelihood in WebAssembly", () => {
  it("is that of its definition, with its derivatives, to what f32 holds", () => {
    const models = [bodyCentred(3.3), bodyCentred(8.2)].map((c) => phaseModel(c, 1.3, 200, OPTICS, 3));
    const shape = likelihoodShape(models, OPTICS);
    const plain = new PlainLikelihood(shape);
    const fast = wasmLikelihood(shape, { exp, log })!;
    const random = seededRandom("likelihood.test");
    let spots = 0;
    for (let run = 0; run < 60; run++) {
      const pattern = randomPattern(`likelihood.test/${run % 6}`);
      const phase = run % 2;
      const q = turned([1, 0, 0, 0], 3 * random.next(), 3 * random.next(), 3 * random.next());
      const state = (): LikelihoodState => ({
        ...{
          q,
          shift: [0.3, -0.2],
          logScale: run % 3 === 0 ? 8 : Number.NaN,
          thickness: 23 * ((run % 7) / 6),
        },
      });
      const [a, b] = [state(), state()];
      for (const likelihood of [plain, fast]) {
        likelihood.load(pattern);
        likelihood.collect(phase, q, 0.005);
      }
      const [x, y] = [plain.evaluate(phase, a, true), fast.evaluate(phase, b, true)];
      expect(Math.abs(y - x)).toBeLessThan(2e-3 * (1 + Math.abs(x)));
      expect(b.logScale).toBeCloseTo(a.logScale, 4);
      expect(fast.used).toBe(plain.used);
      expect(fast.explained).toBeCloseTo(plain.explained, 4);
      spots += plain.used;
      const most = (list: Float64Array) => Math.max(...list.map(Math.abs));
      for (let i = 0; i < plain.normal.length; i++)
        expect(Math.abs(fast.normal[i]! - plain.normal[i]!)).toBeLessThan(3e-4 * most(plain.normal) + 1e-6);
      // A gradient is a sum that cancels: what counts is its error against that of the parameter, 1/√normal.
      for (let i = 0; i < PARAMETERS; i++) {
        const sharp = Math.sqrt(plain.normal[i * (PARAMETERS + 1)]!);
        expect(Math.abs(fast.gradient[i]! - plain.gradient[i]!)).toBeLessThan(1e-3 * (1 + sharp));
      }
      const [lit, ours] = [plain.predict(phase, a), fast.predict(phase, a)];
      expect(ours.count).toBe(lit.count);
      expect(Array.from(ours.spotOf).slice(0, lit.count)).toEqual(Array.from(lit.spotOf).slice(0, lit.count));
    }
    expect(spots).toBeGreaterThan(100);
  });
});
