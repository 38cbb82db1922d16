import { gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { makeHdr, makeMib } from "../../../fixtures/make/mib.ts";
import { makeNpy, npyValue } from "../../../fixtures/make/npy.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal, Table } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openSource } from "../../sources/open.node.ts";
import { gzipFormat } from "../gzip/format.ts";
import { openDataset } from "../open.ts";
import { zipFormat } from "./format.ts";

const text = (words: string) => new TextEncoder().encode(words);

function zip(files: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 6): Uint8Array {
  return zipSync({ ...files }, { level, mtime: new Date("2026-01-01") });
}

/** A NumPy array that holds one string, as PantaRhei keeps its metadata. */
function stringArray(words: string): Uint8Array {
  const head = `{'descr': '<U${words.length}', 'fortran_order': False, 'shape': (), }`.padEnd(117);
  const bytes = new Uint8Array(128 + 4 * words.length);
  bytes.set([0x93, ...text("NUMPY"), 1, 0, 118, 0, ...text(`${head}\n`)]);
  [...words].forEach((letter, i) => {
    bytes[128 + 4 * i] = letter.charCodeAt(0);
  });
  return bytes;
}

const SHEET = `<worksheet><sheetData><row r="1"><c r="A1"><v>1.5</v></c><c r="B1"><v>2</v></c></row>
  <row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3"><v>-3e2</v></c></row></sheetData></worksheet>`;
const BOOK = {
  "xl/workbook.xml": text('<workbook><sheets><sheet name="g &amp; map" r:id="r1"/></sheets></workbook>'),
  "xl/_rels/workbook.xml.rels": text(
    '<Relationships><Relationship Id="r1" Target="worksheets/one.xml"/></Relationships>',
  ),
  "xl/worksheets/one.xml": text(SHEET),
};

async function openBytes(bytes: Uint8Array, name = "made.zip", dataset?: string) {
  return openDataset(memorySource(bytes, name), undefined, dataset === undefined ? {} : { dataset });
}

describe("zip", () => {
  const files = { "scan.npy": makeNpy(), "grain.npy": makeNpy({ shape: [3, 4], type: "i2" }) };
  formatContract({ format: zipFormat, name: "made.npz", bytes: zip(files) });
  formatContract({ format: zipFormat, name: "stored.npz", bytes: zip(files, 0) });
  formatContract({ format: gzipFormat, name: "made.npy.gz", bytes: gzipSync(makeNpy(), { mtime: 0 }) });

  it("gives each member that is read, named; others become notices", async () => {
    const { items, notices } = await openBytes(zip({ ...files, "notes.txt": text("hello") }));
    expect(items.map((item) => item.kind === "signal" && item.title)).toEqual(["grain.npy", "scan.npy"]);
    expect(notices).toContainEqual(expect.objectContaining({ code: "member-skipped", where: "notes.txt" }));
    const only = await openBytes(zip(files), "made.zip", "scan.npy");
    expect(only.items).toHaveLength(1);
  });

  it("opens companions once", async () => {
    const { items } = await openBytes(zip({ "a.mib": makeMib(), "a.hdr": makeHdr({ Gain: "SLGM" }) }));
    expect(items.map(({ kind }) => kind)).toEqual(["signal", "table"]);
  });

  it.each([0, 6] as const)("reopens from its ref, level %d", async (level) => {
    const { items } = await openBytes(zip(files, level));
    const signal = items[1] as Signal;
    expect(signal.ref.format).toBe("zip");
    const again = await openDataset(await openSource(signal.ref.source));
    const pixels = await (again.items[signal.ref.item] as Signal).tile(whole(signal));
    expect(pixels[7]).toBe(npyValue(7));
  });

  it("reads the numbers of a workbook, NaN for text and empty cells", async () => {
    const { items, notices } = await openBytes(zip(BOOK), "made.xlsx");
    const signal = items[0] as Signal;
    expect(signal.title).toBe("g & map");
    const { NaN: none } = Number;
    expect([...(await signal.tile(whole(signal)))]).toEqual([
      1.5,
      2,
      none,
      none,
      none,
      none,
      none,
      none,
      -300,
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["cells-not-numbers", "uncalibrated"]);
  });

  it("takes a sheet whose first row names its columns for a table", async () => {
    const number = (at: string, value: number) => `<c r="${at}"><v>${value}</v></c>`;
    const rows = [
      '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><t>Z&apos; [Ohm]</t></is></c></row>',
      `<row r="2">${number("A2", 1000)}${number("B2", 1.5)}</row>`,
      `<row r="3">${number("A3", 100)}${number("B3", -2)}</row>`,
    ];
    const { items, notices } = await openBytes(
      zip({
        ...BOOK,
        "xl/sharedStrings.xml": text(
          "<sst><si><t>other</t></si><si><r><t>f/</t></r><r><t>Hz</t></r></si></sst>",
        ),
        "xl/worksheets/one.xml": text(`<worksheet><sheetData>${rows.join("")}</sheetData></worksheet>`),
      }),
      "made.xlsx",
    );
    const table = items[0] as Table;
    expect(table.columns.map(({ name, unit }) => `${name} ${unit}`)).toEqual(["f Hz", "Z' Ohm"]);
    expect([...(await table.read("Z'", 0, 2))]).toEqual([1.5, -2]);
    expect(notices).toEqual([]);
  });

  it("calibrates PantaRhei data by the JSON beside them", async () => {
    const calib = [{ name: "Length", value: 2e-11, unit: "m", offset: 0, pixel_factor: 8 }];
    const meta = JSON.stringify([{ repo_id: "O.1", "electron_gun.voltage": 200000, "device.calib": calib }]);
    const data = { "data.npy": makeNpy({ shape: [3, 4] }), "meta_data.npy": makeNpy({ shape: [1] }) };
    const { items } = await openBytes(zip({ ...data, "meta_data_json.npy": stringArray(meta) }), "made.prz");
    const signal = items[0] as Signal;
    expect(signal.axes[1]).toMatchObject({ name: "x", unit: "m", scale: 1.6e-10, from: "file" });
    expect(signal.axes[0]).toMatchObject({ unit: "px", from: "none" });
    expect(signal.meta["beam.energy"]).toMatchObject({ value: 200, unit: "keV" });
  });

  it("leaves PantaRhei data without JSON in px and says why", async () => {
    const data = { "data.npy": makeNpy({ shape: [3, 4] }), "meta_data.npy": makeNpy({ shape: [1] }) };
    const { notices } = await openBytes(zip(data), "made.prz");
    expect(notices.at(-1)?.message).toMatch(/pickled/);
  });

  it("never leaves the archive", async () => {
    const { items } = await openBytes(zip({ "../up.npy": makeNpy(), "a.npy": makeNpy() }));
    expect(items).toHaveLength(1);
  });

  it("stops a bomb and a lie about a size", async () => {
    const bomb = zip({ "a.npy": new Uint8Array(2 ** 22) });
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    let at = bomb.length - 22;
    while (view.getUint32(at, true) !== 0x02014b50) at--;
    view.setUint32(at + 24, 2 ** 31, true);
    await expect(openBytes(bomb)).rejects.toMatchObject({ tag: "Format" });
    view.setUint32(at + 24, 1000, true);
    await expect(openBytes(bomb)).rejects.toMatchObject({ tag: "Refused" });
  });
});
