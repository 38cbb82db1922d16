import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { bloPixel, makeBlo } from "../fixtures/make/blo.ts";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-verbs-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function lithoscope(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("lithoscope doctor", () => {
  it("recomputes its golden numbers and says what is there", { timeout: 180_000 }, () => {
    const { status, stdout } = lithoscope("doctor", "--json");
    const found = JSON.parse(stdout);
    expect(found.golden.filter((g: { right: boolean }) => !g.right)).toEqual([]);
    expect([status, found.healthy]).toEqual([0, true]);
    expect(found.golden[0]).toMatchObject({ name: "electron wavelength at 200 kV", unit: "Å" });
    expect(found.machine.node).toBe(process.versions.node);
    expect(found.speed.patternsPerSecond.value).toBeGreaterThan(0);
    expect(lithoscope("doctor", "x").status).toBe(2);
  });
});

describe("lithoscope info", () => {
  it("prints numbers to six digits and keeps the rest for --json", () => {
    const scan = join(DIR, "info.blo");
    writeFileSync(scan, makeBlo({ nx: 4, ny: 3, side: 5 }));
    const { status, stdout } = lithoscope("info", scan);
    expect(status).toBe(0);
    const { axes } = JSON.parse(lithoscope("info", scan, "--json").stdout).files[0].items[0];
    expect(String(axes[3].scale).length).toBeGreaterThan(10);
    expect(stdout).toContain(`kx 5 of ${Number(axes[3].scale.toPrecision(6))} 1/Å`);
    expect(stdout).not.toMatch(/\d\.\d{9}/);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/info\.blo {3}NanoMEGAS block file {3}[\d.]+ KiB {3}id s1:[\da-f]{10}…$/);
    const labels = lines.map((line) => line.slice(2, 12).trim());
    expect(labels.slice(0, 4)).toEqual(["scan", "pattern", "beam", "values"]);
    expect(lines.at(-1)).toBe(`  next      lithoscope orientation ${scan} --crystal NAME=FILE.cif --out out`);
  });
});

describe("lithoscope info on several files", () => {
  it("is one table, in which files that do not open have a row too", () => {
    const [scan, wrong] = [join(DIR, "table.blo"), join(DIR, "wrong.blo")];
    writeFileSync(scan, makeBlo({ nx: 4, ny: 3, side: 5 }));
    writeFileSync(wrong, "words");
    const { status, stdout } = lithoscope("info", scan, wrong, "--quiet");
    expect(status).toBe(3);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe(`in ${DIR}/`);
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
      ["file", "format", "kind", "shape"],
      ["table.blo", "blo", "4D scan", "3×4×5×5"],
      ["wrong.blo", expect.stringMatching(/^—/), expect.stringContaining("not a .blo")],
    ]);
  });

  it("finds the scan of frames by their sums", () => {
    const raw = join(DIR, "frames.raw");
    const [rows, columns] = [12, 20];
    const frames = new Uint8Array(rows * columns * 4);
    for (let i = 0; i < rows * columns; i++) {
      const [x, y] = [i % columns, Math.floor(i / columns)];
      frames.fill(20 + 60 * Math.exp(-((x - 7) ** 2 + (y - 6) ** 2) / 12), 4 * i, 4 * i + 4);
    }
    writeFileSync(raw, frames);
    const { stdout } = lithoscope("info", raw, "--shape=-1,2,2", "--dtype", "u8", "--find-scan");
    expect(stdout).toMatch(/scan: 12 × 20 \(found: rows correlate by 0\.\d\d/);
    expect(stdout).toContain("next: --shape 12,20,2,2");
  });
});

describe("lithoscope virtual-image", { timeout: 180_000 }, () => {
  const scan = join(DIR, "made.blo");
  writeFileSync(scan, makeBlo({ nx: 4, ny: 3, side: 5 }));
  const image = (out: string, ...more: string[]) =>
    lithoscope("virtual-image", scan, "--out", join(DIR, out), "--centre", "2px,2px", ...more);

  it("writes every detector's sums as NumPy arrays, with pictures and where the detectors lie", () => {
    const detectors = ["--detector", "dot=disc:1px,3px,0.5px", "--detector", "ring:2px,2px,1px,1.2px"];
    const { status, stdout } = image("two", ...detectors, "--json");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.detectors.map((d: { name: string }) => d.name)).toEqual(["dot", "detector-2"]);
    expect(result.axes.map((a: { unit: string }) => a.unit)).toEqual(["nm", "nm"]);
    const bytes = readFileSync(join(DIR, "two", "dot.npy"));
    expect(bytes.toString("latin1", 0, 80)).toContain("'shape': (3, 4)");
    const ring = readFileSync(join(DIR, "two", "detector-2.npy"));
    for (let f = 0; f < 12; f++) {
      expect(bytes.readDoubleLE(128 + 8 * f)).toBe(bloPixel(f, 3, 1));
      const four = bloPixel(f, 1, 2) + bloPixel(f, 3, 2) + bloPixel(f, 2, 1) + bloPixel(f, 2, 3);
      expect(ring.readDoubleLE(128 + 8 * f)).toBe(four);
    }
    expect(existsSync(join(DIR, "two", "dot.png"))).toBe(true);
    const info = JSON.parse(lithoscope("info", join(DIR, "two", "dot.npy"), "--json").stdout);
    expect(info.files[0].items[0]).toMatchObject({ shape: [3, 4], dtype: "f64" });
    expect(image("two", ...detectors).status).toBe(0);
    expect(image("two", "--detector", "disc:1px,3px,0.5px").status).toBe(6);
    expect(image("dry", ...detectors, "--dry-run").status).toBe(0);
    expect(existsSync(join(DIR, "dry"))).toBe(false);
  });

  it("reads raw binary as its flags say", () => {
    const raw = join(DIR, "made.raw");
    writeFileSync(
      raw,
      Uint8Array.from({ length: 7 + 2 * 3 * 25 }, (_, i) => (i < 7 ? 255 : (i - 7) % 25)),
    );
    const flags = ["--shape", "2,3,5,5", "--dtype", "u8", "--offset", "7", "--centre", "2px,2px", "--json"];
    const asked = ["--detector", "dot=disc:1px,3px,0.5px", "--out", join(DIR, "raw")];
    const { status, stdout } = lithoscope("virtual-image", raw, ...asked, ...flags);
    expect(status).toBe(0);
    const open = { shape: [2, 3, 5, 5], dtype: "u8", offset: 7 };
    expect(JSON.parse(stdout).scan).toMatchObject({ file: raw, open });
    const bytes = readFileSync(join(DIR, "raw", "dot.npy"));
    for (let f = 0; f < 6; f++) expect(bytes.readDoubleLE(128 + 8 * f)).toBe(16);
    expect(lithoscope("virtual-image", raw, ...asked, "--shape", "2,3,5,x").status).toBe(2);
  });

  it("names what is wrong or missing", () => {
    const bare = image("x", "--detector", "disc:1,1,2");
    expect([bare.status, bare.stderr]).toEqual([2, expect.stringContaining("--detector")]);
    expect(image("x").status).toBe(2);
    expect(image("x", "--detector", "disc:90px,90px,2px").status).toBe(2);
    expect(image("x", "--detector", "a=disc:1px,1px,2px", "--detector", "a=disc:1px,1px,2px").status).toBe(2);
    writeFileSync(join(DIR, "bare.blo"), makeBlo({ volts: 0 }));
    const angle = ["--detector", "disc:0mrad,0mrad,2mrad", "--centre", "2px,2px", "--out", join(DIR, "x")];
    const missing = lithoscope("virtual-image", join(DIR, "bare.blo"), ...angle);
    expect([missing.status, missing.stderr]).toEqual([4, expect.stringContaining("--pixel-size")]);
    expect(existsSync(join(DIR, "x"))).toBe(false);
  });
});
