import type { Crystal } from "../../core/contracts.ts";
import { multiply, type Quaternion } from "../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import type { OrientationTruth } from "./scan.ts";

/** The arrays of an orientation map that are compared with the truth. */
export interface FoundMap {
  /** Indices into the same crystals as the truth's. */
  readonly phase: ArrayLike<number>;
  /** (n, 4) */
  readonly orientation: ArrayLike<number>;
  readonly amorphous: ArrayLike<number>;
  readonly trustworthy: ArrayLike<number>;
  readonly grain: ArrayLike<number>;
}

/** Found against true; shares are of the crystalline points, angles in degrees. */
export interface Verdict {
  readonly crystalline: number;
  readonly right: number;
  readonly rightForgiven: number;
  readonly medianError: number;
  readonly phaseRight: number;
  readonly amorphousError: number;
  readonly trusted: number;
  readonly trustedRight: number;
  readonly grainsTrue: number;
  readonly grainsFound: number;
  /** Means over these grains of the diameter of the circle of their area [points]. */
  readonly diameterTrue: number;
  readonly diameterFound: number;
}

/** An answer within this of the truth is right [deg]. */
const RIGHT = 2;
/** Below this share of the signal either of the two crystals is a right answer. */
const EITHER = 0.6;
/** Grains of fewer points are not counted. */
const LEAST_GRAIN = 5;
const TURNED: Quaternion = [0, 0, 0, 1];

/**
 * Compares a map with the truth of its simulated scan. A point is crystalline where at most half of it is amorphous;
 * "forgiven" also takes an answer turned by 180° about the beam, which one pattern alone often cannot exclude.
 */
export function judge(truth: OrientationTruth, found: FoundMap, crystals: readonly Crystal[]): Verdict {
  const n = truth.size * truth.size;
  const at = (values: ArrayLike<number>, i: number) =>
    [0, 1, 2, 3].map((k) => values[4 * i + k]!) as unknown as Quaternion;
  let [crystalline, right, forgiven, phaseRight, trusted, trustedRight] = [0, 0, 0, 0, 0, 0];
  let [amorphousSum, amorphousCount] = [0, 0];
  const errors: number[] = [];
  for (let i = 0; i < n; i++) {
    if (Number.isFinite(found.amorphous[i])) {
      amorphousSum += Math.abs(found.amorphous[i]! - truth.amorphous[i]!);
      amorphousCount++;
    }
    if (truth.phase1[i]! < 0 || truth.amorphous[i]! > 0.5) continue;
    crystalline++;
    const phase = found.phase[i]!;
    const q = at(found.orientation, i);
    if (phase < 0 || !q.every(Number.isFinite)) continue;
    const answers = [[truth.phase1[i]!, at(truth.q1, i)] as const];
    if (truth.phase2[i]! >= 0 && truth.w[i]! < EITHER) answers.push([truth.phase2[i]!, at(truth.q2, i)]);
    const same = answers.filter(([p]) => p === phase).map(([, answer]) => answer);
    if (same.length === 0) continue;
    phaseRight++;
    const { rotations } = crystals[phase]!;
    const error = Math.min(...same.map((answer) => disorientationDeg(q, answer, rotations)));
    const turned = multiply(TURNED, q);
    const partner = Math.min(error, ...same.map((answer) => disorientationDeg(turned, answer, rotations)));
    errors.push(error);
    if (error < RIGHT) right++;
    if (partner < RIGHT) forgiven++;
    if (found.trustworthy[i]) {
      trusted++;
      if (partner < RIGHT) trustedRight++;
    }
  }
  errors.sort((a, b) => a - b);
  const clear = errors.filter((error) => error < 5);
  const crystal = (i: number) => truth.phase1[i]! >= 0 && truth.amorphous[i]! <= 0.5;
  const grainsTrue = grainSizes(truth.size, truth.grain1, crystal);
  const grainsFound = grainSizes(truth.size, found.grain, (i) => found.grain[i]! >= 0);
  return {
    crystalline,
    right: right / crystalline,
    rightForgiven: forgiven / crystalline,
    medianError: clear[clear.length >> 1] ?? Number.NaN,
    phaseRight: phaseRight / crystalline,
    amorphousError: amorphousSum / amorphousCount,
    trusted: trusted / crystalline,
    trustedRight: trustedRight / trusted,
    grainsTrue: grainsTrue.length,
    grainsFound: grainsFound.length,
    diameterTrue: meanDiameter(grainsTrue),
    diameterFound: meanDiameter(grainsFound),
  };
}

function meanDiameter(points: readonly number[]): number {
  return points.reduce((sum, n) => sum + Math.sqrt((4 * n) / Math.PI), 0) / points.length;
}

/** Points of each connected region of one label with at least five, joined along rows and columns. */
function grainSizes(size: number, label: ArrayLike<number>, member: (i: number) => boolean): number[] {
  const seen = new Uint8Array(size * size);
  const grains: number[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !member(start)) continue;
    const stack = [start];
    seen[start] = 1;
    let points = 0;
    while (stack.length > 0) {
      const p = stack.pop()!;
      points++;
      const x = p % size;
      for (const next of [x > 0 ? p - 1 : -1, x < size - 1 ? p + 1 : -1, p - size, p + size]) {
        if (next < 0 || next >= seen.length || seen[next] || !member(next)) continue;
        if (label[next] !== label[start]) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
    if (points >= LEAST_GRAIN) grains.push(points);
  }
  return grains;
}
