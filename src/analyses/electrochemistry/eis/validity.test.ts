import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/random.ts";
import { pick, type Spectrum } from "../../../science/electrochemistry/spectrum.ts";
import { frequencies, madeSpectrum } from "./made-spectra.ts";
import { elapsed, judgeValidity } from "./validity.ts";
import { zHit } from "./z-hit.ts";

const ARCS = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3";
const VALUES = [100, 150, 2e-6, 0.9, 300, 2e-4, 0.85, 5e-3, 0.8];
const clean = (seed: string, noise = 1e-3) =>
  madeSpectrum(ARCS, VALUES, frequencies(1e5, 1e-2, 10), noise, seededRandom(seed));

/** R2 grows by `share` during the sweep. */
function drifting(share: number, seed: string): Spectrum {
  const base = clean(seed);
  const { share: time } = elapsed(base);
  const before = madeSpectrum(ARCS, VALUES, base.frequency);
  const z = base.z.map((value, i) => {
    const part = madeSpectrum("p(R1,CPE1)", [300, 2e-4, 0.85], base.frequency.slice(i >> 1, (i >> 1) + 1)).z;
    return value + (before.z[i]! === 0 ? 0 : share * time[i >> 1]! * part[i % 2]!);
  });
  return { ...base, z };
}

describe("the Kramers-Kronig verdict", () => {
  it("passes spectra that are, estimates their noise and says which drift it would have seen", () => {
    for (let k = 0; k < 12; k++) {
      const { verdict, noise, noiseSigma, detectableDrift } = judgeValidity(clean(`v${k}`));
      expect(verdict).toBe("valid");
      expect(Math.abs(noise - 1e-3)).toBeLessThan(4 * noiseSigma);
      expect(detectableDrift).toBeLessThan(0.04);
    }
  });

  it("finds a growth of one arc by 10 % that leaves residuals below 1 %", () => {
    for (let k = 0; k < 12; k++) {
      const { verdict, drift, driftSigma } = judgeValidity(drifting(0.1, `d${k}`));
      expect(verdict).toBe("suspect");
      expect(drift / driftSigma).toBeGreaterThan(4);
    }
    expect(judgeValidity(drifting(1.5, "big")).verdict).toBe("invalid");
  });

  it("is not sure of few points, and refuses scatter", () => {
    expect(judgeValidity(pick(clean("few"), (i) => i < 8)).verdict).toBe("undecided");
    const noisy = judgeValidity(clean("noisy", 0.1));
    expect(noisy).toMatchObject({ verdict: "invalid", reason: expect.stringMatching(/scatter/) });
  });

  it("names points that stand out", () => {
    const base = clean("out");
    const z = base.z.slice();
    z[60] *= 1.03;
    const { verdict, outliers } = judgeValidity({ ...base, z });
    expect(verdict).not.toBe("valid");
    expect(outliers).toContain(base.frequency[30]);
  });

  it("takes the clock of the file where it runs", () => {
    const base = clean("t");
    const time = base.frequency.map((_, i) => 100 + 2 * i);
    expect(elapsed({ ...base, time })).toMatchObject({ sweep: 140, clock: "file" });
    expect(elapsed({ ...base, time: time.map((t, i) => (i === 9 ? Number.NaN : t)) }).clock).toBe("assumed");
  });
});

describe("Z-HIT", () => {
  it("makes the modulus from the phase within 1.5 %, and shows drift as a difference", () => {
    const base = clean("z", 0);
    const made = zHit(base);
    for (let i = 6; i < base.frequency.length - 6; i++)
      expect(Math.abs(made[i]! / Math.hypot(base.z[2 * i]!, base.z[2 * i + 1]!) - 1)).toBeLessThan(0.015);
    const moved = drifting(0.3, "z");
    const last = moved.frequency.length - 3;
    expect(Math.hypot(moved.z[2 * last]!, moved.z[2 * last + 1]!) / zHit(moved)[last]!).toBeGreaterThan(
      1.005,
    );
    expect(zHit(pick(base, (i) => i < 3))[0]).toBeNaN();
  });
});
