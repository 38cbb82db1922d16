import { describe, expect, it } from "vitest";
import { frameAfter, timeWords } from "./frame-times.ts";
import { complexPart } from "./parts.ts";

const times = { seconds: Float64Array.of(0, 0.5, 1, 1.5, 30), start: Date.UTC(2016, 1, 21, 16, 49, 5) };

describe("the times of frames", () => {
  it("are told since the start and by the clock", () => {
    expect(timeWords(times, 3)).toBe("1.5 s · 2016-02-21 16:49:06.5 UTC");
    expect(timeWords(times, 4)).toBe("30 s · 2016-02-21 16:49:35 UTC");
    expect(timeWords({ ...times, start: undefined }, 1)).toBe("0.5 s");
    expect(timeWords(times, 9)).toBe("");
  });

  it("lead a second on, and at least to the next frame", () => {
    expect(frameAfter(times, 0, 1)).toBe(2);
    expect(frameAfter(times, 3, 1)).toBe(4);
    expect(frameAfter(times, 3, -1)).toBe(1);
  });
});

describe("complex numbers", () => {
  it("have a modulus, and a phase in degrees", () => {
    const pairs = Float32Array.of(3, 4, 0, -2);
    expect([...complexPart(pairs, "modulus")]).toEqual([5, 2]);
    expect(complexPart(pairs, "phase")[1]).toBe(-90);
    expect([...complexPart(pairs, "imaginary")]).toEqual([4, -2]);
  });
});
