import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import { wasmSearchKernel } from "./search.ts";
import { type PackedTemplates, ROW, type SearchShape, STEPS } from "./search-layout.ts";
import { plainSearchKernel } from "./search-plain.ts";

const FIRST = 6;
const RADII = 34;

/** `count` templates of 0 to 40 spots anywhere, the weights up to the largest allowed. */
function randomTemplates(random: () => number, count: number): PackedTemplates {
  const offset = new Uint32Array(count + 1);
  const spots: number[] = [];
  for (let t = 0; t < count; t++) {
    for (let n = Math.floor(41 * random()); n > 0; n--) {
      const radius = FIRST + Math.floor((RADII - FIRST) * random());
      spots.push(radius * ROW, Math.floor(STEPS * random()) + 65536 * Math.floor(258 * random()));
    }
    offset[t + 1] = spots.length / 2;
  }
  return { offset, spots: Uint32Array.from(spots) };
}

describe("the search kernel", () => {
  it("gives the integers of its plain twin on any input", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 40, max: 71 }),
        fc.double({ min: 0.01, max: 30, noNaN: true }),
        fc.constantFrom(0.3, 0.9, 0.999),
        (seed, size, scale, dark) => {
          const random = seededRandom(seed).next;
          const shape: SearchShape = {
            size,
            first: FIRST,
            radii: RADII,
            coarse: randomTemplates(random, 17),
            fine: randomTemplates(random, 23),
          };
          const values = Float32Array.from({ length: size * size }, () =>
            random() < dark ? -random() : 40 / random(),
          );
          values[Math.floor(random() * size * size)] = Number.NaN;
          values[Math.floor(random() * size * size)] = Number.POSITIVE_INFINITY;
          const [x, y] = [65536 * size * (random() - 0.1), 65536 * size * (random() - 0.1)].map(Math.round);
          const list = Uint32Array.from({ length: 12 }, () => Math.floor(23 * random()));
          const [wasm, plain] = [wasmSearchKernel(shape)!, plainSearchKernel(shape)].map((kernel) => ({
            kind: kernel.kind,
            sum: kernel.image(values, scale, x!, y!),
            coarse: [...kernel.coarse()],
            every: [...kernel.everyAngle(list)],
            even: [...kernel.evenFirst(list)],
          }));
          expect(wasm).toEqual({ ...plain!, kind: "wasm" });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("finds a template turned by any whole degree", () => {
    const fine = {
      offset: Uint32Array.of(0, 3),
      spots: Uint32Array.from(
        [
          [12, 10, 60],
          [20, 100, 80],
          [25, 300, 70],
        ].flatMap(([r, a, w]) => [r! * ROW, a! + 65536 * w!]),
      ),
    };
    const none = { offset: Uint32Array.of(0), spots: new Uint32Array(0) };
    const kernel = wasmSearchKernel({ size: 72, first: FIRST, radii: RADII, coarse: none, fine })!;
    for (const turn of [0, 1, 7, 71, 72, 180, 287, 288, 352, 359]) {
      const values = new Float32Array(72 * 72);
      for (const [radius, azimuth] of [
        [12, 10],
        [20, 100],
        [25, 300],
      ] as const) {
        const angle = ((azimuth + turn) * Math.PI) / 180;
        const [x, y] = [36.25 + radius * Math.cos(angle), 35.5 + radius * Math.sin(angle)];
        for (let i = 0; i < values.length; i++)
          values[i]! += 1000 * Math.exp(-(((i % 72) - x) ** 2) - (Math.floor(i / 72) - y) ** 2);
      }
      kernel.image(values, 4, 36.25 * 65536, 35.5 * 65536);
      for (const [best, , second] of [
        kernel.everyAngle(Uint32Array.of(0)),
        kernel.evenFirst(Uint32Array.of(0)),
      ]) {
        expect(Math.abs(((best! - turn + 540) % 360) - 180)).toBeLessThanOrEqual(1);
        expect(Math.abs(((second! - best! + 540) % 360) - 180)).toBeGreaterThanOrEqual(8);
      }
    }
  });
});
