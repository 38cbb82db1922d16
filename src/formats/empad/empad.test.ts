import { describe, expect, it } from "vitest";
import { type EmpadFields, empadValue, makeEmpadRaw, makeEmpadXml } from "../../../fixtures/make/empad.ts";
import { beside } from "../../../test/contracts/beside.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import type { Signal } from "../../core/contracts.ts";
import { openDataset } from "../open.ts";
import { empadFormat } from "./format.ts";

const RAW = "scan_x3_y2.raw";

async function openFiles(files: Readonly<Record<string, Uint8Array>>, name: string) {
  const dataset = await openDataset(beside(name, files));
  return { signal: dataset.items[0] as Signal, codes: dataset.notices.map(({ code }) => code), dataset };
}

const openMade = (fields: EmpadFields = {}, name = "a.xml") =>
  openFiles({ "a.xml": makeEmpadXml(fields), [RAW]: makeEmpadRaw(fields) }, name);
const shapeOf = ({ axes }: Signal) => axes.map(({ size }) => size);

/** Row 127, columns 100 to 102 of one frame: the last row that is pixels. */
async function pixels(signal: Signal, ...at: number[]) {
  const start = [...at, 127, 100];
  return [...(await signal.tile({ start, stop: [...at.map((i) => i + 1), 128, 103] }))];
}

const expected = (frame: number) => [0, 1, 2].map((i) => empadValue(frame, 127 * 128 + 100 + i));

describe("empad", () => {
  // One frame, as the contract reads every signal again and again.
  const small = { rows: 1, columns: 1 };
  formatContract({
    format: empadFormat,
    name: "a.xml",
    bytes: makeEmpadXml(small),
    files: { "scan_x1_y1.raw": makeEmpadRaw(small) },
    flips: 60,
  });

  it("reads a scan without the rows that are no pixels, the pattern's step by its angle", async () => {
    const { signal, codes } = await openMade();
    expect(shapeOf(signal)).toEqual([2, 3, 128, 128]);
    expect(await pixels(signal, 1, 2)).toEqual(expected(5));
    // 1 mrad at 300 kV: 1.9687 pm.
    expect(signal.axes[3]).toMatchObject({ name: "kx", unit: "1/nm", offset: 0 });
    expect(signal.axes[3]!.scale).toBeCloseTo(0.50794, 4);
    expect(signal.axes.slice(0, 2).map(({ scale, unit, from }) => [scale, unit, from])).toEqual([
      [3, "nm", "assumed"],
      [3, "nm", "assumed"],
    ]);
    expect(codes).toEqual(["step-assumed"]);
    expect(signal.meta["time.start"]).toBe("2019-06-06T11:30:00.164Z");
    expect(signal.meta["exposure.time"]).toMatchObject({ value: 0.001, unit: "s" });
    expect(signal.meta["camera.length"]).toMatchObject({ value: 310, unit: "mm" });
  });

  it("finds the scan in the name of the raw file, by either file of the pair", async () => {
    const named = await openMade({ version: "1.2" });
    expect(shapeOf(named.signal)).toEqual([2, 3, 128, 128]);
    expect(named.signal.axes[0]!.scale).toBeCloseTo(8, 12);
    expect(named.signal.axes[2]).toMatchObject({ unit: "px", from: "none" });
    const raw = await openMade({}, RAW);
    expect(shapeOf(raw.signal)).toEqual([2, 3, 128, 128]);
    expect(await pixels(raw.signal, 1, 0)).toEqual(expected(3));
    expect(raw.codes).toContain("xml-missing");
    const same = await openFiles({ "scan_x3_y2.xml": makeEmpadXml(), [RAW]: makeEmpadRaw() }, RAW);
    expect(same.codes).not.toContain("xml-missing");
  });

  it("keeps the frames of the second generation that are taken while the beam flies back", async () => {
    const { signal, codes } = await openMade({ version: "2", flyBack: 1 });
    expect(shapeOf(signal)).toEqual([2, 4, 128, 128]);
    expect(codes).toContain("fly-back");
    expect(await pixels(signal, 1, 0)).toEqual(expected(4));
  });

  it.each([{ double: true }, { footer: 0 }, { version: "2", double: true }] as EmpadFields[])(
    "reads %o",
    async (fields) => {
      const { signal } = await openMade(fields);
      expect(signal.dtype).toBe(fields.double ? "f64" : "f32");
      expect(await pixels(signal, 0, 1)).toEqual(expected(1));
    },
  );

  it("reads a series", async () => {
    const text =
      '<root name="s"><timestamp timestamp="1" isoformat="y"/><raw_file filename="series_x6.raw"/>';
    const xml = `${text}<scan_parameters><series_count>6</series_count></scan_parameters></root>`;
    const files = { "s.xml": new TextEncoder().encode(xml), "series_x6.raw": makeEmpadRaw() };
    const { signal } = await openFiles(files, "s.xml");
    expect(signal.axes[0]).toMatchObject({ name: "frame", size: 6 });
    expect(await pixels(signal, 4)).toEqual(expected(4));
  });

  it("delivers the whole frames of a raw file that was cut, says what is left over", async () => {
    const cut = await openMade({ written: 4 });
    expect(cut.codes).toContain("truncated");
    expect(cut.signal.meta["frames.present"]).toMatchObject({ value: 4 });
    expect((await pixels(cut.signal, 1, 1)).every(Number.isNaN)).toBe(true);
    expect((await openMade({ written: 7 })).codes).toContain("bytes-left");
  });

  it("names a raw file that is missing and never leaves the folder", async () => {
    const xml = makeEmpadXml();
    await expect(openFiles({ "a.xml": xml }, "a.xml")).rejects.toMatchObject({
      tag: "Missing",
      fields: { what: RAW },
    });
    await expect(openFiles({ "scan.raw": makeEmpadRaw() }, "scan.raw")).rejects.toMatchObject({
      tag: "Missing",
    });
  });
});
