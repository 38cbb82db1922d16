import { describe, expect, it } from "vitest";
import { isLithoscopeError } from "./errors.ts";
import { choice, flag, integer, list, measured, optional, quantity, schema } from "./schema.ts";

const params = schema({
  radius: quantity("px", 5, { min: 0 }, "radius of the disc"),
  tilt: optional(quantity("deg", undefined, {}, "tilt of the sample")),
  mode: choice(["fast", "exact"], "fast", "how to search"),
  count: integer(3, { min: 1, max: 9 }, "how many"),
  deep: flag("look twice"),
});

function error(values: Record<string, unknown>): string {
  try {
    params.parse(values);
  } catch (e) {
    if (isLithoscopeError(e, "Usage")) return `${e.fields.path}: ${e.message}`;
    throw e;
  }
  return "";
}

describe("a schema", () => {
  it("fills in defaults and leaves out what is optional", () => {
    expect(params.parse({})).toEqual({ radius: 5, mode: "fast", count: 3, deep: false });
  });

  it("reads quantities with units and converts them", () => {
    expect(params.parse({ radius: "7px", tilt: "0.1rad" }).tilt).toBeCloseTo(18 / Math.PI, 12);
    expect(params.parse({ tilt: { value: 3, unit: "deg" } }).tilt).toBe(3);
  });

  it("refuses bare numbers in text, wrong dimensions, bounds, words and unknown names", () => {
    expect(error({ radius: "7" })).toMatch(/^radius: .*px/);
    expect(error({ tilt: "3nm" })).toMatch(/^tilt/);
    expect(error({ radius: "-1px" })).toMatch(/^radius/);
    expect(error({ mode: "slow" })).toMatch(/^mode/);
    expect(error({ count: 2.5 })).toMatch(/^count/);
    expect(error({ size: 1 })).toMatch(/^size: .*no such/);
  });

  it("gives JSON Schema with units", () => {
    expect(params.json()).toMatchObject({
      type: "object",
      properties: { radius: { type: "number", unit: "px", default: 5, minimum: 0 } },
      required: [],
    });
  });

  it("reads numbers with their uncertainty, the unit once or twice, or a share", () => {
    const { parse } = schema({ mass: optional(measured("mg", "above 0", "mass")) });
    const mass = (text: string) => parse({ mass: text }).mass!;
    expect(mass("1.20±0.02mg")).toMatchObject({ value: 1.2, sigma: 0.02, unit: "mg" });
    expect(mass("1.20 mg +- 20 µg").sigma).toBeCloseTo(0.02, 12);
    expect(mass("0.5mg±5%").sigma).toBeCloseTo(0.025, 12);
    expect(mass("2mg").sigma).toBeUndefined();
    for (const wrong of ["2", "0mg", "-1mg", "1mg±2nm", "1±0.1", "1mg±-0.1mg", "1mg±0.1mg±5%"])
      expect(() => parse({ mass: wrong }), wrong).toThrow(/^mass: wanted a number above 0 in mg/);
  });

  it("says what it found where that is no text", () => {
    const { parse } = schema({ mass: optional(measured("mg", "above 0", "mass")) });
    const given = { value: 1, unit: "nm" };
    expect(() => parse({ mass: given })).toThrow('found {"value":1,"unit":"nm"}');
  });

  it("takes several texts as a list or in one", () => {
    const { parse } = schema({ couple: optional(list("windows")) });
    expect(parse({ couple: "a=1; b=2;" }).couple).toEqual(["a=1", "b=2"]);
    expect(parse({ couple: ["a=1", "b=2"] }).couple).toEqual(["a=1", "b=2"]);
    expect(parse({}).couple).toBeUndefined();
  });
});
