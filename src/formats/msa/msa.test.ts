import { describe, expect, it } from "vitest";
import { type MsaFields, makeMsa } from "../../../fixtures/make/msa.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { OpenOptions, Signal } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { msaFormat } from "./format.ts";

async function openBytes(bytes: Uint8Array, options: OpenOptions = {}) {
  const dataset = await openDataset(memorySource(bytes, "made.msa"), undefined, options);
  const signal = dataset.items[0] as Signal;
  const values = [...(await signal.tile(whole(signal)))];
  return { signal, values, axis: signal.axes[0]!, codes: dataset.notices.map(({ code }) => code) };
}

const openMade = (fields: MsaFields = {}) => openBytes(makeMsa(fields));
const openText = (text: string) => openBytes(new TextEncoder().encode(text));
const VALUES = Array.from({ length: 12 }, (_, i) => 100 + i);

describe("msa", () => {
  formatContract({ format: msaFormat, name: "made.msa", bytes: makeMsa() });
  formatContract({ format: msaFormat, name: "pairs.msa", bytes: makeMsa({ xy: true, points: 40 }) });

  it.each([{}, { perLine: 5 }, { xy: true }])("reads %o", async (fields) => {
    const { values, axis, codes } = await openMade(fields);
    expect(values).toEqual(VALUES);
    expect(axis).toMatchObject({ name: "energy", unit: "eV", scale: 0.5, offset: 500, from: "file" });
    expect(codes).toEqual(["zone-assumed"]);
  });

  it("lifts what the header states and leaves out zeros that mean nothing", async () => {
    const lines = { "COLLANGLE-mR": "3.4 ", "DWELLTIME-ms": "100.", LIVETIME: "0.000", "XTILTSTGE-dg": "0." };
    const { signal } = await openMade({ lines });
    expect(signal.meta["beam.energy"]).toEqual({ value: 200, unit: "keV", from: "file" });
    expect(signal.meta["spectrometer.collection"]).toMatchObject({ value: 3.4, unit: "mrad" });
    expect(signal.meta["dwell.time"]).toMatchObject({ value: 0.1, unit: "s" });
    expect(signal.meta["stage.alpha"]).toMatchObject({ value: 0 });
    expect(signal.meta).not.toHaveProperty("live.time");
    expect(signal.meta["time.start"]).toBe("1991-10-01T12:00:00.000Z");
  });

  it("takes the listed energies where the header's steps contradict them", async () => {
    const { axis, codes } = await openMade({ xy: true, x: (i) => 500 + 0.5 * i + (i > 8 ? 0.3 : 0) });
    expect(codes).toContain("header-contradicted");
    expect(axis.values?.[9]).toBeCloseTo(504.8, 12);
    const even = await openMade({ xy: true, x: (i) => 500 + 0.25 * i });
    expect(even.axis).toMatchObject({ scale: 0.25, offset: 500 });
  });

  it("allows for the rounding of the listed energies", async () => {
    const { axis, codes } = await openMade({
      xy: true,
      x: (i) => 500 + i / 3,
      lines: { XPERCHAN: "0.333333" },
    });
    expect(axis).toMatchObject({ scale: 0.333333 });
    expect(codes).not.toContain("header-contradicted");
  });

  it("says that an energy without a unit is taken for eV, and leaves channels in px", async () => {
    const open = await openMade({ lines: { XUNITS: "<undefined>" } });
    expect(open.axis).toMatchObject({ unit: "eV", scale: 0.5, from: "assumed" });
    expect(open.codes).toContain("unit-assumed");
    const channels = await openMade({ lines: { XUNITS: "", XPERCHAN: "1.0", OFFSET: "0.0" } });
    expect(channels.axis).toMatchObject({ unit: "px", from: "none" });
    expect((await openMade({ lines: { XUNITS: "X-ray energy (KEV)" } })).axis.unit).toBe("keV");
  });

  it("keeps a date that is none as text", async () => {
    const { signal, codes } = await openMade({ lines: { TIME: "12:100" } });
    expect(signal.meta["time.start.local"]).toBe("01-OCT-1991 12:100");
    expect(codes).toContain("date-unreadable");
  });

  it("counts the points itself, and knows pairs that are called Y", async () => {
    expect((await openMade({ lines: { NPOINTS: "11." } })).codes).toContain("points-differ");
    const short = await openMade({ lines: { NPOINTS: "2147483648" }, end: "" });
    expect(short.codes).toContain("truncated");
    expect(short.values).toEqual(VALUES);
    const pairs = await openMade({ xy: true, lines: { DATATYPE: "Y" } });
    expect(pairs.values).toEqual(VALUES);
    expect(pairs.codes).toContain("columns-contradict");
  });

  it("reads numbers in the ways that they are written", async () => {
    const lines = { "TAUWIND  -cm": "2.0 E-06", "PROBECUR -nA": "1.2E+01" };
    expect((await openMade({ lines })).signal.meta["beam.current"]).toMatchObject({ value: 12 });
    const comma = await openText("424,5\t1972253,5\n424,75\t1973433\n425\t1\n");
    expect(comma.values).toEqual([1972253.5, 1973433, 1]);
    expect(comma.axis).toMatchObject({ scale: 0.25, offset: 424.5, unit: "eV", from: "assumed" });
  });

  it("reads columns without a header, uneven ones too, and values alone", async () => {
    const uneven = await openText("424\t1\n424.25\t2\n425\t3");
    expect([...uneven.axis.values!]).toEqual([424, 424.25, 425]);
    const single = await openText("5\n6\n7\n");
    expect(single.values).toEqual([5, 6, 7]);
    expect(single.axis).toMatchObject({ unit: "px", from: "none" });
  });

  it("refuses text among the numbers with its line", async () => {
    await expect(openText("1 2\n3 x\n4 5\n")).rejects.toMatchObject({ tag: "Format", fields: { at: 2 } });
    await expect(openText("#FORMAT : EMSA/MAS\n#SPECTRUM :\n")).rejects.toMatchObject({ tag: "Format" });
  });
});
