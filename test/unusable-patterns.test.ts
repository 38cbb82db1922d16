import { describe, expect, it } from "vitest";
import { nickel } from "../fixtures/make/film.ts";
import { indexScan } from "../src/analyses/orientation/index-scan.ts";
import { PIXEL_CLASSES } from "../src/analyses/orientation/maps.ts";
import { simulationParams } from "../src/analyses/simulation/params.ts";
import { simulateOrientation } from "../src/analyses/simulation/scan.ts";
import type { Numeric, Signal } from "../src/core/contracts.ts";

const [SIZE, SIDE] = [4, 64];
const PIXEL = 0.05;
const params = simulationParams.parse({
  ...{ size: SIZE, detector: SIDE, pixelSize: PIXEL, grain: 6, layer: 0, amorphous: 0 },
});
const { scan } = simulateOrientation([nickel()], params, 3);
const OPTIONS = {
  voltageKv: 200,
  precessionDeg: 0.7,
  pixelSize: PIXEL,
  pixelSizeFrom: "flag",
  calibration: "refine",
} as const;

/** The scan with every pattern as `change` makes it. */
function changed(change: (values: Numeric, point: number) => Numeric, from: Signal = scan): Signal {
  return {
    ...from,
    dtype: "f64",
    async tile(region, stop) {
      const data = await from.tile(region, stop);
      const out = new Float64Array(data.length);
      const [n, across] = [data.length / SIDE ** 2, region.stop[1]! - region.start[1]!];
      for (let k = 0; k < n; k++) {
        const point = (region.start[0]! + Math.floor(k / across)) * SIZE + region.start[1]! + (k % across);
        out.set(change(data.subarray(k * SIDE ** 2, (k + 1) * SIDE ** 2), point), k * SIDE ** 2);
      }
      return out;
    },
  };
}

const run = (signal: Signal, options: Partial<typeof OPTIONS> | { pixelSize: number } = {}) =>
  indexScan(signal, [nickel()], { ...OPTIONS, ...options });
const classes = (maps: Awaited<ReturnType<typeof run>>) => [...maps.class].map((c) => PIXEL_CLASSES[c]);
const codes = (maps: Awaited<ReturnType<typeof run>>) => maps.notices.map(({ code }) => code);

/** Clipped in most rings about the middle, dimmer in the corners. */
const overexposed = (values: Numeric) =>
  Float64Array.from(values, (value, i) =>
    Math.hypot((i % SIDE) - 31.5, Math.floor(i / SIDE) - 31.5) < 28 ? 255 : Math.min(255, 120 + value),
  );

describe("patterns that cannot be matched", () => {
  it("are classed where they lie among others, and leave those alone", async () => {
    const plain = await run(scan);
    const maps = await run(
      changed((values, point) =>
        point === 5 ? overexposed(values) : point === 6 ? new Float64Array(SIDE ** 2) : values,
      ),
    );
    expect(classes(maps)[5]).toBe("saturated");
    expect(classes(maps)[6]).toBe("vacuum");
    for (const i of [5, 6]) {
      expect([maps.phase[i], maps.trustworthy[i], maps.grain[i]]).toEqual([-1, 0, -1]);
      expect(maps.amorphous[i]).toBeNaN();
    }
    const others = [...plain.phase.keys()].filter((i) => i !== 5 && i !== 6);
    expect(others.map((i) => maps.phase[i])).toEqual(others.map((i) => plain.phase[i]));
    expect(others.filter((i) => maps.phase[i] === 0).length).toBeGreaterThan(10);
    const notice = maps.notices.find(({ code }) => code === "saturated")!;
    expect(notice.message).toMatch(/1 of 16 patterns are saturated.*expose for less time/);
    expect(notice.where).toBe("the first at column 1, row 1");
    expect(codes(maps)).not.toContain("no-signal");
    expect(maps.values["area share, vacuum"]!.value).toBeCloseTo(1 / 15, 9);
  });

  it("are nothing to match where all are so, and one notice says it", async () => {
    for (const [frame, name, code] of [
      [overexposed, "saturated", "saturated"],
      [() => new Float64Array(SIDE ** 2).fill(255), "saturated", "saturated"],
      [() => new Float64Array(SIDE ** 2), "vacuum", "no-signal"],
      [() => new Float64Array(SIDE ** 2).fill(7), "vacuum", "no-signal"],
    ] as const) {
      for (const pixelSize of [PIXEL, 0]) {
        const maps = await run(changed(frame), { pixelSize });
        expect(new Set(classes(maps))).toEqual(new Set([name]));
        expect(codes(maps)).toEqual([code]);
        expect(maps.phase.every((p) => p === -1)).toBe(true);
        expect(maps.trustworthy.every((t) => t === 0)).toBe(true);
        expect([...maps.amorphous].every(Number.isNaN)).toBe(true);
      }
    }
  });

  it("are not measured where the file does not hold them", async () => {
    const meta = { "frames.present": { value: 14, unit: "1" } };
    const maps = await run({
      ...changed((values, i) => (i < 14 ? values : new Float64Array(SIDE ** 2))),
      meta,
    });
    expect(classes(maps).map((name, i) => (name === "not-measured") === i >= 14)).not.toContain(false);
  });
});

describe("values that are fractions", () => {
  const same = (a: Awaited<ReturnType<typeof run>>, b: typeof a, angle: number) => {
    expect(classes(b)).toEqual(classes(a));
    expect([...b.phase]).toEqual([...a.phase]);
    expect([...b.trustworthy]).toEqual([...a.trustworthy]);
    for (let i = 0; i < a.orientation.length; i++)
      if (Number.isFinite(a.orientation[i]))
        expect(Math.abs(b.orientation[i]! - a.orientation[i]!)).toBeLessThan(angle);
  };

  it("give the bits of the counts that they are a thousandth of, also as float32", async () => {
    const plain = await run(scan);
    const small = await run(changed((values) => Float64Array.from(values, (v) => v / 1000)));
    same(plain, small, 1e-12);
    expect(small.values.gain!.value).toBeCloseTo(plain.values.gain!.value / 1000, 9);
    expect(small.values.gain!.from).toBe("found");
    const unit = await run(changed((values) => Float32Array.from(values, (v) => v / 255)));
    same(plain, unit, 1e-12);
    expect(unit.values.gain!.value).toBeCloseTo(plain.values.gain!.value / 255, 6);
  });

  it("give the answers of the same scan a thousand times larger where they are no counts", async () => {
    // As after a flat field: no two pixels have one common divisor.
    const flat = changed((values) => Float64Array.from(values, (v, i) => v * (1 + 0.02 * Math.sin(i * i))));
    const large = await run(flat);
    const small = await run(changed((values) => Float64Array.from(values, (v) => v / 1000), flat));
    same(large, small, 1e-6);
    expect(large.values.gain!.value).toBeGreaterThan(0.3);
    expect(small.values.gain!.value * 1000).toBeCloseTo(large.values.gain!.value, 6);
  });

  it("are refused where they are no counts but complex values or colours", async () => {
    for (const [dtype, what] of [
      ["c64", "complex values"],
      ["rgb8", "colours"],
    ] as const)
      await expect(run({ ...scan, dtype })).rejects.toMatchObject({
        tag: "Refused",
        message: `orientation needs patterns of counts, found ${what}`,
      });
  });
});
