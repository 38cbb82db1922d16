import { expect, it } from "vitest";
import type { Table } from "../../../core/contracts.ts";
import { cyclingRun } from "./columns.ts";

/** A charge of 100 rows, 10 s apart, the rows in the order given. */
function made(order: readonly number[]): Table {
  const columns: Record<string, number[]> = {
    time: order.map((i) => 10 * i),
    voltage: order.map((i) => 3 + 0.01 * i),
    current: order.map(() => 1e-3),
  };
  const units: Record<string, string> = { time: "s", voltage: "V", current: "A" };
  return {
    kind: "table",
    title: "made",
    rows: order.length,
    columns: Object.entries(units).map(([name, unit]) => ({ name, unit, type: "number" })),
    meta: {},
    read: async (name, from, to) => Float64Array.from(columns[name]!.slice(from, to)),
  };
}

const rows = Array.from({ length: 101 }, (_, i) => i);

it("shuffled rows are taken in the order of time, repeated ones once, both said; a single step back is kept", async () => {
  const plain = await cyclingRun(made(rows), { sign: 1 });
  expect(plain.notices).toEqual([]);
  const shuffled = await cyclingRun(made(rows.map((i) => (37 * i) % 101)), { sign: 1 });
  expect(shuffled.notices.map(({ code }) => code)).toEqual(["rows-shuffled"]);
  expect(shuffled.run).toEqual(plain.run);
  const twice = await cyclingRun(made([...rows, ...rows]), { sign: 1 });
  expect(twice.notices.map(({ code }) => code)).toEqual(["rows-repeated"]);
  expect(twice.run).toEqual(plain.run);
  const back = await cyclingRun(made([...rows, ...rows.map((i) => i + 0.5)]), { sign: 1 });
  expect(back.notices.map(({ code }) => code)).toEqual(["clock-back"]);
});

it("a row without a time is left out and said, and is no step back of the clock", async () => {
  const gap = await cyclingRun(made(rows.map((i) => (i === 40 ? Number.NaN : i))), { sign: 1 });
  expect(gap.notices.map(({ code }) => code)).toEqual(["rows-without-numbers"]);
  const back = await cyclingRun(made([0, 1, 2, 3, Number.NaN, 1.5, 2.5, ...rows.slice(4)]), { sign: 1 });
  expect(back.notices.find(({ code }) => code === "clock-back")!.message).toContain(
    "1 of 104 rows, first by 15 s at row 6",
  );
});
