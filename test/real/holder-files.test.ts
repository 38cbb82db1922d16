import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Stream } from "../../src/core/contracts.ts";
import { openDataset } from "../../src/formats/open.ts";
import { openFile } from "../../src/sources/file.node.ts";
import type { ReferenceColumn } from "./lab-reference.ts";

const LAB = join(process.env.LITHOSCOPE_DATA ?? "/nowhere", "lab");
const here = existsSync(join(LAB, "holder"));

interface ReferenceSignal extends ReferenceColumn {
  readonly title: string | null;
  readonly date: string;
  readonly time: string;
  readonly axes: readonly { readonly scale: number; readonly offset: number }[];
}

function readers(
  file: string,
): Readonly<Record<string, { columns?: ReferenceColumn[]; signals?: ReferenceSignal[] }>> {
  return JSON.parse(readFileSync(join(LAB, "reference", "holder", `${file}.json`), "utf8")).readers;
}

async function streamOf(file: string): Promise<Stream> {
  const source = await openFile(join(LAB, "holder", file));
  try {
    const { items } = await openDataset(source);
    expect(items.map(({ kind }) => kind)).toEqual(["stream"]);
    return items[0] as Stream;
  } finally {
    await source.close();
  }
}

const values = async ({ table }: Stream, name: string) =>
  (await table.read(name, 0, table.rows)) as Float64Array;
const sumOf = (numbers: Float64Array) => numbers.filter(Number.isFinite).reduce((a, b) => a + b, 0);
const near = (found: number, known: number) =>
  expect(Math.abs(found - known)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(known)));

const SYMBOL: Readonly<Record<string, string>> = {
  "Degrees C": "°C",
  Amps: "A",
  Volts: "V",
  Ohms: "Ohm",
  Torr: "Torr",
};

describe.skipIf(!here)("holder logs against independent readers", () => {
  it.each([
    "protochips_electrical.csv",
    "protochips_electrothermal.csv",
    "protochips_gas_cell_no_user.csv",
    "protochips_thermal.csv",
  ])("%s", async (file) => {
    const stream = await streamOf(file);
    const { "rosettasciio 0.15.0": rsciio, ...others } = readers(file);
    const { columns } = Object.values(others)[0]!;
    for (const { name, count, sum, first } of columns!) {
      const ours = await values(stream, name);
      // The other reader counts the rows of notes at the head, which repeat the first values (time 0).
      const notes = count! - ours.length;
      expect([8, 9]).toContain(notes);
      if (typeof first![0] === "number") near(sumOf(ours), sum! - notes * first![0]);
    }
    for (const { title, count, sum, nonfinite, date, time } of rsciio!.signals!) {
      const [, name, unit] = /^(.*) \((.*)\)$/.exec(title!)!;
      const ours = await values(stream, name!);
      expect(stream.table.columns.find((column) => column.name === name)!.unit).toBe(SYMBOL[unit!]);
      expect(stream.clock.start!.slice(0, 23)).toBe(`${date}T${time.slice(0, 12)}`);
      // rosettasciio takes the first measurement of a log without a user for a note.
      const whole = file === "protochips_gas_cell_no_user.csv" ? ours.subarray(1) : ours;
      expect(whole).toHaveLength(count!);
      expect(whole.filter((value) => !Number.isFinite(value))).toHaveLength(nonfinite!);
      if (sum !== undefined) near(sumOf(whole), sum);
    }
  });

  it("file1.dens", async () => {
    const stream = await streamOf("file1.dens");
    const [{ count, sum, date, axes }] = readers("file1.dens")["rosettasciio 0.15.0"]!.signals as [
      ReferenceSignal,
    ];
    const measured = await values(stream, "Tmeas");
    expect(measured).toHaveLength(count!);
    near(sumOf(measured), sum!);
    const midnight = Date.parse(`${date}T00:00:00Z`);
    near((Date.parse(stream.clock.start!) - midnight) / 1000, axes[0]!.offset);
    const clock = await values(stream, "clock");
    expect(clock[1]).toBeCloseTo(axes[0]!.scale, 9);
  });

  it.each([
    ["invalid_protochips_file.csv", /Time units/],
    ["file2.dens", /cannot be told apart/],
    ["file3.dens", /cannot be told apart/],
  ])("%s is refused", async (file, why) => {
    await expect(streamOf(file)).rejects.toMatchObject({
      tag: "Refused",
      message: expect.stringMatching(why),
    });
  });
});
