import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { normal } from "../../math/normal.ts";
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
  return {
    truth,
    profiles,
    bragg,
    spots: new Uint16Array(100).fill(6),
    hidden: new Float32Array(100).fill(10),
  };
}

describe("amorphous share", () => {
  it("finds the share that each background was mixed with", () => {
    const { truth, profiles, bragg, spots, hidden } = scan((r) => film(r) + 0.5 * halo(r));
    const { share, sigma, hasEndMember } = amorphousShare(profiles, RINGS, bragg, spots, hidden, 2, RINGS);
    expect(hasEndMember).toBe(true);
    // The crystalline end member is the mean of the fifth of the points with most signal, here 0 and 8 % glass.
    truth.forEach((value, i) => {
      expect(Math.abs(share[i]! - value)).toBeLessThan(0.06);
    });
    // Mixtures leave only what lies outside the end members unexplained.
    expect(Math.max(...sigma)).toBeLessThan(0.04);
  });

  it("has a σ that covers the noise of the background", () => {
    const { truth, profiles, bragg, spots, hidden } = scan((r) => film(r) + 0.5 * halo(r));
    const random = seededRandom("amorphous.test");
    for (let i = 0; i < profiles.length; i++) profiles[i]! *= 1 + 0.03 * normal(random);
    const { share, sigma } = amorphousShare(profiles, RINGS, bragg, spots, hidden, 2, RINGS);
    // The crystalline end member holds 4 % glass.
    const off = truth.map((value, i) => (share[i]! - (value - 0.04) / 0.96) / sigma[i]!).slice(10);
    const rms = Math.sqrt(off.reduce((sum, z) => sum + z * z, 0) / off.length);
    expect(rms).toBeGreaterThan(0.5);
    expect(rms).toBeLessThan(2);
  });

  it("says what it cannot separate without an end member", () => {
    const { profiles, bragg, spots, hidden } = scan((r) => 0.3 * film(r));
    spots.fill(0, 0, 3);
    // A usual crystal has some 700 grey in each of six spots: it shows in the first, hides in the third.
    hidden.set([35, 350, 1e4]);
    const { share, sigma, hasEndMember } = amorphousShare(profiles, RINGS, bragg, spots, hidden, 2, RINGS);
    expect(hasEndMember).toBe(false);
    expect(share[0]).toBeGreaterThan(0.85);
    expect(share[1]! - share[0]!).toBeLessThan(-0.2);
    expect(share[2]).toBe(0.5);
    expect(share[50]).toBe(0);
    const uniform = 1 / Math.sqrt(12);
    [2 * (1 - share[0]!), 2 * (1 - share[1]!), 1].forEach((width, i) => {
      expect(sigma[i]).toBeCloseTo(width * uniform, 5);
    });
    expect(sigma[50]).toBeCloseTo(uniform, 6);
  });

  it("takes no weakly lit point of the same film for another material", () => {
    const { profiles, bragg, spots, hidden } = scan((r) => 0.3 * film(r));
    expect(amorphousShare(profiles, RINGS, bragg, spots, hidden, 2, RINGS).hasEndMember).toBe(false);
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
