import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { normal } from "../../math/normal.ts";
import { photonTransfer } from "./photon-transfer.ts";

describe("photonTransfer", () => {
  it("finds the gain within its uncertainty, which is neither far too small nor too large", () => {
    const deviations = Array.from({ length: 40 }, (_, seed) => {
      const random = seededRandom(`photon-transfer/${seed}`);
      const patches = Array.from({ length: 300 }, () => {
        const mean = 3 + 20 * random.next();
        return { mean, variance: 2.5 * (mean - 1.5) * (1 + 0.1 * normal(random)) + 1 / 12 };
      });
      const line = photonTransfer(patches, true)!;
      return (line.gain - 2.5) / line.gainSigma;
    });
    const rms = Math.sqrt(deviations.reduce((sum, z) => sum + z * z, 0) / deviations.length);
    expect(rms).toBeGreaterThan(0.6);
    expect(rms).toBeLessThan(1.6);
  });

  it("has an uncertainty where all patches are equally bright too", () => {
    const random = seededRandom("photon-transfer/level");
    const patches = Array.from({ length: 200 }, () => ({
      mean: 10,
      variance: 20 * (1 + 0.1 * normal(random)),
    }));
    const { gain, gainSigma } = photonTransfer(patches, false)!;
    expect(gainSigma).toBeGreaterThan(0.01);
    expect(gainSigma).toBeLessThan(0.03);
    expect(Math.abs(gain - 2)).toBeLessThan(4 * gainSigma);
  });
});
