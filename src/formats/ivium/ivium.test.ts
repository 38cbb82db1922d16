import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/ivium.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { iviumFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("ivium", () => {
  it("reads a spectrum on the clock of its points", async () => {
    const dataset = await open(textOf(0), "made.idf");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual(["Z' Ohm", "Z'' Ohm", "f Hz", "time s"]);
    expect(await values(table!, "Z''")).toEqual([-2.5, -4, -1]);
    expect(await values(table!, "time")).toEqual([2.5, 3.25, 4.5]);
    expect(table!.meta).toMatchObject({ technique: "Impedance, Constant E", comments: "a film" });
    expect(startOf(dataset)).toEqual({ column: "time", start: "2022-03-24T10:11:12.000Z" });
    expect(codes(dataset)).toEqual(["zone-assumed", "waveforms-left-out"]);
  });

  it("gives every data set, and says where the columns of a method are not known", async () => {
    const dataset = await open(textOf(1), "made.ids");
    expect(tables(dataset).map(({ title }) => title)).toEqual([
      "made.ids, one, data set 1",
      "made.ids, two, data set 2",
    ]);
    expect(headings(tables(dataset)[1]!).slice(0, 3)).toEqual(["column 1 1", "column 2 1", "column 3 1"]);
    expect(codes(dataset)).toEqual(expect.arrayContaining(["columns-unknown", "data-sets"]));
  });

  it("has no clock where the header lists another number of times", async () => {
    const dataset = await open(textOf(0).replace("timing=3", "timing=5"), "made.idf");
    expect(dataset.items.map(({ kind }) => kind)).toEqual(["table"]);
  });

  it("says that a data set has a header and no data", async () => {
    const text = textOf(1);
    const dataset = await open(text.slice(0, text.lastIndexOf("primary_data")), "made.ids");
    expect(tables(dataset)).toHaveLength(1);
    expect(codes(dataset)).toContain("truncated");
  });
});

describe("ivium keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: iviumFormat, name, bytes: files[name]! });
});
