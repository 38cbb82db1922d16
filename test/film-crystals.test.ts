import { describe, expect, it } from "vitest";
import { LNMO, PLATINUM, spaceGroupOperators } from "../src/analyses/simulation/crystals.ts";
import { interpretCif } from "../src/formats/cif/reader.ts";

describe("the crystals of the simulated film", () => {
  it.each([
    [LNMO, 192, 72],
    [PLATINUM, 192, 4],
  ])("have the operators that the tables give for their Hall symbol", async (crystal, operators, atoms) => {
    const listed = crystal.cif.split("\n").filter((line) => line.startsWith("'"));
    expect(new Set(listed).size).toBe(operators);
    const stated = await interpretCif(crystal.cif, crystal.name);
    const known = await interpretCif(crystal.bareCif, crystal.name);
    expect(stated.notices).toEqual([]);
    expect(stated.crystal.atoms.length).toBe(atoms);
    const places = (c: typeof stated) =>
      c.crystal.atoms.map((a) => `${a.element} ${a.position.map((v) => v.toFixed(6)).join(" ")}`).sort();
    expect(places(stated)).toEqual(places(known));
    expect([stated.crystal.laueGroup, stated.crystal.rotations.length]).toEqual(["m-3m", 24]);
  });

  it("close a group from its generators", () => {
    expect(spaceGroupOperators(["-x,-y,z+1/2"])).toEqual(["x,y,z", "-x,-y,z+1/2"]);
  });
});
