import { describe, expect, it } from "vitest";
import { latin, utf8 } from "../fixtures/cases/case.ts";
import { casesOf } from "../fixtures/cases/index.ts";
import { makeEmpadXml } from "../fixtures/make/empad.ts";
import { makeTiff } from "../fixtures/make/tiff.ts";
import type { Dataset, OpenOptions, Signal, Stream } from "../src/core/contracts.ts";
import { hdf5Format } from "../src/formats/hdf5/format.ts";
import { openWith } from "../src/formats/index.ts";
import { openDataset } from "../src/formats/open.ts";
import { memorySource } from "../src/sources/memory.ts";
import { beside } from "./contracts/beside.ts";

const open = (
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
  options?: OpenOptions,
): Promise<Dataset> => openDataset(beside(name, files), undefined, options);

/** A made file of a format as text, with one change. */
async function changed(id: string, from: string | RegExp, to: string): Promise<Record<string, Uint8Array>> {
  const { name, files } = (await casesOf(id))[0]!;
  const text = new TextDecoder("latin1").decode(files[name]!);
  expect(text).toMatch(from);
  return { ...files, [name]: latin(text.replace(from, to)) };
}

/** The value field of a tag in the first directory of a little-endian TIFF. */
function tiffTag(bytes: Uint8Array, tag: number): number {
  const view = new DataView(bytes.buffer);
  const at = view.getUint32(4, true);
  for (let i = 0; i < view.getUint16(at, true); i++)
    if (view.getUint16(at + 2 + 12 * i, true) === tag) return at + 2 + 12 * i;
  throw new Error(`no tag ${tag}`);
}

/** What the fuzzer found: each once threw an error that is not ours, took minutes or took the memory of the machine. */
describe("files that broke a reader", () => {
  it.each([
    ["ang", "tsl.ang"],
    ["ctf", "made.ctf"],
  ])("%s: a point at 1e999 lies on no grid", async (id, name) => {
    const row = id === "ang" ? /(\n +\S+ +\S+ +\S+) +\S+/ : /(\n\d+)\t[\d.]+(?=\t[\d.]+\t\d)/;
    const { items } = await open(name, await changed(id, row, id === "ang" ? "$1 1e999" : "$1\t1e999"));
    expect(items.map(({ kind }) => kind)).toEqual(["table"]);
  });

  it("ang: a symmetry that is the name of a JavaScript method is not known", async () => {
    const { notices } = await open(
      "tsl.ang",
      await changed("ang", /# Symmetry +\S+/, "# Symmetry constructor"),
    );
    expect(notices.map(({ message }) => message).join()).toContain("constructor");
  });

  it("zarr: an element type that is the name of a JavaScript method is not read", async () => {
    const files = await changed("zarr", /"<?>?[iuf]\d"/, '"|toString"');
    await expect(open(".zarray", files)).rejects.toMatchObject({ tag: "Unsupported" });
  });

  it("zarr: a chunk whose own header asks for 2 GiB is refused before it is decoded", async () => {
    const { files } = (await casesOf("zarr")).find((one) => one.files["complex/0.0"])!;
    const chunk = files["complex/0.0"]!.slice();
    new DataView(chunk.buffer).setUint32(4, 2 ** 31, true);
    const { items } = await open(".zgroup", { ...files, "complex/0.0": chunk }, { dataset: "complex" });
    const signal = items[0] as Signal;
    const region = { start: [0, 0], stop: [1, 1] };
    await expect(signal.tile(region)).rejects.toMatchObject({ tag: "Format", message: /2147483648/ });
  });

  it("empad: an element whose name is no pattern", async () => {
    const xml = utf8(new TextDecoder().decode(makeEmpadXml()).replaceAll("root", "root(a"));
    await expect(open("a.xml", { "a.xml": xml })).rejects.toMatchObject({ tag: "Missing" });
  });

  it.each([
    ["a fraction of a row per strip", 278],
    ["a width that is no whole number", 256],
  ])("tiff: %s", async (_, tag) => {
    const bytes = makeTiff();
    const view = new DataView(bytes.buffer);
    const at = tiffTag(bytes, tag);
    view.setUint16(at + 2, 11, true);
    view.setFloat32(at + 8, 1e-40, true);
    await expect(open("a.tif", { "a.tif": bytes })).rejects.toMatchObject({ tag: "Format" });
  });

  it("tiff: a tile of 2³¹ pixels for an image of 35", async () => {
    const extra = [
      [322, 12, 65535],
      [323, 12, 65535],
    ] as const;
    await expect(open("a.tif", { "a.tif": makeTiff({ extra }) })).rejects.toMatchObject({
      tag: "Unsupported",
    });
  });

  it("mpt: forty thousand columns", async () => {
    const names = Array.from({ length: 40_000 }, (_, i) => `E${i % 7}/V`).join("\t");
    const { items } = await open("made.mpt", await changed("mpt", "mode\t", `${names}\tmode\t`));
    const { columns } = (items[0] as Stream).table;
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
  });

  it("cif: an angle beyond half a turn, and a cell so flat that its symmetry cannot be told", async () => {
    const { name, files } = (await casesOf("cif")).find((one) => one.name === "listed.cif")!;
    const text = new TextDecoder().decode(files[name]);
    const withAngle = (degrees: number) => utf8(text.replace(/gamma 90/, `gamma ${degrees}`));
    await expect(open(name, { [name]: withAngle(9000) })).rejects.toMatchObject({ tag: "Format" });
    const { items } = await open(name, { [name]: withAngle(1e-9) });
    expect(items).toHaveLength(1);
  });

  it("csv: a first time so late that the test began before all dates", async () => {
    const { name, files } = (await casesOf("csv")).find((one) => one.name === "arbin.csv")!;
    const text = new TextDecoder().decode(files[name]).replace("10.5,", "99999999999999999999,");
    const { items } = await open(name, { [name]: utf8(text) });
    expect((items[0] as Stream).clock).toEqual({ column: "Test_Time" });
  });

  it("csv: a line of a million digits", async () => {
    const text = `1,10,-2.5\n${"3".repeat(1e6)}x,1,2\n2,20,-3\n`;
    const { items } = await open("a.csv", { "a.csv": utf8(text) });
    expect(items).toHaveLength(1);
  });
});

it("hdf5: thousands of broken files leave the library able to open the next one", async () => {
  const { files } = (await casesOf("hdf5")).find((one) => one.name === "plain.h5")!;
  const whole = files["plain.h5"]!;
  const cut = whole.slice(0, whole.length / 2);
  for (let i = 0; i < 2600; i++) {
    const opening = openWith(hdf5Format, memorySource(cut, "plain.h5"));
    await expect(opening).rejects.toMatchObject({ tag: "Format", message: /truncated/ });
  }
  expect((await open("plain.h5", files)).items.length).toBeGreaterThan(0);
}, 60_000);

it("hdf5: a master without a group of frames beside a file that names it", async () => {
  const { files } = (await casesOf("hdf5")).find((one) => one.name === "arina.h5")!;
  const broken = { ...files, "arina_master.h5": (await casesOf("hdf5"))[0]!.files["plain.h5"]! };
  await expect(open("arina.h5", broken)).rejects.toMatchObject({ tag: "Format", message: /\/entry\/data/ });
});
