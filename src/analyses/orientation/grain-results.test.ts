import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { type GrainMaps, grainResults } from "./grain-results.ts";
import { PIXEL_CLASSES } from "./maps.ts";

const CRYSTALS = [{ name: "A", rotations: laueRotations("m-3m") }];
const [WIDTH, HEIGHT] = [8, 6];

/** A map of the identity orientation in one grain at its left, `rest` to the right of column `cut`. */
function mapOf(cut: number, trusted: number): GrainMaps {
  const n = WIDTH * HEIGHT;
  const inside = (i: number) => i % WIDTH < cut;
  const orientation = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) orientation[4 * i] = 1;
  const kind = (i: number) => PIXEL_CLASSES.indexOf(inside(i) ? "crystal" : "few-spots");
  return {
    width: WIDTH,
    height: HEIGHT,
    phase: Int16Array.from({ length: n }, (_, i) => (inside(i) ? 0 : -1)),
    orientation,
    amorphous: new Float32Array(n),
    class: Uint8Array.from({ length: n }, (_, i) => kind(i)),
    trustworthy: new Uint8Array(n).fill(trusted),
    grain: Int32Array.from({ length: n }, (_, i) => (inside(i) ? 0 : -1)),
  };
}

const sharesOf = (maps: GrainMaps) => grainResults(maps, CRYSTALS, undefined, seededRandom("shares"));

describe("area shares", () => {
  it("have σ and an interval where the map holds more than one kind of point", async () => {
    const { values, tables } = sharesOf(mapOf(4, 1));
    expect(values["area share, A"]).toMatchObject({ value: 0.5, unit: "1" });
    expect(values["area share, A"]!.sigma).toBeGreaterThan(0);
    expect(values["area share, amorphous"]).toEqual({ value: 0, unit: "1", from: "found" });
    const sigma = (await tables["area-shares"]!.read("sigma", 0, 3)) as Float64Array;
    expect([...sigma].map(Number.isFinite)).toEqual([true, false, true]);
  });

  it("have no σ, rather than 0, where all points are alike or no answer is trusted", async () => {
    expect(sharesOf(mapOf(WIDTH, 1)).values["area share, A"]).toEqual({ value: 1, unit: "1", from: "found" });
    const { values, tables } = sharesOf(mapOf(4, 0));
    expect(values["area share, A"]).toEqual({ value: 0.5, unit: "1", from: "found" });
    for (const column of ["sigma", "95 % from", "95 % to"])
      expect([...(await tables["area-shares"]!.read(column, 0, 3))].every(Number.isNaN)).toBe(true);
  });
});
