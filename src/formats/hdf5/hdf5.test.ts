import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Dataset, OpenOptions, PointList, Signal } from "../../core/contracts.ts";
import { blobSource } from "../../sources/blob.ts";
import { openFile } from "../../sources/file.node.ts";
import { openDataset } from "../open.ts";
import { unitOf } from "../units.ts";
import { hdf5Format } from "./format.ts";

const FIXTURES = fileURLToPath(new URL("../../../fixtures/hdf5/", import.meta.url));

async function openPath(path: string, options: OpenOptions = {}): Promise<Dataset> {
  const source = await openFile(path);
  try {
    return await openDataset(source, undefined, options);
  } finally {
    await source.close();
  }
}

const openFixture = (name: string, options?: OpenOptions) => openPath(join(FIXTURES, name), options);

/** Points of scan row i, column j as the fixture script makes them, in the file's own columns. */
function made(i: number, j: number): { qx: number; qy: number; intensity: number }[] {
  return Array.from({ length: (i + j) % 3 }, (_, k) => ({
    qx: 10 * i + j + k,
    qy: 5 + 2 * k - j,
    intensity: k + 1,
  }));
}

describe("hdf5", () => {
  it.each(["bragg-v0.13.h5", "bragg-v0.5.h5"])("reads the Bragg vectors of %s", async (name) => {
    const points = (await openFixture(name)).items[0] as PointList;
    expect(points.kind).toBe("points");
    expect(points.columns.map((column) => column.name).sort()).toEqual(["intensity", "qx", "qy"]);
    const { offsets, columns } = await points.points(0, 12);
    for (let at = 0; at < 12; at++) {
      const rows = made(Math.floor(at / 4), at % 4);
      const [from, to] = [offsets[at]!, offsets[at + 1]!];
      // The file's qx runs along rows, which is our qy.
      expect([...columns.qy!.subarray(from, to)]).toEqual(rows.map(({ qx }) => qx));
      expect([...columns.qx!.subarray(from, to)]).toEqual(rows.map(({ qy }) => qy));
      expect([...columns.intensity!.subarray(from, to)]).toEqual(rows.map(({ intensity }) => intensity));
    }
  });

  it("gives the same points in pieces", async () => {
    const points = (await openFixture("bragg-v0.13.h5")).items[0] as PointList;
    const all = await points.points(0, 12);
    for (let from = 0; from <= 12; from++) {
      for (let to = from; to <= 12; to++) {
        const part = await points.points(from, to);
        expect([...part.offsets]).toEqual(
          [...all.offsets.subarray(from, to + 1)].map((at) => at - all.offsets[from]!),
        );
        const rows = all.columns.qx!.subarray(all.offsets[from], all.offsets[to]);
        expect([...part.columns.qx!]).toEqual([...rows]);
      }
    }
    await expect(points.points(3, 13)).rejects.toMatchObject({ tag: "Usage" });
  });

  it("assumes 1/Å for calibrated vectors without a unit and says so", async () => {
    const { items, notices } = await openFixture("bragg-v0.13.h5");
    expect((items[0] as PointList).columns[0]).toEqual({ name: "qx", unit: "1/Å", type: "number" });
    expect((items[0] as PointList).meta["q.from"]).toBe("assumed");
    expect(notices).toMatchObject([{ code: "unit-assumed", flag: "--pixel-size" }]);
  });

  it("leaves vectors in px where the file has no calibration", async () => {
    const { items, notices } = await openFixture("bragg-v0.5.h5");
    expect((items[0] as PointList).columns.find(({ name }) => name === "qx")?.unit).toBe("px");
    expect(notices.map(({ code }) => code)).toEqual(["uncalibrated"]);
  });

  it("applies origin, ellipse, pixel size, rotation and flip as py4DSTEM does", async () => {
    const points = (await openFixture("bragg-v0.14.h5")).items[0] as PointList;
    expect(points.title).toBe("braggvectors");
    expect(points.navigation).toMatchObject([
      { name: "y", size: 3, unit: "nm", scale: 2.5, from: "file" },
      { name: "x", size: 4, unit: "nm", scale: 2.5, from: "file" },
    ]);
    expect(points.columns[0]!.unit).toBe("1/Å");
    expect(points.meta["q.from"]).toBe("file");
    const { columns } = await points.points(11, 12);
    // numpy with the lines of py4DSTEM's _transform (baf9e302) on row 2, column 3; its qx is our qy.
    const golden = {
      qy: [-0.17034063523994883, -0.14426726596484282],
      qx: [0.2606036350058741, 0.29457675811724016],
    };
    for (const name of ["qx", "qy"] as const) {
      columns[name]!.forEach((value, i) => {
        expect(value).toBeCloseTo(golden[name][i]!, 13);
      });
    }
  });

  it("calibrates a datacube of version 0.12 from its dimensions", async () => {
    const { items, notices } = await openFixture("datacube-v0.12.h5");
    const cube = items[0] as Signal;
    expect(cube.axes.map(({ name, role, unit, scale }) => [name, role, unit, scale])).toEqual([
      ["y", "nav", "nm", 2],
      ["x", "nav", "nm", 2.5],
      ["ky", "signal", "1/Å", 0.02],
      ["kx", "signal", "1/Å", 0.03],
    ]);
    expect(cube.block).toEqual([1, 2, 5, 6]);
    expect([...(await cube.tile({ start: [1, 2, 3, 4], stop: [2, 3, 4, 6] }))]).toEqual([202, 203]);
    expect(notices).toEqual([]);
  });

  it("names the axes of a fast pixelated detector, and takes its readings for none", async () => {
    const { items } = await openFixture("fpd.hdf5");
    const names = items.map((item) => (item as Signal).axes.map(({ name }) => name));
    expect(names).toEqual([
      ["y", "x", "colour", "ky", "kx"],
      ["y", "x", "colour", "DAC"],
    ]);
    const pixel = { start: [1, 2, 0, 3, 4], stop: [2, 3, 1, 4, 5] };
    expect([...(await (items[0] as Signal).tile(pixel))]).toEqual([119]);
  });

  it("calibrates a datacube in px from the calibration beside it", async () => {
    const cube = (await openFixture("datacube-v0.14.h5")).items[0] as Signal;
    expect(cube.axes.map(({ unit, scale, offset }) => [unit, scale, offset])).toEqual([
      ["nm", 2.5, 0],
      ["nm", 2.5, 0],
      ["1/nm", 0.2, -0.4],
      ["1/nm", 0.2, expect.closeTo(-0.6, 12)],
    ]);
    const values = await cube.tile(whole(cube));
    expect(values.every((value, i) => value === i)).toBe(true);
  });

  it("reads HyperSpy's axes and beam energy", async () => {
    const { items, notices } = await openFixture("hyperspy.hspy");
    const line = items[0] as Signal;
    expect(line.title).toBe("made line");
    expect(line.axes.map(({ name, role, unit, scale, offset }) => [name, role, unit, scale, offset])).toEqual(
      [
        ["x", "nav", "µm", 0.5, 1],
        ["Energy loss", "signal", "eV", 0.25, -1],
      ],
    );
    expect(line.meta["beam.energy"]).toEqual({ value: 200, unit: "keV", from: "file" });
    expect(notices).toEqual([]);
  });

  it.each([
    ["int64", "f64", Array.from({ length: 12 }, (_, i) => i - 5)],
    ["half", "f32", [0, 1, -2.5, 65504, Math.fround(2 ** -24)]],
    ["complex", "c64", [1, 2, -0, -3.5]],
    ["bool", "i8", [1, 0, 1]],
    ["lzf", "u32", Array.from({ length: 40 }, (_, i) => i)],
  ])("reads /%s as %s", async (dataset, dtype, values) => {
    const signal = (await openFixture("plain.h5", { dataset })).items[0] as Signal;
    expect(signal.dtype).toBe(dtype);
    expect([...(await signal.tile(whole(signal)))]).toEqual(values);
    expect(signal.ref).toMatchObject({ item: 0, options: { dataset } });
  });

  it("does not round a 64-bit integer", async () => {
    const signal = (await openFixture("plain.h5", { dataset: "/huge" })).items[0] as Signal;
    await expect(signal.tile(whole(signal))).rejects.toMatchObject({ tag: "Unsupported" });
  });

  it("says what it does not read", async () => {
    await expect(openFixture("plain.h5", { dataset: "text" })).rejects.toMatchObject({ tag: "Unsupported" });
    await expect(openFixture("plain.h5", { dataset: "none" })).rejects.toMatchObject({ tag: "Usage" });
    const { notices } = await openFixture("plain.h5");
    expect(notices.map(({ code }) => code)).toEqual(expect.arrayContaining(["link-broken", "uncalibrated"]));
  });

  it.each(["master.h5", "virtual.h5"])("follows %s to the file beside it", async (name) => {
    const signal = (await openFixture(name)).items[0] as Signal;
    expect([...(await signal.tile(whole(signal)))]).toEqual(Array.from({ length: 12 }, (_, i) => i - 5));
  });

  it.each(["master.h5", "virtual.h5", "away.h5"])("refuses %s without it", async (name) => {
    const bytes = await readFile(join(FIXTURES, name));
    const alone = openDataset(blobSource(new Blob([bytes]), name));
    await expect(alone).rejects.toMatchObject({ tag: expect.stringMatching(/Format|Unsupported/) });
  });

  it("reads a blob by copying it", async () => {
    const bytes = await readFile(join(FIXTURES, "datacube-v0.12.h5"));
    const cube = (await openDataset(blobSource(new Blob([bytes]), "cube.h5"))).items[0] as Signal;
    expect((await cube.tile(whole(cube)))[359]).toBe(359);
  });

  it("keeps more files readable than it keeps open", async () => {
    const signals: Signal[] = [];
    for (let i = 0; i < 12; i++) signals.push((await openFixture("datacube-v0.12.h5")).items[0] as Signal);
    for (const cube of signals) {
      expect([...(await cube.tile({ start: [2, 3, 4, 5], stop: [3, 4, 5, 6] }))]).toEqual([359]);
    }
  });

  it.each([
    ["$A^{-1}$", "1/Å"],
    ["1 / Å", "1/Å"],
    ["[n_m]", "nm"],
    ["1/nm", "1/nm"],
    ["A^-1", "1/Å"],
    ["pixels", "none"],
    [undefined, "none"],
    ["Angle", undefined],
  ])("understands the unit %s", (text, unit) => {
    expect(unitOf(text)).toBe(unit);
  });
});

describe("hdf5 keeps the contract of formats", async () => {
  for (const name of ["bragg-v0.14.h5", "datacube-v0.12.h5"]) {
    formatContract({ format: hdf5Format, name, bytes: new Uint8Array(await readFile(join(FIXTURES, name))) });
  }
});

const DATA = process.env.LITHOSCOPE_DATA;

describe("hdf5 on real files (LITHOSCOPE_DATA)", () => {
  const reference = async (name: string) =>
    JSON.parse(await readFile(join(DATA!, `em/reference/${name.replaceAll("/", "__")}.json`), "utf8"));

  it.skipIf(!DATA)("finds every disc of 4dstem/py4dstem_cathode_braggdisks_cali.h5", async () => {
    const name = "4dstem/py4dstem_cathode_braggdisks_cali.h5";
    const known = await reference(name);
    const points = (await openPath(join(DATA!, "em", name))).items[0] as PointList;
    expect(points.navigation.map(({ size }) => size)).toEqual(known.grid);
    const { offsets, columns } = await points.points(0, 80 * 58);
    expect(columns.qx!.length).toBe(known.total_discs);
    for (const [ours, theirs] of [
      ["qy", "qx"],
      ["qx", "qy"],
      ["intensity", "intensity"],
    ] as const) {
      const { sum, min, max } = known.fields_stats[theirs];
      const values = columns[ours]!;
      expect(values.reduce((a, b) => a + b, 0) / sum).toBeCloseTo(1, 10);
      expect([values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]).toEqual([
        min,
        max,
      ]);
    }
    for (const [row, column] of [
      [40, 29],
      [20, 20],
    ] as const) {
      const at = offsets[row * 58 + column]!;
      known[`first_discs_at_${row}_${column}`].forEach((disc: { qx: number; qy: number }, k: number) => {
        expect([columns.qy![at + k], columns.qx![at + k]]).toEqual([disc.qx, disc.qy]);
      });
    }
  });

  it
    .skipIf(!DATA)
    .each([
      "4dstem/py4DSTEM_size2x3x4x5.h5",
      "4dstem/sped_steel_subset_2x2.hspy",
      "4dstem/amorphous_pattern.hspy",
      "images/emd_berkeley/example_image.emd",
      "images/STO_ABF_cropped.hdf5",
      "images/hologram_object_130V.hdf5",
      "movies/stem_abf_data_imagestack.hspy",
      "spectra/core_shell.hspy",
      "spectra/CuZn_EELS_mapping_tutorial.hspy",
      "spectra/LSMO_linescan.hdf5",
    ])("agrees with the reference reader on %s", async (name) => {
    const { shape, sum, values_at, axes } = (await reference(name)).signals[0];
    const signal = (await openPath(join(DATA!, "em", name))).items[0] as Signal;
    expect(signal.axes.map(({ size }) => size)).toEqual(shape);
    signal.axes.forEach((axis, i) => {
      if (axis.from === "file") expect(axis.scale / axes[i].scale).toBeCloseTo(1, 10);
    });
    const values = (await signal.tile(whole(signal))) as Float64Array;
    expect(values.reduce((a, b) => a + b, 0) / sum).toBeCloseTo(1, 10);
    for (const { index, value } of values_at) {
      const stop = index.map((i: number) => i + 1);
      expect((await signal.tile({ start: index, stop }))[0]).toBe(value);
    }
  });

  it.skipIf(!DATA)("refuses a master file whose data are not there", async () => {
    const name = "em/4dstem/ncem_arina/au_145mm_68kx_microprobe_01_master.h5";
    await expect(openPath(join(DATA!, name))).rejects.toMatchObject({
      tag: "Format",
      message: expect.stringContaining("au_145mm_68kx_microprobe_01_data_000001.h5"),
    });
  });

  it.skipIf(!DATA)("reads bitshuffled frames behind an external link", async () => {
    const frames = (await openPath(join(DATA!, "em/4dstem/arina/test_00_master.h5"))).items[0] as Signal;
    expect(frames.axes.map(({ size }) => size)).toEqual([4, 4, 192, 192]);
    const values = await frames.tile(whole(frames));
    expect(values.every((value) => value === 0)).toBe(true);
  });
});
