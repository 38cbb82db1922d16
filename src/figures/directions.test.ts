import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conjugate, fromAxisAngle, multiply, rotateVector } from "../science/crystal/rotation.ts";
import { LAUE_GROUPS, laueRotations } from "../science/crystal/symmetry.ts";
import { boundaryOverlay, findBoundaries } from "./boundaries.ts";
import { directionColour, ipfPicture, sectorOf, transposed } from "./ipf.ts";
import { ipfKeys } from "./ipf-key.ts";
import { poleFigures } from "./pole-figure.ts";
import { sidePath } from "./side-path.ts";

function crystal(laueGroup: string, name = "A") {
  if (laueGroup !== "-31m") return { name, laueGroup, rotations: laueRotations(laueGroup) };
  const turn = fromAxisAngle([0, 0, 1], 30);
  const rotations = laueRotations("-3m").map((q) => multiply(turn, multiply(q, conjugate(turn))));
  return { name, laueGroup: "-3m", rotations };
}

/** The groups with a triangle; "-31m" is -3m with its 2-fold axes turned by 30°. */
const GROUPS = [...LAUE_GROUPS.filter((name) => sectorOf(crystal(name))), "-31m"];
const unit = fc
  .tuple(
    fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(0)),
    fc.double({ min: -180, max: 180, noNaN: true }),
  )
  .map(([z, deg]) => {
    const r = Math.sqrt(1 - z * z);
    const a = (deg * Math.PI) / 180;
    return [r * Math.cos(a), r * Math.sin(a), z] as const;
  });

describe("colours of directions", () => {
  it("are red, green and blue at the corners that the key names", () => {
    const cubic = directionColour(crystal("m-3m"));
    expect(cubic([0, 0, 1])).toEqual([255, 0, 0]);
    expect(cubic([0, -Math.SQRT1_2, Math.SQRT1_2])).toEqual([0, 255, 0]);
    const third = 1 / Math.sqrt(3);
    expect(cubic([-third, third, third])).toEqual([0, 0, 255]);
    const hexagonal = directionColour(crystal("6/mmm"));
    expect(hexagonal([1, 0, 0])).toEqual([0, 255, 0]);
    expect(hexagonal([Math.cos(Math.PI / 6), 0.5, 0])).toEqual([0, 0, 255]);
  });

  it.each(GROUPS)("are the same for equivalent directions of %s", (name) => {
    const { rotations } = crystal(name);
    const colour = directionColour(crystal(name));
    fc.assert(
      fc.property(unit, fc.nat(rotations.length - 1), fc.boolean(), (v, k, flip) => {
        const turned = rotateVector(rotations[k]!, v);
        const same = flip ? turned.map((c) => -c) : turned;
        const [a, b] = [colour(v), colour(same as unknown as typeof v)];
        for (let c = 0; c < 3; c++) expect(Math.abs(a[c]! - b[c]!)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(GROUPS)("leave no direction of %s outside the sector", (name) => {
    const { rotations } = crystal(name);
    const { corners, mirrors = [] } = sectorOf(crystal(name))!;
    const [a, b, c] = corners;
    const reflect = (normal: readonly number[]) => (v: readonly number[]) => {
      const d = 2 * normal.reduce((sum, n, k) => sum + n * v[k]!, 0);
      return v.map((value, k) => value - d * normal[k]!);
    };
    const triple = (p: readonly number[], q: readonly number[], r: readonly number[]) =>
      p[0]! * (q[1]! * r[2]! - q[2]! * r[1]!) +
      p[1]! * (q[2]! * r[0]! - q[0]! * r[2]!) +
      p[2]! * (q[0]! * r[1]! - q[1]! * r[0]!);
    fc.assert(
      fc.property(unit, (v) => {
        const held = rotations.flatMap((q) => [1, -1].map((s) => rotateVector(q, v).map((x) => s * x)));
        for (const normal of mirrors) held.push(...held.map(reflect(normal)));
        const inside = held.filter(
          (u) => Math.min(triple(u, b, c), triple(a, u, c), triple(a, b, u)) >= -1e-9,
        );
        expect(inside.length).toBeGreaterThan(0);
      }),
    );
  });

  it("of a map follow the orientation: the axis named is the sample's, seen from the crystal", () => {
    const q = fromAxisAngle([0, 1, 0], 45);
    expect(transposed(q, [0, 0, 1])[0]).toBeCloseTo(-Math.SQRT1_2, 12);
    const maps = {
      width: 1,
      height: 1,
      phases: ["A"],
      phase: [0],
      orientation: Float64Array.from(q),
      covariance: [0, 0, 0, 0, 0, 0],
      amorphous: [0],
      trustworthy: [1],
      grain: [0],
    };
    const picture = (axis: "X" | "Y" | "Z") => [...ipfPicture(maps, maps, [crystal("m-3m")], axis).rgb];
    expect(picture("Z")).toEqual([0, 255, 0]);
    expect(picture("Y")).toEqual([255, 0, 0]);
  });

  it("have a readable scheme with the same symmetry and other corners", () => {
    const colour = directionColour(crystal("m-3m"), "readable");
    expect(colour([0, 0, 1])).toEqual([0x20, 0x60, 0xff]);
    expect(colour([0, 1, 0])).toEqual([0x20, 0x60, 0xff]);
    expect(colour([Math.SQRT1_2, Math.SQRT1_2, 0])).toEqual([0xff, 0xdf, 0x60]);
  });

  it("share one key among phases of one symmetry", () => {
    const key = ipfKeys([crystal("m-3m", "LNMO"), crystal("m-3m", "Pt"), crystal("6/mmm", "Zn")], "Z");
    expect(key.svg.match(/<clipPath/g)).toHaveLength(2);
    expect(key.svg).toContain("Z: LNMO, Pt");
    expect(key.svg).toContain("[111]");
    expect(key.svg).toContain("[2110]");
  });
});

describe("pole figures", () => {
  it("are not drawn from a handful of points", () => {
    const maps = {
      width: 3,
      height: 1,
      phases: ["A"],
      phase: [0, 0, 0],
      orientation: Float64Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]),
      covariance: [],
      amorphous: [0, 0, 0],
      trustworthy: [1, 1, 1],
      grain: [0, 0, 0],
    };
    expect(poleFigures(maps, crystal("m-3m"), 0)).toBeUndefined();
  });
});

describe("boundaries", () => {
  const q = (deg: number, axis: readonly [number, number, number] = [0, 0, 1]) => fromAxisAngle(axis, deg);
  const maps = {
    width: 6,
    height: 1,
    phases: ["A", "B"],
    phase: [0, 0, 0, 0, 1, 1],
    orientation: Float64Array.from([q(0), q(1), q(6), q(60, [1, 1, 1]), q(0), q(0)].flat()),
    covariance: [],
    amorphous: [0, 0, 0, 0, 0, 0],
    trustworthy: [1, 1, 1, 1, 1, 1],
    grain: [0, 0, 0, 1, 2, -1],
  };
  const found = findBoundaries(maps, [crystal("m-3m"), crystal("m-3m", "B")]);

  it("are told apart by angle, twin relation and phase; points without grain have none", () => {
    expect(found.from).toEqual([1, 2, 3]);
    expect(found.kind).toEqual(["low-angle", "twin Σ3", "phase"]);
    expect(found.deg[0]).toBeCloseTo(5, 6);
  });

  it("of ten degrees and more lie between grains only, not within one that the beam's 180° joins", () => {
    const joined = findBoundaries({ ...maps, grain: [0, 0, 0, 0, 2, -1] }, [
      crystal("m-3m"),
      crystal("m-3m", "B"),
    ]);
    expect(joined.kind).toEqual(["low-angle", "phase"]);
  });

  it("lie on the sides between points", () => {
    expect(boundaryOverlay(found, maps, 10)).toContain("M2 0v1");
  });

  it("join sides that touch in a line to one stroke", () => {
    const below = (i: number) => [0, 1, 3].includes(i);
    const right = (i: number) => i % 4 === 0;
    expect(sidePath(4, 2, below, right)).toBe("M0 1h2M3 1h1M1 0v2");
  });
});
