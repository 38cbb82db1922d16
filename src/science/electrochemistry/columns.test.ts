import { describe, expect, it } from "vitest";
import type { Column } from "../../core/contracts.ts";
import { CURRENT, findColumn, POTENTIAL, TIME } from "./columns.ts";

const column = (name: string, unit: string): Column => ({ name, unit, type: "number" });

describe("columns by role", () => {
  it("are found with their factor to SI", () => {
    const eclab = [column("time", "s"), column("Ewe", "V"), column("<I>", "mA"), column("I Range", "1")];
    expect(findColumn(eclab, TIME)).toMatchObject({ column: eclab[0], factor: 1, assumed: false });
    expect(findColumn(eclab, CURRENT)!.factor).toBeCloseTo(1e-3, 18);
    const gamry = [column("T", "s"), column("Vf", "V vs. Ref."), column("Im", "A")];
    expect(findColumn(gamry, POTENTIAL)).toMatchObject({ column: gamry[1], factor: 1 });
    expect(findColumn(gamry, CURRENT)).toMatchObject({ column: gamry[2], factor: 1 });
  });

  it("are found by German and French names", () => {
    const columns = [
      column("Zeit", "s"),
      column("Spannung", "V"),
      column("Strom", "µA"),
      column("courant", "A"),
    ];
    expect(findColumn(columns, TIME)?.column.name).toBe("Zeit");
    expect(findColumn(columns, POTENTIAL)?.column.name).toBe("Spannung");
    expect(findColumn(columns, CURRENT)).toMatchObject({ column: columns[2], factor: 1e-6 });
  });

  it("without unit count in the role's own, and never with a wrong dimension", () => {
    expect(findColumn([column("Time", "1")], TIME)).toMatchObject({ factor: 1, assumed: true });
    expect(findColumn([column("Time", "V")], TIME)).toBeUndefined();
    expect(findColumn([column("current", "mA/cm²"), column("Current", "1")], CURRENT)?.column.unit).toBe("1");
  });
});
