import { describe, expect, it } from "vitest";
import { phaseVerdict } from "./phase-verdict.ts";

/** A map of points: best phase, second phase, lead, whether it is trusted; each so many times. */
function mapOf(
  ...rows: readonly (readonly [times: number, p: number, s: number, lead: number, t: number])[]
) {
  const points = rows.flatMap(([times, ...point]) => Array.from({ length: times }, () => point));
  return {
    phase: Int16Array.from(points, ([p]) => p),
    second_phase: Int16Array.from(points, ([, s]) => s),
    margin: Float32Array.from(points, ([, , lead]) => lead),
    trustworthy: Uint8Array.from(points, ([, , , t]) => t),
  };
}

describe("phaseVerdict", () => {
  it("counts what is trusted of each phase and finds nothing wrong with phases apart", () => {
    const { values, notices } = phaseVerdict(
      mapOf([60, 0, 0, 40, 1], [40, 0, 1, 3, 0], [200, 1, 1, 50, 1], [50, -1, -1, Number.NaN, 0]),
      ["LNMO", "Pt", "NiO"],
    );
    expect(values).toEqual({
      "trusted of the points of LNMO": { value: 0.6, unit: "1", from: "counted" },
      "trusted of the points of Pt": { value: 1, unit: "1", from: "counted" },
    });
    expect(notices).toEqual([]);
  });

  it("warns of phases that the patterns do not tell apart, and of one that is hardly trusted", () => {
    const { notices } = phaseVerdict(
      mapOf([30, 0, 1, 2, 0], [10, 1, 0, 0, 0], [30, 1, 1, 50, 1], [30, 2, 2, 20, 0]),
      ["A", "B", "C"],
    );
    expect(notices.map(({ code, where }) => [code, where])).toEqual([
      ["phase-doubtful", "A"],
      ["phase-doubtful", "C"],
      ["phases-alike", "A, B"],
    ]);
    expect(notices[2]!.message).toContain("A and B explain 57 % of their points equally well");
  });

  it("does not count amorphous points", () => {
    const maps = mapOf([40, 0, 1, 0, 0]);
    expect(phaseVerdict({ ...maps, amorphous: new Float32Array(40).fill(0.9) }, ["A", "B"])).toEqual({
      ...{ values: {}, notices: [] },
    });
  });
});
