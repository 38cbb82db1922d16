import { describe, expect, it } from "vitest";
import type { Column, Notice, Table } from "../../core/contracts.ts";
import { impedanceColumns, spectrumOf } from "./impedance-columns.ts";

function table(columns: Readonly<Record<string, readonly number[]>>, units: readonly string[]): Table {
  const names = Object.keys(columns);
  return {
    kind: "table",
    title: "cell",
    rows: columns[names[0]!]!.length,
    columns: names.map((name, i): Column => ({ name, unit: units[i]!, type: "number" })),
    meta: {},
    read: async (name: string, from: number, to: number) => Float64Array.from(columns[name]!.slice(from, to)),
  } as unknown as Table;
}

const f = [1, 10, 100, 1000, 10000, 100000];
const re = f.map((v) => 10 + 100 / (1 + (v / 100) ** 2));
const im = f.map((v) => (-100 * (v / 100)) / (1 + (v / 100) ** 2));
const minus = im.map((v) => -v);

describe("impedance columns", () => {
  it("are found by makers' names with sign and unit", async () => {
    const eclab = table({ freq: f, "Re(Z)": re.map((v) => v / 1e3), "-Im(Z)": minus }, ["Hz", "kOhm", "Ohm"]);
    const notices: Notice[] = [];
    const s = (await spectrumOf(eclab, {}, notices))!;
    expect(Array.from(s.frequency)).toEqual([...f].reverse());
    expect(s.z[10]).toBeCloseTo(re[0]!, 10);
    expect(s.z[11]).toBeCloseTo(im[0]!, 10);
    expect(notices).toEqual([]);
  });

  it("are found as modulus and negative phase", async () => {
    const size = re.map((v, i) => Math.hypot(v, im[i]!));
    const phase = re.map((v, i) => (-Math.atan2(im[i]!, v) * 180) / Math.PI);
    const s = (await spectrumOf(
      table({ frequency: f, "|Z|": size, "-phase": phase }, ["1", "1", "1"]),
      {},
      [],
    ))!;
    for (let i = 0; i < 6; i++) {
      expect(s.z[2 * i]).toBeCloseTo(re[5 - i]!, 10);
      expect(s.z[2 * i + 1]).toBeCloseTo(im[5 - i]!, 10);
    }
  });

  it("are not a current that has the same name, nor a table without frequencies", () => {
    const names = (list: readonly [string, string][]) =>
      list.map(([name, unit]): Column => ({ name, unit, type: "number" }));
    expect(
      impedanceColumns(
        names([
          ["T", "s"],
          ["Vf", "V"],
          ["Im", "A"],
        ]),
      ),
    ).toBeUndefined();
    expect(
      impedanceColumns(
        names([
          ["Freq", "Hz"],
          ["Zreal", "ohm"],
          ["Im", "A"],
        ]),
      ),
    ).toBeUndefined();
  });

  it("with the wrong sign are asked about, never turned by themselves", async () => {
    const wrong = table({ f, "Z'": re, "Z''": minus }, ["1", "1", "1"]);
    await expect(spectrumOf(wrong, {}, [])).rejects.toMatchObject({
      tag: "Missing",
      fields: { flag: "--negate" },
    });
    const power = table({ f, "Z'": re.map((v) => -v), "Z''": im }, ["1", "1", "1"]);
    await expect(spectrumOf(power, {}, [])).rejects.toThrow(/--negate re/);
    const s = (await spectrumOf(wrong, { negate: "im" }, []))!;
    expect(s.z[11]).toBeCloseTo(im[0]!, 10);
  });

  it("of a resistor, whose phase is noise, are taken as they are", async () => {
    const flat = table(
      { f, "Z'": f.map((_, i) => 1e4 + 3 * i), "Z''": f.map((_, i) => 40 * (i % 2 ? 1 : 0.5)) },
      ["Hz", "Ohm", "Ohm"],
    );
    expect((await spectrumOf(flat, {}, []))!.frequency).toHaveLength(f.length);
  });

  it("in no order are sorted, and rows without numbers left out, both said", async () => {
    const order = [3, 0, 5, 1, 4, 2];
    const mixed = table(
      {
        f: [...order.map((i) => f[i]!), 50, 0],
        "Z'": [...order.map((i) => re[i]!), Number.NaN, 1],
        "Z''": [...order.map((i) => im[i]!), 1, 1],
      },
      ["Hz", "Ohm", "Ohm"],
    );
    const notices: Notice[] = [];
    const s = (await spectrumOf(mixed, {}, notices))!;
    expect(Array.from(s.frequency)).toEqual([...f].reverse());
    expect(notices.map(({ code }) => code)).toEqual(["points-left-out", "frequencies-sorted"]);
  });

  it("of one point are refused", async () => {
    await expect(
      spectrumOf(table({ f: [1], "Z'": [1], "Z''": [1] }, ["1", "1", "1"]), {}, []),
    ).rejects.toMatchObject({ tag: "Refused" });
  });
});
