import { describe, expect, it } from "vitest";
import type { Column } from "../../../core/contracts.ts";
import { isSwept, presetsOf } from "./presets.ts";

const columns = (...names: string[]): Column[] =>
  names.map((text) => {
    const [name, unit] = text.split("|") as [string, string];
    return { name, unit, type: unit === "" ? "text" : "number" };
  });

describe("ways to look at a table", () => {
  it("puts Nyquist first, and turns the sign of Z″ only where the column does not hold it", () => {
    const eclab = presetsOf(
      columns("freq|Hz", "Re(Z)|Ohm", "-Im(Z)|Ohm", "|Z||Ohm".replace("|Z||", "Zmod|"), "time|s"),
    );
    expect(eclab[0]).toMatchObject({
      id: "nyquist",
      equal: true,
      x: { column: "Re(Z)" },
      y: [{ column: "-Im(Z)", negative: false }],
    });
    const gamry = presetsOf(columns("Freq|Hz", "Zreal|ohm", "Zimag|ohm", "Zmod|ohm", "Zphz|°"));
    expect(gamry[0]?.y).toEqual([{ column: "Zimag", negative: true }]);
    expect(gamry.map(({ id }) => id)).toEqual(["nyquist", "bode", "columns"]);
  });

  it("shows potential and current over time, with the other views at hand", () => {
    const found = presetsOf(columns("time|s", "Ewe|V", "<I>|mA", "(Q-Qo)|C", "cycle number|1"), "time");
    expect(found.map(({ id }) => id)).toEqual(["time", "current-potential", "capacity", "columns"]);
    expect(found[0]?.y).toEqual([{ column: "Ewe" }, { column: "<I>" }]);
  });

  it("takes any two columns of numbers, and needs two", () => {
    expect(presetsOf(columns("name|", "a|nm", "b|1"))).toMatchObject([
      { x: { column: "a" }, y: [{ column: "b" }] },
    ]);
    expect(presetsOf(columns("name|", "a|nm"))).toEqual([]);
  });

  it("tells a sweep of the potential from a charge", () => {
    const time = Float64Array.from({ length: 500 }, (_, i) => i);
    expect(
      isSwept(
        time,
        time.map((t) => 3 + Math.abs(((t * 0.01) % 4) - 2)),
      ),
    ).toBe(true);
    expect(
      isSwept(
        time,
        time.map((t) => 3 + Math.tanh(t / 100)),
      ),
    ).toBe(false);
    expect(
      isSwept(
        time,
        time.map((t) => 3 + 1e-5 * t),
      ),
    ).toBe(false);
  });
});
