import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { mptText, simulateEchem } from "../src/analyses/simulation/echem/echem.ts";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-iv-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function iv(...args: string[]) {
  const all = ["iv", ...args, "--json"];
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...all], { encoding: "utf8" });
  return { status, json: JSON.parse(stdout) };
}

function csv(name: string, rows: readonly (readonly number[])[]): string {
  const path = join(DIR, name);
  writeFileSync(path, `time (s),voltage (V),current (A)\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  return path;
}

/** Every number below, as a path; quantities keep theirs in `value` and `sigma`. */
function bareNumbers(value: unknown, path = ""): string[] {
  if (typeof value === "number") return [path];
  if (value === null || typeof value !== "object") return [];
  if ("unit" in value) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === "rows" ? [] : bareNumbers(one, `${path}.${key}`),
  );
}

describe("lithoscope iv", { timeout: 120_000 }, () => {
  const files = simulateEchem(3).files.filter(({ name }) => name.startsWith("iv-"));
  for (const file of files) writeFileSync(join(DIR, file.name), mptText(file, 0));

  it("gives back the paper's two resistances, contacts included, with a report", () => {
    const out = join(DIR, "out");
    const paths = files.map(({ name }) => join(DIR, name));
    const { status, json } = iv(...paths, "--out", out);
    expect(status).toBe(0);
    for (const [k, truth] of [150, 1.25e7].entries()) {
      const { iv: found } = json.files[k].result;
      expect(found.ohmic.verdict).toBe("ohmic");
      expect(found.resistance.unit).toBe("Ω");
      expect(Math.abs(found.resistance.value - truth)).toBeLessThan(4 * found.resistance.sigma);
      expect(found.contacts).toContain("included");
      expect(bareNumbers(found)).toEqual([]);
    }
    for (const name of ["figures/iv.svg", "figures/decades.svg", "report.html", "tables/points.csv"])
      expect(existsSync(join(out, json.files[0].folder, name))).toBe(true);
    expect(readFileSync(join(out, "index.csv"), "utf8").split("\n")).toHaveLength(4);
  });

  it("gives no resistance to a curve that is not ohmic, and says why", () => {
    const rows = Array.from({ length: 60 }, (_, k) => [k, 0.01 * (k + 1), 1e-3 * (0.01 * (k + 1)) ** 2]);
    const { json } = iv(csv("square.csv", rows));
    expect(json.iv.resistance).toBe(null);
    expect(json.iv.resistanceWhy).toContain("not ohmic");
  });

  it("masks what --compliance states, and takes the sign that is stated", () => {
    const rows = Array.from({ length: 201 }, (_, k) => {
      const v = (k - 100) / 100;
      return [k, v, -Math.max(-5e-4, Math.min(5e-4, v * 1e-3)) * (1 + 1e-4 * Math.sin(9 * k * k))];
    });
    const path = csv("clipped.csv", rows);
    const asked = iv(path, "--compliance", "0.5mA");
    expect([asked.status, asked.json.error.details.flag]).toEqual([4, "--sign"]);
    const { json } = iv(path, "--compliance", "0.5mA", "--sign", "against");
    expect(json.iv.masked.points.value).toBe(102);
    expect(json.iv.line.value).toBeCloseTo(1000, 0);
    expect(iv(path, "--compliance", "5").status).toBe(2);
  });

  it("analyses a held potential over time, with D where the thickness is known", () => {
    const rows = Array.from({ length: 100 }, (_, k) => [
      k,
      1,
      1e-6 * Math.exp(-k / 10) + 2e-7 + 1e-10 * Math.sin(9 * k * k),
    ]);
    const out = join(DIR, "decay");
    const { status, json } = iv(csv("decay.csv", rows), "--thickness", "1um", "--out", out);
    expect(status).toBe(0);
    const [hold] = json.iv.holds;
    expect(hold.model).toBe("exponential");
    expect(hold.tau.value).toBeCloseTo(10, 1);
    expect(hold.leakage.value).toBeCloseTo(2e-7, 9);
    expect(hold.diffusion.value).toBeCloseTo(1e-8 / (24.674 / 1), 12);
    expect(bareNumbers(json.iv)).toEqual([]);
    expect(existsSync(join(out, "figures", "hold-1.svg"))).toBe(true);
  });

  it("has its report written again to the same bytes, and no drawing that could act", () => {
    const out = join(DIR, "report");
    expect(iv(join(DIR, "iv-bridge.mpt"), "--out", out).status).toBe(0);
    const report = () => spawnSync(process.execPath, [CLI, "report", out], { encoding: "utf8" });
    const before = readFileSync(join(out, "report.html"), "utf8");
    for (const name of ["report.html", "methods.md", "figures/iv.png"]) rmSync(join(out, name));
    const { status, stderr } = report();
    expect(status, stderr).toBe(0);
    expect(readFileSync(join(out, "report.html"), "utf8")).toBe(before);
    expect(existsSync(join(out, "figures/iv.png"))).toBe(true);
    expect(before).toContain("<svg ");
    writeFileSync(join(out, "figures/iv.svg"), '<svg xmlns="x"><script>alert(1)</script></svg>');
    const refused = report();
    expect([refused.status, refused.stderr]).toEqual([5, expect.stringContaining("<script>")]);
    rmSync(join(out, "report.json"));
    expect(report().stderr).toContain("lithoscope run");
  });

  it("is run again from its recipe, to the same files", () => {
    const out = join(DIR, "first");
    const args = [join(DIR, "iv-bridge.mpt"), "--probes", "4", "--compliance", "1A", "--time-zone", "+02:00"];
    const { json } = iv(...args, "--out", out);
    const again = join(DIR, "again");
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [CLI, "run", ...words], { encoding: "utf8" });
    const { status, stderr } = run(out, "--out", again, "--quiet");
    expect([status, stderr]).toEqual([0, ""]);
    for (const name of ["result.json", "recipe.json", "report.html", "tables/points.csv"])
      expect(readFileSync(join(again, name), "utf8")).toBe(readFileSync(join(out, name), "utf8"));
    const recipe = JSON.parse(readFileSync(join(out, "recipe.json"), "utf8"));
    expect([recipe.hash, recipe.steps[0].flags]).toEqual([
      json.recipe,
      { probes: "4", compliance: ["1A"], "time-zone": "+02:00" },
    ]);
    recipe.steps[0].flags = { nonsense: "1" };
    writeFileSync(join(DIR, "wrong.json"), JSON.stringify(recipe));
    expect(run(join(DIR, "wrong.json"), "--out", again).status).toBe(2);
  });
});
