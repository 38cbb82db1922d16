import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/random.ts";
import { lineLength } from "./line-length.ts";

/** An image of some blobs, with noise, row by row. */
function image(width: number, height: number, noise: number, seed: string): Float64Array {
  const random = seededRandom(seed);
  const blobs = Array.from({ length: 6 }, () => [
    random.next() * width,
    random.next() * height,
    1 + random.next(),
  ]);
  return Float64Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const signal = blobs.reduce(
      (sum, [bx, by, size]) =>
        sum + size! * Math.exp(-((x - bx!) ** 2 + (y - by!) ** 2) / (0.02 * width * height)),
      0,
    );
    return 100 + 10 * signal + noise * (random.next() - 0.5);
  });
}

describe("the length of lines", () => {
  it.each([
    [32, 32, 1],
    [40, 25, 5],
    [64, 48, 10],
    [17, 60, 5],
  ])("is found in an image of %i × %i", (width, height, noise) => {
    for (const seed of ["a", "b", "c"])
      expect(lineLength(image(width, height, noise, seed))!.length).toBe(width);
  });

  it("is found where the last line is cut or frames lead in", () => {
    const whole = image(50, 40, 3, "cut");
    expect(lineLength(whole.slice(13, 1987))!.length).toBe(50);
  });

  it("is the line and not the period of stripes in it", () => {
    const stripes = image(48, 40, 2, "stripes").map((value, i) => value + 20 * ((i % 48) % 8 < 4 ? 1 : 0));
    const found = lineLength(stripes)!;
    expect(found.length).toBe(48);
  });

  it("is not found in noise or in nothing", () => {
    const random = seededRandom("noise");
    expect(lineLength(Float64Array.from({ length: 900 }, () => random.next()))).toBeUndefined();
    expect(lineLength(new Float64Array(900))).toBeUndefined();
    expect(lineLength(Float64Array.of(1, 2, 3))).toBeUndefined();
  });
});
