import { describe, expect, it } from "vitest";
import { type MadeMpr, type MprLayout, makeMpr } from "../../../fixtures/make/mpr.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Dataset, OpenOptions, Stream, Table } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { mprFormat } from "./format.ts";

const ROWS = 40;
const rows = (value: (i: number) => number) => Array.from({ length: ROWS }, (_, i) => value(i));
/** Flags: mode 2, every third row an oxidation, the last one a change of Ns. */
const flags = rows((i) => 2 + (i % 3 === 0 ? 4 : 0) + (i === ROWS - 1 ? 32 : 0));
const KNOWN: MadeMpr = {
  ids: [1, 2, 31, 4, 19, 6, 11, 39, 131],
  values: [
    { type: "u1", values: flags },
    { type: "f8", values: rows((i) => 0.5 * i) },
    { type: "f4", values: rows((i) => 3 + i / 64) },
    { type: "f4", values: rows((i) => 3.25 + i / 64) },
    { type: "f8", values: rows((i) => Math.sin(i) / 7) },
    { type: "u2", values: rows(() => 37) },
    { type: "u2", values: rows((i) => (i > 20 ? 1 : 0)) },
  ],
  technique: 0x18,
  comment: "film 3",
  start: 45301.460068125,
};
const open = (made: MadeMpr, options?: OpenOptions, name = "made.mpr"): Promise<Dataset> =>
  openDataset(memorySource(makeMpr(made), name), undefined, options);
const tableOf = ({ items }: Dataset): Table => (items[0] as Stream).table;
const values = async (dataset: Dataset, column: string) => {
  const table = tableOf(dataset);
  return [...((await table.read(column, 0, table.rows)) as Float64Array)];
};
const codes = ({ notices }: Dataset) => notices.map(({ code }) => code);

describe("mpr", () => {
  it.each<MprLayout>(["v0", "v2", "v3", "11.50"])("reads the layout %s", async (layout) => {
    const dataset = await open({ ...KNOWN, layout });
    expect(tableOf(dataset).columns.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      "mode 1",
      "ox/red 1",
      "Ns changes 1",
      "time s",
      "control V",
      "Ewe V",
      "<I> mA",
      "I Range 1",
      "Ns 1",
    ]);
    expect(await values(dataset, "time")).toEqual(rows((i) => 0.5 * i));
    expect(await values(dataset, "Ewe")).toEqual(rows((i) => 3.25 + i / 64));
    expect(await values(dataset, "<I>")).toEqual(rows((i) => Math.sin(i) / 7));
    expect(await values(dataset, "mode")).toEqual(rows(() => 2));
    expect(await values(dataset, "ox/red")).toEqual(rows((i) => (i % 3 === 0 ? 1 : 0)));
    expect(await values(dataset, "Ns changes")).toEqual(rows((i) => (i === ROWS - 1 ? 1 : 0)));
    expect(tableOf(dataset).meta).toMatchObject({ technique: "CA", comments: "film 3" });
    expect((dataset.items[0] as Stream).clock).toEqual({ column: "time", start: "2024-01-10T11:02:29.886Z" });
  });

  it("says that the start has no zone, and takes one from the caller", async () => {
    expect((await open(KNOWN)).notices).toMatchObject([{ code: "zone-assumed", flag: "--time-zone" }]);
    const berlin = await open(KNOWN, { timeZone: "Europe/Berlin" });
    expect(codes(berlin)).toEqual([]);
    expect((berlin.items[0] as Stream).clock.start).toBe("2024-01-10T11:02:29.886+01:00");
    const fixed = await open(KNOWN, { timeZone: "-05:00" });
    expect((fixed.items[0] as Stream).clock.start).toBe("2024-01-10T11:02:29.886-05:00");
    await expect(open(KNOWN, { timeZone: "Mars" })).rejects.toMatchObject({ tag: "Usage" });
  });

  it.each(["u1", "u2", "f4", "f8"] as const)(
    "keeps an unknown column of type %s by the record's length",
    async (type) => {
      const extra = rows((i) => (type.startsWith("u") ? (7 * i) % 100 : Math.fround(1.5 * i - 20)));
      const ids = [...KNOWN.ids.slice(0, 5), 900, ...KNOWN.ids.slice(5)];
      const parts = [...KNOWN.values.slice(0, 3), { type, values: extra }, ...KNOWN.values.slice(3)];
      const dataset = await open({ ...KNOWN, ids, values: parts });
      expect(await values(dataset, "unknown_900")).toEqual(extra);
      expect(await values(dataset, "Ewe")).toEqual(rows((i) => 3.25 + i / 64));
      expect(await values(dataset, "<I>")).toEqual(rows((i) => Math.sin(i) / 7));
      expect(codes(dataset)).toContain("columns-unknown");
    },
  );

  it("tells two unknown columns apart where the values between them allow it", async () => {
    const a = rows((i) => 0.001 * i - 0.01);
    const b = rows((i) => i % 5);
    const dataset = await open({
      ...KNOWN,
      ids: [901, 4, 902, 6],
      values: [
        { type: "f8", values: a },
        { type: "f8", values: rows((i) => i * 0.25) },
        { type: "u2", values: b },
        { type: "f4", values: rows((i) => 4 + i / 128) },
      ],
    });
    expect(await values(dataset, "unknown_901")).toEqual(a);
    expect(await values(dataset, "unknown_902")).toEqual(b);
    expect(await values(dataset, "Ewe")).toEqual(rows((i) => 4 + i / 128));
  });

  it.each([ROWS - 3, ROWS + 9])("reads what is there when %d rows are declared", async (declared) => {
    const dataset = await open({ ...KNOWN, declared });
    expect(tableOf(dataset).rows).toBe(ROWS);
    expect(await values(dataset, "time")).toEqual(rows((i) => 0.5 * i));
    expect(codes(dataset)).toContain("rows-declared");
  });

  it("delivers the whole rows of a file that is cut, with a notice", async () => {
    const { start: _, ...unlogged } = KNOWN;
    const bytes = makeMpr(unlogged);
    const dataset = await openDataset(memorySource(bytes.slice(0, bytes.length - 40), "cut.mpr"));
    expect(tableOf(dataset).rows).toBe(ROWS - 2);
    expect(codes(dataset)).toEqual(["truncated", "start-missing"]);
  });

  it("gives no rows where there are none", async () => {
    const none = KNOWN.values.map(({ type }) => ({ type, values: [] }));
    const dataset = await open({ ...KNOWN, values: none });
    expect(tableOf(dataset).rows).toBe(0);
    expect(await values(dataset, "time")).toEqual([]);
  });

  it("keeps both of two columns with one name, and asks for columns that exist", async () => {
    const dataset = await open({
      ids: [4, 13, 434],
      values: [
        { type: "f8", values: rows((i) => i) },
        { type: "f8", values: rows((i) => i / 3600) },
        { type: "f4", values: rows((i) => i) },
      ],
    });
    expect(tableOf(dataset).columns.map(({ name }) => name)).toEqual(["time", "(Q-Qo)/mA.h", "(Q-Qo)/C"]);
    await expect(tableOf(dataset).read("Ewe", 0, 1)).rejects.toMatchObject({ tag: "Usage" });
  });

  it("gives each impedance sweep behind the whole table", async () => {
    const frequency = rows((i) => (i < 4 ? 0 : 10 ** (5 - ((i - 4) % 12) / 3)));
    const dataset = await open({
      ids: [32, 37, 38, 4],
      values: [
        { type: "f4", values: frequency },
        { type: "f4", values: rows((i) => 100 + i) },
        { type: "f4", values: rows((i) => i) },
        { type: "f8", values: rows((i) => i) },
      ],
      start: 45000.5,
    });
    const tables = dataset.items.map((item) => (item as Stream).table);
    expect(tables.map(({ rows: n }) => n)).toEqual([ROWS, 12, 12, 12]);
    expect([...((await tables[2]!.read("Re(Z)", 0, 2)) as Float64Array)]).toEqual([116, 117]);
    expect(codes(dataset)).toContain("sweeps");
  });

  it("knows sequences by the file's name", async () => {
    const dataset = await open(KNOWN, {}, "cell 7_02_CA_C04.mpr");
    expect(tableOf(dataset).meta).toMatchObject({
      "sequence.name": "cell 7",
      "sequence.index": "2",
      "sequence.channel": "C04",
    });
  });

  it("reads any range as a part of the whole", async () => {
    const table = tableOf(await open(KNOWN));
    const all = (await table.read("Ewe", 0, ROWS)) as Float64Array;
    for (const [from, to] of [
      [0, 1],
      [5, 17],
      [39, 40],
      [12, 12],
    ] as const)
      expect([...(await table.read("Ewe", from, to))]).toEqual([...all.slice(from, to)]);
  });
});

describe("mpr keeps the contract of formats", () => {
  formatContract({ format: mprFormat, name: "made.mpr", bytes: makeMpr(KNOWN), flips: 500 });
});
