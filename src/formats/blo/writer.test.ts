import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeBlo } from "../../../fixtures/make/blo.ts";
import type { Signal, Sink } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { parseBlo } from "./parse.ts";
import { reader } from "./reader.ts";
import { encodeBlo, writer } from "./writer.ts";

async function read(bytes: Uint8Array): Promise<{ signal: Signal; pixels: Uint8Array }> {
  const dataset = await reader.open(memorySource(bytes, "made.blo"));
  const signal = dataset.items[0] as Signal;
  const whole = { start: [0, 0, 0, 0], stop: signal.axes.map((axis) => axis.size) };
  return { signal, pixels: (await signal.tile(whole)) as Uint8Array };
}

async function written(signal: Signal): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array | string>();
  const sink: Sink = {
    write: async (path, bytes) => void files.set(path, bytes),
    commit: async () => {},
    discard: async () => {},
  };
  await writer.write(signal, sink, "out.blo");
  return files.get("out.blo") as Uint8Array;
}

describe("the writer of block files", () => {
  it("gives back the bytes of a file from its header, image and frames", () => {
    const bytes = makeBlo({ note: "made" });
    const header = parseBlo(bytes);
    const pixels = new Uint8Array(12 * 25);
    for (let f = 0; f < 12; f++) {
      const at = header.Data_offset_2 + f * 31 + 6;
      pixels.set(bytes.subarray(at, at + 25), f * 25);
    }
    expect(encodeBlo(header, new Uint8Array(12), pixels)).toEqual(bytes);
  });

  it("is undone by the reader, whatever the size, step, voltage and pixel", async () => {
    const fields = fc.record({
      nx: fc.integer({ min: 1, max: 6 }),
      ny: fc.integer({ min: 1, max: 6 }),
      side: fc.integer({ min: 1, max: 9 }),
      sx: fc.double({ min: 0.1, max: 100, noNaN: true }),
      sy: fc.double({ min: 0.1, max: 100, noNaN: true }),
      volts: fc.integer({ min: 60000, max: 300000 }),
      sdp: fc.integer({ min: 1, max: 65535 }),
      cameraLength: fc.integer({ min: 1, max: 100000 }),
      note: fc.string({ maxLength: 40, unit: fc.constantFrom("a", "µ", "Z", "7") }),
    });
    await fc.assert(
      fc.asyncProperty(fields, async (made) => {
        const first = await read(makeBlo(made));
        const second = await read(await written(first.signal));
        expect(second.signal.axes.map((a) => [a.name, a.size, a.unit])).toEqual(
          first.signal.axes.map((a) => [a.name, a.size, a.unit]),
        );
        second.signal.axes.forEach((axis, i) => {
          expect(axis.scale / first.signal.axes[i]!.scale).toBeCloseTo(1, 9);
        });
        expect(second.signal.meta).toEqual(first.signal.meta);
        expect(second.pixels).toEqual(first.pixels);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it("leaves open what the signal leaves open", async () => {
    const { signal } = await read(makeBlo({ sx: 0, sy: 0, volts: 0, sdp: 0, cameraLength: 0 }));
    const again = await read(await written(signal));
    expect(again.signal.axes.map((a) => a.unit)).toEqual(["px", "px", "px", "px"]);
    expect(again.signal.meta["beam.energy"]).toBeUndefined();
  });

  it("takes square 8-bit scans only", async () => {
    const { signal } = await read(makeBlo());
    expect(writer.accepts(signal)).toBe(true);
    expect(writer.accepts({ ...signal, dtype: "u16" })).toBe(false);
    expect(writer.accepts({ ...signal, axes: signal.axes.slice(1) })).toBe(false);
  });
});
