import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fromAxisAngle,
  multiply,
  normalize,
  rotateVector,
  type Vector3,
} from "../../science/crystal/rotation.ts";
import { toSample, turnCovariance } from "./sample-frame.ts";

const part = fc.double({ min: -1, max: 1, noNaN: true });
const vector = fc.tuple(part, part, part).filter((v) => Math.hypot(...v) > 0.1);
const quaternion = fc.tuple(part, part, part, part).filter((q) => Math.hypot(...q) > 0.1);
const axes = fc.record({
  scanRotationDeg: fc.double({ min: -180, max: 180, noNaN: true }),
  flip: fc.constantFrom("none" as const, "x" as const, "y" as const),
});

describe("sample frame", () => {
  it("puts the reflections where v_detector = F·R(θ)·v_scan says", () => {
    fc.assert(
      fc.property(quaternion, vector, axes, (raw, g, frame) => {
        const q = normalize(raw);
        const inScan = rotateVector(toSample(q, frame), g);
        const [x, y, z] = rotateVector(fromAxisAngle([0, 0, 1], frame.scanRotationDeg), inScan);
        const mirrored = [frame.flip === "x" ? -x : x, frame.flip === "y" ? -y : y, z];
        // Mirrored patterns show the Friedel mate: the same reflections, g and −g exchanged.
        const sign = frame.flip === "none" ? 1 : -1;
        const onDetector = rotateVector(q, g.map((v) => sign * v) as unknown as Vector3);
        for (let i = 0; i < 3; i++) expect(mirrored[i]).toBeCloseTo(onDetector[i]!, 10);
      }),
    );
  });

  it("turns a covariance as it turns small rotations", () => {
    fc.assert(
      fc.property(quaternion, vector, axes, (raw, axis, frame) => {
        const q = normalize(raw);
        const delta = 0.02;
        const [x, y, z] = axis.map((v) => (v * delta) / Math.hypot(...axis)) as [number, number, number];
        const nudged = toSample(multiply(fromAxisAngle(axis, (delta * 180) / Math.PI), q), frame);
        const change = multiply(
          nudged,
          toSample(q, frame).map((v, i) => (i ? -v : v)) as unknown as typeof q,
        );
        const found = [change[1], change[2], change[3]].map((v) => 2 * v);
        const [a, b, c] = found as [number, number, number];
        const turned = turnCovariance([x * x, x * y, x * z, y * y, y * z, z * z], frame);
        [a * a, a * b, a * c, b * b, b * c, c * c].forEach((v, i) => {
          expect(turned[i]).toBeCloseTo(v, 6);
        });
      }),
    );
  });
});
