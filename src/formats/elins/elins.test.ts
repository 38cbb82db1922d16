import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/elins.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { elinsFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("elins", () => {
  it("reads rows below the number of points, and the lines above as comments", async () => {
    const dataset = await open(textOf(0), "made.i2b");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual(["f Hz", "Z' Ohm", "Z'' Ohm"]);
    expect(await values(table!, "Z''")).toEqual([-2.5, -4, -1]);
    expect(table!.meta.comments).toBe("a film; at 25 degrees");
    expect(codes(dataset)).toEqual([]);
  });

  it("reads decimal commas and says that points are missing", async () => {
    const dataset = await open(textOf(0).replaceAll(".", ",").replace("\n3", "\n4"), "made.i2b");
    expect(await values(tables(dataset)[0]!, "f")).toEqual([10000, 1000, 100]);
    expect(codes(dataset)).toEqual(["rows-declared"]);
    expect(startOf(dataset)).toBeUndefined();
  });

  it("refuses other text of that name", async () => {
    await expect(open("a film\n1 2 3\n", "made.i2b")).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("elins keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: elinsFormat, name, bytes: files[name]! });
});
