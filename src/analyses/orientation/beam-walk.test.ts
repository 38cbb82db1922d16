import { describe, expect, it } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { normal } from "../../math/normal.ts";
import { axesNotice, beamWalk, walkValues } from "./beam-walk.ts";

const [W, H] = [20, 12];

/** Beam positions of a scan, with noise of 0.1 px and every seventh point without a beam or far off. */
function beams(of: (u: number, v: number) => readonly [number, number], seed = "a"): Float32Array {
  const random = seededRandom(seed);
  const out = new Float32Array(2 * W * H).fill(Number.NaN);
  for (let i = 0; i < W * H; i++) {
    if (i % 7 === 0) {
      if (i % 2 === 0) out.set([3, 90], 2 * i);
      continue;
    }
    const [column, row] = of((i % W) / (W - 1) - 0.5, Math.floor(i / W) / (H - 1) - 0.5);
    out.set([column + 0.1 * normal(random), row + 0.1 * normal(random)], 2 * i);
  }
  return out;
}

describe("descan model", () => {
  it("finds the twelve numbers of the beam's course within their uncertainty, whatever some points say", () => {
    const truth = { column: [64, 2, -1, 0.5, 1.5, -0.7], row: [63, 0.4, 3, 0, -1, 2] };
    const terms = (u: number, v: number) => [1, u, v, u * u, u * v, v * v];
    const at = (k: readonly number[], u: number, v: number) =>
      terms(u, v).reduce((sum, term, i) => sum + term * k[i]!, 0);
    const walk = beamWalk(
      beams((u, v) => [at(truth.column, u, v), at(truth.row, u, v)]),
      W,
      H,
    )!;
    for (const name of ["column", "row"] as const)
      walk[name].terms.forEach((value, k) => {
        expect(Math.abs(value - truth[name][k]!) / walk[name].sigma[k]!).toBeLessThan(4);
      });
    expect(walk.column.rest).toBeCloseTo(0.1, 1);
    const values = walkValues(walk);
    expect(values["beam centre, column at the scan's middle"]).toMatchObject({ unit: "px", from: "found" });
    expect(Object.keys(values)).toHaveLength(13);
  });

  it("says nothing of a scan that is too short or has no beams", () => {
    expect(beamWalk(new Float32Array(2 * 40), 40, 1)).toBeUndefined();
    expect(beamWalk(new Float32Array(2 * W * H).fill(Number.NaN), W, H)).toBeUndefined();
    expect(walkValues(undefined)).toEqual({});
  });
});

describe("how the detector lies", () => {
  const turn = (deg: number, flip: number) => {
    const [c, s] = [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180)];
    // u and v as steps of a scan of W × H points.
    return beamWalk(
      beams((u, v) => {
        const [x, y] = [u * (W - 1) * -0.3, v * (H - 1) * -0.3];
        return [64 + c * x - s * y, 64 + flip * (s * x + c * y)];
      }),
      W,
      H,
    );
  };
  const said = (walk: ReturnType<typeof turn>, axes: Parameters<typeof axesNotice>[1]) =>
    axesNotice(walk, axes, [W, H]).message;

  it("always says that the fit does not check it", () => {
    expect(said(undefined, {})).toMatch(/^detector axes are taken as parallel .* not checked by the fit/);
    expect(said(undefined, { flip: "x", scanRotationDeg: 30 })).toContain("--scan-rotation 30deg --flip x");
  });

  it("adds what the beam's walk says where that is clear and otherwise than stated", () => {
    expect(said(turn(30, 1), {})).toMatch(/a turn of (29|30|31)° \(or 180° more\)/);
    expect(said(turn(30, -1), {})).toMatch(/a mirror and a turn of (29|30|31)°/);
    for (const [walk, axes] of [
      [turn(30, 1), { scanRotationDeg: 30 }],
      [turn(30, 1), { scanRotationDeg: -150 }],
      [turn(30, -1), { scanRotationDeg: 30, flip: "y" }],
      [turn(30, -1), { scanRotationDeg: 210, flip: "x" }],
      [
        beamWalk(
          beams((u) => [64 + 3 * u, 64]),
          W,
          H,
        ),
        {},
      ],
    ] as const)
      expect(said(walk, axes)).not.toContain("walks");
  });
});
