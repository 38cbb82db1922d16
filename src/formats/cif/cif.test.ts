import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Crystal } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { cif } from "./format.ts";
import { parseOperator } from "./operators.ts";
import { cifNumber, parseCif } from "./parse.ts";
import { elementOf, interpretCif, readCif } from "./reader.ts";

/** Elements of the cell with their counts, by occupancy. */
function contents(crystal: Crystal): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { element, occupancy } of crystal.atoms) counts[element] = (counts[element] ?? 0) + occupancy;
  return Object.fromEntries(Object.entries(counts).map(([e, n]) => [e, Number(n.toFixed(4))]));
}

function cubic(symbol: string, atoms: string, a = 8.248): string {
  return `data_x\n_cell_length_a ${a}\n_cell_length_b ${a}\n_cell_length_c ${a}\n_cell_angle_alpha 90
_cell_angle_beta 90\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M '${symbol}'
loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n${atoms}\n`;
}
const ORIGIN_1 = "Li 0 0 0\nMn 0.625 0.625 0.625\nO 0.386 0.386 0.386";
const ORIGIN_2 = "Li 0.125 0.125 0.125\nMn 0.5 0.5 0.5\nO 0.261 0.261 0.261";

const LAYERED = `# a comment
data_layer
_cell_length_a 2.872(1)
_cell_length_b 2.872(1)
_cell_length_c 4.9
_cell_angle_gamma 120.
_publ_section_title
;
 text with 'quotes' and # signs
_not_a_tag 1
;
_symmetry_space_group_name_H-M "P -3 m 1"
loop_
 _symmetry_equiv_pos_site_id
 _symmetry_equiv_pos_as_xyz
 1 'x,y,z' 2 -y,x-y,z 3 -x+y,-x,z 4 y,x,-z 5 'x-y, -y, -z' 6 -x,-x+y,-z
 7 -x,-y,-z 8 y,-x+y,-z 9 x-y,x,-z 10 -y,-x,z 11 -x+y,y,z 12 x,x-y,z
loop_
 _atom_site_label _atom_site_occupancy _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z
 _atom_site_U_iso_or_equiv
 Ni1 0.9 0 0 0 0.01
 Li1+ 0.1 0 0 0 ?
 O2- . 0.333 0.667 0.25(1) ?
`;

describe("the CIF grammar", () => {
  it("reads numbers with uncertainties", () => {
    expect(cifNumber("5.411(4)")).toEqual({ value: 5.411, sigma: 0.004 });
    expect(cifNumber("-.5")).toEqual({ value: -0.5 });
    expect(cifNumber("x")).toBeUndefined();
  });

  it("keeps quotes, text fields and unknowns apart", () => {
    const { columns } = parseCif("data_a\n_x 'a dog's life'\n_y ?\n_z '?'\n_t\n;one\ntwo\n;\n", "a")
      .blocks[0]!;
    expect([...columns.values()].map((c) => c.values[0])).toEqual(["a dog's life", null, "?", "one\ntwo"]);
  });

  it.each([
    ["hello world", 1],
    ["data_a\n_x 1\nstray", 3],
    ["data_a\nloop_\n_x\n_y\n1 2 3", 2],
    ["data_a\n_x 'open", 2],
    ["data_a\n_x\n;open", 3],
    ["", 1],
    ["data_a\n_x 1\n_x 2", 3],
  ])("says where %j stops being a CIF", (text, line) => {
    let thrown: unknown;
    try {
      parseCif(text, "bad");
    } catch (error) {
      thrown = error;
    }
    expect(isLithoscopeError(thrown, "Format") && thrown.fields.line).toBe(line);
  });

  it("drops an empty repetition of a tag", () => {
    expect(parseCif("data_a\n_x 'Ge3 O8'\n_x ''\n", "a").blocks[0]!.columns.get("_x")!.values).toEqual([
      "Ge3 O8",
    ]);
  });

  it("is recognised from its head", () => {
    const sniff = (text: string): string => cif.sniff(new TextEncoder().encode(text), "a.txt");
    expect(sniff("# c\r\n\r\ndata_x\n")).toBe("certain");
    expect(sniff("data_x # c\n# d\nloop_\n_a\n")).toBe("certain");
    expect(sniff("hello")).toBe("no");
    expect(sniff("Data_Point,Test_Time,Current\n0,10.0,0.1\n")).toBe("no");
  });
});

describe("the meaning of a CIF", () => {
  it("reads labels and operators", () => {
    expect(["Li1+", "Mn4+", "Au0+", "Ni2", "O2-", "NI1", "D1", "Xx"].map((l) => elementOf(l))).toEqual([
      "Li",
      "Mn",
      "Au",
      "Ni",
      "O",
      "Ni",
      "H",
      undefined,
    ]);
    expect(parseOperator("X-Y, 1/3+y, -z+0.6667")).toEqual({
      rotation: [1, -1, 0, 0, 1, 0, 0, 0, -1],
      translation: [0, 1 / 3, 2 / 3],
    });
    expect(parseOperator("x,y")).toBeUndefined();
  });

  it("expands mixed sites and 0.333 on a special position", async () => {
    const crystal = await readCif(LAYERED, "layer");
    expect(contents(crystal)).toEqual({ Ni: 0.9, Li: 0.1, O: 2 });
    expect(crystal.laueGroup).toBe("-3m");
    expect(crystal.rotations).toHaveLength(6);
    expect(crystal.cell).toEqual([2.872, 2.872, 4.9, 90, 90, 120]);
    expect(crystal.atoms[0]!.bIso).toBeCloseTo(0.7896, 4);
    expect(crystal.atoms[1]!.bIso).toBe(0.5);
    expect(crystal.atoms[2]!.position[0]).toBeCloseTo(1 / 3, 9);
  });

  it("takes a single unlooped operator", async () => {
    const text = `${cubic("P 1", "Pt 0 0 0")}\n_space_group_symop_operation_xyz 'x,y,z'\n`;
    expect((await readCif(text, "p1")).laueGroup).toBe("-1");
  });

  it("says that atoms listed one by one have symmetry, in any cell", async () => {
    const codes = async (text: string) => (await interpretCif(text, "x")).notices.map(({ code }) => code);
    const p1 = (text: string) => `${text}\n_space_group_symop_operation_xyz 'x,y,z'\n`;
    const fcc = p1(cubic("P 1", "Pt 0 0 0\nPt 0 .5 .5\nPt .5 0 .5\nPt .5 .5 0"));
    expect((await interpretCif(fcc, "x")).notices[0]!.message).toContain("F m -3 m (No. 225)");
    const hexagonal = p1(cubic("P 1", "Mg 0.3333 0.6667 .25\nMg 0.6667 0.3333 .75", 3.2))
      .replace("_length_c 3.2", "_length_c 5.2")
      .replace("_gamma 90", "_gamma 120");
    expect((await interpretCif(hexagonal, "x")).notices[0]!.message).toContain("No. 194");
    const none = "Ni .1 .2 .3\nNi .45 .1 .7\nLi .8 .67 .13\nO .52 .9 .41";
    const triclinic = p1(cubic("P 1", none)).replace("_alpha 90", "_alpha 83");
    expect(await codes(triclinic)).toEqual([]);
  });

  it("says that a setting is not used where operators are listed", async () => {
    const { notices } = await interpretCif(LAYERED, "layer", "2");
    expect(notices.map(({ code }) => code)).toEqual(["cif-setting-unused"]);
  });

  it("reads the atoms of a magnetic cell, without the sign of time", async () => {
    const text = `data_m
_cell_length_a 4
_cell_length_b 4
_cell_length_c 8
_space_group.magn_name_BNS "P_c 2"
loop_
_space_group_symop.magn_id
_space_group_symop.magn_operation_xyz
1 x,y,z,+1
2 -x,-y,z+1/4,-1
loop_
_space_group_symop.magn_centering_id
_space_group_symop.magn_centering_xyz
1 x,y,z,+1
2 x,y,z+1/2,-1
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Ni 0.1 0.2 0
`;
    const { crystal, notices } = await interpretCif(text, "m");
    expect(crystal).toMatchObject({ laueGroup: "2/m", spaceGroup: "P_c 2" });
    expect(crystal.atoms.map(({ position }) => position.map((v) => Math.round(100 * v))).sort()).toEqual([
      [10, 20, 0],
      [10, 20, 50],
      [90, 80, 25],
      [90, 80, 75],
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["cif-magnetic"]);
  });

  it("notices a cell that lacks the symmetry of its operators", async () => {
    const { notices } = await interpretCif(LAYERED.replace("_b 2.872(1)", "_b 3.9"), "wrong");
    expect(notices.map((n) => n.code)).toContain("cif-cell-symmetry");
  });
});

describe("a CIF without operators", () => {
  it.each([
    ["F d -3 m", ORIGIN_1],
    ["F d -3 m", ORIGIN_2],
    ["F d -3 m S", ORIGIN_1],
    ["F d -3 m Z", ORIGIN_2],
    ["F d -3 m :1", ORIGIN_1],
    ["F d -3 m :2", ORIGIN_2],
    ["Fd3m", ORIGIN_2],
  ])("%s with coordinates %j is the spinel", async (symbol, atoms) => {
    const crystal = await readCif(cubic(symbol, atoms), "spinel");
    expect(contents(crystal)).toEqual({ Li: 8, Mn: 16, O: 32 });
    expect(crystal.laueGroup).toBe("m-3m");
  });

  it("obeys the setting it is given and still checks the structure", async () => {
    expect(contents(await readCif(cubic("F d -3 m", ORIGIN_1), "s", "1"))).toEqual({ Li: 8, Mn: 16, O: 32 });
    await expect(readCif(cubic("F d -3 m", ORIGIN_1), "s", "2")).rejects.toMatchObject({ tag: "Missing" });
    const hall = await readCif(cubic("F d -3 m", ORIGIN_2), "s", "Hall:-F 4vw 2vw 3");
    expect(hall.atoms).toHaveLength(56);
  });

  it("says which setting it found", async () => {
    const { notices } = await interpretCif(cubic("F d -3 m", ORIGIN_1), "s");
    expect(notices.map((n) => [n.code, n.flag])).toEqual([
      ["cif-setting-found", "--setting s=1|2|H|R|Hall:..."],
    ]);
  });

  it("uses hexagonal operators for a hexagonal cell", async () => {
    const text = cubic("R -3 m", "Co 0 0 0.5\nLi 0 0 0\nO 0 0 0.2395", 2.8155)
      .replace("_length_c 2.8155", "_length_c 14.05")
      .replace("_gamma 90", "_gamma 120");
    const crystal = await readCif(text, "LCO");
    expect(contents(crystal)).toEqual({ Co: 3, Li: 3, O: 6 });
    expect(crystal.laueGroup).toBe("-3m");
  });

  it.each(["C9:b1", "?"])("asks for the setting when the symbol is %s", async (symbol) => {
    const missing = { tag: "Missing", fields: { flag: "--setting odd=1|2|H|R|Hall:..." } };
    await expect(readCif(cubic(symbol, ORIGIN_1), "odd")).rejects.toMatchObject(missing);
  });
});

const data = process.env.LITHOSCOPE_DATA;
describe.skipIf(data === undefined)("the CIFs of the data set", () => {
  const folder = join(data ?? "", "acom-cif");
  const files = data === undefined ? [] : readdirSync(folder).filter((f) => f.endsWith(".cif"));
  const expected: Record<string, [string, number, number]> = {
    LNMO_Fd: ["m-3m", 24, 56],
    LNMO_P4: ["m-3m", 24, 56],
    NMC: ["-3m", 6, 12],
    Li2MnO3: ["2/m", 2, 24],
  };
  it.each(files)("%s reads", async (file) => {
    const crystal = await readCif(readFileSync(join(folder, file), "utf8"), file);
    const [laue, rotations, atoms] = Object.entries(expected).find(([k]) => file.startsWith(k))?.[1] ?? [
      "m-3m",
      24,
      0,
    ];
    expect(crystal.laueGroup).toBe(laue);
    expect(crystal.rotations).toHaveLength(rotations);
    if (atoms > 0) expect(crystal.atoms.reduce((sum, a) => sum + a.occupancy, 0)).toBeCloseTo(atoms, 6);
  });
});
