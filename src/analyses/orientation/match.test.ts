import { beforeAll, describe, expect, it } from "vitest";
import type { Atom, Crystal } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { plainSearchKernel } from "../../kernels/search-plain.ts";
import { rotateVector } from "../../science/crystal/rotation.ts";
import { disorientationDeg, laueRotations } from "../../science/crystal/symmetry.ts";
import { MIDDLE_THICKNESS, tableValue } from "../../science/scattering/precession-table.ts";
import { coneMeanExcitation, type Optics, type PhaseModel, phaseModel, templates } from "./bank.ts";
import { type Bank, searchableBank } from "./bank-levels.ts";
import { inPlane, kernelShape, searchBank } from "./match.ts";
import { type Pattern, preparePattern } from "./pattern.ts";
import { referenceSearch } from "./reference.ts";

type Q = [number, number, number, number];

const SIZE = 96;
const RADIUS = 3;
const OPTICS: Optics = {
  k: 1 / 0.02507934,
  precession: 0.7 * (Math.PI / 180),
  pixel: 0.025,
  ellipse: [1, 0, 1],
  modelError: 0.15,
};

/** A crystal with one kind of atom; its cell decides the Laue group in this test. */
function crystal(name: string, laueGroup: string, cell: Crystal["cell"], atoms: Atom["position"][]): Crystal {
  return {
    kind: "crystal",
    name,
    cell,
    spaceGroup: "not used",
    laueGroup,
    rotations: laueRotations(laueGroup),
    atoms: atoms.map((position) => ({ element: "Ni", occupancy: 1, bIso: 0.5, position })),
  };
}

const CENTRED: Atom["position"][] = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];
const NICKEL = crystal("nickel", "m-3m", [3.52, 3.52, 3.52, 90, 90, 90], CENTRED);
const LARGE = crystal("large", "m-3m", [6.4, 6.4, 6.4, 90, 90, 90], CENTRED);

const randomOrientation = (random: () => number): Q => {
  const q = [0, 0, 0, 0].map(() => random() + random() + random() - 1.5);
  const length = Math.hypot(...q);
  return q.map((v) => v / length) as Q;
};

/** Spots of the two-beam table with counting noise, on a flat background. */
function pattern(model: PhaseModel, q: Q, random: () => number): Pattern {
  const frame = new Float32Array(SIZE * SIZE);
  const centre = [47.6 + random(), 47.3 + random()] as const;
  const expected = new Float64Array(SIZE * SIZE).fill(0.4);
  const tilt = OPTICS.precession * OPTICS.k;
  for (let i = 0; i < model.list.count; i++) {
    const g = rotateVector(q, [model.list.g[3 * i]!, model.list.g[3 * i + 1]!, model.list.g[3 * i + 2]!]);
    const s = coneMeanExcitation(g[0] ** 2 + g[1] ** 2, g[2], OPTICS.k, tilt);
    const counts = 8000 * tableValue(model.table, i, MIDDLE_THICKNESS, s);
    if (counts < 1) continue;
    for (let p = 0; p < SIZE * SIZE; p++) {
      const x = (p % SIZE) - centre[0] - g[0] / OPTICS.pixel;
      const y = Math.floor(p / SIZE) - centre[1] - g[1] / OPTICS.pixel;
      const edge = RADIUS + 0.5 - Math.hypot(x, y);
      if (edge > 0) expected[p]! += (counts / 28.3) * Math.min(1, edge);
    }
  }
  for (let p = 0; p < frame.length; p++) {
    const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    frame[p] = Math.max(0, Math.round(expected[p]! + Math.sqrt(expected[p]!) * gauss));
  }
  const camera = { discRadius: RADIUS, gain: 1, dark: 0, bad: new Uint8Array(SIZE * SIZE) };
  return preparePattern(frame, SIZE, camera, centre);
}

function patternsOf(model: PhaseModel, count: number, seed: string): { q: Q; pattern: Pattern }[] {
  const random = seededRandom(seed).next;
  const made: { q: Q; pattern: Pattern }[] = [];
  while (made.length < count) {
    const q = randomOrientation(random);
    const one = pattern(model, q, random);
    if (one.spots.length >= 3) made.push({ q, pattern: one });
  }
  return made;
}

describe("the template search", () => {
  let models: PhaseModel[];
  let bank: Bank;
  let patterns: { q: Q; pattern: Pattern; phase: number }[];
  beforeAll(() => {
    models = [NICKEL, LARGE].map((c) => phaseModel(c, OPTICS.pixel * SIZE * 0.56, 200, OPTICS, RADIUS));
    bank = searchableBank(models, OPTICS, SIZE / 2);
    patterns = models.flatMap((m, phase) => patternsOf(m, 12, m.name).map((p) => ({ ...p, phase })));
  });

  it("scores as its definition does, over the whole fine grid", () => {
    const all = models.flatMap((m, i) => templates(m, i, OPTICS, SIZE / 2, 1));
    for (const { pattern } of [patterns[0]!, patterns[12]!]) {
      const [wanted] = referenceSearch(pattern, all, 1);
      const [found] = searchBank(pattern, bank, 1, { exact: true });
      expect(Math.abs(found!.score / wanted!.score - 1)).toBeLessThan(0.01);
      expect(found!.phase).toBe(wanted!.phase);
    }
  });

  it("finds on two grids what the whole fine grid finds", () => {
    const lost = patterns.filter(({ pattern }) => {
      const [fast] = searchBank(pattern, bank, 28);
      const [exact] = searchBank(pattern, bank, 28, { exact: true });
      return fast!.score < 0.995 * exact!.score;
    });
    expect(lost.length).toBeLessThanOrEqual(1);
  });

  it("has the truth among its candidates, seen from either side of the beam", () => {
    const lost = patterns.filter(({ pattern, q, phase }) => {
      const near = (a: Q) => disorientationDeg(a, q, models[phase]!.rotations) < 3;
      return !searchBank(pattern, bank, 28).some(
        (c) => c.phase === phase && (near(c.quaternion) || near(inPlane(Math.PI / 2, c.quaternion))),
      );
    });
    expect(lost.length).toBeLessThanOrEqual(1);
  });

  it("gives the same with the plain twin and with a cloned bank", () => {
    const kernel = plainSearchKernel(kernelShape(bank, SIZE));
    const clone = structuredClone(bank);
    for (const { pattern } of [patterns[3]!, patterns[17]!]) {
      const found = searchBank(pattern, bank, 28);
      expect(searchBank(pattern, bank, 28, { kernel })).toEqual(found);
      expect(searchBank(pattern, clone, 28)).toEqual(found);
    }
  });

  it("gives candidates of every phase, best first", () => {
    for (const { pattern } of patterns) {
      const found = searchBank(pattern, bank, 6);
      for (const phase of [0, 1])
        expect(found.filter((c) => c.phase === phase).length).toBeGreaterThanOrEqual(4);
      for (let i = 1; i < found.length; i++)
        expect(found[i]!.score).toBeLessThanOrEqual(found[i - 1]!.score + 1e-6);
    }
  });

  it("leaves out partners turned 180° about the beam when told so", () => {
    for (const { pattern } of patterns.slice(0, 4)) {
      const folded = searchBank(pattern, bank, 16, { foldPartners: true });
      folded.forEach((a, i) => {
        const partner = inPlane(Math.PI / 2, a.quaternion);
        for (const b of folded.slice(i + 1)) {
          if (b.phase === a.phase)
            expect(disorientationDeg(partner, b.quaternion, [[1, 0, 0, 0]])).toBeGreaterThan(2.3);
        }
      });
      expect(folded[0]).toEqual(searchBank(pattern, bank, 16)[0]);
    }
  });

  it("works for a crystal of low symmetry", () => {
    const cell = [3.6, 4.1, 4.9, 90, 104, 90] as const;
    const low = phaseModel(crystal("low", "2/m", cell, [[0, 0, 0]]), 0.9, 200, OPTICS, RADIUS);
    const wide = searchableBank([low], OPTICS, 0.9 / OPTICS.pixel);
    expect(new Set(wide.neighbour).size).toBe(wide.fine.phase.length);
    const lost = patternsOf(low, 8, "low").filter(({ pattern }) => {
      const [fast] = searchBank(pattern, wide, 28);
      const [exact] = searchBank(pattern, wide, 28, { exact: true });
      return fast!.score < 0.995 * exact!.score;
    });
    expect(lost.length).toBeLessThanOrEqual(1);
  });
});
