import { describe, expect, it } from "vitest";
import { isLithoscopeError } from "../../../core/errors.ts";
import { seededRandom } from "../../../core/random.ts";
import { normal } from "../../../math/normal.ts";
import { type AnalysedIv, analyseIv, type IvChoice } from "./analyse.ts";
import type { IvRun } from "./run.ts";

/** A sweep of 31 potentials per sign over three decades; `device` is the current. */
function sweep(device: (v: number) => number, noise = 1e-3, seed = "sweep"): IvRun {
  const random = seededRandom(seed);
  const sizes = Array.from({ length: 31 }, (_, k) => 10 ** (k / 10 - 3));
  const v = [...sizes.map((x) => -x).reverse(), ...sizes];
  const current = v.map((x) => device(x) * (1 + noise * normal(random)));
  return {
    ...{ title: "made", averaged: false, time: Float64Array.from(v, (_, k) => k) },
    ...{ potential: Float64Array.from(v), current: Float64Array.from(current) },
  };
}

function iv(run: IvRun, choice: IvChoice = {}) {
  const { found, notices } = analyseIv(run, choice);
  expect(found.kind).toBe("iv");
  return { ...(found as Extract<AnalysedIv, { kind: "iv" }>), notices };
}

/** 200 readings at one potential after three at none; the step comes between two of them. */
function step(law: (t: number) => number, seed: string): IvRun {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 203 }, (_, k) => {
    const t = 0.5 * (k - 2) - 0.2;
    const made = t > 0 ? 3e-7 + law(t) + 1e-8 * normal(random) : 0;
    return [0.5 * k, t > 0 ? 0.5 + 1e-5 * normal(random) : 0, made] as const;
  });
  const column = (k: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[k]);
  return { title: "made", averaged: false, time: column(0), potential: column(1), current: column(2) };
}

function it0(run: IvRun) {
  const { found } = analyseIv(run, {});
  expect(found.kind).toBe("it");
  return (found as Extract<AnalysedIv, { kind: "it" }>).decays;
}

describe("I–V", () => {
  it("gives an ohmic resistance an honest σ", () => {
    let inside = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { ohmic, masked } = iv(sweep((v) => v / 150, 1e-3, `ohmic ${seed}`));
      expect(ohmic.verdict).toBe("ohmic");
      expect(ohmic.decades).toBeCloseTo(3, 6);
      expect(masked.limits).toEqual([]);
      if (Math.abs(ohmic.resistance.value - 150) < ohmic.resistance.sigma) inside++;
    }
    expect(inside).toBeGreaterThan(20);
    expect(inside).toBeLessThan(35);
  });

  it("does not take an offset for a bend", () => {
    const run = sweep((v) => v / 150);
    const { ohmic } = iv({ ...run, current: run.current.map((i) => i + 2e-6) });
    expect(ohmic.verdict).toBe("ohmic");
    expect(Math.abs(ohmic.offset.value - 2e-6)).toBeLessThan(4 * ohmic.offset.sigma);
  });

  it("says what is not ohmic: a power, a bend at high potential, a rectifier", () => {
    expect(iv(sweep((v) => Math.sign(v) * v * v)).ohmic).toMatchObject({ verdict: "not ohmic" });
    expect(iv(sweep((v) => v + Math.sign(v) * v * v)).ohmic.verdict).toBe("not ohmic");
    const { ohmic } = iv(sweep((v) => (v > 0 ? 1.2 : 1) * v));
    expect(ohmic.verdict).toBe("not ohmic");
    expect(ohmic.asymmetry!.value).toBeCloseTo(0.2, 2);
  });

  it("leaves a straight line over one decade undecided", () => {
    const run = sweep((v) => v / 150);
    const keep = Array.from(run.potential.keys()).filter((k) => Math.abs(run.potential[k]!) > 0.09);
    const pick = (values: Float64Array) => Float64Array.from(keep, (k) => values[k]!);
    const { ohmic } = iv({
      ...run,
      time: pick(run.time!),
      potential: pick(run.potential),
      current: pick(run.current),
    });
    expect(ohmic.verdict).toBe("undecided");
    expect(Math.abs(ohmic.resistance.value - 150)).toBeLessThan(4 * ohmic.resistance.sigma);
  });

  it("masks a clipped current, found or stated, and not a saturating one", () => {
    const clipped = (v: number) => Math.max(-2e-3, Math.min(2e-3, v / 150));
    const run = sweep((v) => v / 150);
    const flat = { ...run, current: run.current.map((i) => Math.max(-2e-3, Math.min(2e-3, i))) };
    const found = iv(flat);
    expect(found.masked.limits.map(({ at }) => at)).toEqual([2e-3, -2e-3]);
    expect(found.ohmic.verdict).toBe("ohmic");
    expect(found.notices.map(({ code }) => code)).toContain("compliance");
    const stated = iv(sweep(clipped), { current: 1.9e-3 });
    expect(stated.ohmic.verdict).toBe("ohmic");
    expect(iv(sweep((v) => Math.tanh(3 * v))).masked.limits).toEqual([]);
  });

  it("takes the line between a sweep up and one down", () => {
    const up = Array.from({ length: 101 }, (_, k) => (k - 50) / 50);
    const v = Float64Array.from([...up, ...up.reverse()]);
    const random = seededRandom("hysteresis");
    const current = v.map((x, k) => x / 1e6 + (k < 101 ? 1 : -1) * 1e-7 + 1e-10 * normal(random));
    const { ohmic } = iv({ title: "made", averaged: false, potential: v, current });
    expect(Math.abs(ohmic.resistance.value / 1e6 - 1)).toBeLessThan(0.01);
    expect(ohmic.hysteresis!.value).toBeCloseTo(1e-7, 8);
  });

  it("asks for the sign of a current that falls with the potential, and refuses a few rows", () => {
    const tag = (run: IvRun) => {
      try {
        analyseIv(run, { kind: "iv" });
      } catch (error) {
        return isLithoscopeError(error) ? error.tag : undefined;
      }
      return undefined;
    };
    expect(tag(sweep((v) => -v))).toBe("Missing");
    const run = sweep((v) => v);
    expect(tag({ ...run, potential: run.potential.slice(0, 4), current: run.current.slice(0, 4) })).toBe(
      "Refused",
    );
    expect(tag({ ...run, potential: run.potential.map(() => 1) })).toBe("Refused");
  });
});

describe("I–t", () => {
  it("tells Cottrell's law from an exponential, with leakage", () => {
    const [cottrell] = it0(step((t) => 1e-6 / Math.sqrt(t), "a"));
    expect(cottrell).toMatchObject({ decided: true });
    expect(cottrell!.fits[0]!.model).toBe("cottrell");
    const k = cottrell!.fits[0]!.amplitude!;
    expect(Math.abs(k.value - 1e-6)).toBeLessThan(4 * k.sigma);
    const [exponential] = it0(step((t) => 1e-6 * Math.exp(-t / 12), "b"));
    const best = exponential!.fits[0]!;
    expect(best.model).toBe("exponential");
    for (const [found, truth] of [
      [best.tau!, 12],
      [best.leakage, 3e-7],
    ] as const)
      expect(Math.abs(found.value - truth)).toBeLessThan(4 * found.sigma);
    // ∫ from the first row, 0.3 s after the step, to the last.
    const charge = 12e-6 * (Math.exp(-0.3 / 12) - Math.exp(-99.8 / 12));
    expect(Math.abs(exponential!.charge.value - charge)).toBeLessThan(4 * exponential!.charge.sigma);
  });

  it("integrates currents that are means since the row before", () => {
    const tau = 3;
    const run = step((t) => {
      const from = Math.max(0, t - 0.5);
      return (1e-6 * tau * (Math.exp(-from / tau) - Math.exp(-t / tau))) / (t - from);
    }, "mean");
    const best = it0({ ...run, averaged: true })[0]!.fits[0]!;
    expect(best.model).toBe("exponential");
    expect(Math.abs(best.tau!.value - tau)).toBeLessThan(4 * best.tau!.sigma);
  });

  it("sees no decay in a leakage", () => {
    const [hold] = it0(step(() => 0, "c"));
    expect(hold!.fits[0]!.model).toBe("constant");
    expect(Math.abs(hold!.fits[0]!.leakage.value - 3e-7)).toBeLessThan(4 * hold!.fits[0]!.leakage.sigma);
  });

  it("takes a current that is 0 for a constant", () => {
    const run = step(() => 0, "zero");
    const [hold] = it0({ ...run, current: run.current.map(() => 0) });
    expect(hold!.fits[0]).toMatchObject({ model: "constant", leakage: { value: 0 } });
    expect(hold!.charge.value).toBe(0);
  });
});
