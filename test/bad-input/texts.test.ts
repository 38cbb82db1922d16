import { describe, expect, it } from "vitest";
import { casesOf } from "../../fixtures/cases/index.ts";
import { sparseSource } from "../../fixtures/make/sparse.ts";
import type { Item, Table } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { formats, openWith } from "../../src/formats/index.ts";
import { openDataset } from "../../src/formats/open.ts";
import { beside } from "../contracts/beside.ts";

const all = await Promise.all(formats.map(async (format) => ({ format, cases: await casesOf(format.id) })));
const isText = (bytes: Uint8Array) => bytes.every((byte) => byte >= 9);
const texts = all.flatMap(({ format, cases }) =>
  cases
    .filter(({ name, files, refused }) => !refused && isText(files[name]!))
    .map((one) => [`${format.id}: ${one.name}`, format, one] as const),
);

/** Sizes and titles of everything in a file. */
function outline(items: readonly Item[]): unknown {
  const table = (t: Table) => [t.rows, t.columns.map(({ name, unit }) => [name, unit])];
  return items.map((item) => {
    if (item.kind === "signal")
      return item.axes.map(({ name, size, unit, scale }) => [name, size, unit, scale]);
    if (item.kind === "table") return table(item);
    if (item.kind === "stream") return table(item.table);
    return item.kind === "orientation-map" ? [item.width, item.height, [...item.phase]] : item;
  });
}

/** The letters as Windows' Notepad writes "Unicode". */
function utf16(text: string, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  [0xfeff, ...[...text].map((letter) => letter.charCodeAt(0))].forEach((code, i) => {
    view.setUint16(2 * i, code, little);
  });
  return new Uint8Array(view.buffer);
}

describe("text in UTF-16 means the same, or is refused by name", () => {
  it.each(texts)("%s", async (_, format, one) => {
    const bytes = one.files[one.name]!;
    const utf8 = new TextDecoder().decode(bytes);
    const text = utf8.includes("\ufffd") ? new TextDecoder("latin1").decode(bytes) : utf8;
    const known = outline(
      (await openWith(format, beside(one.name, one.files), undefined, one.options)).items,
    );
    for (const little of [true, false]) {
      const files = { ...one.files, [one.name]: utf16(text, little) };
      try {
        const { items } = await openDataset(beside(one.name, files), undefined, one.options);
        expect(outline(items)).toEqual(known);
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
        expect(["Format", "Unsupported"]).toContain(error.tag);
      }
    }
  });
});

describe("a line of 10⁹ characters is refused before it fills the memory", () => {
  it.each(texts)("%s", async (_, format, one) => {
    const bytes = one.files[one.name]!;
    // Behind the file's own text comes one line without an end; its zeros are never made.
    const size = 1_000_000_000;
    const neighbours = Object.entries(one.files).filter(([name]) => name !== one.name);
    const file = {
      name: one.name,
      size,
      parts: [[0, bytes]] as const,
      beside: neighbours.map(([name, own]) => ({ name, size: own.length, parts: [[0, own]] as const })),
    };
    const counted = { bytes: 0, reads: 0 };
    const opened = openWith(format, sparseSource(file, counted), undefined, one.options);
    await opened.then(
      () => {},
      (error) => {
        if (!isLithoscopeError(error)) throw error;
      },
    );
    expect(counted.bytes).toBeLessThan(2 ** 27);
  });
});

it("keeps a long line of a short file", async () => {
  const { name, files } = (await casesOf("msa"))[0]!;
  const long = new TextEncoder().encode(`#COMMENT : ${"x".repeat(2e6)}\r\n`);
  const out = new Uint8Array(long.length + files[name]!.length);
  const first = files[name]!.indexOf(10) + 1;
  out.set(files[name]!.subarray(0, first));
  out.set(long, first);
  out.set(files[name]!.subarray(first), first + long.length);
  const { items } = await openDataset(beside(name, { [name]: out }));
  expect(items).toHaveLength(1);
});
