import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atan2, cos, exp, log, sin } from "./portable.ts";

/** FNV-1a over the bits of many values, the same in every engine. */
function fingerprint(f: (a: number, b: number) => number): string {
  const value = new Float64Array(1);
  const words = new Uint32Array(value.buffer);
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
  let hash = 0x811c9dc5;
  for (let i = 0; i < 20000; i++) {
    value[0] = f(14 * next() - 7, 14 * next() - 7);
    hash = Math.imul(Math.imul(hash ^ words[0]!, 0x01000193) ^ words[1]!, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

function close(ours: number, theirs: number): void {
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(5e-16 * Math.max(Math.abs(theirs), 1e-300));
}
const numbers = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const runs = { seed: 11, numRuns: 3000 };

describe("portable elementary functions", () => {
  it("agree with Math to the last bit or two", () => {
    const angles = fc.property(numbers(-1000, 1000), (x) => {
      // Near a zero the reduction, not the kernel, limits both: absolute there.
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(2e-16);
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(2e-16);
    });
    fc.assert(angles, runs);
    fc.assert(
      fc.property(numbers(-700, 700), (x) => {
        close(exp(x), Math.exp(x));
      }),
      runs,
    );
    fc.assert(
      fc.property(numbers(1e-300, 1e300), (x) => {
        close(log(x), Math.log(x));
      }),
      runs,
    );
    fc.assert(
      fc.property(numbers(0.5, 2), (x) => {
        close(log(x), Math.log(x));
      }),
      runs,
    );
    fc.assert(
      fc.property(numbers(-9, 9), numbers(-9, 9), (y, x) => {
        close(atan2(y, x), Math.atan2(y, x));
      }),
      runs,
    );
  });

  it("agree with Math at the edges", () => {
    for (const x of [0, -0, 1e-300]) expect([sin(x), cos(x)]).toEqual([Math.sin(x), Math.cos(x)]);
    for (const x of [Math.PI, -Math.PI / 2, 1]) {
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(1e-25);
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(1e-25);
    }
    for (const x of [0, -745.2, 710, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN])
      expect(exp(x)).toBe(Math.exp(x));
    for (const x of [0, 1, -1, 5e-324, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN])
      expect(log(x)).toBe(Math.log(x));
    for (const y of [0, -0, 1, -1])
      for (const x of [0, -0, 2, -2]) expect(atan2(y, x)).toBe(Math.atan2(y, x));
  });

  it("have the bits that they had in Node 20 and in Chromium 156", () => {
    expect({
      sin: fingerprint(sin),
      cos: fingerprint(cos),
      exp: fingerprint(exp),
      log: fingerprint((x) => log(Math.abs(x))),
      atan2: fingerprint(atan2),
    }).toEqual({ sin: "2765319b", cos: "6a69510e", exp: "f0aca4f9", log: "c0f7afd4", atan2: "d1591992" });
  });
});
