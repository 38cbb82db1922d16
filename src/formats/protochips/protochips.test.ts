import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/protochips.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { protochipsFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("protochips", () => {
  it("reads the channels with the units of the notes", async () => {
    const dataset = await open(textOf(0), "made.csv");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual([
      "Time ms",
      "Notes",
      "Channel A Temperature °C",
      "Channel B Current A",
      "Channel B Resistance Ohm",
      "clock s",
    ]);
    expect(await values(table!, "Channel A Temperature")).toEqual([25, 25.5, 26, 27]);
    expect(await values(table!, "clock")).toEqual([0, 0.084, 0.183, 0.283]);
    expect(await values(table!, "Notes")).toEqual(["", "", "Chip type = A1", ""]);
    expect(table!.meta.calibration).toBe("E:\\made.cal");
    expect(startOf(dataset)).toEqual({ column: "clock", start: "2014-10-08T16:26:51.738Z" });
    expect(codes(dataset)).toEqual(["zone-assumed"]);
  });

  it("takes the zone from the caller", async () => {
    const dataset = await open(textOf(0), "made.csv", { timeZone: "America/Chicago" });
    expect(startOf(dataset)!.start).toBe("2014-10-08T16:26:51.738-05:00");
  });

  it("gives a channel with text as text", async () => {
    const dataset = await open(textOf(0).replace("0.0179984", "Test"), "made.csv");
    expect(await values(tables(dataset)[0]!, "Channel B Current")).toEqual(["0", "0.0179983", "Test", "0"]);
    expect(codes(dataset)).toContain("column-text");
  });

  it("refuses rows without a unit of time", async () => {
    await expect(open(textOf(0).replace("Time units", "Test units"), "made.csv")).rejects.toMatchObject({
      tag: "Refused",
      message: expect.stringMatching(/Time units/),
    });
  });
});

describe("protochips keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: protochipsFormat, name, bytes: files[name]! });
});
