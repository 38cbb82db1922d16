import { describe, expect, it } from "vitest";
import { analyseCycling } from "./analyse.ts";
import { derivative, plateaus } from "./derivative.ts";
import { halfCycles } from "./halves.ts";
import { madeCell } from "./made-cell.ts";
import { per } from "./measured.ts";
import { someRows, withoutRepeats } from "./repeats.ts";
import { replicate } from "./retention.ts";
import { type CyclingRun, segment } from "./run.ts";
import { titration } from "./titration.ts";

const positive = { electrode: "positive", signStated: false } as const;
const cell = madeCell({ charge: 0.001, discharge: 0.001, seconds: 1800, loss: 0.04, cycles: 3 });

describe("half cycles", () => {
  it("have the charge, energy and efficiency that were put in", () => {
    const { halves, retention, sign } = analyseCycling(cell, positive);
    expect(halves.map(({ kind, cycle }) => `${kind} ${cycle}`)).toEqual([
      ...["charge 1", "discharge 1", "charge 2", "discharge 2", "charge 3", "discharge 3"],
    ]);
    expect(halves[0]!.charge).toBeCloseTo(1.8, 12);
    expect(halves[1]!.charge).toBeCloseTo(-1.728, 12);
    expect(halves[1]!.efficiency).toBeCloseTo(0.96, 12);
    expect(Number.isNaN(halves[0]!.efficiency)).toBe(true);
    // Twice the overpotential is lost at equal charge; the discharge also stops before the low potentials.
    expect(halves[0]!.energy + halves[1]!.energy).toBeGreaterThan(2 * 0.03 * 1.728);
    expect(retention!.ratio).toBeCloseTo(1, 12);
    expect(sign.verdict).toBe("agrees");
  });

  it("the half before the first cycle is flagged, and is none for a negative electrode", () => {
    const late: CyclingRun = { ...cell };
    const from = halfCycles(cell, segment(cell), "positive")[1]!.rows.from;
    const cut = {
      ...late,
      time: late.time.slice(from),
      potential: late.potential.slice(from),
      current: late.current!.slice(from),
    };
    const { halves, notices } = analyseCycling(cut, positive);
    expect([halves[0]!.leading, halves[0]!.cycle, halves[1]!.cycle]).toEqual([true, 0, 1]);
    expect(notices.map(({ code }) => code)).toContain("leading-half");
    const turned = analyseCycling(cut, { ...positive, electrode: "negative" }).halves;
    expect([turned[0]!.leading, turned[1]!.efficiency]).toEqual([false, expect.closeTo(1 / 0.96, 12)]);
  });

  it("keep rests, other steps and tapers inside", () => {
    // 60 s at 1 mA, a rest, 60 s at 1 mA in another step, a taper in a third.
    const current = [...Array(61).fill(1e-3), 0, 0, 0, 0, ...Array(61).fill(1e-3)];
    for (let k = 1; k <= 60; k++) current.push(1e-3 * Math.exp(-k / 20));
    const step = current.map((_, i) => (i < 65 ? 1 : i < 126 ? 2 : 3));
    const run: CyclingRun = {
      title: "taper",
      time: Float64Array.from(current, (_, i) => i),
      potential: Float64Array.from(current, (_, i) => Math.min(4.2, 3.6 + 0.005 * i)),
      current: Float64Array.from(current),
      step: Float64Array.from(step),
      averaged: false,
    };
    const { halves } = analyseCycling(run, positive);
    expect(halves).toHaveLength(1);
    expect(halves[0]!.parts).toHaveLength(3);
    // ∫ of the taper by trapezoids, the interval between the steps in it.
    const taper = 1e-3 * 20 * (1 - Math.exp(-3));
    expect(halves[0]!.charge).toBeCloseTo(0.12 + taper, 5);
    expect(halves[0]!.derivative.held).toBeGreaterThan(0.9 * taper);
  });

  it("a mean current fills the interval before its row", () => {
    const run = { ...madeCell({ charge: 2e-3, discharge: 2e-3, seconds: 100, cycles: 1 }), averaged: true };
    expect(analyseCycling(run, positive).halves[0]!.charge).toBeCloseTo(2e-3 * 101, 12);
  });

  it("a hole in the record carries no charge, nor does it end the half cycle", () => {
    const run = { ...madeCell({ charge: 2e-3, discharge: 2e-3, seconds: 100, cycles: 1 }), averaged: true };
    const late = run.time.map((t, i) => (i >= 60 ? t + 500 : t));
    const hole = Uint8Array.from(late, (_, i) => (i === 60 ? 1 : 0));
    const [half] = analyseCycling({ ...run, time: late, hole }, positive).halves;
    expect(half!.charge).toBeCloseTo(2e-3 * 101, 12);
    expect(half!.parts).toHaveLength(2);
  });

  it("a clock that goes back carries no charge there", () => {
    const time = cell.time.slice();
    for (let i = 200; i < time.length; i++) time[i]! -= 50;
    const { halves } = analyseCycling({ ...cell, time }, positive);
    expect(halves[0]!.charge).toBeCloseTo(1.8 - 0.001, 12);
  });
});

describe("rows that overlap", () => {
  const whole = madeCell({ charge: 1e-3, discharge: 1e-3, seconds: 300, cycles: 2 });
  const order = (...ranges: [number, number][]) =>
    ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
  const n = whole.time.length;

  it("are counted once where they repeat earlier ones", () => {
    const { run, repeated } = withoutRepeats(someRows(whole, order([0, 500], [400, n])));
    expect(repeated).toBe(100);
    expect(run).toEqual(whole);
    expect(withoutRepeats(whole).run).toBe(whole);
  });

  it("are kept where anything differs", () => {
    const again = someRows(whole, order([0, 500], [400, n]));
    again.potential[550]! += 1e-6;
    expect(withoutRepeats(again).repeated).toBe(0);
  });
});

describe("sign of the current", () => {
  const reversed = { ...cell, current: cell.current!.map((i) => -i) };
  it("the wrong one is asked for, never turned", () => {
    expect(() => analyseCycling(reversed, positive)).toThrow(/--sign reduction-positive/);
    const { halves } = analyseCycling(reversed, { ...positive, signStated: true });
    expect(halves[0]!.kind).toBe("discharge");
  });

  it("is judged by single halves too, and left open where nothing shows it", () => {
    const one = (sign: 1 | -1, slope: number): CyclingRun => ({
      title: "one",
      time: Float64Array.from({ length: 50 }, (_, i) => i),
      potential: Float64Array.from({ length: 50 }, (_, i) => 3.5 + slope * i),
      current: new Float64Array(50).fill(sign * 1e-3),
      averaged: false,
    });
    expect(() => analyseCycling(one(1, -0.01), positive)).toThrow(/--sign/);
    expect(analyseCycling(one(-1, -0.01), positive).sign.verdict).toBe("agrees");
    expect(analyseCycling(one(1, 1e-5), positive).notices.map(({ code }) => code)).toContain(
      "sign-undecided",
    );
  });
});

describe("what is said", () => {
  it("a counter that differs by more than half a per cent, and an aborted run", () => {
    const own = cell.current!.map((i) => 1.01 * i);
    const codes = analyseCycling({ ...cell, counted: own }, positive).notices.map(({ code }) => code);
    expect(codes).toContain("counter-differs");
    const end = cell.time.length - 400;
    const cut = {
      ...cell,
      time: cell.time.slice(0, end),
      potential: cell.potential.slice(0, end),
      current: cell.current!.slice(0, end),
    };
    const short = analyseCycling(cut, positive);
    expect(short.notices.map(({ code }) => code)).toContain("aborted");
    expect(short.halves.map(({ complete }) => complete)).toEqual([true, true, true, true, true, false]);
    expect(short.retention!.last).toBe(2);
  });

  it("no current at all is refused", () => {
    const still = { ...cell, current: new Float64Array(cell.time.length) };
    expect(() => analyseCycling(still, positive)).toThrow(/three rows/);
  });
});

describe("dQ/dV", () => {
  it("keeps the charge and both plateaus under noise that turns the potential back and forth", () => {
    const noisy = madeCell({ charge: 1e-3, discharge: 1e-3, seconds: 3600, cycles: 1, noise: 2e-3 });
    const [charge, discharge] = halfCycles(noisy, segment(noisy), "positive");
    for (const half of [charge!, discharge!]) {
      const curve = derivative(noisy, half.rows);
      const area = curve.dQdV.reduce((sum, d) => sum + d * curve.bin, 0);
      expect(area / Math.abs(half.charge)).toBeCloseTo(1, 10);
      expect(curve.bin).toBeGreaterThanOrEqual(3 * curve.noise);
      expect(Math.min(...curve.dQdV)).toBeGreaterThanOrEqual(0);
      const found = plateaus(curve);
      const over = half.kind === "charge" ? 0.03 : -0.03;
      expect(found.some(({ potential }) => Math.abs(potential - 4.0 - over) < 0.015)).toBe(true);
      expect(found.some(({ potential }) => Math.abs(potential - 4.71 - over) < 0.02)).toBe(true);
      expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    }
  });
});

describe("titration", () => {
  it("finds D/L² of pulses made with it", () => {
    // ΔE_t from D = 4L²/(πτ)·(ΔE_s/ΔE_t)² turned round.
    const [rate, tau, deltaRest] = [1e-5, 600, 4e-3];
    const deltaPulse = deltaRest * Math.sqrt(4 / (Math.PI * tau * rate));
    const rows: [number, number, number][] = [];
    let clock = 0;
    for (let p = 0; p < 6; p++) {
      const start = 3.5 + p * deltaRest;
      for (let k = 0; k < 10; k++) {
        clock += 360;
        rows.push([clock, start, 0]);
      }
      for (let k = 0; k <= 60; k++) {
        if (k > 0) clock += tau / 60;
        rows.push([clock, start + 0.02 + deltaPulse * Math.sqrt(k / 60), 1e-4]);
      }
    }
    const run: CyclingRun = {
      title: "gitt",
      time: Float64Array.from(rows, (r) => r[0]),
      potential: Float64Array.from(rows, (r) => r[1]),
      current: Float64Array.from(rows, (r) => r[2]),
      averaged: false,
    };
    const pulses = titration(run, halfCycles(run, segment(run), "positive"));
    expect(pulses).toHaveLength(5);
    for (const { rate: found, jump, why } of pulses) {
      expect(why).toBe("");
      expect(found / rate).toBeCloseTo(1, 6);
      expect(jump).toBeCloseTo(0.02, 9);
    }
  });
});

describe("numbers of an electrode", () => {
  it("carry the uncertainty of area and thickness", () => {
    const q = per(
      { value: 0.01, unit: "mAh", sigma: 0 },
      "µAh cm⁻² µm⁻¹",
      1000,
      { value: 1, unit: "cm²", sigma: 0.02 },
      { value: 0.2, unit: "µm", sigma: 0.01 },
    );
    expect(q.value).toBeCloseTo(50, 12);
    expect(q.sigma).toBeCloseTo(50 * Math.hypot(0.02, 0.05), 12);
  });

  it("of replicate cells are mean and standard deviation", () => {
    const cells = [0.99, 1, 1.01].map((scale) => {
      const run = madeCell({ charge: 1e-3 * scale, discharge: 1e-3 * scale, seconds: 600, cycles: 1 });
      return halfCycles(run, segment(run), "positive");
    });
    const [charge] = replicate(cells, (half) => Math.abs(half.charge));
    expect(charge).toMatchObject({ cycle: 1, kind: "charge", cells: 3 });
    expect(charge!.mean).toBeCloseTo(0.6, 12);
    expect(charge!.s).toBeCloseTo(0.006, 12);
  });
});
