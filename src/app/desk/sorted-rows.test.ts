import { describe, expect, it } from "vitest";
import { sortedRows } from "./sorted-rows.ts";

describe("rows in order", () => {
  it("puts what has no value last, whichever way", () => {
    const values = Float64Array.of(3, Number.NaN, -1, 3, Number.POSITIVE_INFINITY);
    expect([...sortedRows(values, false)]).toEqual([2, 0, 3, 4, 1]);
    expect([...sortedRows(values, true)]).toEqual([4, 0, 3, 2, 1]);
  });

  it("counts the numbers in words", () => {
    expect([...sortedRows(["grain 10", "", "grain 9"], false)]).toEqual([2, 0, 1]);
  });
});
