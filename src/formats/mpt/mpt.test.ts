import { describe, expect, it } from "vitest";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Dataset, OpenOptions, Stream, Table } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { mptFormat } from "./format.ts";

interface MadeMpt {
  readonly names?: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
  readonly comma?: boolean;
  readonly end?: "\n" | "\r\n";
  readonly header?: readonly string[];
  readonly count?: number;
}

const NAMES = ["mode", "ox/red", "time/s", "Ewe/V", "<I>/mA", "Capacitance charge/µF"];

function mptText({ names = NAMES, rows, comma = false, end = "\n", header, count }: MadeMpt): string {
  const number = (v: number | string) => (typeof v === "number" ? v.toExponential(7).toUpperCase() : v);
  const lines = header ?? [
    "",
    "Cyclic Voltammetry",
    "",
    "Acquisition started on : 10/09/2024 13:36:20.501",
    "Electrode surface area : 0.500 cm²",
    "Comments : a film: 100 nm",
    "EC-Lab for windows v11.50 (software)",
    "Number of loops : 1",
    "",
  ];
  const head = [
    "EC-Lab ASCII FILE",
    `Nb header lines : ${count ?? lines.length + 3}                          `,
    ...lines,
  ];
  const body = [`${names.join("\t")}\t`, ...rows.map((row) => row.map(number).join("\t"))];
  const text = `${[...head, ...body].join(end)}${end}`;
  return comma ? text.replace(/(?<!v1)(\d)\.(\d)/g, "$1,$2") : text;
}

/** As older programs write: one byte a letter. */
const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const open = (bytes: Uint8Array, options?: OpenOptions): Promise<Dataset> =>
  openDataset(memorySource(bytes, "made.mpt"), undefined, options);
const tableOf = ({ items }: Dataset, k = 0): Table => (items[k] as Stream).table;
const values = async (dataset: Dataset, column: string, k = 0) => {
  const table = tableOf(dataset, k);
  return [...(await table.read(column, 0, table.rows))];
};
const codes = ({ notices }: Dataset) => notices.map(({ code }) => code);
const ROWS = Array.from({ length: 5 }, (_, i) => [2, i % 2, 0.5 * i, 3.25 + i / 8, -0.125 * i, 1.5]);

describe("mpt", () => {
  it.each([
    ["LF, UTF-8", mptText({ rows: ROWS }), utf8],
    ["CRLF, one byte a letter", mptText({ rows: ROWS, end: "\r\n" }), latin],
    ["decimal comma", mptText({ rows: ROWS, comma: true }), latin],
  ] as const)("reads %s", async (_, text, encode) => {
    const dataset = await open(encode(text));
    expect(tableOf(dataset).columns.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      "mode 1",
      "ox/red 1",
      "time s",
      "Ewe V",
      "<I> mA",
      "Capacitance charge µF",
    ]);
    expect(await values(dataset, "Ewe")).toEqual([3.25, 3.375, 3.5, 3.625, 3.75]);
    expect(await values(dataset, "<I>")).toEqual([0, -0.125, -0.25, -0.375, -0.5]);
    expect(tableOf(dataset).meta).toMatchObject({
      technique: "Cyclic Voltammetry",
      comments: "a film: 100 nm",
      "electrode.area": { value: 0.5, unit: "cm²", from: "file" },
      software: "EC-Lab for windows v11.50",
    });
    expect((dataset.items[0] as Stream).clock).toEqual({ column: "time", start: "2024-10-09T13:36:20.501Z" });
    expect(codes(dataset)).toEqual(["zone-assumed"]);
  });

  it("reads an export without header by its column names", async () => {
    const dataset = await open(utf8(`time/s\tEwe/V\tI/mA\n1\t3.5\t0\n2\t3.25\t1E-3\n`));
    expect(await values(dataset, "Ewe")).toEqual([3.5, 3.25]);
    expect(codes(dataset)).toEqual(["start-missing"]);
  });

  it("finds the column names where the header's count lies", async () => {
    const dataset = await open(utf8(mptText({ rows: ROWS, count: 7 })));
    expect(await values(dataset, "Ewe")).toHaveLength(5);
    expect(codes(dataset)).toContain("header-lines");
  });

  it("refuses rows with more values than names", async () => {
    const text = mptText({ names: NAMES.slice(1), rows: ROWS });
    await expect(open(utf8(text))).rejects.toMatchObject({
      tag: "Format",
      message: expect.stringMatching(/a name is missing/),
    });
  });

  it("counts absolute times from the first row", async () => {
    const rows = ROWS.map((row, i) =>
      row.map((v, k) => (k === 2 ? `11/20/2024 23:59:5${8 + (i % 2)}.500` : v)),
    );
    const dataset = await open(utf8(mptText({ rows: rows.slice(0, 2) })));
    expect(await values(dataset, "clock")).toEqual([0, 1]);
    expect((dataset.items[0] as Stream).clock).toEqual({
      column: "clock",
      start: "2024-11-20T23:59:58.500Z",
    });
    expect(codes(dataset)).toContain("clock-derived");
  });

  it("says that a clock runs back, and by an hour", async () => {
    const at = (seconds: readonly number[]) => mptText({ rows: seconds.map((t) => [2, 0, t, 3, 0, 1]) });
    const hour = (await open(utf8(at([0, 10, 20, -3570, -3560])))).notices.find(
      ({ code }) => code === "clock-backwards",
    );
    expect(hour?.message).toMatch(/at 1 of 5 rows, first at row 4.*daylight/);
    const other = (await open(utf8(at([0, 10, 5])))).notices.find(({ code }) => code === "clock-backwards");
    expect(other?.message).not.toMatch(/daylight/);
  });

  it("keeps values that are not there as NaN", async () => {
    const rows = [
      [2, 0, 0, "NaN", 0, 1],
      [2, 0, 1, "", 0, 1],
      [2, 0, 2, 3.5, 0, 1],
    ];
    expect(await values(await open(utf8(mptText({ rows }))), "Ewe")).toEqual([Number.NaN, Number.NaN, 3.5]);
  });

  it("gives each repeated sweep behind the whole table, and rows of direct current in none", async () => {
    const frequency = [0, 0, 1000, 100, 10, 1000, 100, 10, 0, 1000, 100, 10];
    const rows = frequency.map((f, i) => [f, f ? 10 + i : 0, f ? i : 0, i]);
    const names = ["freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s"];
    const dataset = await open(utf8(mptText({ names, rows })));
    expect(dataset.items.map((item) => (item as Stream).table.rows)).toEqual([12, 3, 3, 3]);
    expect(await values(dataset, "Re(Z)", 2)).toEqual([15, 16, 17]);
    expect(tableOf(dataset, 2).meta["sweep.index"]).toBe("2");
    expect(codes(dataset)).toContain("sweeps");
  });

  it("does not split shuffled frequencies", async () => {
    const rows = [10, 1000, 1, 500, 3, 700, 2, 90].map((f, i) => [f, 10 + i, i, i]);
    const names = ["freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s"];
    const dataset = await open(utf8(mptText({ names, rows })));
    expect(dataset.items).toHaveLength(1);
    expect(codes(dataset)).toContain("frequencies-unordered");
  });

  it("leaves out a last row that is cut", async () => {
    const text = mptText({ rows: ROWS });
    const dataset = await open(utf8(text.slice(0, text.length - 30)));
    expect(tableOf(dataset).rows).toBe(4);
    expect(codes(dataset)).toContain("truncated");
  });

  it("has names and no rows where nothing was measured", async () => {
    const dataset = await open(utf8(mptText({ rows: [] })));
    expect(tableOf(dataset).rows).toBe(0);
    expect(codes(dataset)).toContain("rows-none");
  });

  it("refuses a header without names", async () => {
    const text = "EC-Lab ASCII FILE\nNb header lines : 9\n\nWait\n";
    await expect(open(utf8(text))).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("mpt keeps the contract of formats", () => {
  formatContract({ format: mptFormat, name: "made.mpt", bytes: latin(mptText({ rows: ROWS })) });
});
