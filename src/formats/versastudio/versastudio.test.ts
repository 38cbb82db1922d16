import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/versastudio.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { versastudioFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("versastudio", () => {
  it("gives every segment as a stream, Z in ohms", async () => {
    const dataset = await open(textOf(0), "made.par");
    const [first, second] = tables(dataset);
    expect(headings(first!)).toEqual([
      "Segment # 1",
      "Point # 1",
      "E V",
      "I A",
      "Elapsed Time s",
      "Frequency Hz",
      "Z Real Ohm",
      "Z Imag Ohm",
    ]);
    expect(await values(first!, "Z Imag")).toEqual([-2.5, -4, -1]);
    expect(await values(second!, "I")).toEqual([1e-6, 2e-6]);
    expect(first!.meta).toMatchObject({
      technique: "Potentiostatic EIS",
      device: "VersaSTAT4-400",
      "electrode.area": { value: 0.5, unit: "cm²" },
      "table.name": "Segment1",
    });
    expect(first!.meta).not.toHaveProperty("electrode.mass");
    expect(startOf(dataset)).toEqual({ column: "Elapsed Time", start: "2018-07-19T09:40:30.000Z" });
    expect(codes(dataset)).toEqual(["zone-assumed"]);
  });

  it("delivers a file that ends inside a segment", async () => {
    const text = textOf(0);
    const dataset = await open(text.slice(0, text.indexOf("0,2,0")), "made.par");
    expect(tables(dataset)[0]!.rows).toBe(2);
    expect(codes(dataset)).toContain("truncated");
  });

  it("refuses a file without a segment", async () => {
    const text = textOf(0);
    await expect(open(text.slice(0, text.indexOf("<Segment1>")), "made.par")).rejects.toMatchObject({
      tag: "Format",
    });
  });
});

describe("versastudio keeps the contract of formats", () => {
  for (const { name, files } of made)
    formatContract({ format: versastudioFormat, name, bytes: files[name]! });
});
