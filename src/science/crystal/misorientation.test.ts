import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { CSL_TABLE, cslByChance, cslFinder, cslTolerance, uniformRotation } from "./csl.ts";
import {
  disorientation,
  disorientationAt,
  meanOrientation,
  packRotations,
  toFundamentalZone,
} from "./misorientation.ts";
import { angleDeg, conjugate, fromAxisAngle, multiply, type Quaternion } from "./rotation.ts";
import { disorientationDeg, LAUE_GROUPS, laueRotations } from "./symmetry.ts";
import {
  cellConflict,
  directAxes,
  fromVendor,
  laueOfSpaceGroup,
  laueOfTsl,
  phaseRotations,
  SAMPLE_FRAMES,
  toVendor,
  toVendorCrystal,
  tslOfLaue,
} from "./vendor-frames.ts";

const rotation = fc.nat().map((seed) => {
  const random = seededRandom(`rotation/${seed}`);
  return uniformRotation(() => random.next());
});

describe("misorientations", () => {
  it.each(LAUE_GROUPS)(
    "of %s: the fast path agrees with the plain one and with the axis–angle pair",
    (group) => {
      const rotations = laueRotations(group);
      const packed = packRotations(rotations);
      fc.assert(
        fc.property(rotation, rotation, (a, b) => {
          const plain = disorientationDeg(a, b, rotations);
          expect(disorientationAt(Float64Array.from([...a, ...b]), 0, 1, packed)).toBeCloseTo(plain, 4);
          const pair = disorientation(a, b, rotations);
          expect(pair.deg).toBeCloseTo(plain, 4);
          const back = multiply(a, fromAxisAngle(pair.axis, pair.deg));
          expect(disorientationDeg(back, b, rotations)).toBeLessThan(1e-5);
        }),
        { numRuns: 50 },
      );
    },
  );

  it.each([
    ["-1", 180],
    ["2/m", 180],
    ["mmm", 120],
    ["4/mmm", 98.42],
    ["-3m", 104.48],
    ["6/mmm", 93.84],
    ["m-3", 90],
    ["m-3m", 62.8],
  ])("the fundamental zone of %s reaches to %d° and is the same for every equivalent", (group, largest) => {
    const random = seededRandom(`zone/${group}`);
    const rotations = laueRotations(group);
    let most = 0;
    for (let i = 0; i < 3000; i++) {
      const q = uniformRotation(() => random.next());
      const zone = toFundamentalZone(q, rotations);
      most = Math.max(most, angleDeg(zone));
      const other = toFundamentalZone(multiply(q, rotations[i % rotations.length]!), rotations);
      expect(angleDeg(other)).toBeCloseTo(angleDeg(zone), 9);
      expect(disorientationDeg(q, zone, rotations)).toBeLessThan(1e-5);
    }
    expect(most).toBeLessThanOrEqual(largest + 0.01);
    expect(most).toBeGreaterThan(largest - 8);
  });

  it("are NaN where an orientation is, and keep still under relabelling but not under a turn of the frame", () => {
    const rotations = laueRotations("m-3m");
    const packed = packRotations(rotations);
    const rows = (a: Quaternion, b: Quaternion) => Float64Array.from([...a, ...b]);
    const unknown = Float64Array.from([Number.NaN, 0, 0, 0, 1, 0, 0, 0]);
    expect(disorientationAt(unknown, 0, 1, packed)).toBeNaN();
    const q = fromAxisAngle([1, 2, 3], 50);
    for (const s of rotations)
      expect(disorientationAt(rows(q, multiply(q, s)), 0, 1, packed)).toBeLessThan(1e-5);
    const turned = multiply(fromAxisAngle([0, 0, 1], 90), q);
    expect(disorientationAt(rows(q, turned), 0, 1, packed)).toBeGreaterThan(20);
  });

  it("average symmetry equivalents of close orientations", () => {
    const random = seededRandom("mean");
    const rotations = laueRotations("m-3m");
    const truth = fromAxisAngle([1, 2, 3], 77);
    const rows = Array.from({ length: 200 }, (_, i) => {
      const sign = i % 2 === 0 ? 1 : -1;
      const q = multiply(fromAxisAngle([1 + (i % 4 < 2 ? 1 : 0), 1, 0], 3 * sign), truth);
      return multiply(q, rotations[Math.floor(random.next() * 24)]!);
    });
    const flat = Float64Array.from(rows.flat());
    const mean = meanOrientation(
      flat,
      rows.map((_, i) => i),
      0,
      rows.length,
      packRotations(rotations),
    );
    expect(disorientationDeg(mean, truth, rotations)).toBeLessThan(1e-3);
  });
});

describe("coincidence lattices", () => {
  it("have the tabulated disorientations", () => {
    const degrees = Object.fromEntries(CSL_TABLE.map(({ name, deg }) => [name, deg.toFixed(2)]));
    expect(degrees).toMatchObject({ 3: "60.00", 5: "36.87", 9: "38.94", 11: "50.48", "17b": "61.93" });
    const rotations = laueRotations("m-3m");
    for (const { axis, deg } of CSL_TABLE)
      expect(disorientation([1, 0, 0, 0], fromAxisAngle(axis, deg), rotations).deg).toBeCloseTo(deg, 6);
  });

  it("are found within Brandon's tolerance from any equivalent and either side", () => {
    const finder = cslFinder();
    const rotations = laueRotations("m-3m");
    CSL_TABLE.forEach(({ axis, deg, sigma }, k) => {
      const q = multiply(rotations[5]!, multiply(fromAxisAngle(axis, deg), rotations[17]!));
      const off = multiply(fromAxisAngle([3, -1, 2], 0.1 * cslTolerance(sigma)), q);
      for (const side of [q, conjugate(q), off]) {
        const angle = disorientation([1, 0, 0, 0], side, rotations).deg;
        expect(finder.find(side, angle)).toBe(k);
      }
    });
    const far = fromAxisAngle([1, 1, 1], 60 - 8.8);
    expect(finder.find(far, 51.2)).not.toBe(0);
  });

  it("catch 1.8 % of random pairs as Σ3", () => {
    const random = seededRandom("chance");
    const share = cslByChance(() => random.next(), 20000);
    expect(share[0]).toBeGreaterThan(0.015);
    expect(share[0]).toBeLessThan(0.021);
  });
});

describe("vendor frames", () => {
  it.each([
    [8.17, 8.17, 8.17, 90, 90, 90],
    [2.87, 2.87, 14.2, 90, 90, 120],
    [4.937, 8.532, 5.03, 90, 109.46, 90],
    [8.183, 12.883, 14.186, 93.38, 115.87, 90.82],
  ] as const)("go there and back for the cell %d %d %d %d %d %d", (...cell) => {
    fc.assert(
      fc.property(rotation, (q) => {
        for (const sample of Object.values(SAMPLE_FRAMES)) {
          for (const axes of ["a,c*", "a*,c"] as const) {
            const crystal = toVendorCrystal(cell, axes);
            const back = fromVendor(toVendor(q, sample, crystal), sample, crystal);
            expect(angleDeg(multiply(conjugate(q), back))).toBeLessThan(1e-6);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it("put a* on x and c on z for HKL: 30° for hexagonal, β − 90° about b for monoclinic crystals", () => {
    expect(angleDeg(toVendorCrystal([3, 3, 5, 90, 90, 120], "a*,c"))).toBeCloseTo(30, 6);
    const monoclinic = toVendorCrystal([4.937, 8.532, 5.03, 90, 109.46, 90], "a*,c");
    expect(angleDeg(monoclinic)).toBeCloseTo(19.46, 6);
    expect(Math.abs(monoclinic[2])).toBeGreaterThan(0.1);
    expect(angleDeg(toVendorCrystal([3, 4, 5, 90, 90, 90], "a*,c"))).toBeLessThan(1e-6);
  });

  it("have cell axes of the right lengths and angles", () => {
    const cell = [8.183, 12.883, 14.186, 93.38, 115.87, 90.82] as const;
    const [a, b, c] = directAxes(cell);
    const angle = (u: readonly number[], v: readonly number[]) =>
      (Math.acos(u.reduce((s, x, k) => s + x * v[k]!, 0) / Math.hypot(...u) / Math.hypot(...v)) * 180) /
      Math.PI;
    const found = [
      Math.hypot(...a),
      Math.hypot(...b),
      Math.hypot(...c),
      angle(b, c),
      angle(a, c),
      angle(a, b),
    ];
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(cell[k]!, 9);
    });
  });

  it("read symmetry codes, ids, point groups and space-group numbers", () => {
    for (const laue of LAUE_GROUPS) expect(laueOfTsl(tslOfLaue(laue))).toBe(laue);
    expect(["131", "m-3m", "m3m", "432", "100", "126"].map(laueOfTsl)).toEqual([
      "m-3m",
      "m-3m",
      "m-3m",
      "m-3m",
      "-1",
      "6/mmm",
    ]);
    expect(laueOfTsl("cubic")).toBeUndefined();
    expect([2, 12, 62, 152, 166, 194, 205, 227].map(laueOfSpaceGroup)).toEqual([
      "-1",
      "2/m",
      "mmm",
      "-3m",
      "-3m",
      "6/mmm",
      "m-3",
      "m-3m",
    ]);
    expect(laueOfSpaceGroup(231)).toBeUndefined();
  });

  it("notice a cell that contradicts the Laue group, and know the two settings of trigonal 2-folds", () => {
    expect(cellConflict("m-3m", [3, 3, 5, 90, 90, 120])).toBeDefined();
    expect(cellConflict("6/mmm", [3, 3, 5, 90, 90, 120])).toBeUndefined();
    expect(cellConflict("2/m", [3, 4, 5, 90, 100, 90])).toBeUndefined();
    const along = phaseRotations("-3m", 152).some((q) => Math.abs(q[1]) > 0.999);
    const between = phaseRotations("-3m", 162).some((q) => Math.abs(q[1]) > 0.999);
    expect([along, between]).toEqual([true, false]);
  });
});
