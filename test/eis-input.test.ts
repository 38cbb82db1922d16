import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { frequencies, madeSpectrum } from "../src/analyses/electrochemistry/eis/made-spectra.ts";
import { eisInput } from "../src/cli/eis-input.ts";

const DIR = mkdtempSync(join(tmpdir(), "lithoscope-eis-input-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

const NAMES = "f/Hz,Z'/Ohm,Z''/Ohm";
const made = madeSpectrum("R0-p(R1,C1)-p(R2,C2)", [20, 50, 1e-5, 80, 1e-3], frequencies(1e5, 0.1, 4));
type Row = readonly (number | string)[];
const ROWS: readonly Row[] = Array.from(made.frequency, (f, i) => [f, made.z[2 * i]!, made.z[2 * i + 1]!]);
const shuffled = ROWS.map((_, i) => ROWS[(7 * i) % ROWS.length]!);

let files = 0;
/** The spectra of a CSV file of these lines. */
function read(rows: readonly Row[], names = NAMES) {
  const path = join(DIR, `${files++}.csv`);
  writeFileSync(path, `${names === "" ? "" : `${names}\n`}${rows.map((row) => row.join(",")).join("\n")}\n`);
  return eisInput([path], {}, {}, new AbortController().signal);
}
const codes = ({ notices }: { readonly notices: readonly { readonly code: string }[] }) =>
  notices.map(({ code }) => code);

describe("spectra of bad files", () => {
  it("of shuffled frequencies are sorted, with names and without", async () => {
    const named = await read(shuffled);
    expect(named.spectra[0]!.frequency).toEqual(made.frequency);
    expect(named.spectra[0]!.z).toEqual(made.z);
    expect(codes(named)).toEqual(["frequencies-unordered", "frequencies-sorted"]);
    const bare = await read(shuffled, "");
    expect(bare.spectra[0]!.z).toEqual(made.z);
    expect(codes(bare)).toContain("columns-guessed");
  });

  it("of several sweeps are split, and a sweep that is too short is left out", async () => {
    const three = await read([...ROWS, ...ROWS, ...ROWS]);
    expect(three.spectra).toHaveLength(3);
    expect(codes(three)).toEqual(["sweeps"]);
    const broken = await read([...ROWS, ...ROWS.slice(0, 2)]);
    expect(broken.spectra).toHaveLength(1);
    expect(codes(broken)).toEqual(["sweeps", "spectrum-left-out"]);
  });

  it("lose rows without numbers and rows of direct current, which is said", async () => {
    const gaps = ROWS.map((row, i) => (i === 3 ? [row[0]!, "NaN", row[2]!] : row));
    const lost = await read(gaps);
    expect(lost.spectra[0]!.frequency).toHaveLength(ROWS.length - 1);
    expect(codes(lost)).toEqual(["points-left-out"]);
    const direct = await read([[0, 20, 0], [0, 20, 0], ...ROWS]);
    expect(direct.spectra[0]!.z).toEqual(made.z);
    expect(codes(direct)).toEqual(["sweeps"]);
  });

  it("in mixed units become Hz and Ω", async () => {
    const mixed = ROWS.map(([f, re, im]) => [Number(f) / 1e3, Number(re) * 1e3, Number(im) / 1e6]);
    const { spectra, notices } = await read(mixed, "Frequency (kHz),Z' [mOhm],Z''/MOhm");
    expect(notices).toEqual([]);
    for (const [i, value] of made.z.entries()) expect(spectra[0]!.z[i]).toBeCloseTo(value, 9);
  });

  it("keep inductive points and negative resistances, which is said", async () => {
    const inductive = ROWS.map(([f, re, im]) => [f!, re!, Number(im) + 2 * Math.PI * Number(f) * 5e-5]);
    expect(codes(await read(inductive))).toEqual(["inductive-points"]);
    const negative = ROWS.map(([f, re, im], i) => [f!, i === 0 ? -1 : re!, im!]);
    expect(codes(await read(negative))).toEqual(["negative-resistance"]);
  });

  it.each([
    ["one point", ROWS.slice(0, 1), /two points or more, found 1/],
    ["negative frequencies", ROWS.map(([f, ...z]) => [-Number(f), ...z]), /no frequency above 0/],
  ])("of %s are refused", async (_, rows, why) => {
    await expect(read(rows)).rejects.toMatchObject({ tag: "Refused", message: expect.stringMatching(why) });
  });

  it("without names of another shape are refused with the flag that names them", async () => {
    const five = ROWS.map(([f, re, im]) => [f!, re!, im!, 1, 2]);
    await expect(read(five, "")).rejects.toMatchObject({ hint: expect.stringMatching(/--columns/) });
  });
});
