import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const DIR = mkdtempSync(join(tmpdir(), "lithoscope-demo-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

it("demo simulates, maps, analyses, compares with the truth and writes the report", {
  timeout: 300_000,
}, () => {
  const script = fileURLToPath(new URL("../scripts/demo.mjs", import.meta.url));
  const out = join(DIR, "out");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "6", out], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/area, LNMO +\d+\.\d ± \d+\.\d % +\d+\.\d %/);
  const right = Number(/180° about the beam forgiven +([\d.]+) %/.exec(stdout)?.[1]);
  expect(right).toBeGreaterThan(60);
  // The report's share is of all points, the truth's of the crystalline ones: each says which it is.
  const stands = (of: string) => new RegExp(`${of} points: it stands for +([\\d.]+) %`).exec(stdout)?.[1];
  expect(Number(stands("crystalline"))).toBeGreaterThan(0);
  const report = readFileSync(join(out, "report.html"), "utf8");
  expect(report).toContain("LNMO");
  expect(report).toContain(`stands for phase and orientation at ${stands("all")}\u00a0% of 36 points`);
  // The electrochemistry of the film stands beside the map, true numbers within what σ allows.
  expect(report).toContain('id="electrochemistry"');
  expect(report.match(/<figcaption>/g)!.length).toBeGreaterThan(8);
  const resistance = /resistance, iv-bridge +([\d.]+) ± ([\d.]+) +150 Ω/.exec(stdout)!;
  expect(Math.abs(Number(resistance[1]) - 150)).toBeLessThan(4 * Number(resistance[2]));
  const apex = /arc 1, apex +([\d.]+) ± [\d.]+ +2360 Hz/.exec(stdout)!;
  expect(Math.abs(Number(apex[1]) / 2360 - 1)).toBeLessThan(0.02);
  expect(stdout).not.toMatch(/^(?:E½|ΔEp|capacity|arc|resistance).* – /m);
  // One file that needs no network and no neighbour: no src or stylesheet outside it.
  expect(report).not.toMatch(/<(?:script|img|iframe)[^>]+src="(?!data:)/);
  expect(report).not.toMatch(/<link[^>]+stylesheet/);
});
