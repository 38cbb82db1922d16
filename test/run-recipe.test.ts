import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FILM_PIXEL, filmFile } from "../fixtures/make/film.ts";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-run-"));
const NICKEL = [
  "data_ni",
  ...["a", "b", "c"].map((edge) => `_cell_length_${edge} 3.524`),
  ...["alpha", "beta", "gamma"].map((angle) => `_cell_angle_${angle} 90`),
  "_symmetry_space_group_name_H-M 'F m -3 m'",
  "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z",
  "Ni1 Ni 0 0 0\n",
].join("\n");

function lithoscope(...args: string[]) {
  const options = { encoding: "utf8", cwd: DIR } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

const contents = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path), readFileSync(path, "base64")])
    .sort();

beforeAll(() => {
  writeFileSync(join(DIR, "film.npy"), filmFile(6, 4, 64));
  writeFileSync(join(DIR, "ni.cif"), NICKEL);
  const stated = ["--crystal", "1=ni.cif", "--voltage", "200kV", "--pixel-size", `${FILM_PIXEL}/Å`];
  const { status } = lithoscope("orientation", "film.npy", ...stated, "--seed", "3", "--out", "out");
  expect(status).toBe(0);
});
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

describe("lithoscope run", () => {
  it("makes the same files again", () => {
    expect(lithoscope("run", "out/recipe.json", "--out", "again", "--quiet")).toMatchObject({
      ...{ status: 0, stderr: "" },
    });
    expect(contents(join(DIR, "again"))).toEqual(contents(join(DIR, "out")));
    expect(lithoscope("run", "out", "--out", "again").stdout).toContain("already done");
  });

  it("finds the files of a folder that was moved, and refuses others that bear their names", () => {
    const moved = join(DIR, "moved");
    mkdirSync(moved);
    for (const name of ["out", "film.npy", "ni.cif"])
      cpSync(join(DIR, name), join(moved, name), { recursive: true });
    const { status, stdout } = lithoscope("run", join(moved, "out"), "--dry-run");
    expect([status, stdout.match(/r1:\w+/)?.[0]]).toEqual([
      0,
      JSON.parse(readFileSync(join(DIR, "out", "recipe.json"), "utf8")).hash,
    ]);
    writeFileSync(join(DIR, "other.npy"), filmFile(4, 6, 64));
    const other = lithoscope("run", "out", "--input", "scan=other.npy", "--out", "x", "--json");
    expect(other.status).toBe(4);
    expect(JSON.parse(other.stdout).error.details).toMatchObject({ what: "scan", flag: "--input" });
  });

  it("says what is no recipe, and which recipes it cannot run", () => {
    expect(lithoscope("run", "out/result.json", "--out", "x").stderr).toContain("not a recipe");
    const recipe = JSON.parse(readFileSync(join(DIR, "out", "recipe.json"), "utf8"));
    recipe.steps[0].analysis = "eis";
    writeFileSync(join(DIR, "eis.json"), JSON.stringify(recipe));
    const { status, stderr } = lithoscope("run", "eis.json", "--out", "x");
    expect(status).toBe(3);
    expect(stderr).toContain("recipes of eis are not run");
    expect(lithoscope("run").status).toBe(2);
  });
});
