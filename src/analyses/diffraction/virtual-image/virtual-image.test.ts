import { describe, expect, it } from "vitest";
import type { Numeric, Signal } from "../../../core/contracts.ts";
import { seededRandom } from "../../../core/random.ts";
import { positionsOf } from "../../../core/tile-plan.ts";
import { detectorPixels, parseDetector, placeDetector } from "./detectors.ts";
import { directBeam, virtualImages } from "./images.ts";

function scanOf(ny: number, nx: number, height: number, width: number, data: Numeric): Signal {
  const axis = (name: string, role: "nav" | "signal", size: number) =>
    ({ name, role, size, unit: "px", scale: 1, offset: 0, from: "none" }) as const;
  return {
    kind: "signal",
    title: "made",
    axes: [
      axis("y", "nav", ny),
      axis("x", "nav", nx),
      axis("ky", "signal", height),
      axis("kx", "signal", width),
    ],
    dtype: "f64",
    value: { name: "counts", unit: "1" },
    meta: {},
    block: [1, 1, height, width],
    ref: { source: { kind: "memory", bytes: new Uint8Array(0), name: "made" }, format: "made", item: 0 },
    tile: async ({ start, stop }) => {
      const size = height * width;
      return data.slice((start[0]! * nx + start[1]!) * size, ((stop[0]! - 1) * nx + stop[1]!) * size);
    },
  };
}

const place = (text: string, scale = { centre: [4, 3] as const, pixel: 0.05, wavelength: 0.025 }) =>
  placeDetector(parseDetector(text, "d"), scale);

describe("virtual detectors", () => {
  it("are absolute in px and counted from the beam in 1/Å and mrad", () => {
    expect(place("disc:2px,5px,3px")).toMatchObject({ x: 2, y: 5, inner: 0, outer: 3 });
    expect(place("disc:0.1/Å,-0.05/Å,0.1/Å")).toMatchObject({ x: 6, y: 2, outer: 2 });
    const angle = place("ring:0mrad,0mrad,2.5mrad,1/nm".replace("1/nm", "0.5/Å"));
    expect([angle.x, angle.y]).toEqual([4, 3]);
    expect(angle.inner).toBeCloseTo(2, 12);
    expect(angle.outer).toBeCloseTo(10, 12);
    expect(parseDetector("bf=disc:1px,1px,2px", "d").name).toBe("bf");
  });

  it("refuse other shapes, bare numbers, wrong units and empty rings", () => {
    for (const text of [
      "square:1px,1px,2px",
      "disc:1,1,2",
      "disc:1px,1px",
      "disc:1px,1px,2nm",
      "ring:0px,0px,3px,3px",
      "disc:1px,1px,0px",
      "disc:1px,1px,-1px",
    ])
      expect(() => parseDetector(text, "d"), text).toThrow(/--detector/);
    expect(() => place("ring:0px,0px,4px,0.1/Å")).toThrow(/enclose nothing/);
  });

  it("name the flag that is missing", () => {
    const bare = { centre: [0, 0] as const };
    const caught = (text: string, scale: Parameters<typeof placeDetector>[1]) => {
      try {
        placeDetector(parseDetector(text, "d"), scale);
      } catch (error) {
        return (error as { fields: { flag: string } }).fields.flag;
      }
    };
    expect(caught("disc:0/Å,0/Å,1/Å", bare)).toBe("--pixel-size");
    expect(caught("disc:0px,0px,1mrad", { ...bare, pixel: 1 })).toBe("--voltage");
  });

  it("hold the pixels of a closed disc and a half-open ring", () => {
    expect([...detectorPixels(place("disc:1px,1px,1px"), 3, 3)]).toEqual([1, 3, 4, 5, 7]);
    expect([...detectorPixels(place("ring:1px,1px,1px,1.2px"), 3, 3)]).toEqual([1, 3, 5, 7]);
    expect([...detectorPixels(place("ring:1px,1px,0.5px,1px"), 3, 3)]).toEqual([]);
  });
});

describe("virtual images", () => {
  it("are the sums of a plain loop, all detectors in one pass", async () => {
    const random = seededRandom("virtual-image");
    const data = Float64Array.from({ length: 3 * 4 * 7 * 9 }, () => random.next());
    data[5] = Number.NaN;
    const scan = scanOf(3, 4, 7, 9, data);
    const detectors = ["disc:4px,3px,2.5px", "ring:2px,2px,1px,4px", "disc:-1px,3px,2px"].map((t) =>
      place(t),
    );
    let points = 0;
    const counted: Signal = {
      ...scan,
      tile: (region) => {
        points += positionsOf(region, 2);
        return scan.tile(region);
      },
    };
    const images = await virtualImages(counted, detectors);
    expect(points).toBe(12);
    const [lower] = await virtualImages(scan, detectors.slice(0, 1), { rows: [1, 3] });
    expect(lower).toEqual(images[0]!.subarray(4));
    detectors.forEach((d, k) => {
      for (let f = 0; f < 12; f++) {
        let sum = 0;
        for (let row = 0; row < 7; row++)
          for (let column = 0; column < 9; column++) {
            const r = Math.hypot(column - d.x, row - d.y);
            const inside = k === 1 ? r >= 1 && r < 4 : r <= d.outer;
            const value = data[f * 63 + row * 9 + column]!;
            if (inside && Number.isFinite(value)) sum += value;
          }
        expect(images[k]![f]).toBeCloseTo(sum, 12);
      }
    });
  });

  it("refuse a detector beside the pixels, and what is not a scan", async () => {
    const scan = scanOf(1, 1, 4, 4, new Float64Array(16));
    await expect(virtualImages(scan, [place("disc:20px,20px,2px")])).rejects.toMatchObject({ tag: "Usage" });
    const flat = { ...scan, axes: scan.axes.slice(2) };
    await expect(virtualImages(flat, [place("disc:1px,1px,1px")])).rejects.toMatchObject({ tag: "Refused" });
  });

  it("find the direct beam beside a hot pixel", async () => {
    const data = new Float64Array(2 * 20 * 30);
    for (let f = 0; f < 2; f++)
      for (let i = 0; i < 600; i++) {
        const r = Math.hypot((i % 30) - 17.3, Math.floor(i / 30) - 8.6);
        data[f * 600 + i] = 100 * Math.exp(-(r * r) / 8);
      }
    data[33] = 4000;
    const [x, y] = await directBeam(scanOf(1, 2, 20, 30, data));
    expect(Math.hypot(x - 17.3, y - 8.6)).toBeLessThan(0.3);
    const empty = scanOf(1, 1, 4, 4, new Float64Array(16));
    await expect(directBeam(empty)).rejects.toMatchObject({ tag: "Missing" });
  });
});
