import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frequencies, madeSpectrum } from "../src/analyses/electrochemistry/eis/made-spectra.ts";
import { seededRandom } from "../src/core/random.ts";

/** The built command: `npm test` builds before it tests. */
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-eis-"));
const CIRCUIT = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3";

/** CPE of an arc with its apex at f [Hz]. */
const q = (r: number, n: number, f: number) => (2 * Math.PI * f) ** -n / r;
/** Arcs at 2360 and 35 Hz before a tail, the second one `grown` times as large. */
const spectrum = (grown: number, seed: string) =>
  madeSpectrum(
    CIRCUIT,
    [25, 40, q(40, 0.9, 2360), 0.9, 90 * grown, q(90 * grown, 0.85, 35), 0.85, 0.02, 0.7],
    frequencies(1e5, 0.1, 10),
    0.001,
    seededRandom(seed),
  );

/** As EC-Lab exports columns, points in the order given. */
function text(
  { frequency, z }: ReturnType<typeof spectrum>,
  sign: 1 | -1,
  order = [...frequency.keys()],
): string {
  const rows = order.map((i) => [frequency[i], z[2 * i], -sign * z[2 * i + 1]!, i * 2].join("\t"));
  return `freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\ttime/s\n${rows.join("\n")}\n`;
}

const at = (name: string) => join(DIR, name);
function eis(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "eis", ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

beforeAll(() => {
  writeFileSync(at("one.mpt"), text(spectrum(1, "a"), 1));
  writeFileSync(at("two.mpt"), text(spectrum(1.3, "b"), 1));
  writeFileSync(at("conjugate.mpt"), text(spectrum(1, "a"), -1));
});
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

interface Quantity {
  readonly value: number;
  readonly unit: string;
  readonly sigma?: number;
}

/** Numbers below a key that are not the value or sigma of a quantity. */
function bare(node: unknown, path = ""): string[] {
  if (typeof node === "number") return /\.(value|sigma)$/.test(path) ? [] : [path];
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => bare(value, `${path}.${key}`));
}

describe("lithoscope eis", () => {
  it("finds circuit, arcs and relaxation times of one spectrum, and writes them", () => {
    const first = eis(at("one.mpt"), "--out", at("out"), "--json");
    expect(first.status).toBe(0);
    const result = JSON.parse(readFileSync(at("out/result.json"), "utf8"));
    expect(JSON.parse(first.stdout)).toEqual(result);
    const { fits, validity, drt } = result.eis;
    expect(validity.verdict).toBe("valid");
    expect(validity.noise.value).toBeGreaterThan(0.0007);
    expect(validity.noise.value).toBeLessThan(0.0013);
    expect(validity.detectableDrift.value).toBeGreaterThan(0);
    expect(fits[0].circuit).toBe(CIRCUIT);
    expect(fits[0].weights).toBe("modulus");
    const apexes = fits[0].arcs.map(({ frequency }: { frequency: Quantity }) => frequency);
    for (const [k, truth] of [2360, 35].entries()) {
      expect(Math.abs(apexes[k].value / truth - 1)).toBeLessThan(0.02);
      expect(apexes[k].unit).toBe("Hz");
      expect(Math.abs(apexes[k].value - truth)).toBeLessThan(4 * apexes[k].sigma);
    }
    const { R2 } = fits[0].parameters;
    expect(R2.low.value).toBeLessThan(R2.value);
    expect(R2.high.value).toBeGreaterThan(R2.value);
    expect(fits[0].arcs[0].capacitance.value).toBeCloseTo(1 / (2 * Math.PI * 2360 * 40), 7);
    const near = drt.peaks.filter(
      ({ tau }: { tau: Quantity }) => Math.abs(2 * Math.PI * 35 * tau.value - 1) < 0.15,
    );
    expect(near).toHaveLength(1);
    expect(bare(result.eis)).toEqual([]);
    for (const name of ["nyquist", "bode", "residuals", "drt"])
      for (const kind of ["svg", "png", "csv", "txt"])
        expect(existsSync(at(`out/figures/${name}.${kind}`))).toBe(true);
    const page = readFileSync(at("out/report.html"), "utf8");
    expect(page.indexOf("Kramers-Kronig verdict")).toBeLessThan(page.indexOf("Circuits, best first"));
    expect(page).not.toMatch(/(?:src|href)="(?!https:\/\/doi\.org)/);
    const again = eis(at("one.mpt"), "--out", at("out"));
    expect(again.stdout).toContain("already done");
    expect(eis(at("one.mpt"), "--weights=unit", "--out", at("out")).status).toBe(6);
  });

  it("prints the verdict before the fit", () => {
    const { stdout } = eis(at("one.mpt"), "--circuit", CIRCUIT, "--quick");
    expect(stdout.indexOf("Kramers-Kronig")).toBeGreaterThan(0);
    expect(stdout.indexOf("Kramers-Kronig")).toBeLessThan(stdout.indexOf("fit "));
  });

  it("takes several files as one series", () => {
    const { status } = eis(
      at("one.mpt"),
      at("two.mpt"),
      "--circuit",
      CIRCUIT,
      "--out",
      at("series"),
      "--quiet",
    );
    expect(status).toBe(0);
    const { eis: found } = JSON.parse(readFileSync(at("series/result.json"), "utf8"));
    expect(found.series).toHaveLength(2);
    const second = found.series.map(
      (one: { fits: { parameters: { R2: Quantity } }[] }) => one.fits[0]!.parameters.R2,
    );
    expect(second[1].value / second[0].value).toBeCloseTo(1.3, 1);
    expect(readFileSync(at("series/tables/trend.csv"), "utf8").trim().split("\n")).toHaveLength(3);
    expect(existsSync(at("series/figures/trend.svg"))).toBe(true);
  });

  it("asks where the signs contradict a passive cell", () => {
    const asked = eis(at("conjugate.mpt"));
    expect(asked.status).toBe(4);
    expect(asked.stderr).toContain("--negate im");
    expect(
      eis(at("conjugate.mpt"), "--negate", "im", "--circuit", CIRCUIT, "--quick", "--quiet").status,
    ).toBe(0);
  });

  it("says what is wrong with a circuit or a bound", () => {
    expect(eis(at("one.mpt"), "--circuit", "R0-p(R1,X1)").status).toBe(2);
    const unknown = eis(at("one.mpt"), "--circuit", "R0-p(R1,CPE1)", "--bounds", "R7=1Ohm:2Ohm");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("CPE1.n");
    expect(eis(at("one.mpt"), "--circuit", "R0-p(R1,CPE1)", "--bounds", "R1=1:2").status).toBe(2);
  });
});
