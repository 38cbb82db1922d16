import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { whole } from "../../../test/contracts/format.ts";
import type { Dataset, OpenOptions, Signal, Sink } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { openFile } from "../../sources/file.node.ts";
import { formats } from "../index.ts";
import { openDataset } from "../open.ts";
import { writeMapsZarr, type ZarrMap } from "./write-maps.ts";

function memorySink(): { sink: Sink; files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const sink: Sink = {
    write: async (path, bytes) => {
      files.set(path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
    },
    commit: async () => {},
    discard: async () => {},
  };
  return { sink, files };
}

const axis = (name: string, unit = "nm") => ({ name, unit, scale: 2, offset: 1, from: "file" });

const MAPS: readonly ZarrMap[] = [
  {
    name: "score",
    data: Float32Array.from({ length: 600 * 3 }, (_, i) => (i % 7 === 0 ? Number.NaN : i / 10)),
    shape: [600, 3],
    unit: "1",
    axes: [axis("y"), axis("x")],
    fill: Number.NaN,
    text: "fit score",
  },
  {
    name: "phase",
    data: Int16Array.from({ length: 1800 }, (_, i) => (i % 5) - 1),
    shape: [600, 3],
    unit: "1",
    axes: [axis("y"), axis("x")],
    fill: -1,
    text: "index, −1 none",
  },
  {
    name: "orientation",
    data: Float64Array.from({ length: 2 * 3 * 4 }, (_, i) => i / 3),
    shape: [2, 3, 4],
    unit: "1",
    axes: [axis("y"), axis("x"), axis("component", "1")],
    text: "quaternion",
  },
  {
    name: "zeros",
    data: new Uint8Array(6),
    shape: [2, 3],
    unit: "1",
    axes: [axis("y"), axis("x")],
    text: "0",
  },
];

async function readBack(files: Map<string, Uint8Array>, name: string) {
  const store = { get: async (key: string) => files.get(`maps.zarr${key}`) };
  const array = await zarr.open.v3(zarr.root(store).resolve(name), { kind: "array" });
  const { data } = await zarr.get(array as zarr.Array<"float64">);
  return { array, data };
}

describe("zarr writer", () => {
  it.each(MAPS.map(({ name }) => name))("writes %s so that it reads back", async (name) => {
    const { sink, files } = memorySink();
    await writeMapsZarr(MAPS, sink);
    const map = MAPS.find((entry) => entry.name === name)!;
    const { array, data } = await readBack(files, name);
    expect(array.shape).toEqual(map.shape);
    expect([...data]).toEqual([...map.data]);
    expect(array.attrs).toMatchObject({ unit: map.unit, text: map.text, axes: map.axes });
  });

  it("writes metadata that other readers take", async () => {
    const { sink, files } = memorySink();
    await writeMapsZarr(MAPS, sink, "maps.zarr", { conventions: "rows are y" });
    const json = (path: string) => JSON.parse(new TextDecoder().decode(files.get(path)));
    expect(json("maps.zarr/zarr.json")).toEqual({
      zarr_format: 3,
      node_type: "group",
      attributes: { conventions: "rows are y", arrays: MAPS.map(({ name }) => name) },
    });
    const score = json("maps.zarr/score/zarr.json");
    expect(score).toMatchObject({ fill_value: "NaN", dimension_names: ["y", "x"], data_type: "float32" });
    expect(score.chunk_grid.configuration.chunk_shape).toEqual([512, 3]);
    expect([...files.keys()].filter((path) => path.startsWith("maps.zarr/score/c/"))).toEqual([
      "maps.zarr/score/c/0/0",
      "maps.zarr/score/c/1/0",
    ]);
  });

  it("writes the same bytes twice", async () => {
    const [first, second] = [memorySink(), memorySink()];
    await writeMapsZarr(MAPS, first.sink);
    await writeMapsZarr(MAPS, second.sink);
    expect([...first.files]).toEqual([...second.files]);
  });

  it.each([{ shape: [2, 2] }, { axes: [axis("y")] }, { name: "../up" }, { name: "zarr.json" }])(
    "refuses %o",
    async (wrong) => {
      const { sink, files } = memorySink();
      await expect(writeMapsZarr([{ ...MAPS[3]!, ...wrong }], sink)).rejects.toMatchObject({ tag: "Usage" });
      expect(files.size).toBe(0);
    },
  );
});

async function openFolder(path: string, options: OpenOptions = {}): Promise<Dataset> {
  const source = await openFile(path);
  try {
    return await openDataset(source, undefined, options);
  } finally {
    await source.close();
  }
}

const FIXTURES = fileURLToPath(new URL("../../../fixtures/zarr/", import.meta.url));
const COUNTS = Array.from({ length: 35 }, (_, i) => i);

describe("zarr reader", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zarr-"));
    const { sink, files } = memorySink();
    await writeMapsZarr(MAPS, sink);
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("reads what the writer wrote, with axes", async () => {
    const { items } = await openFolder(join(folder, "maps.zarr"));
    expect(items.map((item) => (item as Signal).title)).toEqual(MAPS.map(({ name }) => name));
    for (const [i, item] of (items as Signal[]).entries()) {
      expect([...(await item.tile(whole(item)))]).toEqual([...MAPS[i]!.data]);
      expect(item.axes[0]).toMatchObject({ name: "y", unit: "nm", scale: 2, offset: 1, from: "file" });
      expect(item.ref.item).toBe(i);
    }
  });

  it.each([
    ["v3.zarr", "sharded", COUNTS],
    ["v3.zarr", "floats", COUNTS.map((n) => n / 2)],
    ["v2.zarr", "counts", COUNTS],
  ])("reads %s/%s of zarr-python", async (name, dataset, values) => {
    const signal = (await openFolder(join(FIXTURES, name), { dataset })).items[0] as Signal;
    expect(signal.axes.map(({ size }) => size)).toEqual([7, 5]);
    expect([...(await signal.tile(whole(signal)))]).toEqual(values);
    const random = seededRandom(`zarr/${dataset}`);
    for (let k = 0; k < 20; k++) {
      const [a, b] = [0, 0].map(() => Math.floor(random.next() * 8)).sort((p, q) => p - q) as [
        number,
        number,
      ];
      const part = await signal.tile({ start: [a, 1], stop: [b, 4] });
      const rows = Array.from({ length: b - a }, (_, r) => values.slice(5 * (a + r) + 1, 5 * (a + r) + 4));
      expect([...part]).toEqual(rows.flat());
    }
  });

  it("reads a single array, big-endian", async () => {
    const signal = (await openFolder(join(FIXTURES, "array-v2.zarr"))).items[0] as Signal;
    expect([...(await signal.tile(whole(signal)))]).toEqual(COUNTS);
  });

  it("finds the arrays of a group and fills chunks that are not there", async () => {
    const { items } = await openFolder(join(FIXTURES, "v3.zarr"));
    expect((items as Signal[]).map(({ title }) => title).sort()).toEqual(["floats", "gaps", "sharded"]);
    const gaps = (items as Signal[]).find(({ title }) => title === "gaps")!;
    expect([...(await gaps.tile({ start: [1, 1], stop: [3, 3] }))]).toEqual([
      1,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect((await openFolder(join(FIXTURES, "v2.zarr"))).items).toHaveLength(1);
  });

  it("looks into the folders where nothing names the arrays", async () => {
    const { items, notices } = await openFolder(join(FIXTURES, "walk.zarr"));
    const signals = items as Signal[];
    expect(signals.map(({ title, dtype }) => [title, dtype])).toEqual([
      ["complex", "c64"],
      ["half", "f32"],
      ["inner/fortran", "i32"],
      ["inner/long", "f64"],
    ]);
    const made: readonly ((n: number) => number[])[] = [
      (n) => [n, -2 * n],
      (n) => [n / 2],
      (n) => [n],
      (n) => [n - 2 ** 40],
    ];
    for (const [i, signal] of signals.entries()) {
      expect([...(await signal.tile(whole(signal)))].map((v) => v + 0)).toEqual(
        COUNTS.flatMap(made[i]!).map((v) => v + 0),
      );
      const part = await signal.tile({ start: [2, 1], stop: [5, 3] });
      expect([...part]).toEqual([11, 12, 16, 17, 21, 22].flatMap(made[i]!));
    }
    expect(notices.map(({ where }) => where)).toEqual(["/words"]);
    const group = await openFolder(join(FIXTURES, "walk.zarr"), { dataset: "inner" });
    expect((group.items as Signal[]).map(({ title }) => title)).toEqual(["inner/fortran", "inner/long"]);
  });

  it("reads the levels of an OME-Zarr pyramid", async () => {
    const { items } = await openFolder(join(FIXTURES, "ome.zarr"));
    const axes = (items as Signal[]).map((signal) =>
      signal.axes.map(({ name, role, unit, scale, offset }) => [name, role, unit, scale, offset]),
    );
    expect(axes).toEqual([
      [
        ["t", "nav", "s", 2, 0],
        ["y", "signal", "µm", 0.5, 0],
        ["x", "signal", "µm", 0.25, 0],
      ],
      [
        ["t", "nav", "s", 2, 0],
        ["y", "signal", "µm", 1, 0.25],
        ["x", "signal", "µm", 0.5, 0.125],
      ],
    ]);
  });

  it.each([
    { shape: [2 ** 31, 2 ** 31], chunks: [2 ** 31, 2 ** 31] },
    { shape: [4, 4], chunks: [2 ** 20, 2 ** 20] },
    { shape: [4, -4], chunks: [4, 4] },
    { shape: [4, 4], chunks: [4] },
    { shape: [4, 4], chunks: [0, 4] },
  ])("refuses %o", async (sizes) => {
    const path = join(folder, "bad.zarr");
    await mkdir(path, { recursive: true });
    const rest = { zarr_format: 2, dtype: "<u2", order: "C", compressor: null, filters: null, fill_value: 0 };
    await writeFile(join(path, ".zarray"), JSON.stringify({ ...rest, ...sizes }));
    await expect(openFolder(path)).rejects.toMatchObject({ tag: "Format" });
  });

  it("says what is not there", async () => {
    const open = openFolder(join(FIXTURES, "v3.zarr"), { dataset: "none" });
    await expect(open).rejects.toMatchObject({ tag: "Format" });
  });

  it("is certain of its metadata and no other format is", async () => {
    const head = new Uint8Array(await readFile(join(FIXTURES, "v3.zarr/zarr.json"))).subarray(0, 4096);
    const certain = formats.filter((format) => format.sniff(head, "unnamed") === "certain");
    expect(certain.map(({ id }) => id)).toEqual(["zarr"]);
  });

  it.each(["zarr.json", "score/zarr.json", "score/c/0/0"])("takes cuts and flips of %s", async (name) => {
    const path = join(folder, "maps.zarr", name);
    const bytes = await readFile(path);
    const random = seededRandom(`zarr/${name}`);
    for (let i = 0; i < 16 + 50; i++) {
      const bad = i < 16 ? bytes.subarray(0, Math.floor((bytes.length * i) / 16)) : Buffer.from(bytes);
      if (i >= 16) bad[Math.floor(random.next() * bad.length)]! ^= 1 + Math.floor(random.next() * 255);
      await writeFile(path, bad);
      try {
        const { items } = await openFolder(join(folder, "maps.zarr"), { dataset: "score" });
        const signal = items[0] as Signal;
        const values = signal.axes.reduce((product, { size }) => product * size, 1);
        if (values < 1e6) await signal.tile(whole(signal));
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
      }
    }
    await writeFile(path, bytes);
  });
});
