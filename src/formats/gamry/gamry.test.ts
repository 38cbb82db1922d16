import { describe, expect, it } from "vitest";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Dataset, OpenOptions, Stream, Table } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { gamryFormat } from "./format.ts";

const HEAD = [
  "EXPLAIN",
  "TAG\tEISPOT",
  "TITLE\tLABEL\tfilm\tTest &Identifier",
  "DATE\tLABEL\t3/4/2019\tDate",
  "TIME\tLABEL\t16:35:22\tTime",
  "NOTES\tNOTES\t1\t&Notes...",
  "\tplatinum on silicon",
  "AREA\tQUANT\t5.00000E-001\tSample &Area (cm^2)",
];
const Z = ["ZCURVE\tTABLE", "\tPt\tTime\tFreq\tZreal\tZimag", "\t#\ts\tHz\tohm\tohm"];
const row = (...cells: (number | string)[]) => `\t${cells.join("\t")}`;
const spectrum = [row(0, 1, 1000, 10.5, -2), row(1, 2, 100, 12, -4.5), row(2, 4, 10, 20, -1e-3)];
const made = (lines: readonly string[], end = "\n") => `${lines.join(end)}${end}`;
const open = (text: string, options?: OpenOptions): Promise<Dataset> =>
  openDataset(memorySource(new TextEncoder().encode(text), "made.dta"), undefined, options);
const tables = ({ items }: Dataset): Table[] => items.map((item) => (item as Stream).table);
const values = async (table: Table, column: string) => [...(await table.read(column, 0, table.rows))];
const codes = ({ notices }: Dataset) => notices.map(({ code }) => code);

describe("gamry", () => {
  it.each([
    ["LF", made([...HEAD, ...Z, ...spectrum])],
    ["CRLF", made([...HEAD, ...Z, ...spectrum], "\r\n")],
    ["decimal comma", made([...HEAD, ...Z, ...spectrum].map((line) => line.replace(/(\d)\.(\d)/g, "$1,$2")))],
  ])("reads a spectrum with %s", async (_, text) => {
    const dataset = await open(text);
    const [table] = tables(dataset);
    expect(table!.columns.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      "Pt #",
      "Time s",
      "Freq Hz",
      "Zreal ohm",
      "Zimag ohm",
    ]);
    expect(await values(table!, "Zreal")).toEqual([10.5, 12, 20]);
    expect(await values(table!, "Zimag")).toEqual([-2, -4.5, -0.001]);
    expect(table!.meta).toMatchObject({
      technique: "EISPOT",
      comments: "platinum on silicon",
      "electrode.area": { value: 0.5, unit: "cm²" },
    });
    expect((dataset.items[0] as Stream).clock).toEqual({ column: "Time", start: "2019-03-04T16:35:22.000Z" });
    expect(codes(dataset)).toEqual(["date-order", "zone-assumed", "start-of-test"]);
  });

  it("takes the order of day and month and the zone from the caller", async () => {
    const dataset = await open(made([...HEAD, ...Z, ...spectrum]), { dateOrder: "dmy", timeZone: "+01:00" });
    expect((dataset.items[0] as Stream).clock.start).toBe("2019-04-03T16:35:22.000+01:00");
    expect(codes(dataset)).toEqual(["start-of-test"]);
  });

  it("gives every table, an aborted run too, and does not trust declared rows", async () => {
    const fra = [
      "FRACURVE\tTABLE\t128",
      "\tPt\tT\tV\tOver",
      "\t#\tS\tV\tbits",
      row(0, 0.5, 1, "..a.."),
      row(1, 0.6, 2, "....."),
    ];
    const text = made([
      ...HEAD,
      ...Z,
      ...spectrum,
      "EXPERIMENTABORTED\tTOGGLE\tT\tExperiment Aborted",
      ...fra,
    ]);
    const dataset = await open(text);
    expect(tables(dataset).map(({ title, rows }) => `${title} ${rows}`)).toEqual([
      "made.dta, ZCURVE 3",
      "made.dta, FRACURVE 2",
    ]);
    expect(await values(tables(dataset)[1]!, "Over")).toEqual(["..a..", "....."]);
    expect(codes(dataset)).toEqual(expect.arrayContaining(["aborted", "rows-declared"]));
  });

  it("reads rows between blanks where every name has a cell, and leaves out others, by line", async () => {
    const dataset = await open(made([...HEAD, ...Z, ...spectrum, "  3 5 1\t20\t-1", "  4 6 .5\t20"]));
    expect(await values(tables(dataset)[0]!, "Freq")).toEqual([1000, 100, 10, 1]);
    const odd = dataset.notices.filter(({ code }) => code === "rows-odd");
    expect(odd.map(({ where }) => where)).toEqual(["lines 15", "lines 16"]);
    expect(odd[1]!.message).toMatch(/left out/);
  });

  it("gives the spectrum corrected for drift as a stream of its own", async () => {
    const table = [
      "ZCURVE\tTABLE",
      "\tPt\tTime\tFreq\tZreal\tZimag\tZrealDrCor\tZimagDrCor",
      "\t#\ts\tHz\tohm\tohm\tohm\tohm",
      row(0, 1, 100, 10, -2, 11, -3),
      row(1, 2, 10, 12, -4, 13, -5),
    ];
    const [measured, drift] = tables(await open(made([...HEAD, ...table])));
    expect(await values(measured!, "Zreal")).toEqual([10, 12]);
    expect(await values(drift!, "Zreal")).toEqual([11, 13]);
    expect(drift!.meta.corrected).toBe("drift");
  });

  it("refuses a header without a table", async () => {
    await expect(open(made(HEAD))).rejects.toMatchObject({
      tag: "Format",
      message: expect.stringMatching(/wanted a TABLE/),
    });
  });
});

describe("gamry keeps the contract of formats", () => {
  formatContract({
    format: gamryFormat,
    name: "made.dta",
    bytes: new TextEncoder().encode(made([...HEAD, ...Z, ...spectrum])),
  });
});
