import { describe, expect, it } from "vitest";
import type { Atom, Crystal, Signal } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { disorientationDeg, laueRotations } from "../../science/crystal/symmetry.ts";
import { tableValue } from "../../science/scattering/precession-table.ts";
import { coneMeanExcitation, type Optics, phaseModel, zoneAxes } from "./bank.ts";
import { inPlane } from "./candidate.ts";
import { segmentGrains } from "./grains.ts";
import { indexScan } from "./index-scan.ts";
import { PIXEL_CLASSES } from "./maps.ts";

const FCC = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
] as const;

function faceCentred(name: string, element: string, a: number): Crystal {
  const atoms: Atom[] = FCC.map((position) => ({ element, occupancy: 1, bIso: 0.5, position }));
  const rotations = laueRotations("m-3m");
  return {
    kind: "crystal",
    name,
    cell: [a, a, a, 90, 90, 90],
    spaceGroup: "F m -3 m",
    laueGroup: "m-3m",
    rotations,
    atoms,
  };
}

const SIZE = 96;
const OPTICS: Optics = {
  k: 1 / 0.02507934,
  precession: 0.7 * (Math.PI / 180),
  pixel: 0.025,
  ellipse: [1, 0, 1],
  modelError: 0.15,
};

type Q = [number, number, number, number];

/** A scan of discs with Poisson-like noise, one random orientation per point: (1, n, SIZE, SIZE). */
function fakeScan(crystal: Crystal, orientations: readonly Q[]): Signal {
  const random = seededRandom("orientation.test/scan");
  const model = phaseModel(crystal, 1.3, 200, OPTICS, 3);
  const tilt = OPTICS.precession * OPTICS.k;
  const frames = new Uint16Array(orientations.length * SIZE * SIZE);
  orientations.forEach(([w, x, y, z], n) => {
    const expected = new Float64Array(SIZE * SIZE).fill(0.4);
    const disc = (column: number, row: number, counts: number) => {
      for (let i = 0; i < SIZE * SIZE; i++) {
        const edge = 3.5 - Math.hypot((i % SIZE) - column, Math.floor(i / SIZE) - row);
        if (edge > 0) expected[i]! += (counts / 28.3) * Math.min(1, edge);
      }
    };
    disc(48.3, 47.6, 20000);
    for (let i = 0; i < model.list.count; i++) {
      const [a, b, c] = [model.list.g[3 * i]!, model.list.g[3 * i + 1]!, model.list.g[3 * i + 2]!];
      const gx = (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c;
      const gy = 2 * (x * y + w * z) * a + (1 - 2 * (x * x + z * z)) * b + 2 * (y * z - w * x) * c;
      const gz = 2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c;
      const s0 = coneMeanExcitation(gx * gx + gy * gy, gz, OPTICS.k, tilt);
      const value = tableValue(model.table, i, 7, s0);
      if (value > 1e-4) disc(48.3 + gx / OPTICS.pixel, 47.6 + gy / OPTICS.pixel, 20000 * value);
    }
    for (let i = 0; i < expected.length; i++) {
      const gauss = Math.sqrt(-2 * Math.log(random.next() + 1e-12)) * Math.cos(2 * Math.PI * random.next());
      frames[n * SIZE * SIZE + i] = Math.max(0, Math.round(expected[i]! + Math.sqrt(expected[i]!) * gauss));
    }
  });
  const axis = (name: string, role: "nav" | "signal", size: number) =>
    ({ name, role, size, unit: "px", scale: 1, offset: 0, from: "none" }) as const;
  return {
    kind: "signal" as const,
    title: "fake",
    axes: [
      axis("y", "nav", 1),
      axis("x", "nav", orientations.length),
      axis("ky", "signal", SIZE),
      axis("kx", "signal", SIZE),
    ],
    dtype: "u16",
    value: { name: "counts", unit: "1" },
    meta: {},
    block: [1, 1, SIZE, SIZE],
    ref: { source: { kind: "memory", bytes: new Uint8Array(0), name: "fake" }, format: "fake", item: 0 },
    async tile(region) {
      return frames.slice(region.start[1]! * SIZE * SIZE, region.stop[1]! * SIZE * SIZE);
    },
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

describe("orientation", () => {
  it("finds seeded random orientations of a face-centred crystal", async () => {
    const crystal = faceCentred("big", "Mn", 8);
    const truth = randomQuaternions(12, "orientation.test/truth");
    const maps = await indexScan(fakeScan(crystal, truth), [crystal], {
      voltageKv: 200,
      precessionDeg: 0.7,
      pixelSize: OPTICS.pixel,
      pixelSizeFrom: "flag",
      calibration: "fixed",
    });
    const errors = truth.map((q, i) => {
      const found = maps.orientation.subarray(4 * i, 4 * i + 4) as unknown as Q;
      return disorientationDeg(found, q, crystal.rotations);
    });
    // In three of the twelve all spots lie in one zone: turned 180° about its axis the crystal gives the same pattern
    // at the same cost, so which of the two is found is chance. What is wrong from both sides of the beam must not be trusted.
    const forgiven = truth.map((q, i) => {
      const found = maps.orientation.subarray(4 * i, 4 * i + 4) as unknown as Q;
      return Math.min(errors[i]!, disorientationDeg(inPlane(Math.PI / 2, found), q, crystal.rotations));
    });
    expect(forgiven.filter((e) => e < 1).length).toBeGreaterThanOrEqual(9);
    forgiven.forEach((e, i) => {
      if (e > 2) expect(maps.trustworthy[i]).toBe(0);
    });
  });

  it("indexes nothing in empty frames", async () => {
    const crystal = faceCentred("big", "Mn", 8);
    const scan = fakeScan(crystal, randomQuaternions(2, "empty"));
    const empty: Signal = {
      ...scan,
      tile: async (r) => new Uint16Array((r.stop[1]! - r.start[1]!) * SIZE * SIZE),
    };
    const maps = await indexScan(empty, [crystal], {
      voltageKv: 200,
      precessionDeg: 0,
      pixelSize: 0.025,
      pixelSizeFrom: "flag",
      calibration: "refine",
    });
    expect([...maps.phase]).toEqual([-1, -1]);
    expect([...maps.trustworthy]).toEqual([0, 0]);
    expect([...maps.class].map((c) => PIXEL_CLASSES[c])).toEqual(["vacuum", "vacuum"]);
    expect(maps.notices.map(({ code }) => code)).toEqual(["no-signal"]);
  });

  it("steps over pixels without a number and says what it only assumes", async () => {
    const crystal = faceCentred("big", "Mn", 8);
    const scan = fakeScan(crystal, randomQuaternions(1, "nan"));
    const holed: Signal = {
      ...scan,
      tile: async (region) => {
        const frame = Float32Array.from(await scan.tile(region));
        for (let i = 0; i < 40; i++) frame[i * SIZE + 20] = Number.NaN;
        return frame;
      },
    };
    const options = { voltageKv: 200, precessionDeg: 0.7, pixelSize: 0.025, pixelSizeFrom: "flag" } as const;
    const maps = await indexScan(holed, [crystal], { ...options, calibration: "refine" });
    expect(maps.phase[0]).toBe(0);
    expect(maps.values["pixel size"]!.from).toBe("flag");
    expect(maps.notices.map((n) => n.code)).toContain("not-calibrated");
  });

  it("cuts zone axes to one domain of the proper rotations", () => {
    const axes = zoneAxes(laueRotations("m-3m"), 1.5);
    expect(axes.length).toBeGreaterThan((41253 / 2.25 / 24) * 0.95);
    expect(axes.length).toBeLessThan((41253 / 2.25 / 24) * 1.05);
  });

  it("joins neighbours across a symmetry relabelling and drops small grains", () => {
    const crystal = faceCentred("any", "Ni", 3.5);
    const turned = crystal.rotations[3]!;
    const orientation = Float64Array.from([
      ...[1, 0, 0, 0],
      ...turned,
      ...[1, 0, 0, 0],
      ...turned,
      ...[1, 0, 0, 0],
      0.9239,
      0.3827,
      0,
      0,
    ]);
    const phase = new Int16Array(6);
    const maps = { width: 6, height: 1, phase, orientation, amorphous: new Float32Array(6) };
    expect([...segmentGrains(maps, [crystal])]).toEqual([0, 0, 0, 0, 0, -1]);
  });
});
