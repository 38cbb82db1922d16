import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-echem-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function lithoscope(...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", cwd: DIR });
  return { status, stdout };
}

interface Half {
  readonly cycle: number;
  readonly kind: string;
  readonly volumetric: { readonly value: number; readonly sigma: number };
  readonly plateaus: readonly { readonly potential: { readonly value: number } }[];
}

describe("lithoscope simulate echem", { timeout: 60_000 }, () => {
  it("gives back the paper's cycling", () => {
    lithoscope("simulate", "echem", "--seed", "5", "--out", "film");
    const { commands } = JSON.parse(readFileSync(join(DIR, "film", "echem.json"), "utf8"));
    const words = (commands[0] as string).split(" ").slice(1);
    words[1] = join("film", "cycling.mpt");
    const { status, stdout } = lithoscope(...words.slice(0, words.indexOf("--out")), "--json");
    expect(status).toBe(0);
    expect(lithoscope("simulate", "echem", "--out", "d", "--grain", "10nm").status).toBe(2);
    const { half, retention, sign, oneC } = JSON.parse(stdout).cycling;
    const find = (cycle: number, kind: string) =>
      (half as Half[]).find((h) => h.cycle === cycle && h.kind === kind)!;
    expect(find(1, "charge").volumetric.value).toBeCloseTo(145, 3);
    expect(find(1, "discharge").volumetric.value).toBeCloseTo(58, 3);
    expect(find(50, "discharge").volumetric.value).toBeCloseTo(42, 3);
    expect(retention.ratio.value).toBeCloseTo(42 / 58, 5);
    expect(retention.perCycle.value).toBeCloseTo(-16 / 58 / 49, 6);
    expect(sign.verdict).toBe("agrees");
    expect(oneC.capacity.value).toBeCloseTo(0.1614 * 0.1467, 4);
    const near = (h: Half, potential: number) =>
      h.plateaus.some((p) => Math.abs(p.potential.value - potential) < 0.012);
    for (const potential of [4.105, 4.555, 4.685, 4.755])
      expect(near(find(1, "charge"), potential)).toBe(true);
    for (const potential of [4.095, 4.675, 4.745]) expect(near(find(20, "discharge"), potential)).toBe(true);
    expect(near(find(2, "charge"), 4.555)).toBe(false);
  });
});
