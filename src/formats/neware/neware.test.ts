import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { cyclerRows, makeNda29, makeNda91, makeNdax14, makeNdc5 } from "../../../fixtures/make/neware.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Dataset, OpenOptions, Stream, Table } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { newareFormat } from "./format.ts";

const ROWS = cyclerRows();
const open = (bytes: Uint8Array, name: string, options?: OpenOptions): Promise<Dataset> =>
  openDataset(memorySource(bytes, name), undefined, options);
const tableOf = ({ items }: Dataset): Table => (items[0] as Stream).table;
const values = async (dataset: Dataset, column: string) => {
  const table = tableOf(dataset);
  return [...(await table.read(column, 0, table.rows))] as number[];
};
const codes = ({ notices }: Dataset) => notices.map(({ code }) => code);
const near = (found: readonly number[], wanted: readonly number[], digits = 4) => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, digits);
};

const FILES = [
  ["nda 29", makeNda29(ROWS), "made.nda"],
  ["nda of BTS 9.1", makeNda91(ROWS), "made.nda"],
  ["ndc 5", zipSync({ "data.ndc": makeNdc5(ROWS) }), "made.ndax"],
  ["ndc 14", zipSync(makeNdax14(ROWS)), "made.ndax"],
] as const;

describe("neware", () => {
  it.each(FILES)("reads %s", async (_, bytes, name) => {
    const dataset = await open(bytes, name);
    near(
      await values(dataset, "Voltage"),
      ROWS.map(({ voltage }) => voltage),
    );
    near(
      await values(dataset, "Current"),
      ROWS.map(({ current }) => current),
    );
    // The cycler stores whole units of 0.01 mA s.
    near(
      await values(dataset, "Charge_Capacity"),
      ROWS.map(({ charge }) => charge),
    );
    near(
      await values(dataset, "Discharge_Capacity"),
      ROWS.map(({ discharge }) => discharge),
    );
    near(
      await values(dataset, "clock"),
      ROWS.map((_row, i) => i),
    );
    expect(await values(dataset, "Step")).toEqual(ROWS.map(({ stepIndex }) => stepIndex));
    // Charge first: a new cycle begins with the charge that follows the discharge.
    expect(await values(dataset, "Cycle")).toEqual(ROWS.map(({ stepIndex }) => (stepIndex === 4 ? 2 : 1)));
    expect((await values(dataset, "Status")).slice(9, 11)).toEqual(["CC_Chg", "CC_DChg"]);
    const units = tableOf(dataset).columns.filter(({ unit }) => unit !== "" && unit !== "1");
    expect(units.slice(0, 7).map(({ unit }) => unit)).toEqual(["s", "V", "mA", "mAh", "mAh", "mWh", "mWh"]);
    expect((dataset.items[0] as Stream).clock).toEqual({
      column: "clock",
      start: "2024-05-27T08:00:00.000Z",
    });
  });

  it("does not shift UTC stamps, and takes a zone for local ones", async () => {
    const utc = await open(makeNda91(ROWS), "made.nda", { timeZone: "+02:00" });
    expect((utc.items[0] as Stream).clock.start).toBe("2024-05-27T08:00:00.000Z");
    const local = await open(makeNda29(ROWS), "made.nda", { timeZone: "+02:00" });
    expect((local.items[0] as Stream).clock.start).toBe("2024-05-27T08:00:00.000+02:00");
    expect(codes(await open(makeNda29(ROWS), "made.nda"))).toEqual(["zone-assumed"]);
  });

  it("says that it filled in what the archive leaves out, and names the temperatures", async () => {
    const dataset = await open(FILES[3][1], "made.ndax");
    expect(codes(dataset)).toEqual(["rows-filled"]);
    expect(await values(dataset, "T1")).toEqual(ROWS.map((_, i) => 20 + i));
    expect(tableOf(dataset).meta).toMatchObject({ Barcode: "film 3", version: "14" });
  });

  it("sorts rows by their index and drops the second of two, with a notice", async () => {
    const mixed = [...ROWS.slice(10), ...ROWS.slice(0, 11)];
    const dataset = await open(makeNda29(mixed), "made.nda");
    expect(await values(dataset, "Index")).toEqual(ROWS.map(({ index }) => index));
    expect(codes(dataset)).toContain("rows-order");
  });

  it("needs the tables beside data.ndc, and does not know other versions", async () => {
    const { "data.ndc": data } = makeNdax14(ROWS);
    await expect(open(data!, "data.ndc")).rejects.toMatchObject({ tag: "Format" });
    const other = makeNda29(ROWS);
    other[14] = 77;
    await expect(open(other, "made.nda")).rejects.toMatchObject({ tag: "Unsupported" });
  });
});

describe("neware keeps the contract of formats", () => {
  formatContract({ format: newareFormat, name: "made.nda", bytes: makeNda29(ROWS) });
});
