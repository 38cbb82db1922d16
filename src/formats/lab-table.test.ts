import { describe, expect, it } from "vitest";
import { splitHeading } from "./lab-table.ts";

describe("a heading", () => {
  it.each([
    ["time/s", "time", "s"],
    ["Current (A)", "Current", "A"],
    ["Cap. [Ah]", "Cap.", "Ah"],
    ["<Ewe/V>", "<Ewe>", "V"],
    ["dq/mA.h", "dq", "mA.h"],
    ["dQ/C", "dQ", "C"],
    ["Q charge/discharge/mA.h", "Q charge/discharge", "mA.h"],
    ["control/V/mA", "control", "V/mA"],
    ["Temperature/\ufffdC", "Temperature", "\ufffdC"],
    ["Amps", "Amps", "A"],
    ["Watt-hr", "Watt-hr", "Wh"],
    ["Test (Sec)", "Test", "Sec"],
    ["Test (Min)", "Test", "Min"],
    ["Ah-Cyc-Charge", "Ah-Cyc-Charge", "Ah"],
    ["Wh-Step", "Wh-Step", "Wh"],
    ["mAh/g", "mAh/g", "mAh/g"],
    ["C/µF", "C", "µF"],
    ["T/K", "T", "K"],
    ["Aux_Temperature_1 (C)", "Aux_Temperature_1", "°C"],
    ["Aux_dT/dt_1 (C/s)", "Aux_dT/dt_1", "°C/s"],
    ["Charge (C)", "Charge", "C"],
  ])("%s has name and unit", (heading, name, unit) => expect(splitHeading(heading)).toEqual({ name, unit }));

  it.each(["ox/red", "dV/dt", "dQ/dV", "Re(M)", "Z'(a)", "Voltage"])("%s has no unit", (heading) =>
    expect(splitHeading(heading)).toEqual({ name: heading, unit: "1" }),
  );

  it("of a derivative keeps its unit in brackets", () => {
    expect(splitHeading("dQ/dV (Ah/V)")).toEqual({ name: "dQ/dV", unit: "Ah/V" });
    expect(splitHeading("dV/dt (V/s)")).toEqual({ name: "dV/dt", unit: "V/s" });
  });
});
