import { describe, expect, it } from "vitest";
import type { Dataset, Signal } from "../core/contracts.ts";
import { frameBlock, pixelAxis } from "./axes.ts";
import { withScanShape } from "./scan-shape.ts";

/** Frames of 2 × 3 whose values are 100 · frame + pixel, with navigation axes of the given sizes. */
function dataset(...nav: number[]): Dataset {
  const axes = [
    ...nav.map((size, i) => pixelAxis(`n${i}`, "nav", size)),
    pixelAxis("ky", "signal", 2),
    pixelAxis("kx", "signal", 3),
  ];
  const strides = nav.map((_, i) => nav.slice(i + 1).reduce((a, b) => a * b, 1));
  const signal: Signal = {
    kind: "signal",
    title: "",
    axes,
    dtype: "u16",
    value: { name: "intensity", unit: "1" },
    meta: {},
    block: frameBlock(axes),
    ref: { source: { kind: "memory", bytes: new Uint8Array(0), name: "x" }, format: "test", item: 0 },
    tile: async ({ start, stop }) => {
      const out: number[] = [];
      const walk = (axis: number, frame: number, pixel: number) => {
        if (axis === axes.length) return void out.push(100 * frame + pixel);
        for (let i = start[axis]!; i < stop[axis]!; i++)
          if (axis < nav.length) walk(axis + 1, frame + i * strides[axis]!, pixel);
          else walk(axis + 1, frame, pixel + i * (axis === nav.length ? 3 : 1));
      };
      walk(0, 0, 0);
      return Uint16Array.from(out);
    },
  };
  return { items: [signal], header: {}, notices: [{ code: "scan-unknown", message: "", flag: "--shape" }] };
}

describe("a stated scan shape", () => {
  for (const nav of [[14], [2, 7], [7, 2]])
    it(`keeps the order of the frames of a ${nav.join(" × ")} file and leaves out what is over`, async () => {
      const { items, notices } = withScanShape(dataset(...nav), [3, 4, 2, 3], "x");
      const scan = items[0] as Signal;
      expect(scan.axes.map(({ name, size }) => [name, size])).toEqual([
        ["y", 3],
        ["x", 4],
        ["ky", 2],
        ["kx", 3],
      ]);
      expect(notices).toEqual([]);
      expect(scan.ref.options?.shape).toEqual([3, 4, 2, 3]);
      const part = await scan.tile({ start: [1, 1, 1, 0], stop: [3, 4, 2, 2] });
      expect([...part]).toEqual([5, 6, 7, 9, 10, 11].flatMap((f) => [100 * f + 3, 100 * f + 4]));
    });

  it("works one size out", () => {
    const scan = withScanShape(dataset(14), [-1, 4, 2, 3], "x").items[0] as Signal;
    expect(scan.axes[0]!.size).toBe(3);
  });

  it("refuses more frames than there are, and frames of another size", () => {
    expect(() => withScanShape(dataset(14), [4, 4, 2, 3], "x")).toThrow(/14 frames/);
    expect(() => withScanShape(dataset(14), [2, 7, 3, 2], "x")).toThrow(/2 × 3/);
  });
});
