import { describe, expect, it } from "vitest";
import type { Table } from "./contracts.ts";
import { sampledTable } from "./sampled-table.ts";

const counted = (rows: number): Table => ({
  kind: "table",
  title: "rows",
  rows,
  columns: [
    { name: "row", unit: "1", type: "number" },
    { name: "word", unit: "", type: "text" },
  ],
  meta: {},
  read: async (name, from, to) => {
    const numbers = Float64Array.from({ length: Math.min(to, rows) - from }, (_, i) => from + i);
    return name === "row" ? numbers : Array.from(numbers, String);
  },
});

describe("a sampled table", () => {
  it("holds evenly spaced blocks with the first and the last row, and knows which rows they are", async () => {
    const table = sampledTable(counted(10_000_001))!;
    expect(table.rows).toBeLessThan(64 * 8192);
    const rows = (await table.read("row", 0, table.rows)) as Float64Array;
    expect(rows).toHaveLength(table.rows);
    expect([rows[0], rows.at(-1)]).toEqual([0, 10_000_000]);
    for (let i = 0; i < rows.length; i += 997) expect(rows[i]).toBe(table.row(i));
    const steps = rows.slice(1).map((row, i) => row - rows[i]!);
    expect(steps.filter((step) => step !== 1)).toHaveLength(63);
    expect(Math.max(...steps.filter((step) => step !== 1))).toBeLessThan(160_000);
  });

  it("reads any range, words too", async () => {
    const table = sampledTable(counted(2_000_000))!;
    const rows = (await table.read("row", 0, table.rows)) as Float64Array;
    expect(await table.read("row", 8000, 20_000)).toEqual(rows.slice(8000, 20_000));
    expect(await table.read("word", 8190, 8194)).toEqual(Array.from(rows.slice(8190, 8194), String));
    expect(await table.read("row", table.rows, table.rows + 5)).toEqual(new Float64Array(0));
  });

  it("is not made of a table that is quickly read", () => {
    expect(sampledTable(counted(1_000_000))).toBeUndefined();
  });
});
