import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/autolab-fra.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { autolabFraFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("autolab-fra", () => {
  it("reads a .dfr, its imaginary part with the file's sign", async () => {
    const dataset = await open(textOf(0), "made.dfr");
    const [table] = tables(dataset);
    expect(headings(table!).slice(0, 4)).toEqual(["f Hz", "Z' Ohm", "-Z'' Ohm", "unknown_4 1"]);
    expect(await values(table!, "f")).toEqual([10000, 1000, 100]);
    expect(await values(table!, "-Z''")).toEqual([2.5, 4, 1]);
    expect(codes(dataset)).toEqual(["columns-unknown"]);
  });

  it("delivers fewer points than a .dfr declares", async () => {
    const lines = textOf(0).split("\r\n");
    const dataset = await open(lines.slice(0, 3 + 9 * 2 + 4).join("\r\n"), "made.dfr");
    expect(tables(dataset)[0]!.rows).toBe(2);
    expect(codes(dataset)).toContain("rows-declared");
  });

  it("reads a .P00", async () => {
    const dataset = await open(textOf(1), "made.P00");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual(["f Hz", "Z' Ohm", "-Z'' Ohm", "time s"]);
    expect(await values(table!, "Z'")).toEqual([10, 12, 20]);
    expect(table!.meta).toMatchObject({ title: "Some title", comments: "a film" });
    expect(startOf(dataset)).toEqual({ column: "time", start: "2022-03-24T10:11:12.000Z" });
    expect(codes(dataset)).toEqual(["zone-assumed"]);
  });

  it("takes one time for all rows for no clock", async () => {
    const dataset = await open(textOf(1).replace(/5\.[012]00e\+1/g, "5.000e+1"), "made.P00");
    expect(dataset.items.map(({ kind }) => kind)).toEqual(["table"]);
  });
});

describe("autolab-fra keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: autolabFraFormat, name, bytes: files[name]! });
});
