import { describe, expect, it } from "vitest";
import { electronWavelength, reciprocalPixel, scatteringFactor } from "./electron.ts";
import { precessionTable, tableValue } from "./precession-table.ts";
import { reciprocalBasis, reflections } from "./reflections.ts";

describe("scattering", () => {
  it("gives the relativistic wavelength", () => {
    expect(electronWavelength(80)).toBeCloseTo(0.041757, 5);
    expect(electronWavelength(200)).toBeCloseTo(0.025079, 5);
    expect(electronWavelength(300)).toBeCloseTo(0.019687, 5);
  });

  it("gives the pixel of an angle", () => {
    // 1 mrad at 200 kV: 0.001 / 0.0250793 Å.
    expect(reciprocalPixel(1e-3, 200)).toBeCloseTo(0.0398735, 6);
  });

  it("gives the scattering factors that diffsims reports for the same table", () => {
    expect(scatteringFactor("Li", 0)).toBeCloseTo(3.286, 3);
    expect(scatteringFactor("Mn", 0.5)).toBeCloseTo(2.941, 3);
    expect(scatteringFactor("Ni", 1)).toBeCloseTo(1.446, 3);
    expect(() => scatteringFactor("Xx", 0)).toThrow(/Xx/);
  });

  it("has a reciprocal basis dual to a ∥ x, c* ∥ z", () => {
    const { rows, volume } = reciprocalBasis([4.937, 8.532, 5.03, 90, 109.46, 90]);
    expect(rows[0]![0]).toBeCloseTo(1 / 4.937, 8);
    expect(rows[2]![0]).toBe(0);
    expect(volume).toBeCloseTo(4.937 * 8.532 * 5.03 * Math.sin((109.46 * Math.PI) / 180), 6);
  });

  it("drops the reflections that face centring forbids", () => {
    const position = [
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ] as const;
    const atoms = position.map((p) => ({ element: "Pt", occupancy: 1, bIso: 0.4, position: p }));
    const list = reflections(
      {
        kind: "crystal",
        name: "Pt",
        cell: [3.92, 3.92, 3.92, 90, 90, 90],
        spaceGroup: "",
        laueGroup: "m-3m",
        rotations: [],
        atoms,
      },
      1,
      200,
    );
    for (let i = 0; i < list.count; i++) {
      const odd = [0, 1, 2].filter((c) => list.hkl[3 * i + c]! % 2 !== 0).length;
      expect([0, 3]).toContain(odd);
    }
    expect(list.count).toBe(8 + 6 + 12 + 24 + 8);
  });

  it("averages the two-beam intensity over the exact cone within 0.5 % of its strongest", () => {
    // The exact sphere at 4000 azimuths against the table, which swings as the cosine of the azimuth.
    const k = 1 / electronWavelength(200);
    const phi = (0.7 * Math.PI) / 180;
    const p = k * Math.sin(phi);
    const thickness = [200, 440, 720, 1000];
    for (const g of [0.2, 0.4, 0.8, 1.2, 1.5])
      for (const xi of [300, 800, 2000]) {
        const list = {
          count: 1,
          hkl: new Int16Array(3),
          g: new Float64Array([g, 0, 0]),
          length: Float64Array.of(g),
          inverseXi: Float64Array.of(1 / xi),
        };
        const table = precessionTable(list, phi, 0, k, thickness);
        const s = (theta: number) =>
          Math.sqrt(k * k - p * p - g * g - 2 * p * g * Math.cos(theta)) - Math.sqrt(k * k - p * p);
        const swings = Array.from({ length: 4000 }, (_, i) => s((Math.PI * (i + 0.5)) / 4000));
        const middle = (s(0) + s(Math.PI)) / 2;
        thickness.forEach((t, row) => {
          const strongest = table.values
            .subarray(row * table.bins, (row + 1) * table.bins)
            .reduce((a, b) => Math.max(a, b));
          for (let part = 0; part < 1.6; part += 0.05) {
            const s0 = part * g * phi;
            if (s0 > table.reach[0]!) continue;
            let exact = 0;
            for (const swing of swings) {
              const e2 = (swing - middle + s0) ** 2 + 1 / (xi * xi);
              exact += Math.sin(Math.PI * t * Math.sqrt(e2)) ** 2 / (xi * xi * e2) / swings.length;
            }
            const off = tableValue(table, 0, row, s0) - exact;
            expect(Math.abs(off) / strongest, `g ${g} ξ ${xi} t ${t} s0 ${part.toFixed(2)} gφ`).toBeLessThan(
              0.005,
            );
          }
        });
      }
  });
});
