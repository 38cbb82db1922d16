import { describe, expect, it } from "vitest";
import { mptText, simulateEchem } from "./echem.ts";

describe("simulated electrochemistry", () => {
  it("is the same for the same seed, and other noise for another", () => {
    const [a, b, c] = [simulateEchem(3), simulateEchem(3), simulateEchem(4)];
    expect(a.files.map(mptText)).toEqual(b.files.map(mptText));
    a.files.forEach((file, i) => {
      expect(file.rows).not.toEqual(c.files[i]!.rows);
    });
    expect(a.truth).toEqual(c.truth);
  });

  it("has peaks of the voltammogram where the truth says, and ohmic sweeps", () => {
    const { files } = simulateEchem(1);
    const rows = (name: string) => files.find((file) => file.name === name)!.rows;
    const up = rows("cv.mpt").slice(0, 701);
    const peak = (low: number, high: number) =>
      up.filter(([, v]) => v! > low && v! < high).reduce((a, b) => (b[2]! > a[2]! ? b : a))[1]!;
    expect(Math.abs(peak(4.3, 4.5) - 4.41)).toBeLessThan(0.006);
    expect(Math.abs(peak(4.5, 4.65) - 4.58)).toBeLessThan(0.006);
    for (const [, v, mA] of rows("iv-guard.mpt"))
      if (Math.abs(v!) > 0.1) expect((1000 * v!) / mA! / 1.25e7).toBeCloseTo(1, 1);
    expect(rows("eis.mpt")[0]![0]).toBe(4e4);
    expect(rows("eis.mpt").at(-1)![0]).toBeCloseTo(5e-4, 12);
  });
});
