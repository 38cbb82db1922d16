import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/dens.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { densFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("dens", () => {
  it("reads the log, past midnight too", async () => {
    const dataset = await open(textOf(0), "made.dens");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual([
      "sample 1",
      "time",
      "Tset °C",
      "Tmeas °C",
      "Rheat Ohm",
      "Pheat mW",
      "c 1",
      "status",
      "clock s",
    ]);
    expect(await values(table!, "Tmeas")).toEqual([15.091, 16.828, 50.117]);
    expect(await values(table!, "clock")).toEqual([0, 0.25, 0.75]);
    expect(await values(table!, "status")).toEqual(["norm", "norm", "fine"]);
    expect(table!.meta).toMatchObject({ software: "Digiheater 3.1", sampling: { value: 330, unit: "ms" } });
    expect(startOf(dataset)).toEqual({ column: "clock", start: "2015-04-16T23:59:59.500Z" });
    expect(codes(dataset)).toEqual(["midnight", "zone-assumed"]);
  });

  it("starts on the next day where midnight lies before the first row", async () => {
    const dataset = await open(textOf(0).replace(/23:59:59/g, "00:00:00"), "made.dens", { timeZone: "Z" });
    expect(startOf(dataset)!.start).toBe("2015-04-17T00:00:00.500Z");
  });

  it("says that day and month could be the other way round", async () => {
    const text = textOf(0).replace("16/04", "06/04");
    expect(codes(await open(text, "made.dens"))).toContain("date-order");
    const other = await open(text, "made.dens", { dateOrder: "mdy" });
    expect(startOf(other)!.start).toBe("2015-06-04T23:59:59.500Z");
  });

  it("refuses names and values that do not belong together", async () => {
    const text = textOf(0).replace("\tc\r\n", " c\r\n").replace("Tset[C]\t", "Tset[C] ");
    await expect(open(text, "made.dens")).rejects.toMatchObject({
      tag: "Refused",
      message: expect.stringMatching(/cannot be told apart/),
    });
  });
});

describe("dens keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: densFormat, name, bytes: files[name]! });
});
