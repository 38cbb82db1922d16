import { describe, expect, it } from "vitest";
import type { Detector } from "../../analyses/diffraction/virtual-image/detectors.ts";
import { detectorPixels } from "../../analyses/diffraction/virtual-image/detectors.ts";
import { seededRandom } from "../../core/random.ts";
import { Planes } from "./planes.ts";

const [POINTS, HEIGHT, WIDTH] = [37, 9, 11];
const ring = (x: number, y: number, inner: number, outer: number): Detector => ({
  ...{ name: "d", text: "d", x, y, inner, outer },
  closed: inner === 0,
});
const DETECTORS = [
  ring(5, 4, 0, 2),
  ring(5.4, 4, 0, 2.2),
  ring(6, 5, 2, 4),
  ring(6, 5.5, 2, 4),
  ring(0, 0, 0, 20),
];

function patterns(): Float32Array {
  const random = seededRandom("planes");
  const data = Float32Array.from({ length: POINTS * HEIGHT * WIDTH }, () => Math.floor(random.next() * 500));
  data[40] = Number.NaN;
  data[41] = Number.POSITIVE_INFINITY;
  return data;
}

describe("binned planes", () => {
  it("of one pixel each give the sums of a plain loop, also when a detector is followed", () => {
    const data = patterns();
    const planes = new Planes(POINTS, [HEIGHT, WIDTH], "f32");
    const size = HEIGHT * WIDTH;
    planes.add(data.subarray(0, 20 * size), 0, 20);
    planes.add(data.subarray(20 * size), 20, POINTS - 20);
    expect(planes.exact).toBe(true);
    for (const detector of DETECTORS) {
      const pixels = detectorPixels(detector, HEIGHT, WIDTH);
      const plain = Float32Array.from({ length: POINTS }, (_, point) =>
        pixels.reduce((sum, pixel) => {
          const value = data[point * size + pixel]!;
          return Number.isFinite(value) ? sum + value : sum;
        }, 0),
      );
      expect(planes.image(detector)).toEqual(plain);
      expect(planes.following(detector)).toEqual(plain);
    }
    const total = Float64Array.from({ length: size }, (_, pixel) =>
      Array.from({ length: POINTS }, (_, point) => data[point * size + pixel]!)
        .filter(Number.isFinite)
        .reduce((a, b) => a + b, 0),
    );
    expect(planes.total).toEqual(total);
  });

  it("take bytes four at a time as they take any number", () => {
    const random = seededRandom("bytes");
    const [points, height, width] = [700, 6, 12];
    const bytes = Uint8Array.from({ length: points * height * width }, () =>
      random.next() < 0.8 ? 255 : Math.floor(random.next() * 256),
    );
    const planes = new Planes(points, [height, width], "u8");
    const plain = new Planes(points, [height, width], "u8");
    for (const [from, to] of [
      [0, 1],
      [1, 600],
      [600, 700],
    ] as const) {
      const part = bytes.slice(from * height * width, to * height * width);
      planes.add(part, from, to - from);
      plain.add(Float64Array.from(part), from, to - from);
    }
    const detector = ring(5, 3, 0, 20);
    expect(planes.total).toEqual(plain.total);
    expect(planes.image(detector)).toEqual(plain.image(detector));
  });

  it("of several pixels count by their share, and following a detector gives the same", () => {
    const points = 40_000;
    const [height, width] = [40, 50];
    const planes = new Planes(points, [height, width], "u8");
    const random = seededRandom("coarse planes");
    const pattern = Uint8Array.from({ length: height * width }, () => Math.floor(random.next() * 256));
    for (let i = 0; i < points; i += 8000) planes.add(pattern, i, 1);
    expect(planes.exact).toBe(false);
    for (let step = 0; step < 30; step++) {
      const detector = ring(20 + 0.7 * step, 18 + 0.3 * step, 6, 14);
      const [asked, followed] = [planes.image(detector), planes.following(detector)];
      const exact = detectorPixels(detector, height, width).reduce((sum, pixel) => sum + pattern[pixel]!, 0);
      // Noise of pixels at the edges of the ring is all that a preview may be off by.
      expect(Math.abs(asked[0]! - exact) / exact).toBeLessThan(0.05);
      for (let i = 0; i < points; i += 4000) expect(followed[i]).toBeCloseTo(asked[i]!, 3);
    }
  });
});
