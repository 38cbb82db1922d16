import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { normal } from "../../../math/normal.ts";
import { analyseCv } from "./analyse.ts";
import { impliedOffset, LNMO_WINDOWS, nameCouples, overCycles } from "./couples.ts";
import { peakArea, peakShape, peakSlopes } from "./peak-shape.ts";
import { diffusionOf, rateLaw } from "./rates.ts";
import { cyclesOf, findSweeps, type Voltammogram } from "./sweeps.ts";

const RATE = 1e-3;

/** Potentials of some triangles between two limits, and their times. */
function triangle(low: number, high: number, step: number, cycles: number) {
  const n = Math.round((high - low) / step);
  const potential = [low];
  for (let half = 0; half < 2 * cycles; half++)
    for (let k = 1; k <= n; k++) potential.push(half % 2 === 0 ? low + k * step : high - k * step);
  return {
    potential: Float64Array.from(potential),
    time: Float64Array.from(potential, (_, i) => (i * step) / RATE),
  };
}

interface Put {
  readonly e0: number;
  readonly b: number;
  readonly k: number;
  readonly q: number;
}

/** Film of some couples on a leak with a tail: implicit Euler in fine steps, another way than the fit's. */
function film(couples: readonly Put[], seed: string, noise: number, cycles = 2): Voltammogram {
  const { potential, time } = triangle(4.1, 4.8, 2e-3, cycles);
  const current = new Float64Array(potential.length);
  const x = couples.map(({ e0, b }) => 1 / (1 + Math.exp(-(potential[0]! - e0) / b)));
  const steps = 40;
  for (let i = 1; i < potential.length; i++) {
    const dt = (time[i]! - time[i - 1]!) / steps;
    let passed = 0;
    for (let s = 0; s < steps; s++) {
      const e = potential[i - 1]! + ((potential[i]! - potential[i - 1]!) * (s + 0.5)) / steps;
      couples.forEach(({ e0, b, k, q }, c) => {
        const h = (e - e0) / (2 * b);
        const [up, down] = [dt * k * Math.exp(h), dt * k * Math.exp(-h)];
        const next = (x[c]! + up) / (1 + up + down);
        passed += q * (next - x[c]!);
        x[c] = next;
      });
    }
    current[i] = passed / (time[i]! - time[i - 1]!);
  }
  const random = seededRandom(seed);
  const height = Math.max(...current.map(Math.abs));
  for (let i = 0; i < current.length; i++) {
    const e = potential[i]!;
    const rising = i === 0 || potential[i]! > potential[i - 1]!;
    current[i]! += height * ((rising ? 0.03 : -0.03) + 0.25 * (e - 4.2) + 0.3 * Math.exp((e - 4.75) / 0.05));
    current[i]! += noise * height * normal(random);
  }
  return { title: "film", time, potential, current };
}

describe("sweeps", () => {
  it("are cut where the potential turns, with their rate, noise and waiting apart", () => {
    const { potential, time } = triangle(0, 1, 0.01, 2);
    const random = seededRandom("sweeps");
    const noisy = potential.map((e) => e + 1e-3 * normal(random));
    const run = { title: "t", time, potential: noisy, current: noisy.map(() => 0) };
    const { sweeps } = findSweeps(run);
    expect(sweeps.map(({ direction }) => direction)).toEqual([1, -1, 1, -1]);
    for (const { rate } of sweeps) expect(rate).toBeCloseTo(RATE, 5);
    expect(cyclesOf(sweeps).map((cycle) => cycle.sweeps.length)).toEqual([2, 2]);
  });

  it("of a held potential are none, and that is said", () => {
    const time = Float64Array.from({ length: 100 }, (_, i) => i);
    const held = {
      title: "held",
      time,
      potential: time.map(() => 1),
      current: time.map((t) => Math.exp(-t)),
    };
    expect(() => analyseCv(held, { resistance: 0, windows: LNMO_WINDOWS })).toThrow(/sweeps evenly/);
  });
});

describe("the shape of a peak", () => {
  it("is 1 at its maximum, has the area of its integral and its own slopes", () => {
    for (const m of [0.3, 1, 4, 40]) {
      expect(peakShape(0, m)).toBeCloseTo(1, 12);
      let area = 0;
      for (let u = -60; u < 200; u += 0.01) area += 0.01 * peakShape(u, m);
      expect(area / peakArea(m)).toBeCloseTo(1, 3);
      for (const u of [-3, -0.5, 0.7, 2]) {
        const [du, dm] = peakSlopes(u, m);
        const slope = (a: number, b: number) => Math.log(a / b) / 2e-5;
        expect(du).toBeCloseTo(slope(peakShape(u + 1e-5, m), peakShape(u - 1e-5, m)), 5);
        const [more, less] = [m * Math.exp(1e-5), m * Math.exp(-1e-5)];
        expect(dm).toBeCloseTo(slope(peakShape(u, more), peakShape(u, less)), 5);
      }
    }
    // Reversible and bound to the surface: sech².
    expect(peakShape(1.3, 1)).toBeCloseTo(1 / Math.cosh(0.65) ** 2, 12);
  });
});

describe("couples of a film", () => {
  const put: Put[] = [
    { e0: 4.4, b: 0.015, k: 0.012, q: 1e-5 },
    { e0: 4.57, b: 0.013, k: 0.02, q: 9e-6 },
  ];
  const result = analyseCv(film(put, "film", 0.01), { resistance: 0, windows: LNMO_WINDOWS });
  const means = overCycles(result.cycles.flatMap(({ pairs }) => pairs));

  it("are found with potential, rate and charge, and nothing else is", () => {
    expect(means.map(({ couple }) => couple)).toEqual(["Ni2+/3+", "Ni3+/4+"]);
    for (const { pairs, model } of result.cycles) {
      expect(model).toBe("surface");
      expect(pairs.length).toBe(2);
    }
    means.forEach(({ half }, i) => {
      expect(Math.abs(half.value - put[i]!.e0)).toBeLessThan(Math.max(5e-4, 4 * half.sigma));
    });
    const { surface } = result.cycles.at(-1)!.pairs[0]!;
    expect(surface!.charge.value / 1e-5).toBeCloseTo(1, 1);
    expect(surface!.rate.value / 0.012).toBeCloseTo(1, 0);
  });

  it("are asked about where the current has the other sign", () => {
    const turned = film(put, "film", 0.01);
    const negative = { ...turned, current: turned.current.map((i) => -i) };
    expect(() => analyseCv(negative, { resistance: 0, windows: LNMO_WINDOWS })).toThrow(/--sign/);
  });

  it("are not asked about where what decomposes goes on after the turn", () => {
    const run = film(put, "film", 0.01, 1);
    const after = run.current.map((i, k) => {
      const falling = k > run.current.length / 2;
      return i + (falling ? 2e-6 * Math.exp((run.potential[k]! - 4.8) / 0.1) : 0);
    });
    expect(() =>
      analyseCv({ ...run, current: after }, { resistance: 0, windows: LNMO_WINDOWS }),
    ).not.toThrow();
  });

  it("have both peaks where the current itself is greatest", () => {
    for (const { peaks } of result.cycles)
      for (const { potential, raw } of peaks)
        expect(Math.abs(raw.potential - potential.value)).toBeLessThan(0.01);
  });

  it("say that literature's potentials ask for no single offset", () => {
    const implied = impliedOffset(result.cycles.flatMap(({ pairs }) => pairs))!;
    expect(implied.value).toBeCloseTo(0.24, 2);
    expect(implied.sigma).toBeCloseTo(0.06, 2);
  });

  it("of one name only are named after their window", () => {
    const windows = [{ names: ["A"], low: 4.5, high: 4.7 }];
    const named = nameCouples(result.cycles[0]!.pairs, windows);
    expect(named.map(({ couple }) => couple)).toEqual(["", "A"]);
  });
});

describe("peak currents over scan rates", () => {
  const points = (b: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const rate = 1e-4 * 2 ** i;
      return { rate, current: { value: 1e-3 * rate ** b, sigma: 1e-6 * rate ** b } };
    });

  it("give b from four rates on", () => {
    expect(rateLaw(points(1, 3)).why).toMatch(/3 different/);
    expect(rateLaw(points(1, 5)).b!.value).toBeCloseTo(1, 6);
  });

  it("give D only where b is 0.5 and the electrode is known", () => {
    const area = { value: 1, sigma: 0 };
    const concentration = { value: 1, sigma: 0 };
    expect(diffusionOf(rateLaw(points(1, 5)), area, concentration)).toMatch(/not 0.5/);
    expect(diffusionOf(rateLaw(points(0.5, 5)), undefined, concentration)).toMatch(/--area/);
    const d = diffusionOf(rateLaw(points(0.5, 5)), area, concentration);
    expect(typeof d === "string" ? Number.NaN : d.value).toBeCloseTo((1e-3 / (2.69e5 * 1e-3)) ** 2, 15);
  });
});
