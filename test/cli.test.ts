import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

/** The built command: `npm test` builds before it tests. */
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-cli-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

function lithoscope(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

/** A NumPy file of zeros, u1, of the given shape. */
function npy(name: string, shape: readonly number[]): string {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length, 0]);
  const data = Buffer.alloc(shape.reduce((a, b) => a * b, 1));
  const path = join(DIR, name);
  writeFileSync(path, Buffer.concat([magic, Buffer.from(padded, "latin1"), data]));
  return path;
}

describe("lithoscope", () => {
  it.skipIf(!existsSync("/dev/full"))(
    "exits with 6 where its answer cannot be written, with one sentence",
    () => {
      const full = openSync("/dev/full", "w");
      const { status, stderr } = spawnSync(process.execPath, [CLI, "--version"], {
        stdio: ["ignore", full, "pipe"],
        encoding: "utf8",
      });
      closeSync(full);
      expect([status, stderr]).toEqual([
        6,
        expect.stringMatching(/^lithoscope: standard output: cannot be written, ENOSPC[^\n]*\n$/),
      ]);
    },
  );

  it("lists the verbs and shows an example for each", () => {
    const help = lithoscope("--help");
    expect(help.status).toBe(0);
    for (const verb of ["info", "orientation", "convert"]) {
      expect(help.stdout).toContain(verb);
      const { status, stdout } = lithoscope(verb, "--help");
      expect(status).toBe(0);
      expect(stdout).toContain("Example:");
    }
  });

  it("exits with 2 on wrong usage", () => {
    expect(lithoscope("nonsense").status).toBe(2);
    expect(lithoscope("info").status).toBe(2);
    expect(lithoscope("info", "--nonsense", "x").status).toBe(2);
    const scan = npy("bare.npy", [2, 2, 8, 8]);
    const bare = lithoscope("orientation", scan, "--voltage", "200", "--out", join(DIR, "bare"));
    expect(bare.status).toBe(2);
    expect(bare.stderr).toContain("--voltage");
  });

  it("exits with 3 where an input is missing, and says so as JSON", () => {
    const { status, stdout, stderr } = lithoscope("info", join(DIR, "none.blo"), "--json");
    expect(status).toBe(3);
    expect(JSON.parse(stdout).error.code).toBe("NotFound");
    expect(stderr).toContain("none.blo");
  });

  it("exits with 4 where voltage or crystals are missing, naming the flag", () => {
    const scan = npy("scan.npy", [2, 2, 8, 8]);
    const out = join(DIR, "missing");
    const voltage = lithoscope("orientation", scan, "--out", out, "--json");
    expect(voltage.status).toBe(4);
    expect(JSON.parse(voltage.stdout).error.details.flag).toBe("--voltage");
    const stated = ["--voltage", "200kV", "--pixel-size", "0.02/Å", "--out", out];
    const crystals = lithoscope("orientation", scan, ...stated);
    expect(crystals.status).toBe(4);
    expect(crystals.stderr).toContain("--crystal");
    expect(existsSync(out)).toBe(false);
  });

  it.skipIf(!existsSync("/dev/null"))(
    "exits with 6 before it starts where the result cannot be written",
    () => {
      const cell = ["a", "b", "c"].map((edge) => `_cell_length_${edge} 4`).join("\n");
      const angles = ["alpha", "beta", "gamma"].map((angle) => `_cell_angle_${angle} 90`).join("\n");
      const loops =
        "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nNi 0 0 0\n";
      const cif = join(DIR, "ni.cif");
      writeFileSync(cif, `data_ni\n${cell}\n${angles}\n${loops}`);
      const stated = ["--crystal", `Ni=${cif}`, "--voltage", "200kV", "--pixel-size", "0.02/Å"];
      const { status, stderr } = lithoscope(
        "orientation",
        npy("out.npy", [2, 2, 8, 8]),
        ...stated,
        "--out",
        "/dev/null/x",
      );
      expect(status).toBe(6);
      expect(stderr).toContain("/dev/null/x");
    },
  );

  it("names the file whose content is wrong", () => {
    const wrong = (name: string, bytes: string) => {
      writeFileSync(join(DIR, name), bytes);
      return join(DIR, name);
    };
    const cases = [
      [wrong("renamed.blo", "just some words"), "not a .blo: wanted the ID IMGBLO at byte 0"],
      [wrong("empty.blo", ""), "not a .blo: the file is empty"],
      [wrong("cut.blo", "IMGBLO12"), ".blo cut short before the first pattern: "],
      [wrong("bad.cif", "data_a\n_x 'open\n"), "line 2: "],
    ] as const;
    for (const [path, sentence] of cases) {
      const { status, stderr } = lithoscope("info", path);
      expect([status, stderr]).toEqual([3, expect.stringContaining(`lithoscope: ${path}: `)]);
      expect(stderr).toContain(sentence);
    }
    const several = lithoscope("info", ...cases.map(([path]) => path));
    expect(several.status).toBe(3);
    for (const [path] of cases) expect(several.stderr).toContain(`lithoscope: ${path}: `);
    const stated = ["--voltage", "200kV", "--pixel-size", "0.02/Å", "--crystal", `Ni=${cases[3][0]}`];
    const crystal = lithoscope("orientation", npy("good.npy", [2, 2, 8, 8]), ...stated, "--dry-run");
    expect([crystal.status, crystal.stderr]).toEqual([
      3,
      expect.stringContaining(`: ${cases[3][0]}: Ni, line 2: `),
    ]);
  });

  it("says how a value is written", () => {
    const scan = npy("written.npy", [2, 2, 8, 8]);
    const said = (...flags: string[]) => {
      const { status, stderr } = lithoscope("orientation", scan, ...flags, "--dry-run");
      expect([flags, status]).toEqual([flags, 2]);
      return stderr;
    };
    expect(said("--voltage", "200")).toContain("write 200kV");
    expect(said("--centre", "-5px,64px")).toContain("--centre=-5px,64px");
    expect(said("--centre", "--json")).toContain("found --json");
    const cif = join(DIR, "po.cif");
    const edges = ["a", "b", "c"].map((edge) => `_cell_length_${edge} 3.35\n`).join("");
    const sites =
      "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nPo 0 0 0\n";
    writeFileSync(cif, `data_po\n${edges}_symmetry_space_group_name_H-M 'P m -3 m'\n${sites}`);
    const stated = ["--crystal", `Po=${cif}`, "--pixel-size", "0.02/Å"];
    expect(said(...stated, "--voltage", "99999kV")).toMatch(/--voltage: wanted a number in kV.*found 99999/);
  });

  it("describes a scan as JSON", () => {
    const { status, stdout } = lithoscope("info", npy("shape.npy", [2, 3, 8, 9]), "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).files[0].items[0].shape).toEqual([2, 3, 8, 9]);
  });

  it("copies the map of a result folder and does not overwrite another file", () => {
    const folder = join(DIR, "result");
    const out = join(DIR, "map.json");
    mkdirSync(folder);
    writeFileSync(join(folder, "map.json"), '{"width":1}');
    expect(lithoscope("convert", folder, out).status).toBe(0);
    expect(readFileSync(out, "utf8")).toBe('{"width":1}');
    writeFileSync(out, "other");
    const refused = lithoscope("convert", folder, out);
    expect(refused.status).toBe(6);
    expect(refused.stderr).toContain("--force");
    expect(lithoscope("convert", folder, out, "--force").status).toBe(0);
    expect(lithoscope("convert", join(DIR, "no-folder"), out).status).toBe(3);
  });
});
