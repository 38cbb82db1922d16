import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { madeCell } from "../src/analyses/electrochemistry/cycling/made-cell.ts";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-cycling-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function cycling(...args: string[]) {
  const all = ["cycling", ...args, "--json"];
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...all], { encoding: "utf8" });
  return { status, json: JSON.parse(stdout) };
}

/** An EC-Lab text file of a made cell; I in mA. */
function mpt(name: string, { sign = 1, start = "01/10/2024 10:00:00", scale = 1 } = {}): string {
  const run = madeCell({ charge: scale * 1e-3, discharge: scale * 1e-3, seconds: 300, loss: 0.1, cycles: 2 });
  const rows = Array.from(run.time, (t, i) =>
    [t.toFixed(3), run.potential[i]!.toFixed(6), (1000 * sign * run.current![i]!).toExponential(8)].join(
      "\t",
    ),
  );
  const header = ["EC-Lab ASCII FILE", "Nb header lines : 5", "", `Acquisition started on : ${start}`];
  const path = join(DIR, name);
  writeFileSync(path, `${[...header, "time/s\tEwe/V\tI/mA", ...rows].join("\r\n")}\r\n`);
  return path;
}

describe("lithoscope cycling", { timeout: 30_000 }, () => {
  it("writes half cycles as quantities, per mass and volume, and a report", () => {
    const out = join(DIR, "out");
    const args = ["--mass", "2.0±0.1mg", "--area", "0.5cm²±2%", "--thickness=100nm+-5nm"];
    const { status, json } = cycling(mpt("cell.mpt"), ...args, "--formula", "LiNi0.5Mn1.5O4", "--out", out);
    expect(status).toBe(0);
    const [charge, discharge] = json.cycling.half;
    expect([charge.cycle, charge.kind, charge.ce]).toEqual([1, "charge", null]);
    expect(charge.capacity).toMatchObject({ unit: "mAh" });
    expect(charge.capacity.value).toBeCloseTo(300 / 3600, 9);
    expect(discharge.ce.value).toBeCloseTo(0.9, 6);
    expect(charge.specific.value).toBeCloseTo(300 / 3600 / 2e-3, 4);
    expect(charge.specific.sigma / charge.specific.value).toBeCloseTo(0.05, 3);
    expect(charge.volumetric.unit).toBe("µAh cm⁻² µm⁻¹");
    expect(charge.volumetric.sigma / charge.volumetric.value).toBeCloseTo(Math.hypot(0.02, 0.05), 3);
    expect(charge.cRate.value).toBeCloseTo(1 / (0.1467 * 2), 2);
    const table = readFileSync(join(out, "tables", "half-cycles.csv"), "utf8");
    expect(table.split("\n")[0]).toContain("volumetric capacity (µAh cm⁻² µm⁻¹)");
    for (const id of ["capacity", "efficiency", "potential", "dqdv", "dvdq"])
      expect(existsSync(join(out, "figures", `${id}.svg`))).toBe(true);
    expect(existsSync(join(out, "report.html"))).toBe(true);
  });

  it("asks for the sign of a current that the energy contradicts", () => {
    const path = mpt("reversed.mpt", { sign: -1 });
    const { status, json } = cycling(path);
    expect([status, json.error.details.flag]).toEqual([4, "--sign"]);
    const said = cycling(path, "--sign", "reduction-positive").json;
    expect(said.cycling.half[0]).toMatchObject({ kind: "charge", cycle: 1 });
  });

  it("joins files of one cell, rows that they share once, and refuses those that overlap otherwise", () => {
    const first = mpt("a.mpt");
    const second = mpt("b.mpt", { start: "01/10/2024 12:00:00" });
    const joined = cycling(second, first, "--join").json.cycling.half;
    expect(joined.map((half: { cycle: number }) => half.cycle)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    const shared = cycling(first, mpt("d.mpt"), "--join").json;
    expect(shared.cycling.half).toHaveLength(4);
    expect(shared.notices.map(({ code }: { code: string }) => code)).toContain("rows-repeated");
    const inside = mpt("c.mpt", { start: "01/10/2024 10:05:00" });
    const { status, json } = cycling(first, inside, "--join");
    expect([status, json.error.details.flag]).toEqual([4, "--join"]);
  });

  it("gives replicate cells as mean and standard deviation", () => {
    const files = [0.98, 1, 1.02].map((scale, i) => mpt(`r${i}.mpt`, { scale }));
    const { capacity, ce } = cycling(...files, "--replicates").json.cycling.replicates;
    expect(capacity[0]).toMatchObject({ cycle: 1, kind: "charge", cells: 3 });
    expect(capacity[0].mean.value).toBeCloseTo(300 / 3600, 9);
    expect(capacity[0].mean.sigma / capacity[0].mean.value).toBeCloseTo(0.02, 6);
    expect(ce[0].mean.value).toBeCloseTo(0.9, 6);
  });

  it("says wrong usage", () => {
    const path = mpt("usage.mpt");
    expect(cycling(path, "--mass", "-2mg").status).toBe(2);
    expect(cycling(path, "--potential", "Ece").status).toBe(4);
  });
});
