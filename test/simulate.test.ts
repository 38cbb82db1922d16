import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-simulate-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function lithoscope(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const SMALL = ["--size", "3", "--detector", "48", "--pixel-size", "0.06/Å"];
const simulate = (out: string, ...more: string[]) =>
  lithoscope("simulate", "orientation", "--out", join(DIR, out), ...SMALL, ...more);
const bytes = (...path: string[]) => readFileSync(join(DIR, ...path));

describe("lithoscope simulate orientation", { timeout: 60_000 }, () => {
  it("writes the same scan for the same seed, with crystals, truth and the flags to use", () => {
    expect(simulate("a", "--seed", "3").status).toBe(0);
    expect(simulate("b", "--seed", "3").status).toBe(0);
    expect(simulate("c", "--seed", "4").status).toBe(0);
    expect(bytes("a", "scan.blo").equals(bytes("b", "scan.blo"))).toBe(true);
    expect(bytes("a", "truth.bin").equals(bytes("b", "truth.bin"))).toBe(true);
    expect(bytes("a", "scan.blo").equals(bytes("c", "scan.blo"))).toBe(false);
    const truth = JSON.parse(bytes("a", "truth.json").toString());
    expect(truth.phases).toEqual([
      { name: "LNMO", laue: "m-3m" },
      { name: "Pt", laue: "m-3m" },
    ]);
    const last = truth.arrays.at(-1);
    expect(last.offset + 4 * 9 * last.components).toBe(bytes("a", "truth.bin").length);
    const flags = JSON.parse(bytes("a", "scan.json").toString()).flags;
    expect(flags).toMatchObject({ voltage: "200kV", "pixel-size": "0.06/Å", step: "2nm" });
    for (const crystal of flags.crystal) {
      const info = lithoscope("info", join(DIR, "a", crystal.split("=")[1]), "--json");
      expect(JSON.parse(info.stdout).files[0].items[0].kind).toBe("crystal");
    }
  });

  it("writes what info reads back", () => {
    simulate("info", "--seed", "3");
    const [scan] = JSON.parse(lithoscope("info", join(DIR, "info", "scan.blo"), "--json").stdout).files;
    expect(scan.items[0].shape).toEqual([3, 3, 48, 48]);
    expect(scan.items[0].axes.map((axis: { unit: string }) => axis.unit)).toEqual(["nm", "nm", "1/Å", "1/Å"]);
    expect(scan.items[0].axes[3].scale).toBeCloseTo(0.06, 9);
    expect(scan.items[0].meta["beam.energy"].value).toBe(200);
  });

  it("finds the same experiment done, refuses another, and says what it would do", () => {
    expect(simulate("again", "--seed", "3").status).toBe(0);
    expect(simulate("again", "--seed", "3").status).toBe(0);
    const other = simulate("again", "--seed", "4");
    expect([other.status, other.stderr]).toEqual([6, expect.stringContaining("--force")]);
    expect(simulate("again", "--seed", "4", "--force").status).toBe(0);
    expect(simulate("dry", "--dry-run").status).toBe(0);
    expect(existsSync(join(DIR, "dry"))).toBe(false);
  });

  it("names the flag that is wrong", () => {
    const bare = simulate("x", "--grain", "20");
    expect([bare.status, bare.stderr]).toEqual([2, expect.stringContaining("--grain")]);
    expect(simulate("x", "--preset", "other").status).toBe(2);
    expect(simulate("x", "--seed", "-1").status).toBe(2);
    expect(lithoscope("simulate", "weather", "--out", join(DIR, "x")).status).toBe(2);
    expect(lithoscope("simulate", "orientation").status).toBe(2);
    expect(simulate("x", "--size", "512", "--detector", "512").status).toBe(5);
  });
});
