import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/zplot.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { zplotFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("zplot", () => {
  it.each([0, 2])("reads ZPlot text with points and with commas (%i)", async (k) => {
    const dataset = await open(textOf(k), "made.z");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual([
      "Freq Hz",
      "Ampl 1",
      "Bias 1",
      "Time Sec",
      "Z'(a) Ohm",
      "Z''(b) Ohm",
      "GD 1",
      "Err 1",
      "Range 1",
    ]);
    expect(await values(table!, "Freq")).toEqual([10000, 1000, 100]);
    expect(await values(table!, "Z''(b)")).toEqual([-2.5, -4, -1]);
    expect(table!.meta).toMatchObject({
      technique: "Sweep Frequency, Control Voltage",
      openCircuit: { value: 0.0033, unit: "V" },
      "electrode.area": { value: 2, unit: "cm²" },
    });
    expect(startOf(dataset)).toEqual({ column: "Time", start: "2018-10-12T11:04:34.000Z" });
    expect(codes(dataset)).toEqual(["date-order", "zone-assumed"]);
  });

  it("takes day before month and the zone from the caller", async () => {
    const dataset = await open(textOf(0), "made.z", { dateOrder: "dmy", timeZone: "+02:00" });
    expect(startOf(dataset)!.start).toBe("2018-12-10T11:04:34.000+02:00");
    expect(codes(dataset)).toEqual([]);
  });

  it("reads the older layout, its names in one pair of quotes", async () => {
    const [table] = tables(await open(textOf(1), "old.txt"));
    expect(headings(table!).slice(3, 6)).toEqual(["Time Sec", "Z'(a) Ohm", "Z''(b) Ohm"]);
    expect(await values(table!, "Z'(a)")).toEqual([10, 12, 20]);
  });

  it("has no clock where every time is 0, as exports of other programs write", async () => {
    const dataset = await open(textOf(0).replace(/\t(?:2\.5|3\.25|4\.5)\t/g, "\t0\t"), "made.z");
    expect(dataset.items.map(({ kind }) => kind)).toEqual(["table"]);
  });

  it("does without End Comments and does not trust the declared number of points", async () => {
    const dataset = await open(
      textOf(0).replace("End Comments\r\n", "").replace(":                3", ": 79"),
      "made.z",
    );
    expect(tables(dataset)[0]!.rows).toBe(3);
    expect(codes(dataset)).toContain("rows-declared");
  });

  it("gives each of two sweeps behind the whole table", async () => {
    const dataset = await open(textOf(0) + textOf(0).split("\r\n").slice(-4).join("\r\n"), "made.z");
    expect(tables(dataset).map(({ rows }) => rows)).toEqual([6, 3, 3]);
    expect(codes(dataset)).toContain("sweeps");
  });

  it("refuses a header without names", async () => {
    await expect(open("ZPLOT2 ASCII\n  Date: 1\n", "made.z")).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("zplot keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: zplotFormat, name, bytes: files[name]! });
});
