import { describe, expect, it } from "vitest";
import { makeVoronoi } from "../../../fixtures/make/voronoi.ts";
import { seededRandom } from "../../core/random.ts";
import { CSL_TABLE, misorientationFinder, uniformRotation } from "../../science/crystal/csl.ts";
import { grainBoundaries, specialShares } from "../../science/crystal/grain-boundaries.ts";
import { disorientation } from "../../science/crystal/misorientation.ts";
import { fromAxisAngle, multiply, type Quaternion } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { areaFraction, kamFloor, kernelAverageMisorientation } from "./grain-local.ts";
import { grainSizes } from "./grain-sizes.ts";
import { asTable, grainTable } from "./grain-table.ts";
import { segmentGrains } from "./grains.ts";

const CUBIC = [{ rotations: laueRotations("m-3m") }];

/** A map whose point (x, y) has the orientation `of` gives. */
function mapOf(width: number, height: number, of: (x: number, y: number) => Quaternion) {
  const orientation = new Float64Array(4 * width * height);
  for (let i = 0; i < width * height; i++) orientation.set(of(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, phase: new Int16Array(width * height), orientation };
}

const grainsIn = (map: ReturnType<typeof mapOf>) => ({ ...map, grain: segmentGrains(map, CUBIC) });

/** A small rotation with normal components of standard deviation `sigmaDeg` each. */
function noise(random: () => number, sigmaDeg: number): Quaternion {
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const v = [gauss(), gauss(), gauss()].map((x) => x * sigmaDeg) as [number, number, number];
  return fromAxisAngle(v, Math.hypot(...v));
}

describe("boundaries", () => {
  it("have length, angle, axis and coincidence lattice", () => {
    const base = uniformRotation(() => 0.3);
    const turns = CSL_TABLE.slice(0, 4).map(({ axis, deg }) => multiply(base, fromAxisAngle(axis, deg)));
    for (const [k, turned] of turns.entries()) {
      const map = grainsIn(mapOf(8, 4, (x) => (x < 4 ? base : turned)));
      const found = grainBoundaries(map, CUBIC, [2, 3]);
      expect(found.count).toBe(4);
      expect([...found.vertical]).toEqual([1, 1, 1, 1]);
      // A vertical side is as long as the step along y.
      expect([...found.length]).toEqual([3, 3, 3, 3]);
      expect(found.deg[0]).toBeCloseTo(CSL_TABLE[k]!.deg, 4);
      expect(found.special[0]).toBe(k);
      const axis = [...found.axis.subarray(0, 3)].map(Math.abs).sort((a, b) => a - b);
      const want = [...CSL_TABLE[k]!.axis].map((v) => v / Math.hypot(...CSL_TABLE[k]!.axis)).sort();
      axis.forEach((v, c) => {
        expect(v).toBeCloseTo(want[c]!, 4);
      });
      expect(specialShares(found, CSL_TABLE.length)[k]).toBeCloseTo(1, 12);
    }
  });

  it("find a twin of a hexagonal metal by angle and axis", () => {
    const hexagonal = [{ rotations: laueRotations("6/mmm") }];
    const twin = { name: "{10-12}", deg: 86.3, axis: [1, 0, 0] as const, toleranceDeg: 5 };
    const finder = misorientationFinder([twin], hexagonal[0]!.rotations);
    const base = uniformRotation(() => 0.7);
    const turned = multiply(base, fromAxisAngle([Math.cos(Math.PI / 3), Math.sin(Math.PI / 3), 0], 84));
    const map = mapOf(8, 4, (x) => (x < 4 ? base : turned));
    const grain = segmentGrains(map, hexagonal);
    const found = grainBoundaries({ ...map, grain }, hexagonal, [1, 1], [finder]);
    expect([...found.special]).toEqual([0, 0, 0, 0]);
  });

  it("have no angle between phases", () => {
    const map = mapOf(8, 4, () => [1, 0, 0, 0]);
    for (let i = 0; i < 32; i++) map.phase[i] = i % 8 < 4 ? 0 : 1;
    const grain = segmentGrains(map, [...CUBIC, ...CUBIC]);
    const found = grainBoundaries({ ...map, grain }, [...CUBIC, ...CUBIC]);
    expect([found.count, ...found.deg]).toEqual([4, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("the grain table", () => {
  it("gives mean orientation and spread of a noisy grain, partners and strays apart", () => {
    const random = seededRandom("table");
    const next = () => random.next();
    const truth = uniformRotation(next);
    const half = fromAxisAngle([0, 0, 1], 180);
    const map = grainsIn(
      mapOf(20, 20, (x, y) => {
        if (x === 10 && y === 10) return fromAxisAngle([1, 2, 3], 33);
        const q = multiply(noise(next, 0.3), truth);
        return y < 6 ? multiply(half, q) : q;
      }),
    );
    const table = grainTable(map, CUBIC);
    expect([table.count, table.points[0], table.strays[0], table.edge[0]]).toEqual([1, 400, 1, 1]);
    const mean = [...table.mean] as unknown as Quaternion;
    // σ/√n per axis is 0.015°.
    expect(disorientation(mean, truth, CUBIC[0]!.rotations).deg).toBeLessThan(0.06);
    // The mean of the angle of an isotropic normal vector is σ·√(8/π).
    expect(table.gos[0]).toBeCloseTo(0.3 * Math.sqrt(8 / Math.PI), 1);
  });

  it("reads as a table with units", async () => {
    const map = grainsIn(mapOf(8, 4, (x) => fromAxisAngle([1, 2, 3], x < 4 ? 0 : 30)));
    const table = asTable(grainTable(map, CUBIC), ["Ni"], [2, 2], "nm");
    expect(table.rows).toBe(2);
    expect(await table.read("phase", 0, 2)).toEqual(["Ni", "Ni"]);
    expect([...(await table.read("area", 0, 2))]).toEqual([64, 64]);
    expect(table.columns.find((c) => c.name === "area")?.unit).toBe("nm²");
    await expect(table.read("none", 0, 1)).rejects.toMatchObject({ tag: "Usage" });
  });
});

describe("grain sizes", () => {
  it("find the mean of a tessellation within the corrected bias", { timeout: 30000 }, () => {
    const [found, corrected, truth, interior] = [[], [], [], []] as [number[], number[], number[], number[]];
    for (let s = 0; s < 3; s++) {
      const { cell, area } = makeVoronoi(`sizes/${s}`, 100, 7, 4);
      const random = seededRandom(`sizes/o/${s}`);
      const q = Array.from(area, () => uniformRotation(() => random.next()));
      const map = grainsIn(mapOf(100, 100, (x, y) => q[cell[y * 100 + x]!]!));
      const sizes = grainSizes(grainTable(map, CUBIC), 100, 100, [2, 2], random)!;
      const whole = [...area].filter((a) => a > 0).map((a) => 4 * Math.sqrt(a / Math.PI));
      truth.push(whole.reduce((sum, v) => sum + v, 0) / whole.length);
      found.push(sizes.mean);
      corrected.push(sizes.corrected);
      interior.push(sizes.interiorMean);
      expect(sizes.sigma.mean).toBeGreaterThan(0.1);
      expect(sizes.sigma.mean).toBeLessThan(0.5);
      expect(sizes.areaWeightedMean).toBeGreaterThan(sizes.mean);
    }
    const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(mean(found) / mean(truth)).toBeGreaterThan(1.04);
    expect(mean(corrected) / mean(truth)).toBeCloseTo(1, 1.6);
    expect(mean(interior)).toBeGreaterThan(mean(found));
  });

  it("are exact for a chessboard", () => {
    const random = seededRandom("board");
    const q = Array.from({ length: 25 }, () => uniformRotation(() => random.next()));
    const map = grainsIn(mapOf(30, 30, (x, y) => q[5 * Math.floor(y / 6) + Math.floor(x / 6)]!));
    const sizes = grainSizes(grainTable(map, CUBIC), 30, 30, [1, 1], random)!;
    const d = Math.sqrt((4 * 36) / Math.PI);
    expect([sizes.count, sizes.interior]).toEqual([25, 9]);
    for (const value of [
      sizes.mean,
      sizes.median,
      sizes.areaWeightedMean,
      sizes.areaMedian,
      sizes.interiorMean,
    ])
      expect(value).toBeCloseTo(d, 9);
  });
});

describe("local misorientation and shares", () => {
  it("KAM of pure noise is 2.26 σ, inside grains only", () => {
    const random = seededRandom("kam");
    const map = grainsIn(
      mapOf(40, 40, (x) =>
        multiply(
          noise(() => random.next(), 0.2),
          fromAxisAngle([1, 2, 3], x < 20 ? 0 : 40),
        ),
      ),
    );
    const kam = kernelAverageMisorientation(map, CUBIC);
    const mean = kam.reduce((sum, v) => sum + v, 0) / kam.length;
    expect(mean).toBeGreaterThan(2.2 * 0.2);
    expect(mean).toBeLessThan(2.32 * 0.2);
    expect(kamFloor(kam, map.grain, grainTable(map, CUBIC))).toBeCloseTo(2.26 * 0.2, 1);
  });

  it("an area fraction of independent points has binomial uncertainty, of blocks a larger one", () => {
    const random = seededRandom("fraction");
    const points = Uint8Array.from({ length: 6400 }, () => (random.next() < 0.3 ? 1 : 0));
    const single = areaFraction(points, 80, 80, 1, random);
    expect(single.sigma).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 6400), 3);
    const squares = Uint8Array.from({ length: 6400 }, (_, i) => {
      const [x, y] = [Math.floor((i % 80) / 8), Math.floor(i / 640)];
      return points[10 * y + x]!;
    });
    const blocks = areaFraction(squares, 80, 80, 16, random);
    expect(blocks.sigma).toBeGreaterThan(0.03);
    expect(blocks.effective).toBeLessThan(250);
    expect(blocks.low).toBeLessThan(blocks.fraction);
    expect(blocks.high).toBeGreaterThan(blocks.fraction);
  });
});
