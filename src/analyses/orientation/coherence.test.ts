import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { multiply, type Quaternion } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { coherenceVerdict } from "./coherence.ts";

const SIDE = 24;
const CUBIC = { name: "LNMO", rotations: laueRotations("m-3m") };

function randomTurn(next: () => number): Quaternion {
  for (;;) {
    const q = Array.from({ length: 4 }, () => 2 * next() - 1) as unknown as Quaternion;
    const norm = Math.hypot(...q);
    if (norm > 0.1 && norm < 1) return q.map((c) => c / norm) as unknown as Quaternion;
  }
}

/** Square grains of `edge` points; a share of the points has an answer of its own, others are 180° partners. */
function mapOf(edge: number, wrong: number, score: number, trusted: (i: number) => boolean = () => true) {
  const { next } = seededRandom(`coherence/${edge}/${wrong}`);
  const grains = new Map<string, Quaternion>();
  const orientation = new Float64Array(4 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const key = `${Math.floor((i % SIDE) / edge)}/${Math.floor(i / SIDE / edge)}`;
    const grain = grains.get(key) ?? randomTurn(next);
    grains.set(key, grain);
    const own = next() < wrong ? randomTurn(next) : grain;
    orientation.set(i % 3 === 0 ? multiply([0, 0, 0, 1], own) : own, 4 * i);
  }
  const fill = { phase: new Int16Array(SIDE * SIDE), score: new Float32Array(SIDE * SIDE).fill(score) };
  const stood = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (trusted(i) ? 1 : 0));
  return { width: SIDE, height: SIDE, ...fill, orientation, trustworthy: stood };
}

const verdict = (maps: ReturnType<typeof mapOf>) => coherenceVerdict(maps, [CUBIC], seededRandom("verdict"));
const share = (maps: ReturnType<typeof mapOf>, what: string) => verdict(maps).values[what]!.value;

describe("coherence of a map", () => {
  it("counts neighbours that agree against points drawn at random, partners included", () => {
    const maps = mapOf(6, 0.1, 0.8);
    expect(share(maps, "neighbours within 5°, LNMO")).toBeGreaterThan(0.6);
    expect(share(maps, "points at random within 5°, LNMO")).toBeLessThan(0.15);
    expect(share(maps, "misorientation of neighbours, median, LNMO")).toBeLessThan(0.01);
    expect(share(maps, "misorientation of points at random, median, LNMO")).toBeGreaterThan(20);
    expect(share(maps, "score of the points of LNMO, median")).toBeCloseTo(0.8, 6);
  });

  it("raises no alarm for fine grains or random orientations that explain their patterns", () => {
    for (const maps of [mapOf(6, 0, 0.8), mapOf(2, 0.2, 0.6), mapOf(1, 0, 0.6)])
      expect(verdict(maps).notices).toEqual([]);
  });

  it("says that a map of low scores is incoherent, and that it is coherent where it is", () => {
    const said = (maps: ReturnType<typeof mapOf>) => verdict(maps).notices.map(({ message }) => message);
    expect(said(mapOf(1, 0, 0.2))).toEqual([
      expect.stringMatching(
        /^LNMO explains less than 35 % of the pattern at 100 % of its points: .* its map is incoherent \(\d+ % of neighbours/,
      ),
    ]);
    expect(said(mapOf(8, 0.2, 0.2))[0]).toContain("its map is coherent");
  });

  it("says that trusted points of such a map are trusted by chance", () => {
    // Wrong answers are strewn over grains, and only those are trusted.
    const maps = mapOf(8, 0, 0.2, (i) => i % 11 === 0);
    const { next } = seededRandom("strewn");
    for (let i = 0; i < SIDE * SIDE; i += 11) maps.orientation.set(randomTurn(next), 4 * i);
    const [notice] = verdict(maps).notices;
    expect(notice).toMatchObject({ code: "low-score", where: "LNMO", flag: "--crystal" });
    expect(notice!.message).toContain(
      "its trusted points agree with their neighbours no more often than by chance",
    );
  });

  it("says nothing of few points, and leaves amorphous ones out", () => {
    const maps = mapOf(6, 0, 0.1);
    const amorphous = new Float32Array(SIDE * SIDE).fill(0.9);
    expect(coherenceVerdict({ ...maps, amorphous }, [CUBIC], seededRandom("a"))).toEqual({
      ...{ values: {}, notices: [] },
    });
  });
});
