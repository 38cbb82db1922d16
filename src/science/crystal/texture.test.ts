import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { uniformRotation } from "./csl.ts";
import { readableRgb } from "./readable-colour.ts";
import { fromAxisAngle, multiply, type Quaternion } from "./rotation.ts";
import { LAUE_GROUPS, laueRotations } from "./symmetry.ts";
import {
  densityAt,
  equalAreaGrid,
  inCells,
  inversePoleFigure,
  kernelHalfWidth,
  kernelKappa,
  poleFigure,
  toDisc,
} from "./texture.ts";

const mean = (values: Float64Array) => {
  const known = values.filter((v) => !Number.isNaN(v));
  return known.reduce((sum, v) => sum + v, 0) / known.length;
};
const ones = (n: number) => new Float64Array(n).fill(1);

describe("texture", () => {
  it("has the kernel of MTEX: half widths 5°, 7.5° and 10° are κ 364, 162 and 90.9", () => {
    expect(kernelKappa(5)).toBeCloseTo(364, 0);
    expect(kernelKappa(7.5)).toBeCloseTo(162, 0);
    expect(kernelKappa(10)).toBeCloseTo(90.9, 1);
  });

  it.each(LAUE_GROUPS)("pole figures of %s have the mean 1, random orientations are flat", (group) => {
    const random = seededRandom(`texture/${group}`);
    const rotations = laueRotations(group);
    const many = Array.from({ length: 1500 }, () => uniformRotation(() => random.next()));
    const grid = equalAreaGrid(13);
    for (const figure of [poleFigure, inversePoleFigure]) {
      const one = densityAt(figure(many.slice(0, 1), ones(1), [1, 2, 3], rotations, 20), equalAreaGrid(41));
      expect(mean(one)).toBeCloseTo(1, 1);
      const flat = densityAt(figure(many, ones(1500), [1, 2, 3], rotations, 20), grid).filter(
        (v) => !Number.isNaN(v),
      );
      expect(Math.max(...flat)).toBeLessThan(1.5);
      expect(Math.min(...flat)).toBeGreaterThan(0.6);
    }
  });

  it("pole figures peak where the pole is, inverse ones where the sample axis is in the crystal", () => {
    const q = fromAxisAngle([0, 1, 0], 40);
    const rotations = laueRotations("4/mmm");
    const pole = poleFigure([q], ones(1), [0, 0, 1], rotations, 10);
    const s = Math.sin((40 * Math.PI) / 180);
    const c = Math.cos((40 * Math.PI) / 180);
    const kappa = kernelKappa(10);
    const [peak, half, elsewhere] = densityAt(
      pole,
      Float64Array.from([
        s,
        0,
        c,
        Math.sin((50 * Math.PI) / 180),
        0,
        Math.cos((50 * Math.PI) / 180),
        0,
        1,
        0,
      ]),
    );
    expect(peak).toBeCloseTo((1 + kappa) / 2, 6);
    expect(half! / peak!).toBeCloseTo(0.5, 2);
    expect(elsewhere).toBeLessThan(1e-3);
    const inverse = inversePoleFigure([q], ones(1), [0, 0, 1], laueRotations("-1"), 10);
    expect(densityAt(inverse, Float64Array.from([-s, 0, c]))[0]).toBeCloseTo((1 + kappa) / 2, 6);
  });

  it("has one disc: its grid's directions lie where toDisc puts them, a cap of 60° fills half of it", () => {
    const grid = equalAreaGrid(7);
    for (let i = 0; i < 49; i++) {
      if (Number.isNaN(grid[3 * i])) continue;
      const [x, y] = toDisc([grid[3 * i]!, grid[3 * i + 1]!, grid[3 * i + 2]!]);
      expect(x).toBeCloseTo((i % 7) / 3 - 1, 12);
      expect(y).toBeCloseTo(Math.floor(i / 7) / 3 - 1, 12);
    }
    expect(Math.hypot(...toDisc([Math.sqrt(3) / 2, 0, 0.5]))).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it("is the same from cells as from every direction, the rim included", () => {
    const random = seededRandom("texture/cells");
    const many = Array.from({ length: 3000 }, () => uniformRotation(() => random.next()));
    const rotations = laueRotations("m-3m");
    const grid = equalAreaGrid(61);
    const full = poleFigure(many, ones(3000), [0, 0, 1], rotations, 7.5);
    const all = densityAt(full, grid);
    const cells = densityAt(inCells(full, 61), grid);
    cells.forEach((v, i) => {
      if (Number.isNaN(all[i]!)) expect(v).toBeNaN();
      else expect(Math.abs(v - all[i]!)).toBeLessThan(0.05);
    });
    expect(mean(cells)).toBeCloseTo(1, 1);
  });

  it("takes a narrow kernel for a sharp texture and a wide one for few random grains", () => {
    const random = seededRandom("texture/width");
    const next = () => random.next();
    const rotations = laueRotations("m-3m");
    const base = uniformRotation(next);
    const sharp = Array.from({ length: 150 }, (): Quaternion => {
      const axis = [next() - 0.5, next() - 0.5, next() - 0.5] as const;
      return multiply(fromAxisAngle(axis, 6 * next()), base);
    });
    expect(kernelHalfWidth(sharp, ones(150), rotations)).toBeLessThan(10);
    const random50 = Array.from({ length: 50 }, () => uniformRotation(next));
    expect(kernelHalfWidth(random50, ones(50), rotations)).toBeGreaterThanOrEqual(12.5);
  });
});

describe("the readable key", () => {
  it("has its corner colours and a blend between them", () => {
    expect(readableRgb([1, 0, 0])).toEqual([0x20, 0x60, 0xff]);
    expect(readableRgb([0, 2, -1])).toEqual([0xff, 0xdf, 0x60]);
    expect(readableRgb([0, 0, 1])).toEqual([0x60, 0x00, 0x18]);
    for (const v of readableRgb([1, 1, 1])) expect(v).toBeGreaterThan(90);
  });
});
