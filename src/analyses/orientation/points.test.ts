import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Crystal, PointList } from "../../core/contracts.ts";
import { pointSignal } from "../../core/point-signal.ts";
import { seededRandom } from "../../core/random.ts";
import { rotateVector } from "../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import { inPlane } from "./candidate.ts";
import { explainPoints } from "./explain.ts";
import { type Indexer, indexPrepared } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import { fakeLists, K, type Q, randomQuaternions, trigonal } from "./made-lists.ts";
import { pointPattern } from "./point-pattern.ts";
import { checkCells, type PhasePairs } from "./point-scale.ts";
import { findPointSetup, type PointParams, pointSetupStep } from "./point-setup.ts";

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

  it("are explained: what an answer predicts is painted where it is listed", () => {
    const lists = fakeLists(crystal, truth);
    const params = paramsOf([crystal], "fixed");
    const { setup } = indexerFor(lists, "1/Å", params);
    const state = { ...params, setup, width: 16, height: 1, chance: "" };
    const { size, pixel, centre, measured, found, answers } = explainPoints(state, lists[0]!);
    expect(pixel).toBe(setup.optics.pixel);
    expect(found.length).toBe(pointPattern(lists[0]!, setup.frame).spots.length);
    const best = answers.find(({ role }) => role === "best")!;
    const explained = best.spots.filter(({ spot }) => spot >= 0);
    expect(explained.length).toBeGreaterThan(5);
    for (const { x, y, spot } of explained)
      expect(Math.hypot(x - found[spot]!.x, y - found[spot]!.y)).toBeLessThan(3);
    // Of the brightest explained spot there is light in both pictures.
    const { x, y } = explained.reduce((a, b) => (a.measured > b.measured ? a : b));
    const at = Math.round(y + centre[1]) * size + Math.round(x + centre[0]);
    expect(measured[at]).toBeGreaterThan(0);
    expect(best.predicted[at]).toBeGreaterThan(0);
    expect(best.predicted[Math.round(centre[1]) * size + Math.round(centre[0])]).toBeNaN();
    expect(explainPoints(state, new Float64Array(9).fill(Number.NaN)).answers).toEqual([]);
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
