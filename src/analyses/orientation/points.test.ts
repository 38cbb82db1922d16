import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Atom, Crystal, PointList } from "../../core/contracts.ts";
import { pointSignal } from "../../core/point-signal.ts";
import { seededRandom } from "../../core/random.ts";
import { rotateVector } from "../../science/crystal/rotation.ts";
import { disorientationDeg, laueRotations } from "../../science/crystal/symmetry.ts";
import { reflections } from "../../science/scattering/reflections.ts";
import { inPlane } from "./candidate.ts";
import { type Indexer, indexPrepared } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import { pointPattern } from "./point-pattern.ts";
import { checkCells, type PhasePairs } from "./point-scale.ts";
import { findPointSetup, type PointParams, pointSetupStep } from "./point-setup.ts";

type Q = [number, number, number, number];

const K = 1 / 0.01968749;

function trigonal(name: string, a: number, c: number): Crystal {
  const sites = [
    { element: "Ni", position: [0, 0, 0] },
    { element: "O", position: [0, 0, 0.24] },
    { element: "O", position: [0, 0, 0.76] },
  ] as const;
  const centring = [
    [0, 0, 0],
    [2 / 3, 1 / 3, 1 / 3],
    [1 / 3, 2 / 3, 2 / 3],
  ] as const;
  const atoms = centring.flatMap(([x, y, z]) =>
    sites.map(({ element, position }): Atom => {
      const [u, v, w] = position;
      return { element, occupancy: 1, bIso: 0.5, position: [(u + x) % 1, (v + y) % 1, (w + z) % 1] };
    }),
  );
  const rotations = laueRotations("-3m");
  return {
    ...{ kind: "crystal", name, cell: [a, a, c, 90, 90, 120], spaceGroup: "R -3 m", laueGroup: "-3m" },
    ...{ rotations, atoms },
  };
}

function randomQuaternions(count: number, seed: string): Q[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const q = Array.from({ length: 4 }, () => random.next() + random.next() + random.next() - 1.5);
    const norm = Math.hypot(...q);
    return q.map((v) => v / norm) as Q;
  });
}

/** Lists of a crystal in 1/Å or, with `pixel`, in px from a corner: kinematic intensities, places with an error. */
function fakeLists(crystal: Crystal, orientations: readonly Q[], pixel?: number): Float64Array[] {
  const random = seededRandom("points.test/lists");
  const list = reflections(crystal, 1.5, 300);
  return orientations.map((q) => {
    const spots: [number, number, number][] = [[0, 0, 5]];
    for (let i = 0; i < list.count; i++) {
      const g = rotateVector(q, [list.g[3 * i]!, list.g[3 * i + 1]!, list.g[3 * i + 2]!]);
      if (Math.max(Math.abs(g[0]), Math.abs(g[1])) > 1.4) continue;
      const excitation = g[2] + (g[0] * g[0] + g[1] * g[1]) / (2 * K);
      const value = (400 * list.inverseXi[i]!) ** 2 * Math.exp(-((excitation / 0.01) ** 2));
      const error = () => 0.008 * (random.next() - 0.5);
      if (value > 0.0003) spots.push([g[0] + error(), g[1] + error(), value]);
    }
    const placed = spots.sort((a, b) => b[2] - a[2]).slice(0, 70);
    const out = new Float64Array(3 * 70).fill(Number.NaN);
    placed.forEach(([x, y, intensity], i) => {
      out.set(pixel === undefined ? [x, y, intensity] : [x / pixel + 64, y / pixel + 60, intensity], 3 * i);
    });
    return out;
  });
}

function paramsOf(crystals: readonly Crystal[], calibration: "refine" | "fixed"): PointParams {
  return {
    ...{ voltageKv: 300, precessionDeg: 0, pixelSize: 0.025, pixelSizeFrom: "assumed", calibration },
    crystals,
  };
}

function indexerFor(lists: readonly Float64Array[], unit: string, params: PointParams) {
  const setup = findPointSetup(lists, unit, params);
  const indexer = buildIndexer(params.crystals, params, setup.frame.size, setup.camera, setup.optics);
  return { setup, indexer };
}

/** The smaller of the angles to an orientation and to its turn by 180° about the beam. */
function offBy(indexer: Indexer, list: Float64Array, setup: ReturnType<typeof findPointSetup>, truth: Q) {
  const best = indexPrepared(indexer, pointPattern(list, setup.frame)).fits[0];
  if (!best) return 180;
  const { rotations } = indexer.models[best.phase]!;
  const partner = inPlane(Math.PI / 2, best.quaternion);
  return Math.min(
    disorientationDeg(best.quaternion, truth, rotations),
    disorientationDeg(partner, truth, rotations),
  );
}

describe("lists of spots", () => {
  const crystal = trigonal("layered", 5, 19);
  const truth = randomQuaternions(16, "points.test/truth");

  it.each([
    ["1/Å", undefined],
    ["px", 0.025],
  ])("are indexed where they are in %s", (unit, pixel) => {
    const lists = fakeLists(crystal, truth, pixel);
    const { setup, indexer } = indexerFor(lists, unit, paramsOf([crystal], "fixed"));
    const good = truth.filter((q, i) => offBy(indexer, lists[i]!, setup, q) < 2);
    // The others have ten to twenty spots of one zone and equal answers elsewhere.
    expect(good.length).toBeGreaterThanOrEqual(9);
    expect(setup.frame.origin).toEqual(unit === "px" ? [64, 60] : [0, 0]);
  });

  it("count the weakest spot as four standard deviations", () => {
    const lists = fakeLists(crystal, truth);
    const { frame } = findPointSetup(lists, "1/Å", paramsOf([crystal], "fixed"));
    const pattern = pointPattern(lists[0]!, frame);
    const weakest = pattern.spots.at(-1)!;
    const counts = frame.level / pattern.quantum;
    expect(2 * (Math.sqrt(counts + 0.375) - Math.sqrt(0.375))).toBeCloseTo(4, 1);
    expect(pattern.spots.every(({ x, y }) => Math.hypot(x, y) >= 4)).toBe(true);
    const at =
      Math.round(weakest.y + pattern.centre[1]) * frame.size + Math.round(weakest.x + pattern.centre[0]);
    expect(pattern.disc[at]).toBeGreaterThan(0.7 * weakest.intensity);
  });

  it("refuse units that are none of reciprocal space", () => {
    const lists = fakeLists(crystal, truth.slice(0, 2));
    expect(() => findPointSetup(lists, "s", paramsOf([crystal], "fixed"))).toThrow(/not understood/);
  });

  it("tell which axis of a cell is off", () => {
    const random = seededRandom("points.test/cells");
    const answers = randomQuaternions(30, "points.test/answers").map((quaternion): PhasePairs => {
      const pairs = Array.from({ length: 20 }, () => {
        const angle = 2 * Math.PI * random.next();
        const r = 0.4 + 0.8 * random.next();
        const g = [r * Math.cos(angle), r * Math.sin(angle), -(r * r) / (2 * K)] as const;
        const [w, x, y, z] = quaternion;
        const h = rotateVector([w, -x, -y, -z], g);
        // True a is 2 % shorter, true c 1 % longer than the cell says.
        const moved = rotateVector(quaternion, [h[0] * 1.02, h[1] * 1.02, h[2] * 0.99]);
        return { gx: g[0], gy: g[1], x: 40 * moved[0], y: 40 * moved[1], variance: 0.05 };
      });
      return { phase: 0, quaternion, pairs };
    });
    const [cell] = checkCells(answers, [40, 0, 40], K, [crystal]);
    expect(cell!.spots).toBe(600);
    expect(cell!.longer[0]).toBeCloseTo(-0.02, 2);
    expect(cell!.longer[1]).toBeCloseTo(cell!.longer[0]!, 9);
    expect(cell!.longer[2]).toBeCloseTo(0.01, 2);
  });
});

const DATA = process.env.LITHOSCOPE_DATA;

describe("lists of spots on real files (LITHOSCOPE_DATA)", () => {
  it.skipIf(!DATA)(
    // Minutes where the machine is busy: three structures, one of them monoclinic, without precession.
    "map a part of 4dstem/py4dstem_cathode_braggdisks_cali.h5 coherently, and say whose cell is off",
    async () => {
      // Formats and sources are none of an analysis's imports: only this test needs them.
      const { openDataset } = await import("../../formats/open.ts");
      const { openFile } = await import("../../sources/file.node.ts");
      const { interpretCif } = await import("../../formats/cif/reader.ts");
      const cif = async (name: string, file: string) =>
        (await interpretCif(await readFile(join(DATA!, "em/cif", file), "utf8"), name)).crystal;
      const crystals = [
        await cif("spinel", "LiMn2O4_cod1513962.cif"),
        await cif("layered", "LiCoO2_cod1533825.cif"),
        await cif("Li2MnO3", "Li2MnO3_cod1008373.cif"),
      ];
      const source = await openFile(join(DATA!, "em/4dstem/py4dstem_cathode_braggdisks_cali.h5"));
      const scan = await pointSignal((await openDataset(source)).items[0] as PointList);
      expect(scan.axes.map(({ size }) => size)).toEqual([80, 58, 70, 3]);
      const params = paramsOf(crystals, "refine");
      const sampled = await pointSetupStep().sample(scan, params as never);
      const setup = findPointSetup((sampled as { lists: Float64Array[] }).lists, scan.value.unit, params);
      expect(setup.calibrated).toBe(true);
      expect(setup.optics.pixel / setup.frame.pixel).toBeGreaterThan(1);
      expect(setup.optics.pixel / setup.frame.pixel).toBeLessThan(1.015);
      // Its a and c are given too long, b hardly.
      const { longer, sigma } = setup.cells.find(({ phase }) => phase === 2)!;
      expect(longer[1]! - longer[0]!).toBeGreaterThan(3 * Math.hypot(sigma[0]!, sigma[1]!));
      const indexer = buildIndexer(crystals, params, setup.frame.size, setup.camera, setup.optics);
      const fits = [];
      for (let y = 46; y < 52; y++) {
        const row = await scan.tile({ start: [y, 29, 0, 0], stop: [y + 1, 35, 70, 3] });
        for (let x = 0; x < 6; x++) {
          const { fits: found } = indexPrepared(
            indexer,
            pointPattern(row.subarray(210 * x, 210 * (x + 1)), setup.frame),
          );
          fits.push(found[0]!);
        }
      }
      const { rotations } = crystals[0]!;
      const one = fits.find(({ phase }) => phase === 0)!;
      const like = fits.filter(
        ({ phase, quaternion }) =>
          phase === one.phase &&
          Math.min(
            disorientationDeg(quaternion, one.quaternion, rotations),
            disorientationDeg(inPlane(Math.PI / 2, quaternion), one.quaternion, rotations),
          ) < 3,
      );
      expect(like.length).toBeGreaterThan(24);
      await source.close();
    },
    600_000,
  );
});
