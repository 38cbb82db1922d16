import { describe, expect, it } from "vitest";
import { makeHdr, makeMib, mibPixel } from "../../../fixtures/make/mib.ts";
import { beside } from "../../../test/contracts/beside.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Quantity, Signal, Table } from "../../core/contracts.ts";
import { openDataset } from "../open.ts";
import { mibFormat } from "./format.ts";

async function openFiles(name: string, files: Readonly<Record<string, Uint8Array>>) {
  const dataset = await openDataset(beside(name, files));
  return { dataset, signal: dataset.items[0] as Signal };
}

const shapeOf = (signal: Signal) => signal.axes.map(({ size }) => size);

describe("mib", () => {
  formatContract({ format: mibFormat, name: "made.mib", bytes: makeMib() });

  it.each(["U08", "U16", "U32"] as const)("reads %s, big-endian", async (depth) => {
    const { signal } = await openFiles("a.mib", { "a.mib": makeMib({ depth }) });
    const bits = { U08: 8, U16: 16, U32: 20 }[depth];
    const pixels = await signal.tile({ start: [1, 2, 3, 1], stop: [2, 3, 4, 5] });
    expect([...pixels]).toEqual([1, 2, 3, 4].map((column) => mibPixel(6, 3, column, bits)));
  });

  it.each([1, 6, 12, 24] as const)("puts raw pixels of %d bits in order, single and quad", async (bits) => {
    for (const quad of [false, true]) {
      const [width, height] = quad ? [128, 128] : [64, 4];
      const bytes = makeMib({ depth: "R64", bits, quad, width, height, lines: 1, perLine: 2 });
      const { signal } = await openFiles("a.mib", { "a.mib": bytes });
      expect(shapeOf(signal)).toEqual([2, height, width]);
      const pixels = await signal.tile({ start: [1, 0, 0], stop: [2, height, width] });
      const known = Array.from({ length: width * height }, (_, i) =>
        mibPixel(1, Math.floor(i / width), i % width, bits),
      );
      expect([...pixels]).toEqual(known);
    }
  });

  it("finds the lines by the pauses between them, and says so", async () => {
    const { dataset, signal } = await openFiles("a.mib", { "a.mib": makeMib() });
    expect(shapeOf(signal)).toEqual([3, 4, 6, 8]);
    expect(dataset.notices.map(({ code }) => code)).toContain("scan-found");
  });

  it("gives frames where nothing tells the scan", async () => {
    const { dataset, signal } = await openFiles("a.mib", { "a.mib": makeMib({ pause: 0 }) });
    expect(shapeOf(signal)).toEqual([12, 6, 8]);
    expect(dataset.notices.map(({ code }) => code)).toContain("scan-unknown");
  });

  it("takes the scan from the .hdr, opened by either of the two", async () => {
    const lines = {
      "Frames in Acquisition (Number)": 12,
      "Frames per Trigger (Number)": 6,
      "Sensor Bias (V)": "120 V",
    };
    const files = { "a.mib": makeMib({ pause: 0 }), "a.hdr": makeHdr(lines) };
    for (const name of ["a.mib", "a.hdr"]) {
      const { signal } = await openFiles(name, files);
      expect(shapeOf(signal)).toEqual([2, 6, 6, 8]);
      expect(signal.meta["detector.bias"]).toMatchObject({ value: 120, unit: "V" });
    }
  });

  it("keeps fly-back frames and says so", async () => {
    const lines = {
      "Frames in Acquisition (Number)": 12,
      "Frames per Trigger (Number)": 6,
      ScanX: 5,
      ScanY: 2,
    };
    const { dataset } = await openFiles("a.mib", { "a.mib": makeMib({ pause: 0 }), "a.hdr": makeHdr(lines) });
    expect(dataset.notices.map(({ code }) => code)).toContain("fly-back");
  });

  it("delivers the frames of a scan that was stopped", async () => {
    const lines = { "Frames in Acquisition (Number)": 12, "Frames per Trigger (Number)": 4 };
    const bytes = makeMib();
    const files = { "a.mib": bytes.slice(0, 5.5 * (384 + 96)), "a.hdr": makeHdr(lines) };
    const { dataset, signal } = await openFiles("a.mib", files);
    expect(shapeOf(signal)).toEqual([3, 4, 6, 8]);
    expect((signal.meta["frames.present"] as Quantity).value).toBe(5);
    expect(dataset.notices).toContainEqual(
      expect.objectContaining({ code: "truncated", where: "byte 2400" }),
    );
    const pixels = await signal.tile(whole(signal));
    expect(pixels[5 * 48 - 1]).toBe(mibPixel(4, 5, 7, 16));
    expect(pixels[5 * 48]).toBe(0);
  });

  it("names the missing frames of a lone .hdr", async () => {
    const files = { "a.hdr": makeHdr({ Gain: "SLGM" }) };
    await expect(openFiles("a.hdr", files)).rejects.toMatchObject({ tag: "Missing" });
  });

  it("keeps every frame's own time", async () => {
    const { dataset, signal } = await openFiles("a.mib", { "a.mib": makeMib() });
    expect(signal.meta["time.start"]).toBe("2026-01-02T03:04:05.000000000Z");
    const times = await (dataset.items[1] as Table).read("time", 3, 5);
    expect([...times]).toEqual([0.003, 0.0042]);
  });
});
