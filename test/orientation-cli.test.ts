import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FILM_PIXEL, filmFile } from "../fixtures/make/film.ts";

/** The built command: `npm test` builds before it tests. */
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-orientation-"));
const SCAN = join(DIR, "film.npy");
/** Six tiles of two rows: a run that is stopped within has tiles behind and before it. */
const [ROWS, COLUMNS] = [12, 16];
const POINTS = ROWS * COLUMNS;
const TILE = 32;
/** Every test starts the program a few times, which takes seconds where many share the processors. */
const LIMIT = 600_000;
const CIF = join(DIR, "ni.cif");
const NICKEL = [
  "data_ni",
  ...["a", "b", "c"].map((edge) => `_cell_length_${edge} 3.524`),
  ...["alpha", "beta", "gamma"].map((angle) => `_cell_angle_${angle} 90`),
  "_symmetry_space_group_name_H-M 'F m -3 m'",
  "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z",
  "Ni1 Ni 0 0 0\n",
].join("\n");
const STATED = ["--crystal", `Ni=${CIF}`, "--voltage", "200kV", "--pixel-size", `${FILM_PIXEL}/Å`];

beforeAll(() => {
  writeFileSync(SCAN, filmFile(ROWS, COLUMNS, 64));
  writeFileSync(CIF, NICKEL);
});
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function orientation(args: readonly string[]) {
  const all = [CLI, "orientation", ...args, ...STATED];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
  return { status, stdout, stderr };
}

const folder = (name: string) => join(DIR, name);
/** Every file of a result, folders below included. */
const files = (name: string) =>
  readdirSync(folder(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder(name), join(entry.parentPath, entry.name)))
    .sort();
const file = (name: string, of: string) => readFileSync(join(DIR, name, of));

describe("lithoscope orientation", () => {
  it("says what it would do and does nothing with --dry-run", () => {
    const { status, stdout } = orientation([
      SCAN,
      "--dry-run",
      "--workers",
      "3",
      "--out",
      folder("dry"),
      "--json",
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      tiles: POINTS / TILE,
      workers: 3,
      state: "fresh",
    });
    expect(existsSync(folder("dry"))).toBe(false);
  });

  it(
    "writes the same files for any number of workers, and is done at once the second time",
    () => {
      const first = orientation([
        SCAN,
        "--out",
        folder("one"),
        "--workers",
        "1",
        "--progress",
        "json",
        "--json",
      ]);
      expect(first.status).toBe(0);
      const steps = first.stderr.split("\n").filter((line) => line.startsWith("{"));
      expect(JSON.parse(steps.at(-1)!)).toMatchObject({ done: POINTS, total: POINTS });
      expect(orientation([SCAN, "--out", folder("two"), "--workers", "2", "--quiet"]).stderr).toBe("");
      expect(files("one")).toEqual(files("two"));
      for (const name of files("one")) expect(file("two", name)).toEqual(file("one", name));
      const again = orientation([SCAN, "--out", folder("one"), "--json", "--progress", "plain"]);
      expect([again.status, again.stderr]).toEqual([0, ""]);
      expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
    },
    LIMIT,
  );

  it(
    "reads raw binary as its flags say, in every worker, and says so in what it writes",
    () => {
      const raw = join(DIR, "film.raw");
      writeFileSync(raw, filmFile(ROWS, COLUMNS, 64).fill(0, 0, 128));
      const flags = ["--shape", `${ROWS},${COLUMNS},64,64`, "--dtype", "u16", "--offset", "128"];
      const { status, stderr } = orientation([
        raw,
        ...flags,
        "--out",
        folder("raw"),
        "--workers",
        "2",
        "--quiet",
      ]);
      expect([status, stderr]).toEqual([0, ""]);
      expect(file("raw", "map.json")).toEqual(file("one", "map.json"));
      const open = { shape: [ROWS, COLUMNS, 64, 64], dtype: "u16", offset: 128 };
      expect(JSON.parse(file("raw", "recipe.json").toString()).inputs[0]).toMatchObject({ file: raw, open });
      expect(file("raw", "report.html").toString()).toContain(
        `--dtype u16 --offset 128 --shape=${ROWS},${COLUMNS},64,64`,
      );
      const other = orientation([raw, ...flags.slice(0, 5), "126", "--out", folder("raw")]);
      expect([other.status, other.stderr]).toEqual([6, expect.stringContaining("another recipe's result")]);
      expect(orientation([raw, "--out", folder("bare")]).status).toBe(4);
    },
    LIMIT,
  );

  it(
    "ends with 0 and one notice of its own for a scan without light, and for a saturated one",
    () => {
      for (const [name, level, code] of [
        ["dark", 0, "no-signal"],
        ["bright", 255, "saturated"],
      ] as const) {
        const raw = join(DIR, `${name}.raw`);
        writeFileSync(raw, new Uint8Array(4 * 3 * 32 * 32).fill(level));
        const flags = ["--shape", "4,3,32,32", "--dtype", "u8", "--precession", "0deg", "--step", "2nm"];
        const { status, stdout, stderr } = orientation([raw, ...flags, "--out", folder(name)]);
        expect([status, stdout]).toEqual([0, expect.stringContaining("nothing indexed")]);
        const said = stderr.split("\n").filter((line) => line && !/no units|symmetry operators/.test(line));
        expect(said).toHaveLength(1);
        const { notices, values } = JSON.parse(file(name, "result.json").toString());
        expect(notices.map((n: { code: string }) => n.code)).toEqual([
          "uncalibrated",
          "cif-setting-found",
          code,
        ]);
        expect(values["area share, Ni"]?.sigma).toBeUndefined();
      }
    },
    LIMIT,
  );

  it(
    "leaves maps, tables, figures and a page, and report makes them again from maps.zarr",
    () => {
      const found = files("one");
      for (const name of ["map.json", "result.json", "recipe.json", "report.html", "figures/phase.png"])
        expect(found).toContain(join(name));
      const tables = ["grains", "boundaries", "grain-sizes", "area-shares", "values", "notices"];
      for (const name of tables) expect(found).toContain(join("tables", `${name}.csv`));
      const group = JSON.parse(file("one", "maps.zarr/zarr.json").toString());
      expect(group.attributes.phases).toEqual(["Ni"]);
      expect(group.attributes.arrays).toEqual(
        expect.arrayContaining(["class", "second_score", "covariance"]),
      );
      const { values } = JSON.parse(file("one", "result.json").toString());
      expect(values["area share, Ni"].value + values["area share, not indexed"].value).toBeLessThanOrEqual(1);
      expect(values["area share, Ni"].sigma).toBeGreaterThanOrEqual(0);
      const before = file("one", "report.html");
      rmSync(join(folder("one"), "map.json"));
      renameSync(CIF, `${CIF}.gone`);
      const again = spawnSync(process.execPath, [CLI, "report", folder("one")], { encoding: "utf8" });
      renameSync(`${CIF}.gone`, CIF);
      expect([again.status, again.stderr]).toEqual([0, ""]);
      expect(file("one", "report.html")).toEqual(before);
      writeFileSync(join(folder("one"), "map.json"), file("two", "map.json"));
    },
    LIMIT,
  );

  it(
    "goes out as .ang and .ctf, and info says that it is a result",
    () => {
      const run = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
      const described = run("info", folder("one"));
      expect([described.status, described.stderr]).toEqual([0, ""]);
      expect(described.stdout).toContain("result folder");
      expect(described.stdout).toMatch(/map one: 12 × 16, step 1 × 1 px\n {2}phase Ni: m-3m, \d+ points/);
      const counts = (path: string) => JSON.parse(run("info", path, "--json").stdout).files[0].items[0];
      const { phases, notIndexed } = counts(folder("one"));
      expect(described.stdout).toMatch(
        / {2}result of lithoscope orientation, .*complete\n {2}input .*film\.npy/,
      );
      expect(described.stdout).toContain("beam centre, column at the scan's middle: ");
      const json = run("info", join(folder("one"), "map.json"));
      expect([json.status, json.stdout]).toEqual([0, expect.stringContaining("orientation map as JSON")]);
      expect(json.stdout).toContain(`phase Ni: ${phases[0].points} points, `);
      expect(run("info", join(folder("one"), "recipe.json")).stdout).toContain("recipe: orientation");
      const table = run("info", folder("one"), join(folder("one"), "result.json"), join(DIR, "film.npy"));
      expect([table.status, table.stderr]).toEqual([0, ""]);
      expect(table.stdout).toMatch(/result\.json +orientation result/);
      for (const name of ["one.ang", "one.ctf"]) {
        const { status, stderr } = run("convert", folder("one"), join(DIR, name));
        expect([status, stderr]).toEqual([0, ""]);
        const back = counts(join(DIR, name));
        expect([back.shape, back.notIndexed]).toEqual([[ROWS, COLUMNS], notIndexed]);
        expect(back.phases[0].points).toBe(phases[0].points);
      }
    },
    LIMIT,
  );

  it(
    "refuses to mix another recipe into a folder, exit 6, and replaces it with --force",
    () => {
      const refused = orientation([SCAN, "--out", folder("two"), "--seed", "2"]);
      expect(refused.status).toBe(6);
      expect(refused.stderr).toContain("--force");
      writeFileSync(join(folder("two"), "note.txt"), "mine");
      const forced = orientation([SCAN, "--out", folder("two"), "--seed", "2", "--force", "--quiet"]);
      expect(forced.status).toBe(0);
      expect(JSON.parse(file("two", "recipe.json").toString()).seed).toBe(2);
      expect(file("two", "note.txt").toString()).toBe("mine");
      expect(file("two", "map.json")).toEqual(file("one", "map.json"));
    },
    LIMIT,
  );

  it(
    "goes on after a kill from the finished tiles to the same bytes",
    async () => {
      const args = [CLI, "orientation", SCAN, ...STATED, "--out", folder("cut"), "--workers", "1"];
      const child = spawn(process.execPath, [...args, "--progress", "json"], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      await new Promise<void>((resolve) => {
        child.stderr.on("data", (text: Buffer) => {
          if (/"done":(6[4-9]|[7-9]\d|1\d\d)/.test(text.toString())) child.kill("SIGKILL");
        });
        child.on("exit", () => resolve());
      });
      expect(readdirSync(folder("cut"))).toEqual([".partial"]);
      const unfinished = spawnSync(process.execPath, [CLI, "info", folder("cut")], { encoding: "utf8" });
      expect(unfinished.stdout).toMatch(/unfinished result, \d tiles done/);
      const other = orientation([SCAN, "--out", folder("cut"), "--seed", "9"]);
      expect(other.status).toBe(6);
      const { status, stderr } = orientation([SCAN, "--out", folder("cut"), "--progress", "json"]);
      expect(status).toBe(0);
      const first = JSON.parse(stderr.split("\n").find((line) => line.startsWith("{"))!);
      expect(first.done).toBeGreaterThanOrEqual(TILE);
      expect(files("cut")).toEqual(files("one"));
      for (const name of files("one")) expect(file("cut", name)).toEqual(file("one", name));
    },
    LIMIT,
  );

  it(
    "leaves nothing behind where it stops before the first tile, exit 130",
    async () => {
      const args = [CLI, "orientation", SCAN, ...STATED, "--out", folder("stopped")];
      const child = spawn(process.execPath, args, { stdio: "ignore" });
      const code = await new Promise<number | null>((resolve) => {
        const poll = setInterval(() => {
          if (!existsSync(join(folder("stopped"), ".partial", "recipe.json"))) return;
          // Once: a second one ends the process at once.
          clearInterval(poll);
          child.kill("SIGINT");
        }, 5);
        child.on("exit", (status) => {
          clearInterval(poll);
          resolve(status);
        });
      });
      expect(code).toBe(130);
      // On a busy machine the stop may come after the first piece of work, which then stays for the next run.
      const there = existsSync(folder("stopped"));
      const left = there ? readdirSync(join(folder("stopped"), ".partial")) : [];
      expect(there).toBe(left.some((name) => name.endsWith(".chunk")));
    },
    LIMIT,
  );

  it(
    "tries every scan, one folder each, and exits as the first failure",
    () => {
      const scans = ["a", "b"].map((name) => join(DIR, name, "film.npy"));
      mkdirSync(join(DIR, "a"));
      mkdirSync(join(DIR, "b"));
      for (const path of scans) writeFileSync(path, filmFile(2, 16, 64));
      const gone = join(DIR, "gone.npy");
      const { status, stdout, stderr } = orientation([gone, ...scans, "--out", folder("many"), "--json"]);
      expect(status).toBe(3);
      expect(stderr).toContain("gone.npy");
      expect(JSON.parse(stdout).scans.map((s: { folder: string }) => s.folder)).toEqual([
        "gone",
        "film",
        "film-2",
      ]);
      expect(readdirSync(folder("many")).sort()).toEqual(["film", "film-2", "index.csv"]);
      const index = file("many", "index.csv").toString().split("\n");
      expect(index[0]).toBe("scan,folder,exit,message");
      expect(index[1]).toContain("gone,3,");
    },
    LIMIT,
  );

  it(
    "turns orientations into the scan's axes",
    () => {
      const turned = folder("turned");
      expect(
        orientation([SCAN, "--out", turned, "--scan-rotation", "30deg", "--flip", "y", "--quiet"]).status,
      ).toBe(0);
      const [a, b] = ["one", "turned"].map((name) => JSON.parse(file(name, "map.json").toString()));
      expect(b.phase).toEqual(a.phase);
      expect(b.grain.length).toBe(POINTS);
      expect(b.quaternion[0]).not.toEqual(a.quaternion[0]);
    },
    LIMIT,
  );

  it(
    "exits with 2 for a wrong centre, flip, number of workers, seed or progress",
    () => {
      const wrong = [
        ["--centre", "64px,10px"],
        ["--centre", "10,10"],
        ["--centre", "10px"],
        ["--flip", "z"],
        ["--workers", "0"],
        ["--seed", "-1"],
        ["--progress", "loud"],
        ["--scan-rotation", "30"],
      ];
      for (const flags of wrong) {
        const [flag, value] = flags as [string, string];
        expect([flags, orientation([SCAN, "--out", folder("wrong"), `${flag}=${value}`]).status]).toEqual([
          flags,
          2,
        ]);
      }
      expect(existsSync(folder("wrong"))).toBe(false);
    },
    LIMIT,
  );
});
