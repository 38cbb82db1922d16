import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-cv-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function lithoscope(...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args, "--json"], { encoding: "utf8" });
  return { status, json: JSON.parse(stdout) };
}

describe("lithoscope cv", { timeout: 120_000 }, () => {
  it("finds the pairs of the paper's film, and what they say of the reference", () => {
    expect(lithoscope("simulate", "echem", "--out", join(DIR, "film")).status).toBe(0);
    const file = join(DIR, "film", "cv.mpt");
    const out = join(DIR, "out");
    const { status, json } = lithoscope("cv", file, "--out", out);
    expect(status).toBe(0);
    const [low, high] = json.cv.couples;
    expect([low.couple, high.couple]).toEqual(["Ni2+/3+", "Ni3+/4+"]);
    expect(low.half).toMatchObject({ unit: "V" });
    expect(low.half.value).toBeCloseTo(4.39, 2);
    expect(high.half.value).toBeCloseTo(4.56, 2);
    for (const { separation } of [low, high]) expect(Math.abs(separation.value - 0.04)).toBeLessThan(0.004);
    expect(json.cv.peaks).toHaveLength(12);
    for (const { potential, current, charge } of json.cv.peaks)
      for (const number of [potential, current, charge]) expect(number.sigma).toBeGreaterThan(0);
    expect(json.cv.scanRate.value).toBeCloseTo(1e-4, 7);
    expect(json.cv.reference.implied.value).toBeCloseTo(0.25, 2);
    expect(json.cv.reference.implied.sigma).toBeCloseTo(0.06, 2);
    expect(json.notices.some(({ code }: { code: string }) => code === "reference")).toBe(true);
    for (const id of ["cv", "fit"]) expect(existsSync(join(out, "figures", `${id}.svg`))).toBe(true);
    expect(existsSync(join(out, "report.html"))).toBe(true);
    const table = readFileSync(join(out, "tables", "peaks.csv"), "utf8");
    expect(table.split("\n")[0]).toContain("potential (V)");
    // The offset moves all potentials and enters their uncertainty.
    const moved = lithoscope("cv", file, "--reference=-0.1V±0.02V", "--couple", "X=4.2..4.35V").json;
    expect(moved.cv.couples[0].couple).toBe("X");
    expect(moved.cv.couples[0].half.value).toBeCloseTo(4.29, 2);
    expect(moved.cv.couples[0].half.sigma).toBeCloseTo(0.02, 3);
    expect(moved.cv.rates[0]).toMatchObject({ b: null });
  });

  it("says what a file must have", () => {
    const { status, json } = lithoscope("cv", join(DIR, "film", "eis.mpt"));
    expect(status).toBe(4);
    expect(json.error.message).toMatch(/potential|current|time/);
    expect(lithoscope("cv").status).toBe(2);
    expect(lithoscope("cv", join(DIR, "film", "cv.mpt"), "--couple", "X=5..4V").status).toBe(2);
  });
});
