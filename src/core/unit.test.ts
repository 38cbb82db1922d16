import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuantity, parseUnit, unitRatio } from "./unit.ts";

describe("units", () => {
  it("keep the lengths, angles and reciprocals of microscopy", () => {
    expect(parseUnit("1/Å")).toEqual({ dimension: "length^-1", factor: 1 / 1e-10 });
    expect(parseUnit("1/A")).toEqual(parseUnit("1/Å"));
    expect(parseUnit("Å⁻¹")).toEqual(parseUnit("1/Å"));
    expect(parseUnit("/Å")).toEqual(parseUnit("1/Å"));
    expect(parseQuantity("0.7deg", "deg", "x").value).toBe(0.7);
    expect(parseQuantity("0.252 nm^-1", "1/Å", "x").value).toBeCloseTo(0.0252, 12);
    expect(parseUnit("furlong")).toBeUndefined();
    expect(parseUnit("")).toBeUndefined();
  });

  it("are products, quotients and powers", () => {
    expect(unitRatio("mA.h", "C")).toBeCloseTo(3.6, 12);
    expect(unitRatio("mAh/g", "C/kg")).toBeCloseTo(3600, 9);
    expect(unitRatio("µAh cm⁻² µm⁻¹", "mAh/cm^3")).toBeCloseTo(10, 9);
    expect(unitRatio("mol/L", "mol/cm³")).toBeCloseTo(1e-3, 15);
    expect(unitRatio("V/A", "Ohm")).toBe(1);
    expect(unitRatio("µF", "s/Ω")).toBeCloseTo(1e-6, 18);
    expect(unitRatio("Wh", "J")).toBe(3600);
  });

  it("take A for ampere where no length is wanted, and for ångström where one is", () => {
    expect(unitRatio("mA", "A")).toBeCloseTo(1e-3, 18);
    expect(unitRatio("A", "nm")).toBeCloseTo(0.1, 15);
    expect(unitRatio("A", "V")).toBeUndefined();
  });

  it("read Celsius with its zero", () => {
    expect(parseQuantity("25degC", "K", "x").value).toBeCloseTo(298.15, 10);
    expect(parseQuantity("298.15K", "degC", "x").value).toBeCloseTo(25, 10);
    expect(() => parseQuantity("25", "K", "--temperature")).toThrow(/write 25K/);
    expect(() => parseQuantity("0.0252", "1/Å", "--pixel-size")).toThrow(/write 0\.0252\/Å$/);
  });

  it("come back from there", () => {
    const names = ["mV", "kΩ", "µAh/cm²", "cm²/s", "mol m^-3", "nA/cm^2"];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (unit, value) => {
          const base = value * parseUnit(unit, unit)!.factor;
          expect(base / parseUnit(unit, unit)!.factor).toBeCloseTo(value, 6);
          expect(unitRatio(unit, unit)).toBe(1);
        },
      ),
    );
  });

  it("are not what every object inherits", () => {
    for (const name of ["constructor", "__proto__", "mtoString", "V/valueOf"])
      expect(parseUnit(name)).toBeUndefined();
  });
});
