import { describe, expect, it } from "vitest";
import { makeRipple, type RippleFields } from "../../../fixtures/make/ripple.ts";
import { beside } from "../../../test/contracts/beside.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal } from "../../core/contracts.ts";
import { openDataset } from "../open.ts";
import { rippleFormat } from "./format.ts";

async function openPair({ rpl, raw }: { rpl: Uint8Array; raw: Uint8Array }, name = "a.rpl") {
  const dataset = await openDataset(beside(name, { "a.rpl": rpl, "a.raw": raw }));
  const signal = dataset.items[0] as Signal;
  const values = [...(await signal.tile(whole(signal)))];
  return { signal, values, codes: dataset.notices.map(({ code }) => code), dataset };
}

const openMade = (fields: RippleFields = {}, name?: string) => openPair(makeRipple(fields), name);
const named = ({ axes }: Signal) =>
  axes.map(({ name, role, size, unit }) => `${name} ${role} ${size} ${unit}`);
const COUNTED = Array.from({ length: 24 }, (_, i) => i);
const EV = { "ev-per-chan": 10 };

describe("ripple", () => {
  const { rpl, raw } = makeRipple({ lines: EV });
  formatContract({ format: rippleFormat, name: "a.rpl", bytes: rpl, files: { "a.raw": raw } });

  it.each(["a.rpl", "a.raw"])("opens the pair by %s", async (name) => {
    const { signal, values } = await openMade({ lines: EV }, name);
    expect(named(signal)).toEqual(["y nav 2 px", "x nav 3 px", "energy signal 4 eV"]);
    expect(signal.axes[2]).toMatchObject({ scale: 10, offset: 0, from: "file" });
    expect(values).toEqual(COUNTED);
  });

  it.each(["unsigned 1", "signed 4", "signed 8", "float 2", "float 4", "float 8"] as const)(
    "reads %s",
    async (kind) => {
      for (const big of [true, false])
        expect((await openMade({ kind, big, offset: 6 })).values).toEqual(COUNTED);
    },
  );

  it("puts the energy of images of one energy each last", async () => {
    const { signal, values } = await openMade({ record: "image", lines: EV });
    expect(named(signal)).toEqual(["y nav 2 px", "x nav 3 px", "energy signal 4 eV"]);
    // Stored as energy, y, x.
    expect(values.slice(0, 8)).toEqual([0, 6, 12, 18, 1, 7, 13, 19]);
  });

  it("keeps a stack of images, a single image and a single spectrum", async () => {
    expect(named((await openMade({ record: "image" })).signal)).toEqual([
      "frame nav 4 px",
      "y signal 2 px",
      "x signal 3 px",
    ]);
    const image = await openMade({ depth: 1, record: "dont-care" });
    expect(named(image.signal)).toEqual(["y signal 2 px", "x signal 3 px"]);
    const spectrum = await openMade({ width: 1, height: 1 });
    expect(named(spectrum.signal)).toEqual(["channel signal 4 px"]);
  });

  it("takes steps, starts and units that HyperSpy adds, and the instrument", async () => {
    const lines = {
      "width-scale": 2,
      "width-origin": -1,
      "width-units": "nm",
      "depth-units": "keV",
      "depth-scale": 0.01,
      "beam-energy": 200,
      "live-time": 0,
      date: "2016-08-06",
      time: "10:55:00",
    };
    const { signal } = await openMade({ lines });
    expect(signal.axes[1]).toMatchObject({ unit: "nm", scale: 2, offset: -1 });
    expect(signal.axes[2]).toMatchObject({ name: "energy", unit: "keV", scale: 0.01 });
    expect(signal.meta["beam.energy"]).toMatchObject({ value: 200, unit: "keV" });
    expect(signal.meta).not.toHaveProperty("live.time");
    expect(signal.meta["time.start"]).toBe("2016-08-06T10:55:00.000Z");
  });

  it("reads INCA's brackets", async () => {
    const { raw: numbers } = makeRipple();
    const lines = ["WIDTH : 3", "HEIGHT : 2", "DEPTH : 4", "DATA-LENGTH : 2", "DATA-TYPE : unsigned"];
    const text = [...lines, "BYTE-ORDER : little-endian", "RECORD-BY : vector"].map(
      (line) => `(MLX::${line})`,
    );
    const made = { rpl: new TextEncoder().encode(text.join("\n")), raw: numbers };
    expect((await openPair(made)).values).toEqual(COUNTED);
  });

  it("delivers whole records of a short .raw", async () => {
    const made = makeRipple({ kind: "float 4" });
    const { values, codes } = await openPair({ ...made, raw: made.raw.slice(0, 4 * 9) });
    expect(values.slice(0, 8)).toEqual(COUNTED.slice(0, 8));
    expect(values.slice(8).every(Number.isNaN)).toBe(true);
    expect(codes).toContain("truncated");
    await expect(openPair({ ...made, raw: made.raw.slice(0, 15) })).rejects.toMatchObject({ tag: "Format" });
  });

  it("names the half that is missing, and refuses sizes that cannot be", async () => {
    const made = makeRipple();
    await expect(openDataset(beside("a.rpl", { "a.rpl": made.rpl }))).rejects.toThrow(
      /a\.raw, which is not beside/,
    );
    await expect(openDataset(beside("a.raw", { "a.raw": made.raw }))).rejects.toMatchObject({
      tag: "Missing",
    });
    for (const lines of [{ width: 2 ** 33 }, { height: -2 }, { depth: "x" }, { offset: -1 }, { offset: 1e9 }])
      await expect(openMade({ lines })).rejects.toMatchObject({ tag: "Format" });
    await expect(openMade({ lines: { "data-type": "text" } })).rejects.toMatchObject({ tag: "Unsupported" });
  });
});
