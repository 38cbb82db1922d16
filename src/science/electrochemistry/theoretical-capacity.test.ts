import { describe, expect, it } from "vitest";
import { parseFormula, theoreticalCapacity } from "./theoretical-capacity.ts";

describe("theoretical capacity", () => {
  it("of common hosts, as tables print it [mAh/g]", () => {
    for (const [formula, expected] of [
      ["LiNi0.5Mn1.5O4", 146.7],
      ["LiMn2O4", 148.2],
      ["LiCoO2", 273.8],
      ["LiNi0.85Co0.1Mn0.05O2", 275.0],
      ["LiFePO4", 169.9],
    ] as const)
      expect(Math.abs(theoreticalCapacity(formula).specific - expected)).toBeLessThan(0.06);
    expect(theoreticalCapacity("Li1.2Ni0.2Mn0.6O2", "Li", 1).specific).toBeCloseTo(315, 0);
    expect(theoreticalCapacity("C6", "Li", 1).specific).toBeCloseTo(371.9, 1);
    expect(theoreticalCapacity("Si", "Li", 3.75).specific).toBeCloseTo(3579, 0);
    expect(theoreticalCapacity("Mg", "Mg").specific).toBeCloseTo(2205, 0);
  });

  it("reads brackets and refuses what is no formula", () => {
    expect([...parseFormula("Na3V2(PO4)3")]).toEqual([
      ...[
        ["Na", 3],
        ["V", 2],
        ["P", 3],
        ["O", 12],
      ],
    ]);
    for (const wrong of ["", "LiXx", "Li(PO4", "Li)2", "2Li", "li"])
      expect(() => parseFormula(wrong)).toThrow();
    expect(() => theoreticalCapacity("FePO4")).toThrow(/has no Li/);
  });
});
