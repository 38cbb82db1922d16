import { describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import type { Sink } from "../../core/contracts.ts";
import { writeMapsZarr, type ZarrMap } from "./writer.ts";

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
