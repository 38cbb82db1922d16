import { describe, expect, it } from "vitest";
import type { Table } from "../../../core/contracts.ts";
import { traceFigure } from "./figure.ts";

const rows = 20_000;
const time = Float64Array.from({ length: rows }, (_, i) => i);
const columns: Readonly<Record<string, Float64Array>> = {
  time,
  Ewe: time.map((t) => 3.5 + Math.tanh(t / 5000)),
  I: time.map((t) => (t === 7777 ? 9 : 1)),
};
const table: Table = {
  kind: "table",
  title: "a charge",
  rows,
  columns: [
    { name: "time", unit: "s", type: "number" },
    { name: "Ewe", unit: "V", type: "number" },
    { name: "I", unit: "mA", type: "number" },
  ],
  meta: {},
  read: async (name, from, to) => columns[name]!.slice(from, to),
};

describe("a trace as a figure", () => {
  it("has a panel for each unit, and keeps a peak of one row", async () => {
    const figure = await traceFigure(table, { shows: "", x: "", y: "", scale: "auto" });
    expect(figure.svg).toContain("Ewe (V)");
    expect(figure.svg).toContain("I (mA)");
    expect(figure.data).toMatch(/(^|,)7777,9(,|$)/m);
    expect(figure.svg.length).toBeLessThan(200_000);
  });
});
