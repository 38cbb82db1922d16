import { describe, expect, it } from "vitest";
import type { Signal } from "../../core/contracts.ts";
import { sampleFrames } from "./survey.ts";

/** A scan of 2 × 2 patterns whose pixels are their frame's number; frames from `present` on read as 0. */
function scanOf(lines: number, columns: number, present: number): Signal {
  const axis = (name: string, role: "nav" | "signal", size: number) =>
    ({ name, role, size, unit: "px", scale: 1, offset: 0, from: "none" }) as const;
  return {
    kind: "signal",
    title: "made",
    axes: [
      axis("y", "nav", lines),
      axis("x", "nav", columns),
      axis("ky", "signal", 2),
      axis("kx", "signal", 2),
    ],
    dtype: "u16",
    value: { name: "counts", unit: "1" },
    meta: { "frames.present": { value: present, unit: "1", from: "counted" } },
    block: [1, columns, 2, 2],
    ref: { source: { kind: "memory", bytes: new Uint8Array(0), name: "made" }, format: "raw", item: 0 },
    tile: async ({ start }) => {
      const frame = start[0]! * columns + start[1]!;
      return new Uint16Array(4).fill(frame < present ? frame + 1 : 0);
    },
  };
}

describe("sample frames", () => {
  it("come from the frames that are there, where the header claims a hundred times as many", async () => {
    const frames = await sampleFrames(scanOf(10, 1000, 100), 60);
    expect(frames.length).toBe(60);
    const numbers = frames.map((frame) => frame[0]! - 1);
    expect(Math.max(...numbers)).toBeLessThan(100);
    expect(new Set(numbers).size).toBeGreaterThan(50);
  });

  it("are all where the file holds fewer than are asked for", async () => {
    expect((await sampleFrames(scanOf(10, 1000, 7), 60)).map((frame) => frame[0])).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
  });
});
