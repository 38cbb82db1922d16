import type { Quaternion } from "../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import { alternatives } from "./alternatives.ts";
import { indexPattern, refinerOf } from "./index-pattern.ts";
import { indexerOf, type OrientationState } from "./kernel.ts";
import { inLevels, PLAIN } from "./levels.ts";
import { cleanFrame, discWeights, type Pattern } from "./pattern.ts";
import type { Fit, PredictedSpot } from "./refine.ts";
import { toSample } from "./sample-frame.ts";

/** A spot is missed if it should have stood out of its background by this many standard deviations, and did not. */
const MISSED = 5;

/** One answer to a pattern, with the pattern that it predicts. */
export interface ExplainedAnswer {
  readonly role: "best" | "second" | "180° partner" | "other phase";
  readonly phase: string;
  /** Crystal to sample, w, x, y, z. */
  readonly orientation: Quaternion;
  /** Share of the pattern that it explains. */
  readonly score: number;
  /** Difference of −2 log likelihood to the best. */
  readonly margin: number;
  /** Angle to the best answer under the crystal's symmetry [deg]; NaN for another phase. */
  readonly away: number;
  readonly spots: readonly PredictedSpot[];
  /** Predicted pattern [grey], background and discs, (size, size); NaN under the direct beam, which is not predicted. */
  readonly predicted: Float32Array;
  readonly used: number;
  /** Reflections that should be bright and are not there. */
  readonly missed: number;
}

/** Why a point has the answer that it has. */
export interface Explanation {
  readonly size: number;
  /** Direct beam, column and row [px]. */
  readonly centre: readonly [number, number];
  readonly discRadius: number;
  /** Pattern without dark level and bad pixels [grey], (size, size). */
  readonly measured: Float32Array;
  /** Spots found, from the beam [px], and whether the best answer explains them. */
  readonly found: readonly { readonly x: number; readonly y: number; readonly explained: boolean }[];
  /** Best first; empty where the pattern has no Bragg signal. */
  readonly answers: readonly ExplainedAnswer[];
}

/** Indexes one pattern again, as the run did, and says what each answer predicts. Values are those of the file. */
export function explainPattern(state: OrientationState, values: ArrayLike<number>): Explanation {
  const indexer = indexerOf(state);
  const { size, camera, models } = indexer;
  const raw = inLevels(values, state.setup.levels ?? PLAIN);
  const measured = new Float32Array(size * size);
  cleanFrame(raw, size, camera, measured);
  const { pattern, fits } = indexPattern(indexer, raw);
  const base = { size, centre: pattern.centre, discRadius: camera.discRadius, measured };
  const best = fits[0];
  if (!best)
    return { ...base, found: pattern.spots.map(({ x, y }) => ({ x, y, explained: false })), answers: [] };
  const { second, partner, otherPhase } = alternatives(fits, models);
  const named = [
    ["best", best],
    ["second", second],
    ["180° partner", partner],
    ["other phase", otherPhase === second ? undefined : otherPhase],
  ] as const;
  const refiner = refinerOf(indexer);
  const answers = named.flatMap(([role, fit]): ExplainedAnswer[] => {
    if (!fit) return [];
    const spots = refiner.predicted(pattern, fit);
    const { name, rotations } = models[fit.phase]!;
    const away =
      fit.phase === best.phase ? disorientationDeg(best.quaternion, fit.quaternion, rotations) : Number.NaN;
    return [
      {
        role,
        phase: name,
        orientation: toSample(fit.quaternion, state),
        score: fit.explained,
        margin: fit.cost - best.cost,
        away,
        spots,
        predicted: predictedFrame(pattern, spots, camera.discRadius),
        used: fit.used,
        missed: spots.filter((spot) => isMissed(spot, pattern)).length,
      },
    ];
  });
  const claimed = refiner.claims(pattern, best as Fit);
  const found = pattern.spots.map(({ x, y }, i) => ({ x, y, explained: claimed[i]! > 0 }));
  return { ...base, found, answers };
}

function isMissed({ x, y, predicted, measured, spot }: PredictedSpot, { noise }: Pattern): boolean {
  const sigma = Math.sqrt(noise[Math.min(noise.length - 1, Math.round(Math.hypot(x, y)))]!);
  return spot === -1 && predicted > MISSED * sigma && measured < 0.2 * predicted;
}

/** Background by radius and a disc with soft edge for each reflection. */
function predictedFrame(
  { size, centre, background }: Pattern,
  spots: readonly PredictedSpot[],
  discRadius: number,
): Float32Array {
  const frame = new Float32Array(size * size);
  const inner = 2.2 * discRadius + 1;
  const last = background.length - 1;
  for (let i = 0; i < frame.length; i++) {
    const r = Math.hypot((i % size) - centre[0], Math.floor(i / size) - centre[1]);
    frame[i] = r < inner ? Number.NaN : background[Math.min(last, Math.round(r))]!;
  }
  const { area } = discWeights(discRadius);
  const reach = Math.ceil(discRadius + 1);
  for (const { x, y, predicted } of spots) {
    const [cx, cy] = [x + centre[0], y + centre[1]];
    for (
      let row = Math.max(0, Math.round(cy) - reach);
      row <= Math.min(size - 1, Math.round(cy) + reach);
      row++
    )
      for (
        let column = Math.max(0, Math.round(cx) - reach);
        column <= Math.min(size - 1, Math.round(cx) + reach);
        column++
      ) {
        const weight = Math.min(1, Math.max(0, discRadius + 0.8 - Math.hypot(column - cx, row - cy)));
        frame[row * size + column]! += (weight * predicted) / area;
      }
  }
  return frame;
}
