import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/impulse.ts";
import { beside } from "../../../test/contracts/beside.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Stream, Table } from "../../core/contracts.ts";
import { openDataset } from "../open.ts";
import { impulseFormat } from "./format.ts";

const made = await cases();
const { files } = made[0]!;
const data = "made_Synchronized data.csv";

describe("impulse", () => {
  it.each(made.map(({ name }) => name))("opens data and metadata by either: %s", async (name) => {
    const { items, notices } = await openDataset(beside(name, files), undefined, { timeZone: "Z" });
    const { clock, table } = items[0] as Stream;
    expect(clock).toEqual({ column: "Experiment time", start: "2021-08-06T13:40:19.062Z" });
    expect(table.columns.map(({ name, unit }) => `${name} ${unit}`.trim())).toEqual([
      "TimeStamp",
      "Experiment time s",
      "Temperature Measured degC",
      "MixValve",
      "Pin Measured 1",
      "% Gas1 Measured %",
      "Channel#1 1",
    ]);
    expect([...(await table.read("Temperature Measured", 0, 3))]).toEqual([9.055198, 11.270884, 13.471796]);
    expect(table.meta).toMatchObject({
      Sample: "Gold",
      Gas1: "H2",
      "Channel#1": "28 (Nitrogen)",
      comments: "13:46:46: Live note one; 13:46:52: Live note two",
    });
    expect(notices.map(({ code }) => code)).toEqual(["date-order"]);
  });

  it("has no start without metadata", async () => {
    const { items, notices } = await openDataset(beside(data, { [data]: files[data]! }));
    expect((items[0] as Stream).clock).toEqual({ column: "Experiment time" });
    expect(notices.map(({ code }) => code)).toEqual(["start-missing"]);
  });

  it("gives metadata alone as a table", async () => {
    const name = "made_Metadata.log";
    const { items } = await openDataset(beside(name, { [name]: files[name]! }));
    expect([...(await (items[0] as Table).read("value", 0, 3))]).toEqual(["06-08-2021", "13:40:19", "Gold"]);
  });
});

describe("impulse keeps the contract of formats", () => {
  formatContract({ format: impulseFormat, name: data, bytes: files[data]! });
});
