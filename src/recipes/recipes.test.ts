import { describe, expect, it } from "vitest";
import type { Output } from "../core/analysis.ts";
import type { Axis } from "../core/contracts.ts";
import { decodeChunk, encodeChunk } from "./chunk.ts";
import { canonicalText, recipeHash } from "./hash.ts";
import { mapSignals } from "./map-signal.ts";

describe("chunks", () => {
  const buffers = {
    a: Float64Array.from([Math.PI, Number.NaN, -0]),
    b: new Int16Array([-1, 2]),
    c: new Uint8Array(0),
    d: Float32Array.from([1.5]),
  };

  it("come back as they were", () => {
    const back = decodeChunk(encodeChunk(buffers))!;
    expect(back).toEqual(buffers);
    expect(Object.is(back.a![2], -0)).toBe(true);
  });

  it("are not taken for whole when cut short or damaged anywhere", () => {
    const bytes = encodeChunk(buffers);
    for (let cut = 0; cut < bytes.length; cut++) expect(decodeChunk(bytes.subarray(0, cut))).toBeUndefined();
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x10;
      expect(decodeChunk(damaged)).toBeUndefined();
    }
  });
});

describe("recipe hash", () => {
  const key = { inputs: { scan: "s1:a" }, analysis: "x", version: 1, params: { a: 1, b: "2" }, seed: 0 };

  it("does not depend on the order of keys, and on nothing else but the key", async () => {
    const hash = await recipeHash(key);
    expect(hash).toMatch(/^r1:[0-9a-f]{64}$/);
    expect(await recipeHash({ ...key, params: { b: "2", a: 1, c: undefined } })).toBe(hash);
    for (const other of [
      { seed: 1 },
      { version: 2 },
      { params: { a: 1, b: 2 } },
      { inputs: { scan: "s1:b" } },
    ])
      expect(await recipeHash({ ...key, ...other })).not.toBe(hash);
  });

  it("writes values in one way", () => {
    expect(canonicalText({ b: [1, -0, Number.NaN], a: new Uint8Array([1, 2]) })).toBe(
      '{"a":[1,2],"b":[1,0,null]}',
    );
  });
});

describe("mapSignals", () => {
  it("cuts regions of maps with and without components", async () => {
    const axis = (name: string, size: number): Axis => ({
      ...{ name, role: "nav", size, unit: "nm", scale: 2, offset: 0, from: "file" },
    });
    const output = (components: number): Output => ({
      ...{ unit: "1", span: "nav", dtype: "f32", components, fill: Number.NaN, text: "for the test" },
    });
    const one = Float32Array.from({ length: 12 }, (_, i) => i);
    const two = Float32Array.from({ length: 24 }, (_, i) => i);
    const input = { title: "t", axes: [axis("y", 3), axis("x", 4)] };
    const maps = mapSignals({ one, two }, { one: output(1), two: output(2) }, input);
    expect(maps.two!.axes.map((a) => a.size)).toEqual([3, 4, 2]);
    expect([...(await maps.one!.tile({ start: [1, 1], stop: [3, 3] }))]).toEqual([5, 6, 9, 10]);
    expect([...(await maps.two!.tile({ start: [1, 1, 1], stop: [3, 3, 2] }))]).toEqual([11, 13, 19, 21]);
  });
});
