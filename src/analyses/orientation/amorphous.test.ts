import { describe, expect, it } from "vitest";
import { amorphousShare, shapeDistance } from "./amorphous.ts";

const RINGS = 40;
const ring = (centre: number, width: number) => (r: number) => 20 * Math.exp(-(((r - centre) / width) ** 2));
const film = (r: number) => 30 * Math.exp(-r / 10) + 2;
const halo = ring(18, 4);

/** 100 points: the first ten without crystal, the others with a growing share of `glass` in the background. */
function scan(glass: (r: number) => number) {
  const truth = Array.from({ length: 100 }, (_, i) => (i < 10 ? 1 : ((i % 10) / 10) * 0.8));
  const profiles = new Float32Array(100 * RINGS);
  const bragg = new Float32Array(100);
  truth.forEach((share, i) => {
    for (let r = 0; r < RINGS; r++) profiles[i * RINGS + r] = share * glass(r) + (1 - share) * film(r);
    bragg[i] = (1 - share) * 5000;
  });
  return { truth, profiles, bragg, spots: new Uint16Array(100).fill(6) };
}

describe("amorphous share", () => {
  it("finds the share that each background was mixed with", () => {
    const { truth, profiles, bragg, spots } = scan((r) => film(r) + 0.5 * halo(r));
    const { share, hasEndMember } = amorphousShare(profiles, RINGS, bragg, spots, 2, RINGS);
    expect(hasEndMember).toBe(true);
    // The crystalline end member is the mean of the fifth of the points with most signal, here 0 and 8 % glass.
    truth.forEach((value, i) => {
      expect(Math.abs(share[i]! - value)).toBeLessThan(0.06);
    });
  });

  it("takes no weakly lit point of the same film for another material", () => {
    const { profiles, bragg, spots } = scan((r) => 0.3 * film(r));
    expect(amorphousShare(profiles, RINGS, bragg, spots, 2, RINGS).hasEndMember).toBe(false);
  });

  it("has a distance of 0 for one shape and 1 for shapes that do not meet", () => {
    const of = (value: (r: number) => number) => Float64Array.from({ length: RINGS }, (_, r) => value(r));
    expect(
      shapeDistance(
        of(film),
        of((r) => 3 * film(r)),
        0,
        RINGS,
      ),
    ).toBeCloseTo(0, 12);
    expect(
      shapeDistance(
        of((r) => (r < 9 ? 1 : 0)),
        of((r) => (r > 20 ? 1 : 0)),
        0,
        RINGS,
      ),
    ).toBeCloseTo(1, 12);
  });
});
